import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { OrderLine } from '../domain/order.js';
import { type RecordedOrder, recordedOrder, recordedOrders } from '../ledger/recorded-orders.pg.js';
import type { OrderPaper } from './order-document.js';

/** An order as the ledger holds it, with what its paper needs beside. */
export type OrderForPaper = Pick<OrderPaper, 'member'> & {
  readonly recorded: RecordedOrder;
  /** Its lines with O at the end of their day, by the orders before it in the ledger. */
  readonly lines: readonly (OrderLine & { readonly before: number })[];
};

/** What the paper of an order is made of. */
@Injectable()
export class OrderPapers {
  constructor(private readonly database: Database) {}

  /** Undefined also where the order is another membership's. */
  async find(membershipId: string, orderId: string): Promise<OrderForPaper | undefined> {
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
