import { Injectable } from '@nestjs/common';
import { topics } from '#libs/contracts';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';

/** Up to which day provisioning states that every fact of accounts is told; moves with the positions of the topic. */
@Injectable()
export class DaysTold {
  constructor(private readonly database: Database) {}

  /** Days told before stay told. */
  async keep(tx: Transaction, partition: number, before: LocalDate): Promise<void> {
    await tx.query(
      `insert into days_told as known (partition, before) values ($1, $2)
       on conflict (partition) do update set before = greatest(known.before, excluded.before)`,
      [partition, before],
    );
  }

  /** The first day that is not told in every partition; undefined where some partition has told none. */
  async before(): Promise<LocalDate | undefined> {
    const { rows } = await this.database.query<{ before: LocalDate }>(
      `select min(before) as before from days_told where partition < $1 having count(*) = $1`,
      [topics.account.partitions],
    );
    return rows[0]?.before;
  }
}
