import { Injectable } from '@nestjs/common';
import { PendingWork } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { EntQueue } from '../ent/ent.module.js';

/** Marks, rows, imports half received and jobs: while any is left, the day is not quiet (MKT-4). */
@Injectable()
export class PendingAccounts extends PendingWork {
  constructor(
    private readonly database: Database,
    private readonly queue: EntQueue,
  ) {
    super();
  }

  override async count(): Promise<number> {
    const jobs = await this.queue.count();
    const { rows } = await this.database.query<{ count: bigint }>(
      `select (select count(*) from person_mark) + (select count(*) from pool_mark) + (select count(*) from ent_task)
         + (select count(*) from structure_reading) + (select count(*) from import_progress where not settled)
         + (select count(*) from account, platform.business_day d
            where state = 'CLOSING' and closing_ends_on <= d.day) as count`,
    );
    return jobs + Number(rows[0]?.count ?? 0n);
  }
}
