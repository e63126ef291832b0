import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Pool } from './accounts.pg-repository.js';
import type { Cause } from './domain/account.js';

export type PoolMark = Pool & { readonly on: LocalDate; readonly cause: Cause };

/** The books of seats per membership and item. `held` is kept by the database itself. */
@Injectable()
export class PgSeatPools {
  /**
   * The oldest mark, once nobody of that day or before is still to be assessed, so that the order of
   * waiting lists sees everybody (PRV-2). One taker at a time.
   */
  async nextMark(tx: Transaction): Promise<PoolMark | undefined> {
    const { rows } = await tx.query<{
      membership_id: string;
      item_code: string;
      due_on: LocalDate;
      cause: Cause;
    }>(
      `select membership_id, item_code, due_on, cause from pool_mark m
       where pg_try_advisory_xact_lock(7272, 2) and not exists (
         select from person_mark p where p.import_id = '' and p.due_on <= m.due_on
           and not exists (select from person_mark h where h.person_id = p.person_id and h.import_id <> ''))
       order by due_on, membership_id, item_code limit 1 for update skip locked`,
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
  ): Promise<{ ordered: bigint; held: bigint; on: LocalDate }> {
    await tx.query(
      'insert into seat_pool (membership_id, item_code) values ($1, $2) on conflict do nothing',
      [pool.membershipId, pool.itemCode],
    );
    const { rows } = await tx.query<{ held: bigint; on: LocalDate }>(
      `select held, greatest(stands_on, $3::date) as on from seat_pool
       where membership_id = $1 and item_code = $2 for update`,
      [pool.membershipId, pool.itemCode, markedOn],
    );
    const { held, on } = rows[0] ?? { held: 0n, on: markedOn };
    const { rows: ordered } = await tx.query<{ ordered: bigint }>(
      'select seats_ordered($1, $2, $3) as ordered',
      [pool.membershipId, pool.itemCode, on],
    );
    return { ordered: ordered[0]?.ordered ?? 0n, held, on };
  }

  async setOrdered(tx: Transaction, pool: Pool, ordered: bigint, on: LocalDate): Promise<void> {
    await tx.query(
      'update seat_pool set ordered = $3, stands_on = $4 where membership_id = $1 and item_code = $2',
      [pool.membershipId, pool.itemCode, ordered, on],
    );
  }

  async settle(tx: Transaction, pool: Pool, on: LocalDate): Promise<void> {
    await tx.query(
      'delete from pool_mark where membership_id = $1 and item_code = $2 and due_on = $3',
      [pool.membershipId, pool.itemCode, on],
    );
  }

  async count(
    tx: Transaction,
    pool: Pool,
  ): Promise<{ ordered: bigint; held: bigint; waiting: bigint }> {
    const { rows } = await tx.query<{ ordered: bigint; held: bigint; waiting: bigint }>(
      `select ordered, held, (select count(*) from account a where a.membership_id = p.membership_id
         and a.item_code = p.item_code and a.state = 'WAITING_SEAT') as waiting
       from seat_pool p where membership_id = $1 and item_code = $2`,
      [pool.membershipId, pool.itemCode],
    );
    return rows[0] ?? { ordered: 0n, held: 0n, waiting: 0n };
  }
}
