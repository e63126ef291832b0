import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import { type LocalDate, stepsBefore, type Timeline } from '#libs/time';
import { AboveMaximum, type Excess } from '../domain/maximum.js';
import type { Order } from '../domain/order.js';
import { type MembershipLedger, OrderLedgers } from './orders.repository.js';

@Injectable()
export class PgOrderLedgers extends OrderLedgers {
  async findForUpdate(tx: Transaction, membershipId: string, since: LocalDate) {
    const { rows } = await tx.query<{ ledger: LedgerRow | null }>({
      name: 'ledger-for-update',
      text: 'select ledger_for_update($1, $2) as ledger',
      values: [membershipId, since],
    });
    const row = rows[0]?.ledger;
    return row ? fromRow(row) : undefined;
  }

  async append(
    tx: Transaction,
    order: Order,
    { previousHash, content, hash }: { previousHash: string; content: string; hash: string },
  ): Promise<void> {
    const append = tx.query({
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
        order.lines.map(({ itemCode }) => itemCode),
        order.lines.map(({ effectiveFrom }) => effectiveFrom),
        order.lines.map(({ delta }) => delta),
      ],
    });
    await append.catch((error: unknown) => {
      throw aboveMaximumOf(error) ?? error;
    });
  }

  groupOrdered(tx: Transaction, marketCode: string, itemCode: string): Promise<Timeline> {
    return groupOrderedIn(tx, marketCode, itemCode);
  }
}

export async function groupOrderedIn(
  asked: Pick<Transaction, 'query'>,
  marketCode: string,
  itemCode: string,
): Promise<Timeline> {
  const { rows } = await asked.query<{ effective_from: LocalDate; ordered: bigint }>({
    name: 'group-ordered',
    text: 'select effective_from, ordered from group_ordered($1, $2) order by effective_from',
    values: [marketCode, itemCode],
  });
  return rows.map(({ effective_from, ordered }) => ({
    from: effective_from,
    quantity: Number(ordered),
  }));
}

/** The database's own refusal in the domain's words: others took meanwhile what was left (ORD-6). */
export function aboveMaximumOf(error: unknown): AboveMaximum | undefined {
  const { constraint, detail } = error as { constraint?: unknown; detail?: unknown };
  if (typeof detail !== 'string') return undefined;
  const of = { group_keeps_its_maximum: 'GROUP', member_keeps_its_maximum: 'MEMBER' } as const;
  const whose = of[constraint as keyof typeof of];
  if (whose === undefined) return undefined;
  const { itemCode, label, firstDay, wouldBe, maximum } = JSON.parse(detail) as Excess;
  const excess = wouldBe - maximum;
  return new AboveMaximum([{ itemCode, label, of: whose, firstDay, wouldBe, maximum, excess }]);
}

export type LedgerRow = Omit<MembershipLedger, 'startsOn' | 'endsOn'> & {
  readonly startsOn: LocalDate | null;
  readonly endsOn: LocalDate | null;
};

/** Changes planned after the membership's end are kept in the ledger and void: nobody is shown them (WDR-2). */
export function fromRow({ startsOn, endsOn, ...row }: LedgerRow): MembershipLedger {
  if (!startsOn || !endsOn) return row;
  const items = row.items.map((item) => ({
    ...item,
    timeline: stepsBefore(item.timeline, endsOn),
  }));
  return { ...row, items, startsOn, endsOn };
}
