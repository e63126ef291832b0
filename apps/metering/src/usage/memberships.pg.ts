import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';

export type KnownMembership = {
  readonly membershipId: string;
  readonly organisationId: string;
  readonly marketCode: string;
};

/** Whose membership it is, so that a member can be shown its own figures and no other's (SUP-3). */
@Injectable()
export class Memberships {
  async save(tx: Transaction, membership: KnownMembership): Promise<void> {
    await tx.query(
      `insert into membership_copy (membership_id, organisation_id, market_code)
       values ($1, $2, $3)
       on conflict (membership_id) do update
       set organisation_id = excluded.organisation_id, market_code = excluded.market_code`,
      [membership.membershipId, membership.organisationId, membership.marketCode],
    );
  }
}
