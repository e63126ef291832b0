import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import type { QueryConfig } from 'pg';
import { withoutDay } from '#libs/messaging';
import { arraysOf, Database, insertRow, leaveInFlight, type Transaction } from '#libs/persistence';
import { type LocalDate, localDate, type Step, stepsBefore, type Timeline } from '#libs/time';
import type { CorrectionReason } from '../domain/correction.js';
import { AboveMaximum, type Excess, mustBeCounted } from '../domain/maximum.js';
import type { Order, OrderLine } from '../domain/order.js';
import type { Ledger } from '../domain/order-ledger.js';

/** A membership's ledger as a decision needs it. */
export type MembershipLedger = Ledger & {
  readonly membershipId: string;
  readonly organisationId: string;
  readonly marketCode: string;
  readonly version: number;
  readonly ledgerPosition: number;
  /** Hash of the last order; empty before the first (ORD-7). */
  readonly ledgerHead: string;
};

/** An order with its place in the chain (ORD-7). */
export type OrderToAppend = {
  readonly order: Order;
  readonly previousHash: string;
  readonly content: string;
  readonly hash: string;
};

const everyStep = localDate('1900-01-01');

/** The ledgers of orders: append-only, one writer at a time per membership. */
@Injectable()
export class OrderLedgers {
  constructor(private readonly database: Database) {}

  /** As committed, with every step of every item; undefined where there is no such membership. */
  async find(membershipId: string): Promise<MembershipLedger | undefined> {
    const found = await this.database.value<LedgerRow>({
      name: 'ledger-of',
      text: 'select ledger_of($1, $2)',
      values: [membershipId, everyStep],
    });
    return fromRow(found);
  }

  /** The same with the business day; steps from the one in force on the day, or on `since` where that is earlier. */
  async findToday(
    membershipId: string,
    since: LocalDate,
  ): Promise<{ readonly today: LocalDate; readonly ledger: MembershipLedger | undefined }> {
    const row = await withoutDay(() =>
      this.database.row<{ day: LocalDate; ledger: LedgerRow | null }>({
        name: 'day-and-ledger',
        text: `select d.day, ledger_of($1, least($2::date, d.day)) as ledger
                 from platform.business_date() as d (day)`,
        values: [membershipId, since],
      }),
    );
    if (!row) throw new RangeError('One row always answers');
    return { today: row.day, ledger: fromRow(row.ledger) };
  }

  /** Locks the membership until the transaction ends; steps from the one in force on `since` on. */
  async findForUpdate(
    tx: Transaction,
    membershipId: string,
    since: LocalDate,
  ): Promise<MembershipLedger | undefined> {
    const found = await tx.value<LedgerRow>({
      name: 'ledger-for-update',
      text: 'select ledger_for_update($1, $2)',
      values: [membershipId, since],
    });
    return fromRow(found);
  }

  /**
   * Adds a signed order at the head; raises the membership's version by one. Needs the lock. Throws
   * AboveMaximum where others have ordered meanwhile what was left (ORD-6).
   */
  async append(tx: Transaction, order: OrderToAppend): Promise<void> {
    await tx.query(appending(order)).catch((error: unknown) => {
      throw aboveMaximumOf(error);
    });
  }

  /** The same, on its way with what follows (leaveInFlight): the commit throws AboveMaximum then. */
  async send(tx: Transaction, order: OrderToAppend): Promise<void> {
    await leaveInFlight(tx, appending(order), aboveMaximumOf);
  }

  /** Why the past was changed, beside the order that changed it; kept for ever (ORD-4). */
  addCorrection(tx: Transaction, orderId: string, reason: CorrectionReason, documentId: string) {
    return insertRow(tx, 'order_correction', { orderId, reason, documentId });
  }

  /**
   * The sum of O over the group, as committed and as `tx` wrote it, by item, for the items that come so near its
   * maximum that they must be counted (ORD-6): counted anew, so not cheap.
   */
  async groupCounts(
    { marketCode, items }: Pick<MembershipLedger, 'marketCode' | 'items'>,
    lines: readonly OrderLine[],
    tx: Pick<Transaction, 'rows'> = this.database,
  ): Promise<ReadonlyMap<string, Timeline>> {
    const counted = new Map<string, Timeline>();
    for (const { itemCode } of items.filter((item) => mustBeCounted(item, lines))) {
      const steps = await tx.rows<Step>({
        name: 'group-ordered',
        text: `select effective_from as "from", ordered::float8 as quantity from group_ordered($1, $2) order by 1`,
        values: [marketCode, itemCode],
      });
      counted.set(itemCode, steps);
    }
    return counted;
  }

  membershipIdsOf(marketCode: string): Promise<string[]> {
    return this.database.column<string>(
      `select id from membership where market_code = $1 and status in ('ACTIVE', 'ENDED') order by id`,
      [marketCode],
    );
  }

  /** Version and ledger head of each membership of a market: what a copy must have reached (BIL-5). */
  headsOf(marketCode: string) {
    return this.database.rows<Pick<MembershipLedger, 'membershipId' | 'version' | 'ledgerHead'>>(
      `select id as "membershipId", version::integer, ledger_head as "ledgerHead" from membership
        where market_code = $1 and status in ('ACCEPTED', 'ACTIVE', 'ENDED') order by id`,
      [marketCode],
    );
  }
}

/** The ledger of the caller's own organisation: nobody else commits its money. Throws NotVisible. */
export function requireOwnLedger(
  caller: Caller,
  ledger: MembershipLedger | undefined,
): MembershipLedger {
  if (!ledger || ledger.organisationId !== caller.organisationId) throw new NotVisible();
  requireMarket(caller, ledger.marketCode);
  return ledger;
}

function appending({ order, previousHash, content, hash }: OrderToAppend): QueryConfig {
  return {
    name: 'append-order',
    text: `with signed as (
             insert into purchase_order (id, membership_id, ledger_position, number, kind, signed_on, signed_by,
                                         rests_on, line_count, content, previous_hash, hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, cardinality($12::text[]), $9, $10, $11) returning id)
           insert into order_line (order_id, line, membership_id, item_code, effective_from, delta)
           select signed.id, l.line, $2, l.item_code, l.effective_from, l.delta
             from signed, unnest($12::text[], $13::date[], $14::bigint[])
                  with ordinality as l (item_code, effective_from, delta, line)`,
    values: [
      order.orderId,
      order.membershipId,
      order.ledgerPosition,
      order.number,
      order.kind,
      order.signedOn,
      order.signedBy,
      JSON.stringify(order.restsOn),
      content,
      previousHash,
      hash,
      ...arraysOf(order.lines, 'itemCode', 'effectiveFrom', 'delta'),
    ],
  };
}

/** The database's own refusal in the domain's words, any other failure as it is: others took meanwhile what was left (ORD-6). */
export function aboveMaximumOf(error: unknown): unknown {
  const { constraint, detail } = error as { constraint?: unknown; detail?: unknown };
  if (typeof detail !== 'string') return error;
  const of = { group_keeps_its_maximum: 'GROUP', member_keeps_its_maximum: 'MEMBER' } as const;
  const whose = of[constraint as keyof typeof of];
  if (whose === undefined) return error;
  const { itemCode, label, firstDay, wouldBe, maximum } = JSON.parse(detail) as Excess;
  const excess = wouldBe - maximum;
  return new AboveMaximum([{ itemCode, label, of: whose, firstDay, wouldBe, maximum, excess }]);
}

type LedgerRow = Omit<MembershipLedger, 'startsOn' | 'endsOn'> & {
  readonly startsOn: LocalDate | null;
  readonly endsOn: LocalDate | null;
};

/** Changes planned after the membership's end are kept in the ledger and void: nobody is shown them (WDR-2). */
function fromRow(found: LedgerRow | null | undefined): MembershipLedger | undefined {
  if (!found) return undefined;
  const { startsOn, endsOn, ...row } = found;
  if (!startsOn || !endsOn) return row;
  const items = row.items.map((item) => ({
    ...item,
    timeline: stepsBefore(item.timeline, endsOn),
  }));
  return { ...row, items, startsOn, endsOn };
}
