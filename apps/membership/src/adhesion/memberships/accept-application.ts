import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { MembershipAcceptedSchema } from '#libs/contracts';
import type { Caller } from '#libs/identity';
import { PublishCommitment } from '../commitments/commitments.module.js';
import { AdhesionClosed } from './domain/application.js';
import { checkAcceptable } from './domain/application-decision.js';
import { JudgeApplication } from './judge-application.js';
import { membershipFact } from './membership-fact.js';
import { Memberships } from './memberships.pg.js';

/** The coordinator accepts a complete application (ADH-2, ADH-3): its decision, where the letter came late but left in time. */
@Injectable()
export class AcceptApplication {
  constructor(
    private readonly commands: Commands,
    private readonly memberships: Memberships,
    private readonly publishCommitment: PublishCommitment,
    private readonly judgeApplication: JudgeApplication,
  ) {}

  /**
   * Accepted already: nothing changes. Throws ApplicationIncomplete with what is missing, AdhesionClosed,
   * LateReceiptUndecided where the coordinator has not let in a letter that came late; each leaves an entry.
   */
  execute({ membershipId, caller }: { membershipId: string; caller: Caller }) {
    let letterNumber = '';
    return this.commands.attempt(
      {
        operation: 'AcceptApplication',
        action: 'membership.accepted',
        request: { membershipId },
        caller,
        refused: () => ({ subject: `membership:${membershipId}`, restsOn: letterNumber }),
      },
      async (tx, today, journal) => {
        const membership = await this.memberships.findVisible(tx, membershipId, caller);
        letterNumber = membership.letter.number;
        const { status, marketCode, organisation } = membership;
        const judged = await this.judgeApplication.execute(tx, membership);
        const { reasons } = judged.timeliness;
        if (status === 'REFUSED') throw new AdhesionClosed(reasons.join(' '), { reasons });
        const accepted = { status: 'ACCEPTED', reasons };
        if (status !== 'APPLIED') return accepted;
        checkAcceptable(judged);
        const terms = { organisation, marketCode, acceptedOn: today };
        const fact = membershipFact(MembershipAcceptedSchema, terms);
        await this.memberships.accept(tx, membershipId, today, fact);
        await this.publishCommitment.execute(tx, membershipId, today);
        await journal({ details: { reasons } });
        return accepted;
      },
    );
  }
}
