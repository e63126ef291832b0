import { Injectable } from '@nestjs/common';
import type { PartitionEnds } from '#libs/messaging';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';

/** Where the topics that the service reads ended at one moment. */
export type InputEnds = readonly {
  readonly topic: string;
  readonly partitions: readonly PartitionEnds[];
}[];

// An event that waits for its own day is of that day, which is still to come.
const isSetAsideOf = (day: string) =>
  `exists (select from platform.parked_event where (awaits is null or awaits < ${day}))`;

/** Up to which day all facts of accounts are told, and what keeps a day from being so (BIL-5). */
@Injectable()
export class DaysTold {
  constructor(private readonly database: Database) {}

  /** The day that the service stands at, where it has not stated the days before it; undefined: all is stated. */
  async untold(): Promise<LocalDate | undefined> {
    const { rows } = await this.database.query<{ day: LocalDate }>(
      `select day from platform.business_day, days_told where day > before`,
    );
    return rows[0]?.day;
  }

  /** 1 while the days before the service's own are still to be stated; 0 too where that waits for a person. */
  async untoldCount(): Promise<number> {
    const { rows } = await this.database.query<{ n: bigint }>(
      `select count(*) as n from platform.business_day, days_told
        where day > before and not ${isSetAsideOf('day')}`,
    );
    return Number(rows[0]?.n ?? 0n);
  }

  /** States the days before this one. False where another process has. */
  async state(tx: Transaction, before: LocalDate): Promise<boolean> {
    const { rowCount } = await tx.query('update days_told set before = $1 where before < $1', [
      before,
    ]);
    return rowCount === 1;
  }

  /**
   * Whether all that was heard by `heard` is in the facts of accounts, save what is of the day itself: one statement,
   * so that what goes from input to mark and from mark to fact is seen in one of them. What the ENT has still to
   * confirm is a fact of the day on which it does (MKT-4), and holds up nobody.
   */
  async isAllTold(tx: Transaction, before: LocalDate, heard: InputEnds): Promise<boolean> {
    const ends = heard.flatMap(({ topic, partitions }) =>
      partitions.filter(({ low, high }) => high > low).map((one) => ({ topic, ...one })),
    );
    const { rows } = await tx.query<{ told: boolean }>(
      `select not exists (select from person_mark where due_on < $1::date)
          and not exists (select from pool_mark where due_on < $1::date)
          and not exists (select from account where state = 'CLOSING' and closing_ends_on < $1::date)
          and not exists (select from lost_account_fact)
          and not ${isSetAsideOf('$1::date')}
          and not exists (
            select from unnest($2::text[], $3::integer[], $4::bigint[]) as heard (topic, partition, high)
              left join platform.consumer_position p using (topic, partition)
             where coalesce(p.next_offset, 0) < heard.high) as told`,
      [
        before,
        ends.map(({ topic }) => topic),
        ends.map(({ partition }) => partition),
        ends.map(({ high }) => high),
      ],
    );
    return rows[0]?.told ?? false;
  }
}
