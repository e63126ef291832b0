import { Injectable } from '@nestjs/common';
import { type Transaction } from '#libs/persistence';
import { type KnownMembership, Memberships } from './memberships.repository.js';

@Injectable()
export class PgMemberships extends Memberships {
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
