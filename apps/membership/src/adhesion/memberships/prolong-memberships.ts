import { Injectable } from '@nestjs/common';
import { event, MembershipProlongedSchema, SchoolFinancingEndedSchema } from '#libs/contracts';
import { Outbox } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { SchoolLinks } from '../../schools/schools-financed/schools-financed.module.js';
import { MembershipEnds } from './membership-ends.repository.js';

/**
 * Memberships go on with their market (MKT-6, art. 8), with the schools that they finance to their end. One that
 * has ended, or ends earlier for a cause of its own, keeps its end; a notice that is taken back later finds the new one.
 */
@Injectable()
export class ProlongMemberships {
  constructor(
    private readonly ends: MembershipEnds,
    private readonly links: SchoolLinks,
    private readonly outbox: Outbox,
  ) {}

  /** Gives how many were prolonged. A school that another membership took from the old end on stays with it, and is told. */
  async execute(
    tx: Transaction,
    market: { readonly code: string; readonly endsOn: LocalDate; readonly amendmentId: string },
  ): Promise<number> {
    const { endsOn, amendmentId } = market;
    const prolonged = await this.ends.prolong(tx, market.code, endsOn);
    for (const { membershipId, version } of prolonged) {
      const membershipVersion = version;
      const fact = { membershipId, membershipVersion, endsOn, amendmentId };
      await this.outbox.add(tx, event(MembershipProlongedSchema, membershipId, fact));
      for (const lost of await this.links.giveBack(tx, membershipId, endsOn)) {
        const ended = {
          membershipId,
          membershipVersion: await this.ends.raiseVersion(tx, membershipId),
          uai: lost.uai,
          endedOn: lost.endsOn,
          transferId: '',
        };
        await this.outbox.add(tx, event(SchoolFinancingEndedSchema, membershipId, ended));
      }
    }
    return prolonged.length;
  }
}
