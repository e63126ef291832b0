import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Pool } from '../accounts/accounts.module.js';
import type { OrderedFrom, PoolToday } from './domain/seats-lost.js';
import { poolNow } from './seat-pools.pg.js';

export type SeatsOfSchool = { readonly uai: string; readonly seats: number };

type Asker = Pick<Transaction, 'query'>;

/** What decides who would lose a seat (PRV-7), without taking any. */
@Injectable()
export class SeatLosses {
  constructor(private readonly database: Database) {}

  /** The pool as it stands and the service's day; undefined before the first business day. */
  async poolToday(pool: Pool): Promise<{ pool: PoolToday; today: LocalDate } | undefined> {
    const { rows } = await this.database.query<{ day: LocalDate | null }>(
      'select day from platform.business_day',
    );
    const day = rows[0]?.day ?? null;
    return day === null ? undefined : { pool: await poolNow(this.database, pool), today: day };
  }

  /** O as the orders known here plan it, from a day on, up to and with another: within the membership only. */
  async timeline(
    tx: Transaction,
    pool: Pool,
    from: LocalDate,
    through: LocalDate,
  ): Promise<OrderedFrom[]> {
    const { rows } = await tx.query<OrderedFrom>(
      `select day as "from", seats_ordered($1, $2, day)::int as ordered from (
         select $3::date as day
         union
         select l.effective_from from order_line l join membership m using (membership_id)
         where l.membership_id = $1 and l.item_code = $2 and l.effective_from > $3 and l.effective_from <= $4
           and m.starts_on <= l.effective_from and m.ends_on > l.effective_from) as days
       order by day`,
      [pool.membershipId, pool.itemCode, from, through],
    );
    return rows;
  }

  /** The schools of the latest enrolled who hold a seat, by UAI: so many, after those who lose theirs before. */
  async schoolsOfLatest(
    pool: Pool,
    { skip, take }: { readonly skip: number; readonly take: number },
    asker: Asker = this.database,
  ): Promise<SeatsOfSchool[]> {
    const { rows } = await asker.query<SeatsOfSchool>(
      `select uai, count(*)::int as seats from (
         select uai from account where membership_id = $1 and item_code = $2 and holds_seat
         order by entry_on desc, source_key desc, account_id desc offset $3 limit $4) as latest
       group by uai order by uai`,
      [pool.membershipId, pool.itemCode, skip, take],
    );
    return rows;
  }
}
