import { Injectable } from '@nestjs/common';
import { MembershipEndedSchema, SchoolFinancingEndedSchema } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { SchoolLinks } from '../../schools/schools-financed/schools-financed.module.js';
import type { MembershipFact } from './membership-fact.js';
import { type Membership, Memberships, type MovedTo } from './memberships.pg.js';

/** Moves the end of a membership with all that follows it: schools financed, and the end itself where its day has come (WDR-2). */
@Injectable()
export class MoveMembershipEnd {
  constructor(
    private readonly memberships: Memberships,
    private readonly links: SchoolLinks,
  ) {}

  /** `fact` tells the change; the membership is locked by the caller. Planned orders after the day stay in the ledger: O is 0 there. `schoolsLost`: those that another membership pays for meanwhile, where the end went back to a later day. */
  async execute(
    tx: Transaction,
    { membershipId, status }: Membership,
    to: MovedTo,
    fact: MembershipFact,
    today: LocalDate,
  ): Promise<{ readonly schoolsLost: readonly string[] }> {
    await this.links.cut(tx, membershipId, to.endsOn);
    const lost = await this.links.giveBack(tx, membershipId, to.endsOn);
    await this.memberships.moveEnd(tx, membershipId, to, fact);
    for (const { uai, endsOn: endedOn } of lost) {
      const ended = { uai, endedOn, transferId: '', endedBy: '' };
      await this.memberships.tell(tx, membershipId, SchoolFinancingEndedSchema, ended);
    }
    await this.memberships.endDue(tx, today, membershipId);
    if (status === 'ENDED') {
      // It had ended already, and now did so earlier: a correction, told like an end.
      const { endsOn, cause = 'END_OF_MARKET', by: endedBy } = to;
      const ended = { endsOn, cause, endedBy };
      await this.memberships.tell(tx, membershipId, MembershipEndedSchema, ended);
    }
    return { schoolsLost: lost.map(({ uai }) => uai) };
  }
}
