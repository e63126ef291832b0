import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { BuyerParty } from '../members/members.module.js';
import { type MissingTerm, missingOn } from './domain/billing-terms.js';

/** Where Chorus Pro would deliver an invoice of a member that is drafted on a day, with the member's own numbers. */
export type BillingTerms = {
  readonly membershipId: string;
  readonly marketCode: string;
  readonly buyer: BuyerParty;
  /** First day on which they are in force; absent: as the application told them. */
  readonly validFrom?: LocalDate | undefined;
  readonly missing: readonly MissingTerm[];
};

type Of = { readonly marketCode: string } | { readonly membershipId: string };

/** Chorus Pro data of members as billing's copy has them. */
@Injectable()
export class BillingTermsOfMembers {
  constructor(private readonly database: Database) {}

  /** Of one, or of all of a market that are not over on that day, by name: what is in force then. */
  async on(day: LocalDate, of: Of): Promise<BillingTerms[]> {
    const market = 'marketCode' in of ? of.marketCode : null;
    const one = 'membershipId' in of ? of.membershipId : null;
    const rows = await this.database.rows<Row>(
      `select m.membership_id as "membershipId", m.market_code as "marketCode", m.buyer || coalesce(c.data, '{}') as buyer, c.valid_from as "validFrom"
         from membership m
         left join lateral (select e.data, e.valid_from from chorus_pro e
                             where e.membership_id = m.membership_id and e.valid_from <= $1
                             order by e.valid_from desc, e.membership_version desc limit 1) c on true
        where m.membership_id = $2 or (m.market_code = $3 and m.ends_on > $1)
        order by m.buyer ->> 'name', m.membership_id`,
      [day, one, market],
    );
    return rows.map((row) => {
      const { buyer } = row;
      const validFrom = row.validFrom ?? undefined;
      const known = { ...buyer, isState: buyer.kind === 'STATE', validFrom };
      return { ...row, validFrom, missing: missingOn(day, known) };
    });
  }
}

type Row = {
  readonly membershipId: string;
  readonly marketCode: string;
  readonly buyer: BuyerParty;
  readonly validFrom: LocalDate | null;
};
