import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Pool } from './accounts.pg-repository.js';
import type { PoolToday } from './domain/seats-lost.js';

export type SeatsOfSchool = { readonly uai: string; readonly seats: bigint };

type Asker = Pick<Transaction, 'query'>;

/** What decides who would lose a seat (PRV-7), without taking any. */
@Injectable()
export class PgSeatLosses {
  constructor(private readonly database: Database) {}

  /** The pool as it stands and the service's day; undefined before the first business day. */
  async poolToday(
    pool: Pool,
    asker: Asker = this.database,
  ): Promise<{ pool: PoolToday; today: LocalDate } | undefined> {
    const { rows } = await asker.query<{ held: bigint; waiting: bigint; day: LocalDate | null }>(
      `select coalesce(p.held, 0) as held, d.day,
         (select count(*) from account a where a.membership_id = $1 and a.item_code = $2 and a.item_code <> ''
            and a.state in ('REQUESTED', 'WAITING_SEAT')) as waiting
       from platform.business_day d left join seat_pool p on p.membership_id = $1 and p.item_code = $2`,
      [pool.membershipId, pool.itemCode],
    );
    const row = rows[0];
    if (!row || row.day === null) return undefined;
    const { held, waiting, day } = row;
    return { pool: { held, waiting, tolerance: null, overSince: null }, today: day };
  }

  /** The schools of the latest enrolled who hold a seat: those who would lose it, by UAI. */
  async schoolsOfLatest(
    pool: Pool,
    seats: bigint,
    asker: Asker = this.database,
  ): Promise<SeatsOfSchool[]> {
    const { rows } = await asker.query<SeatsOfSchool>(
      `select uai, count(*) as seats from (
         select uai from account where membership_id = $1 and item_code = $2 and holds_seat
         order by entry_on desc, source_key desc, account_id desc limit $3) as latest
       group by uai order by uai`,
      [pool.membershipId, pool.itemCode, seats],
    );
    return rows;
  }
}
