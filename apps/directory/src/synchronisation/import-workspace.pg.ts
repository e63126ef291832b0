import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import { Database } from '#libs/persistence';
import { PersonFacts } from '../people/people.module.js';
import { UNFINISHED } from './domain/directory-import.js';
import type { ImportToRun, WorkspaceOptions } from './import-to-run.js';
import { importLock } from './import-turn.pg.js';
import { OpenImport } from './open-import.pg.js';

/** One import at a time in the whole service: the lock belongs to the connection, so it dies with the process. */
@Injectable()
export class ImportWorkspace {
  constructor(
    private readonly database: Database,
    private readonly outbox: Outbox,
    private readonly facts: PersonFacts,
    private readonly options: WorkspaceOptions,
  ) {}

  /** Takes the oldest unfinished import, or undefined when there is none or another process has it. */
  async open(): Promise<OpenImport | undefined> {
    const client = await this.database.pool.connect();
    let kept = false;
    try {
      const lock = await client.query<{ taken: boolean }>(
        `select pg_try_advisory_lock${importLock} as taken`,
      );
      if (!lock.rows[0]!.taken) return undefined;
      const { rows } = await client.query<{
        import_id: string;
        folder: string;
        source: string;
        dated_on: string;
        started_on: string;
        approved: boolean;
      }>(
        `update directory_import set attempts = attempts + 1, state = 'READING', entries_read = 0
         where import_id = (select import_id from directory_import where state = any($1)
                            order by started_at, import_id limit 1)
         returning import_id, folder, source, dated_on, started_on, approved_by is not null as approved`,
        [UNFINISHED],
      );
      const row = rows[0];
      if (!row) return undefined;
      const work: ImportToRun = {
        importId: row.import_id,
        folder: row.folder,
        source: row.source,
        datedOn: row.dated_on,
        startedOn: row.started_on,
        approved: row.approved,
      };
      const open = new OpenImport(client, work, this.outbox, this.facts, this.options);
      await open.prepare();
      kept = true;
      return open;
    } finally {
      // Destroyed, not returned: lock and temporary tables must not outlive their use.
      if (!kept) client.release(true);
    }
  }
}
