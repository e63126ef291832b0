import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { tryTurn } from '../copies/copies.module.js';
import type { Cause, Pool } from '../accounts/accounts.module.js';
import type { Overrun, Tolerance } from './domain/tolerance.js';

export type PoolMark = Pool & { readonly on: LocalDate; readonly cause: Cause };

export type PoolNow = {
  readonly ordered: number;
  readonly held: number;
  /** Those who ask for a seat and have none, decided about or not. */
  readonly asking: number;
  /** Those told to wait. */
  readonly waiting: number;
  readonly overQuota: string;
  readonly tolerance: Tolerance | null;
  readonly overSince: LocalDate | null;
  readonly standsOn: LocalDate | null;
};

/** The books of seats per membership and item. `held` is kept by the database itself. */
@Injectable()
export class SeatPools {
  /**
   * The oldest mark, once nobody of that day or before is still to be assessed, so that the order of
   * waiting lists sees everybody (PRV-2). One taker at a time. On one day, pools whose holders ask for a
   * seat elsewhere come last: they leave with their state before the old seats are lost (MKT-5). A
   * membership that gives a school away waits for the other half of the transfer (ADH-5).
   */
  async nextMark(tx: Transaction): Promise<PoolMark | undefined> {
    if (!(await tryTurn(tx, 'allotment'))) return undefined;
    const { rows } = await tx.query<{
      membership_id: string;
      item_code: string;
      due_on: LocalDate;
      cause: Cause;
    }>(
      `select membership_id, item_code, due_on, cause from pool_mark m
       where not exists (
         select from person_mark p where p.import_id = '' and p.due_on <= m.due_on
           and not exists (select from person_mark h where h.person_id = p.person_id and h.import_id <> ''))
         and not exists (select from school_financing f where f.membership_id = m.membership_id and f.awaits_transfer)
       order by due_on, exists (
           select from account a where a.membership_id = m.membership_id and a.item_code = m.item_code
             and a.holds_seat and a.next_membership_id is not null),
         membership_id, item_code limit 1 for update skip locked`,
    );
    const row = rows[0];
    return (
      row && {
        membershipId: row.membership_id,
        itemCode: row.item_code,
        on: row.due_on,
        cause: row.cause,
      }
    );
  }

  /**
   * Locks the pool; O(d) out of the orders, 0 outside the membership. The day is that of the mark,
   * or the later one at which the pool stands already: seats never go back in time.
   */
  async lock(
    tx: Transaction,
    pool: Pool,
    markedOn: LocalDate,
  ): Promise<PoolNow & { readonly on: LocalDate }> {
    await tx.query(
      'insert into seat_pool (membership_id, item_code) values ($1, $2) on conflict do nothing',
      [pool.membershipId, pool.itemCode],
    );
    await tx.query('select from seat_pool where membership_id = $1 and item_code = $2 for update', [
      pool.membershipId,
      pool.itemCode,
    ]);
    const now = await poolNow(tx, pool);
    const on = now.standsOn !== null && now.standsOn > markedOn ? now.standsOn : markedOn;
    const { rows } = await tx.query<{ ordered: number }>(
      'select seats_ordered($1, $2, $3)::int as ordered',
      [pool.membershipId, pool.itemCode, on],
    );
    return { ...now, ordered: rows[0]?.ordered ?? 0, on };
  }

  /** O and what is tolerated beyond it: both sides of the limit in one statement. */
  async setLimit(
    tx: Transaction,
    pool: Pool,
    { ordered, overSince, tolerated, on }: Overrun & { ordered: number; on: LocalDate },
  ): Promise<void> {
    await tx.query(
      `update seat_pool set ordered = $3, stands_on = $4, tolerance = $5, over_since = $6
       where membership_id = $1 and item_code = $2`,
      [pool.membershipId, pool.itemCode, ordered, on, tolerated, overSince],
    );
  }

  async settle(tx: Transaction, pool: Pool, on: LocalDate): Promise<void> {
    await tx.query(
      'delete from pool_mark where membership_id = $1 and item_code = $2 and due_on = $3',
      [pool.membershipId, pool.itemCode, on],
    );
  }
}

/** The books of a pool with the terms of its market; nothing ordered and nothing held without books. */
export async function poolNow(tx: Pick<Transaction, 'query'>, pool: Pool): Promise<PoolNow> {
  const { rows } = await tx.query<{
    ordered: number;
    held: number;
    asking: number;
    waiting: number;
    over_quota: string;
    tolerance_days: number;
    tolerance_percent: number;
    over_since: LocalDate | null;
    stands_on: LocalDate | null;
  }>(
    `select coalesce(p.ordered, 0)::int as ordered, coalesce(p.held, 0)::int as held, seats_asked($1, $2)::int as asking,
       (select count(*)::int from account a where a.membership_id = $1 and a.item_code = $2
          and a.item_code <> '' and a.state = 'WAITING_SEAT') as waiting,
       coalesce(k.over_quota, 'WAIT') as over_quota, coalesce(k.tolerance_days, 0) as tolerance_days,
       coalesce(k.tolerance_percent, 0) as tolerance_percent, p.over_since, p.stands_on
     from (values ($1::text, $2::text)) as x (membership_id, item_code)
     left join seat_pool p using (membership_id, item_code)
     left join membership m using (membership_id) left join market k using (market_code)`,
    [pool.membershipId, pool.itemCode],
  );
  const [row] = rows;
  if (!row) throw new RangeError('no row for a pool');
  const { ordered, held, asking, waiting, over_quota: overQuota } = row;
  const tolerance =
    overQuota === 'TOLERATE' ? { days: row.tolerance_days, percent: row.tolerance_percent } : null;
  const { over_since: overSince, stands_on: standsOn } = row;
  return { ordered, held, asking, waiting, overQuota, tolerance, overSince, standsOn };
}
