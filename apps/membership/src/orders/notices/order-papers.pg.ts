import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { OrderLine } from '../domain/order.js';
import {
  type OrderRow,
  type RecordedOrder,
  recordedOrder,
  toRecordedOrder,
} from '../ledger/recorded-orders.pg.js';

/** An order as the ledger holds it, with what its paper needs beside. */
export type OrderForPaper = {
  readonly recorded: RecordedOrder;
  readonly member: {
    readonly name: string;
    readonly siren: string;
    readonly address: string;
    readonly marketNumber: string;
  };
  /** Its lines with O at the end of their day, by the orders before it in the ledger. */
  readonly lines: readonly (OrderLine & { readonly before: number })[];
};

/** What the paper of an order is made of. */
@Injectable()
export class OrderPapers {
  constructor(private readonly database: Database) {}

  /** Undefined also where the order is another membership's. */
  async find(membershipId: string, orderId: string): Promise<OrderForPaper | undefined> {
    const { rows } = await this.database.query<OrderRow & MemberColumns>(
      `select found.*, c.name, c.siren, c.address, coalesce(c.chorus_pro ->> 'marketNumber', '') as market_number
         from (${recordedOrder} where o.id = $1 and o.membership_id = $2) found
         join membership m on m.id = found.membership_id
         join organisation c on c.id = m.organisation_id`,
      [orderId, membershipId],
    );
    const row = rows[0];
    if (!row) return undefined;
    const { name, siren, address, market_number: marketNumber } = row;
    const recorded = toRecordedOrder(row);
    return {
      recorded,
      member: { name, siren, address, marketNumber },
      lines: await this.linesOf(orderId),
    };
  }

  private async linesOf(orderId: string): Promise<OrderForPaper['lines']> {
    const { rows } = await this.database.query<LineRow>(
      // One walk along the ledger, however many lines the order has.
      `with earlier as materialized (
         select l.item_code, l.effective_from, sum(l.delta) as delta
           from purchase_order o
           join purchase_order e on e.membership_id = o.membership_id and e.ledger_position < o.ledger_position
           join order_line l on l.order_id = e.id
          where o.id = $1 group by 1, 2)
       select l.item_code, l.effective_from, l.delta, coalesce((
                select sum(e.delta) from earlier e
                 where e.item_code = l.item_code and e.effective_from <= l.effective_from), 0)::bigint as before
         from order_line l where l.order_id = $1 order by l.line`,
      [orderId],
    );
    return rows.map((row) => ({
      itemCode: row.item_code,
      effectiveFrom: row.effective_from,
      delta: Number(row.delta),
      before: Number(row.before),
    }));
  }
}

type MemberColumns = { name: string; siren: string; address: string; market_number: string };
type LineRow = { item_code: string; effective_from: LocalDate; delta: bigint; before: bigint };
