import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Order } from '../domain/order.js';

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

/** A recorded order as the domain has it, of `recordedOrders`. */
export const recordedOrder = `
  jsonb_build_object('orderId', o.id, 'membershipId', o.membership_id, 'number', o.number, 'kind', o.kind,
    'signedOn', o.signed_on, 'signedBy', o.signed_by, 'restsOn', o.rests_on, 'ledgerPosition', o.ledger_position,
    'lines', (select jsonb_agg(jsonb_build_object('itemCode', l.item_code, 'effectiveFrom', l.effective_from,
                                                  'delta', l.delta) order by l.line)
                from order_line l where l.order_id = o.id)) as order,
  o.content, o.previous_hash as "previousHash", o.hash, o.signed_on as "notifiedOn",
  acknowledged.acknowledged_on as "acknowledgedOn"`;
/** Orders `o` and what became of them. */
export const recordedOrders = `
  purchase_order o left join order_acknowledgement acknowledged on acknowledged.order_id = o.id`;

/** The orders of the ledgers, as committed. */
@Injectable()
export class RecordedOrders {
  constructor(private readonly database: Database) {}

  /** Oldest first, after the position given. */
  list(membershipId: string, afterPosition: number, limit: number): Promise<RecordedOrder[]> {
    return this.database.rows<RecordedOrder>(
      `select ${recordedOrder} from ${recordedOrders}
        where o.membership_id = $1 and o.ledger_position > $2 order by o.ledger_position limit $3`,
      [membershipId, afterPosition, limit],
    );
  }
}
