import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate, Period } from '#libs/time';
import { MarketUnknown, type RhythmFrom } from '#libs/trade';
import type { LedgerHead, MarketTerms, MemberCopy } from './domain/member.js';
import { memberAsOf } from './domain/member-history.js';
import { MemberHistories } from './member-histories.pg.js';

const marketUnknown = (marketCode: string): MarketUnknown =>
  new MarketUnknown(
    `Le marché « ${marketCode.slice(0, 40)} » n’est pas connu de la facturation : vérifiez son code.`,
    { marketCode: marketCode.slice(0, 40) },
  );

export type NamedMember = { readonly membershipId: string; readonly organisationName: string };

/** What a membership has ordered, as the copy stands. */
export type OrdersOfMember = NamedMember & {
  readonly period: Period;
  readonly lines: readonly {
    readonly itemCode: string;
    readonly effectiveFrom: LocalDate;
    readonly delta: number;
  }[];
};

/** Billing's copy of membership's facts, as its features read it; `MemberFacts` writes it. */
@Injectable()
export class Members {
  constructor(
    private readonly database: Database,
    private readonly histories: MemberHistories,
  ) {}

  /** Throws MarketUnknown. With `forImport` prices of the market are imported one at a time. */
  async market(
    tx: Transaction,
    marketCode: string,
    lock?: 'for-pricing' | 'for-import',
  ): Promise<MarketTerms> {
    const locking = lock === undefined ? '' : lock === 'for-pricing' ? 'for share' : 'for update';
    const { rows } = await tx.query<{ terms: MarketTerms }>(
      `select terms from market where market_code = $1 ${locking}`,
      [marketCode],
    );
    const row = rows[0];
    if (row === undefined) throw marketUnknown(marketCode);
    return row.terms;
  }

  /** How far the copies of these memberships have come; those unknown are left out. */
  async heads(membershipIds: readonly string[]): Promise<LedgerHead[]> {
    const { rows } = await this.database.query<HeadRow>(
      `select membership_id, membership_version, ledger_head from membership where membership_id = any($1)`,
      [membershipIds],
    );
    return rows.map(headFromRow);
  }

  /** By id: whoever was ever in force in a market, with its name. */
  named(
    tx: Transaction,
    marketCode: string,
    { after, limit }: { readonly after: string; readonly limit: number },
  ): Promise<NamedMember[]> {
    return tx.rows<NamedMember>(
      `select membership_id as "membershipId", buyer ->> 'name' as "organisationName" from membership
        where market_code = $1 and starts_on is not null and membership_id > $2 order by membership_id limit $3`,
      [marketCode, after, limit],
    );
  }

  /** Orders of all memberships of a market that were ever in force, without a lock. */
  async ordersOf(marketCode: string): Promise<OrdersOfMember[]> {
    const { rows } = await this.database.query<OrdersRow>(
      `select m.membership_id, m.buyer ->> 'name' as name, m.starts_on, m.ends_on,
              coalesce((select jsonb_agg(jsonb_build_object('itemCode', l.item_code, 'effectiveFrom', l.effective_from,
                                                            'delta', l.delta))
                          from ledger_line l where l.membership_id = m.membership_id), '[]') as lines
         from membership m where m.market_code = $1 and m.starts_on is not null
        order by m.membership_id`,
      [marketCode],
    );
    return rows.map((row) => ({
      membershipId: row.membership_id,
      organisationName: row.name,
      period: { start: row.starts_on, end: row.ends_on },
      lines: row.lines,
    }));
  }

  /** Whose membership it is; undefined where unknown (SUP-3). */
  async organisationOf(
    membershipId: string,
  ): Promise<{ organisationId: string; marketCode: string; name: string } | undefined> {
    const { rows } = await this.database.query<{
      organisationId: string;
      marketCode: string;
      name: string;
    }>(
      `select organisation_id as "organisationId", market_code as "marketCode", buyer->>'name' as name
         from membership where membership_id = $1`,
      [membershipId],
    );
    return rows[0];
  }

  /**
   * The copies, locked against change until the transaction ends; those unknown are left out. One alone is waited for.
   * Of several nobody is: who is being changed at this moment is left out too, so that a transaction which holds some
   * never waits for another.
   */
  async forPricing(
    tx: Transaction,
    membershipIds: readonly string[],
  ): Promise<ReadonlyMap<string, MemberCopy>> {
    const locked = await tx.column<string>(
      `select membership_id from membership where membership_id = any($1) order by membership_id
          for update ${membershipIds.length > 1 ? 'skip locked' : ''}`,
      [membershipIds],
    );
    return this.some(tx, locked);
  }

  /** How far the copy of a membership has come; 0 where unknown. */
  async version(tx: Transaction, membershipId: string): Promise<number> {
    const [version] = await tx.column<bigint>(
      'select membership_version from membership where membership_id = $1',
      [membershipId],
    );
    return Number(version ?? 0n);
  }

  /** What each chose for its invoices, ascending by day; who has chosen nothing is left out. */
  async rhythms(
    tx: Transaction,
    membershipIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly RhythmFrom[]>> {
    const chosen = await tx.rows<RhythmFrom & { membershipId: string }>(
      `select membership_id as "membershipId", valid_from as "from", rhythm from billing_rhythm
        where membership_id = any($1) order by valid_from, membership_version`,
      [membershipIds],
    );
    return Map.groupBy(chosen, ({ membershipId }) => membershipId);
  }

  /** The copies as they stand; those unknown are left out. */
  async some(
    tx: Transaction,
    membershipIds: readonly string[],
  ): Promise<ReadonlyMap<string, MemberCopy>> {
    const histories = await this.histories.of(tx, membershipIds);
    return new Map([...histories].map(([id, history]) => [id, memberAsOf(history)]));
  }
}

type HeadRow = { membership_id: string; membership_version: bigint; ledger_head: string };
type OrdersRow = {
  membership_id: string;
  name: string;
  starts_on: LocalDate;
  ends_on: LocalDate;
  lines: OrdersOfMember['lines'];
};
function headFromRow(row: HeadRow): LedgerHead {
  return {
    membershipId: row.membership_id,
    membershipVersion: Number(row.membership_version),
    ledgerHead: row.ledger_head,
  };
}
