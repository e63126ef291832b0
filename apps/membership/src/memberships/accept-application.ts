import { Injectable } from '@nestjs/common';
import { event, MembershipAcceptedSchema } from '#libs/contracts';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { BusinessDate, Outbox } from '#libs/messaging';
import { audit, UnitOfWork } from '#libs/persistence';
import { PublishCommitment } from '../commitments/commitments.module.js';
import { MarketReader } from '../markets/markets.reader.js';
import { toOrganisationMessage } from '../organisations/organisations.reader.js';
import {
  AdhesionClosed,
  ApplicationIncomplete,
  missingPieces,
  timelinessOf,
} from './domain/application.js';
import { Memberships } from './memberships.repository.js';

/** The coordinator accepts a complete application (ADH-2, ADH-3): its decision, where the letter came late but left in time. */
@Injectable()
export class AcceptApplication {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly memberships: Memberships,
    private readonly publishCommitment: PublishCommitment,
    private readonly markets: MarketReader,
    private readonly outbox: Outbox,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Accepted already: nothing changes. Throws ApplicationIncomplete with what is missing, AdhesionClosed. */
  execute(input: {
    membershipId: string;
    caller: Caller;
  }): Promise<{ status: string; reasons: readonly string[] }> {
    const { membershipId, caller } = input;
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const membership = await this.memberships.findForUpdate(tx, membershipId);
      if (!membership) throw new NotVisible();
      const { status, marketCode, organisation, letter, documents, version } = membership;
      requireMarket(caller, marketCode);
      const { market } = await this.markets.find(marketCode, tx);
      const { reasons } = timelinessOf(
        letter,
        market.calendar.adhesionDeadline,
        market.adhesionBasis,
      );
      if (status === 'REFUSED') throw new AdhesionClosed(reasons.join(' '), { reasons });
      if (status !== 'APPLIED') return { status: 'ACCEPTED', reasons };
      const commitment = await this.publishCommitment.inForce(tx, membershipId);
      const missing = missingPieces(organisation.kind, documents, commitment !== undefined);
      if (missing.length > 0) {
        throw new ApplicationIncomplete(`Le dossier est incomplet. ${missing.join(' ')}`, {
          missing,
        });
      }
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
