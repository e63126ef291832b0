import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { BillingRhythm, RhythmFrom } from '#libs/trade';
import { type BuyerParty, type MarketTerms, rhythmOn } from '../members/members.module.js';
import { type MissingTerm, missingOn } from './domain/billing-terms.js';
import type { DueTermsReminder, TermsReminderKind } from './domain/terms-campaign.js';

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
  /** Of the civil year of that day, the first one first. */
  readonly reminders: readonly TermsReminder[];
};

/** Of a member who was reminded of what the invoices of a civil year would lack. */
export type TermsReminder = {
  readonly kind: TermsReminderKind;
  readonly remindedOn: LocalDate;
  /** As of that day. */
  readonly missing: readonly MissingTerm[];
};

type Of = { readonly marketCode: string } | { readonly membershipId: string } | 'EVERY_MARKET';

/** Chorus Pro data and rhythms of members as billing's copy has them. */
@Injectable()
export class BillingTermsOfMembers {
  constructor(private readonly database: Database) {}

  /** Of one, or of all of a market that are not over on that day, by name: what is in force then. */
  async on(
    day: LocalDate,
    of: Of,
    source: Pick<Transaction, 'rows'> = this.database,
  ): Promise<BillingTerms[]> {
    const asked = of === 'EVERY_MARKET' ? { marketCode: '' } : of;
    const market = 'marketCode' in asked ? asked.marketCode : null;
    const one = 'membershipId' in asked ? asked.membershipId : null;
    const rows = await source.rows<Row>(
      `select m.membership_id as "membershipId", m.market_code as "marketCode", m.buyer || coalesce(c.data, '{}') as buyer, c.valid_from as "validFrom", k.terms,
              coalesce((select jsonb_agg(jsonb_build_object('from', r.valid_from, 'rhythm', r.rhythm) order by r.valid_from, r.membership_version)
                          from billing_rhythm r where r.membership_id = m.membership_id), '[]') as chosen,
              coalesce((select jsonb_agg(jsonb_build_object('kind', t.kind, 'remindedOn', t.reminded_on, 'missing', t.missing) order by t.reminded_on)
                          from terms_reminder t where t.membership_id = m.membership_id
                           and t.year_begins_on = date_trunc('year', $1::date)), '[]') as reminders
         from membership m join market k on k.market_code = m.market_code
         left join lateral (select e.data, e.valid_from from chorus_pro e
                             where e.membership_id = m.membership_id and e.valid_from <= $1
                             order by e.valid_from desc, e.membership_version desc limit 1) c on true
        where m.membership_id = $2 or ((m.market_code = $3 or $3 = '') and m.ends_on > $1)
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

  /** Each once, with what is missing of it. */
  async addReminders(
    tx: Transaction,
    { kind, yearBeginsOn, dueOn }: DueTermsReminder,
    terms: readonly Pick<BillingTerms, 'membershipId' | 'missing'>[],
  ): Promise<void> {
    await tx.query(
      `insert into terms_reminder (membership_id, year_begins_on, kind, reminded_on, missing)
       select r.id, $2, $3, $4, array(select jsonb_array_elements_text(r.missing))
         from jsonb_to_recordset($1::jsonb) as r (id text, missing jsonb)
       on conflict do nothing`,
      [
        JSON.stringify(terms.map(({ membershipId: id, missing }) => ({ id, missing }))),
        ...[yearBeginsOn, kind, dueOn],
      ],
    );
  }
}

type Row = {
  readonly membershipId: string;
  readonly marketCode: string;
  readonly buyer: BuyerParty;
  readonly validFrom: LocalDate | null;
  readonly terms: MarketTerms;
  readonly chosen: readonly RhythmFrom[];
  readonly reminders: readonly TermsReminder[];
};
