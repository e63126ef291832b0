import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import { type LocalDate, type Period } from '#libs/time';
import { MarketUnknown } from '#libs/trade';
import {
  type BuyerParty,
  type LedgerHead,
  type MarketTerms,
  type MemberCopy,
  type SignedPart,
} from './domain/member.js';

const marketUnknown = (marketCode: string): MarketUnknown =>
  new MarketUnknown(
    `Le marché « ${marketCode.slice(0, 40)} » n’est pas connu de la facturation : vérifiez son code.`,
    { marketCode: marketCode.slice(0, 40) },
  );

/** What a membership has ordered, as the copy stands. */
export type OrdersOfMember = {
  readonly membershipId: string;
  readonly organisationName: string;
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
  constructor(private readonly database: Database) {}

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

  /** The copy, locked against change until the transaction ends; undefined where unknown. */
  async forPricing(tx: Transaction, membershipId: string): Promise<MemberCopy | undefined> {
    const { rows } = await tx.query<MemberRow>(
      `select * from membership where membership_id = $1 for update`,
      [membershipId],
    );
    return this.complete(tx, rows[0]);
  }

  /** The copy as it was at a version: the ledger up to a position, C as then stated. */
  async asOf(
    tx: Transaction,
    membershipId: string,
    membershipVersion: number,
    ledgerPosition: number,
  ): Promise<MemberCopy | undefined> {
    const { rows } = await tx.query<MemberRow>(
      `select * from membership where membership_id = $1`,
      [membershipId],
    );
    return this.complete(tx, rows[0], membershipVersion, ledgerPosition);
  }

  private async complete(
    tx: Transaction,
    row: MemberRow | undefined,
    version = Number.MAX_SAFE_INTEGER,
    position = Number.MAX_SAFE_INTEGER,
  ): Promise<MemberCopy | undefined> {
    if (row === undefined) return undefined;
    const commitment = await tx.query<CommitmentRow>(
      `select item_code, quantity, effective_from from commitment
       where membership_id = $1 and membership_version = (
         select max(membership_version) from commitment where membership_id = $1 and membership_version <= $2)
       order by item_code, effective_from`,
      [row.membership_id, version],
    );
    const bounds = await tx.query<{ starts_on: LocalDate; ends_on: LocalDate }>(
      `select starts_on, ends_on from membership_bound where membership_id = $1 and membership_version <= $2
       order by membership_version desc limit 1`,
      [row.membership_id, version],
    );
    const chorusPro = await tx.query<MemberCopy['chorusPro'][number]>(
      `select valid_from as "from", data ->> 'recipientSiret' as "recipientSiret", data ->> 'serviceCode' as "serviceCode",
              data ->> 'purchaseOrderNumber' as "purchaseOrderNumber", data ->> 'marketNumber' as "marketNumber"
         from chorus_pro where membership_id = $1 and membership_version <= $2 order by valid_from, membership_version`,
      [row.membership_id, version],
    );
    const ledger = await tx.query<LedgerRow>(
      `select * from ledger_line where membership_id = $1 and ledger_position <= $2
       order by ledger_position, line`,
      [row.membership_id, position],
    );
    return {
      ...headFromRow(row),
      organisationId: row.organisation_id,
      marketCode: row.market_code,
      period: periodOfBounds(bounds.rows[0]),
      buyer: row.buyer,
      chorusPro: chorusPro.rows,
      signed: row.signed ?? [],
      commitment: commitment.rows.map((c) => ({
        itemCode: c.item_code,
        quantity: Number(c.quantity),
        from: c.effective_from,
      })),
      ledger: ledger.rows.map((line) => ({
        ledgerPosition: Number(line.ledger_position),
        line: line.line,
        orderId: line.order_id,
        number: line.order_number,
        itemCode: line.item_code,
        effectiveFrom: line.effective_from,
        delta: Number(line.delta),
        signedOn: line.signed_on,
      })),
    };
  }
}

type CommitmentRow = { item_code: string; quantity: bigint; effective_from: LocalDate };
type HeadRow = { membership_id: string; membership_version: bigint; ledger_head: string };
type MemberRow = HeadRow & {
  organisation_id: string;
  market_code: string;
  buyer: BuyerParty;
  signed: SignedPart[] | null;
};
type OrdersRow = {
  membership_id: string;
  name: string;
  starts_on: LocalDate;
  ends_on: LocalDate;
  lines: OrdersOfMember['lines'];
};
type LedgerRow = {
  ledger_position: bigint;
  line: number;
  order_id: string;
  order_number: string;
  item_code: string;
  effective_from: LocalDate;
  delta: bigint;
  signed_on: LocalDate;
};

// A membership that ended before it began has no day at all.
function periodOfBounds(bounds: { starts_on: LocalDate; ends_on: LocalDate } | undefined) {
  if (bounds === undefined || bounds.starts_on === bounds.ends_on) return null;
  return { start: bounds.starts_on, end: bounds.ends_on };
}

function headFromRow(row: HeadRow): LedgerHead {
  return {
    membershipId: row.membership_id,
    membershipVersion: Number(row.membership_version),
    ledgerHead: row.ledger_head,
  };
}
