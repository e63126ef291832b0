import { Injectable } from '@nestjs/common';
import { PendingWork } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { SourceAlarms } from './declared-sources/source-alarms.pg.js';
import { unfinished } from './domain/directory-import.js';

/** While an import is read, planned or applied, or people are derived anew, the day is not quiet (MKT-4). One that waits for a person is no work of ours, and rings. */
@Injectable()
export class PendingImports extends PendingWork {
  constructor(
    private readonly database: Database,
    private readonly alarms: SourceAlarms,
  ) {
    super();
  }

  override async count(): Promise<number> {
    const { rows } = await this.database.query<{ count: bigint }>(
      `select (select count(*) from directory_import where state = any($1))
         + (select count(*) from declared_source where derived_to is not null) as count`,
      [unfinished],
    );
    await this.alarms.show();
    return Number(rows[0]!.count);
  }
}
