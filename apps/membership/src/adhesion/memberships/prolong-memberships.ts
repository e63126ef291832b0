import { Injectable } from '@nestjs/common';
import { MembershipProlongedSchema, SchoolFinancingEndedSchema } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { SchoolLinks } from '../../schools/schools-financed/schools-financed.module.js';
import { membershipFact } from './membership-fact.js';
import { Memberships } from './memberships.pg.js';

/**
 * Memberships go on with their market (MKT-6, art. 8), with the schools that they finance to their end. One that
 * has ended, or ends earlier for a cause of its own, keeps its end; a notice that is taken back later finds the new one.
 */
@Injectable()
export class ProlongMemberships {
  constructor(
    private readonly memberships: Memberships,
    private readonly links: SchoolLinks,
  ) {}

  /** Gives how many were prolonged. A school that another membership took from the old end on stays with it, and is told. */
  async execute(
    tx: Transaction,
    market: { readonly code: string; readonly endsOn: LocalDate; readonly amendmentId: string },
  ): Promise<number> {
    const { code, endsOn, amendmentId } = market;
    const fact = membershipFact(MembershipProlongedSchema, { endsOn, amendmentId });
    const prolonged = await this.memberships.prolong(tx, code, endsOn, fact);
    for (const membershipId of prolonged) {
      for (const { uai, endsOn: endedOn } of await this.links.giveBack(tx, membershipId, endsOn)) {
        const lost = { uai, endedOn, transferId: '', endedBy: '' };
        await this.memberships.tell(tx, membershipId, SchoolFinancingEndedSchema, lost);
      }
    }
    return prolonged.length;
  }
}
