import { Injectable } from '@nestjs/common';
import { event, MembershipAcceptedSchema } from '#libs/contracts';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { BusinessDate, Outbox } from '#libs/messaging';
import { audit, UnitOfWork } from '#libs/persistence';
import { PublishCommitment } from '../commitments/commitments.module.js';
import { toOrganisationMessage } from '../organisations/organisations.reader.js';
import { AdhesionClosed } from './domain/application.js';
import { checkAcceptable } from './domain/application-decision.js';
import { JudgeApplication } from './judge-application.js';
import { Memberships } from './memberships.repository.js';

/** The coordinator accepts a complete application (ADH-2, ADH-3): its decision, where the letter came late but left in time. */
@Injectable()
export class AcceptApplication {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly memberships: Memberships,
    private readonly publishCommitment: PublishCommitment,
    private readonly judgeApplication: JudgeApplication,
    private readonly outbox: Outbox,
    private readonly businessDate: BusinessDate,
  ) {}

  /**
   * Accepted already: nothing changes. Throws ApplicationIncomplete with what is missing, AdhesionClosed,
   * LateReceiptUndecided where the coordinator has not let in a letter that came late.
   */
  execute(input: {
    membershipId: string;
    caller: Caller;
  }): Promise<{ status: string; reasons: readonly string[] }> {
    const { membershipId, caller } = input;
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const membership = await this.memberships.findForUpdate(tx, membershipId);
      if (!membership) throw new NotVisible();
      const { status, marketCode, organisation, letter, version } = membership;
      requireMarket(caller, marketCode);
      const judged = await this.judgeApplication.execute(tx, membership);
      const { reasons } = judged.timeliness;
      if (status === 'REFUSED') throw new AdhesionClosed(reasons.join(' '), { reasons });
      if (status !== 'APPLIED') return { status: 'ACCEPTED', reasons };
      checkAcceptable(judged);
      await this.memberships.accept(tx, membershipId, today);
      await this.outbox.add(
        tx,
        event(MembershipAcceptedSchema, membershipId, {
          membershipId,
          membershipVersion: BigInt(version + 1),
          organisation: toOrganisationMessage(organisation),
          marketCode,
          acceptedOn: today,
        }),
      );
      await this.publishCommitment.execute(tx, membershipId, today);
      await audit(tx, {
        action: 'membership.accepted',
        subject: `membership:${membershipId}`,
        actor: caller.userId,
        restsOn: letter.number,
        businessDate: today,
        details: { reasons },
      });
      return { status: 'ACCEPTED', reasons };
    });
  }
}
