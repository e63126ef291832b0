import { Injectable } from '@nestjs/common';
import { Database, insertRowOnce, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { OrderLine } from '../domain/order.js';
import { type RecordedOrder, recordedOrder, recordedOrders } from '../ledger/recorded-orders.pg.js';
import type { OrderPaper } from './order-document.js';

/** An order that its supplier has to acknowledge, and who ordered. */
export type OrderToAcknowledge = {
  readonly recorded: RecordedOrder;
  readonly organisationName: string;
  readonly siren: string;
};

/** An order as the ledger holds it, with what its paper needs beside. */
export type OrderForPaper = Pick<OrderPaper, 'member'> & {
  readonly recorded: RecordedOrder;
  /** Its lines with O at the end of their day, by the orders before it in the ledger. */
  readonly lines: readonly (OrderLine & { readonly before: number })[];
};

/** What became of an order after its signature (ORD-1): dated facts, each once, never changed. */
@Injectable()
export class OrderNotices {
  constructor(private readonly database: Database) {}

  /** The market of an order; undefined where there is none. */
  marketOf(tx: Transaction, orderId: string): Promise<string | undefined> {
    return tx.value<string>(
      'select m.market_code from purchase_order o join membership m on m.id = o.membership_id where o.id = $1',
      [orderId],
    );
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

  /** What its paper is made of. Undefined also where the order is another membership's. */
  async paperOf(membershipId: string, orderId: string): Promise<OrderForPaper | undefined> {
    const row = await this.database.row<Omit<OrderForPaper, 'recorded' | 'lines'> & RecordedOrder>(
      `select ${recordedOrder}, jsonb_build_object('name', c.name, 'siren', c.siren, 'address', c.address,
                'marketNumber', coalesce(c.chorus_pro ->> 'marketNumber', '')) as member
         from ${recordedOrders} join membership m on m.id = o.membership_id
         join organisation c on c.id = m.organisation_id
        where o.id = $1 and o.membership_id = $2`,
      [orderId, membershipId],
    );
    if (!row) return undefined;
    const { member, ...recorded } = row;
    return { recorded, member, lines: await this.linesOf(orderId) };
  }

  private linesOf(orderId: string) {
    return this.database.rows<OrderForPaper['lines'][number]>(
      // One walk along the ledger, however many lines the order has.
      `with earlier as materialized (
         select l.item_code, l.effective_from, sum(l.delta) as delta
           from purchase_order o
           join purchase_order e on e.membership_id = o.membership_id and e.ledger_position < o.ledger_position
           join order_line l on l.order_id = e.id
          where o.id = $1 group by 1, 2)
       select l.item_code as "itemCode", l.effective_from as "effectiveFrom", l.delta::integer, coalesce((
                select sum(e.delta) from earlier e
                 where e.item_code = l.item_code and e.effective_from <= l.effective_from), 0)::float8 as before
         from order_line l where l.order_id = $1 order by l.line`,
      [orderId],
    );
  }
}
