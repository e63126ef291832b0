import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import type { Order, OrderKind } from '../domain/order.js';

/** An order with what its hash rests on (ORD-7). */
export type ChainedOrder = {
  readonly order: Order;
  readonly content: string;
  readonly previousHash: string;
  readonly hash: string;
};

/** An order as it stands in the ledger, with what became of it since (ORD-1). */
export type RecordedOrder = ChainedOrder & {
  /** The supplier finds an order in its list from its signature on. */
  readonly notifiedOn: LocalDate;
  /** The day on which the supplier acknowledged it; null while it has not. */
  readonly acknowledgedOn: LocalDate | null;
};

/** Orders `o` with their lines and what became of them. */
export const recordedOrder = `
  select o.id, o.membership_id, o.ledger_position, o.number, o.kind, o.signed_on, o.signed_by, o.rests_on,
         o.content, o.previous_hash, o.hash, acknowledged.acknowledged_on,
         (select jsonb_agg(jsonb_build_object('itemCode', l.item_code, 'effectiveFrom', l.effective_from,
                                              'delta', l.delta) order by l.line)
            from order_line l where l.order_id = o.id) as lines
    from purchase_order o
    left join order_acknowledgement acknowledged on acknowledged.order_id = o.id`;

/** The orders of the ledgers, as committed. */
@Injectable()
export class RecordedOrders {
  constructor(private readonly database: Database) {}

  /** Oldest first, after the position given. */
  async list(membershipId: string, afterPosition: number, limit: number): Promise<RecordedOrder[]> {
    const { rows } = await this.database.query<OrderRow>(
      `${recordedOrder}
        where o.membership_id = $1 and o.ledger_position > $2 order by o.ledger_position limit $3`,
      [membershipId, afterPosition, limit],
    );
    return rows.map(toRecordedOrder);
  }
}

export type OrderRow = {
  id: string;
  membership_id: string;
  ledger_position: bigint;
  number: string;
  kind: OrderKind;
  signed_on: LocalDate;
  signed_by: string;
  rests_on: DocumentReference[];
  content: string;
  previous_hash: string;
  hash: string;
  acknowledged_on: LocalDate | null;
  lines: { itemCode: string; effectiveFrom: LocalDate; delta: number }[];
};

export function toRecordedOrder(row: OrderRow): RecordedOrder {
  return {
    order: {
      orderId: row.id,
      membershipId: row.membership_id,
      number: row.number,
      kind: row.kind,
      signedOn: row.signed_on,
      signedBy: row.signed_by,
      lines: row.lines,
      restsOn: row.rests_on,
      ledgerPosition: Number(row.ledger_position),
    },
    content: row.content,
    previousHash: row.previous_hash,
    hash: row.hash,
    notifiedOn: row.signed_on,
    acknowledgedOn: row.acknowledged_on,
  };
}
