import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { BillingRhythm, RhythmFrom } from '#libs/trade';
import { type BuyerParty, type MarketTerms, rhythmOn } from '../members/members.module.js';
import { type MissingTerm, missingOn } from './domain/billing-terms.js';

/** Where Chorus Pro would deliver an invoice of a member that is drafted on a day, with the member's own numbers. */
export type BillingTerms = {
  readonly membershipId: string;
  readonly marketCode: string;
  readonly buyer: BuyerParty;
  /** First day on which they are in force; absent: as the application told them. */
  readonly validFrom?: LocalDate | undefined;
  readonly missing: readonly MissingTerm[];
  /** Of the contract year of that day. */
  readonly rhythm: BillingRhythm;
};

type Of = { readonly marketCode: string } | { readonly membershipId: string };

/** Chorus Pro data and rhythms of members as billing's copy has them. */
@Injectable()
export class BillingTermsOfMembers {
  constructor(private readonly database: Database) {}

  /** Of one, or of all of a market that are not over on that day, by name: what is in force then. */
  async on(day: LocalDate, of: Of): Promise<BillingTerms[]> {
    const market = 'marketCode' in of ? of.marketCode : null;
    const one = 'membershipId' in of ? of.membershipId : null;
    const rows = await this.database.rows<Row>(
      `select m.membership_id as "membershipId", m.market_code as "marketCode", m.buyer || coalesce(c.data, '{}') as buyer, c.valid_from as "validFrom", k.terms,
              coalesce((select jsonb_agg(jsonb_build_object('from', r.valid_from, 'rhythm', r.rhythm) order by r.valid_from, r.membership_version)
                          from billing_rhythm r where r.membership_id = m.membership_id), '[]') as chosen
         from membership m join market k on k.market_code = m.market_code
         left join lateral (select e.data, e.valid_from from chorus_pro e
                             where e.membership_id = m.membership_id and e.valid_from <= $1
                             order by e.valid_from desc, e.membership_version desc limit 1) c on true
        where m.membership_id = $2 or (m.market_code = $3 and m.ends_on > $1)
        order by m.buyer ->> 'name', m.membership_id`,
      [day, one, market],
    );
    return rows.map(({ terms, chosen, ...row }) => {
      const { buyer } = row;
      const validFrom = row.validFrom ?? undefined;
      const known = { ...buyer, isState: buyer.kind === 'STATE', validFrom };
      const rhythm = rhythmOn(terms, chosen, day);
      return { ...row, validFrom, missing: missingOn(day, known), rhythm };
    });
  }
}

type Row = {
  readonly membershipId: string;
  readonly marketCode: string;
  readonly buyer: BuyerParty;
  readonly validFrom: LocalDate | null;
  readonly terms: MarketTerms;
  readonly chosen: readonly RhythmFrom[];
};
