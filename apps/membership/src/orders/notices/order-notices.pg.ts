import { Injectable } from '@nestjs/common';
import { Database, insertRowOnce, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { type RecordedOrder, recordedOrder, recordedOrders } from '../ledger/recorded-orders.pg.js';

/** An order that its supplier has to acknowledge, and who ordered. */
export type OrderToAcknowledge = {
  readonly recorded: RecordedOrder;
  readonly organisationName: string;
  readonly siren: string;
};

/** What became of an order after its signature (ORD-1): dated facts, each once, never changed. */
@Injectable()
export class OrderNotices {
  constructor(private readonly database: Database) {}

  /** The market of an order; undefined where there is none. */
  async marketOf(tx: Transaction, orderId: string): Promise<string | undefined> {
    const found = await tx.row<{ market_code: string }>(
      'select m.market_code from purchase_order o join membership m on m.id = o.membership_id where o.id = $1',
      [orderId],
    );
    return found?.market_code;
  }

  /** Keeps the first acknowledgement. Gives whether it was this one. */
  acknowledge(tx: Transaction, orderId: string, on: LocalDate, by: string): Promise<boolean> {
    // Two at once: the second waits for the first, then adds nothing.
    const acknowledged = { orderId, acknowledgedOn: on, acknowledgedBy: by };
    return insertRowOnce(tx, 'order_acknowledgement', acknowledged);
  }

  find(tx: Transaction, orderId: string): Promise<RecordedOrder | undefined> {
    const found = `select ${recordedOrder} from ${recordedOrders} where o.id = $1`;
    return tx.row<RecordedOrder>(found, [orderId]);
  }

  /** Notified and not acknowledged, the oldest notice first, after the notice given. */
  async toAcknowledge(page: {
    readonly marketCode: string;
    readonly after?: readonly [notifiedOn: string, orderId: string] | undefined;
    readonly limit: number;
  }): Promise<OrderToAcknowledge[]> {
    const [afterDay = '1900-01-01', afterId = ''] = page.after ?? [];
    type Row = RecordedOrder & Omit<OrderToAcknowledge, 'recorded'>;
    const rows = await this.database.rows<Row>(
      `select ${recordedOrder}, c.name as "organisationName", c.siren from ${recordedOrders}
         join membership m on m.id = o.membership_id join organisation c on c.id = m.organisation_id
        where m.market_code = $1 and acknowledged.acknowledged_on is null and (o.signed_on, o.id) > ($2, $3)
        order by o.signed_on, o.id limit $4`,
      [page.marketCode, afterDay, afterId, page.limit],
    );
    return rows.map(({ organisationName, siren, ...recorded }) => ({
      recorded,
      organisationName,
      siren,
    }));
  }
}
