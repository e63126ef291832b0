import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import type { OrderKind } from '../domain/order.js';
import { fromRow, groupOrderedIn, type LedgerRow } from './orders.pg-repository.js';
import { OrderReader, type RecordedOrder } from './orders.reader.js';

/** Orders `o` with their lines and what became of them. */
export const recordedOrder = `
  select o.id, o.membership_id, o.ledger_position, o.number, o.kind, o.signed_on, o.signed_by, o.rests_on,
         o.content, o.previous_hash, o.hash, notified.noticed_on as notified_on, acknowledged.noticed_on as acknowledged_on,
         (select jsonb_agg(jsonb_build_object('itemCode', l.item_code, 'effectiveFrom', l.effective_from,
                                              'delta', l.delta) order by l.line)
            from order_line l where l.order_id = o.id) as lines
    from purchase_order o
    left join order_notice notified on notified.order_id = o.id and notified.kind = 'NOTIFIED'
    left join order_notice acknowledged on acknowledged.order_id = o.id and acknowledged.kind = 'ACKNOWLEDGED'`;

@Injectable()
export class PgOrderReader extends OrderReader {
  constructor(private readonly database: Database) {
    super();
  }

  async ledgerOf(membershipId: string) {
    const { rows } = await this.database.query<{ ledger: LedgerRow | null }>(
      `select ledger_of($1, '1900-01-01') as ledger`,
      [membershipId],
    );
    const row = rows[0]?.ledger;
    return row ? fromRow(row) : undefined;
  }

  async ordersOf(membershipId: string, afterPosition: number, limit: number) {
    const { rows } = await this.database.query<OrderRow>(
      `${recordedOrder}
        where o.membership_id = $1 and o.ledger_position > $2 order by o.ledger_position limit $3`,
      [membershipId, afterPosition, limit],
    );
    return rows.map(toRecordedOrder);
  }

  groupOrdered(marketCode: string, itemCode: string) {
    return groupOrderedIn(this.database, marketCode, itemCode);
  }

  async membershipIdsOf(marketCode: string): Promise<string[]> {
    const { rows } = await this.database.query<{ id: string }>(
      `select id from membership where market_code = $1 and status in ('ACTIVE', 'ENDED') order by id`,
      [marketCode],
    );
    return rows.map(({ id }) => id);
  }

  async headsOf(marketCode: string) {
    const { rows } = await this.database.query<{ id: string; version: bigint; head: string }>(
      `select id, version, ledger_head as head from membership
        where market_code = $1 and status in ('ACCEPTED', 'ACTIVE', 'ENDED') order by id`,
      [marketCode],
    );
    return rows.map(({ id, version, head }) => ({
      membershipId: id,
      version: Number(version),
      ledgerHead: head,
    }));
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
  notified_on: LocalDate | null;
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
    notifiedOn: row.notified_on,
    acknowledgedOn: row.acknowledged_on,
  };
}
