import { Injectable } from '@nestjs/common';
import { Outbox } from '#libs/messaging';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { PersonFacts } from '../people/people.module.js';
import { unfinished } from './domain/directory-import.js';
import type { SourceKind } from './domain/source-declaration.js';
import { ImportConnection, letGo } from './import-connection.pg.js';
import type { ImportToRun, WorkspaceOptions } from './import-to-run.js';
import { importLock } from './import-turn.pg.js';
import { OpenImport } from './open-import.pg.js';
import { tempBuffers } from './plans/steps/part-steps.pg.js';

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
    const client = await this.database.connect();
    let kept = false;
    try {
      const lock = await client.query<{ taken: boolean }>(
        // An import of minutes is not begun anew for a lock.
        `select pg_try_advisory_lock${importLock} as taken, set_config('lock_timeout', '5s', false)`,
      );
      if (!lock.rows[0]!.taken) return undefined;
      const { rows } = await client.query<ImportRow>(
        `with taken as (
           update directory_import set attempts = attempts + 1
           where import_id = (select import_id from directory_import where state = any($1)
                              order by started_at, import_id limit 1)
           returning import_id, folder, fingerprint, source, uai, extent, dated_on, started_on, delivered_on is not null as is_delivered, plan_only, own_school)
         select t.*, d.kind, d.title, d.academy_code, d.priority, d.priorities, d.departments, d.uais, d.profiles, d.enabled, d.delivers_deltas, d.every_days
         from taken t join declared_source d on d.source_code = t.source`,
        [unfinished],
      );
      const row = rows[0];
      if (!row) return undefined;
      const connection = new ImportConnection(client, toWork(row));
      const open = new OpenImport(connection, this.outbox, this.facts, this.options);
      await client.query(tempBuffers);
      kept = true;
      return open;
    } finally {
      // Destroyed, not returned: lock and temporary tables must not outlive their use.
      if (!kept) await letGo(client);
    }
  }
}

type ImportRow = {
  import_id: string;
  folder: string;
  fingerprint: string;
  source: string;
  dated_on: LocalDate;
  uai: string;
  extent: 'FULL' | 'DELTA';
  started_on: LocalDate;
  is_delivered: boolean;
  plan_only: boolean;
  own_school: boolean;
  kind: SourceKind;
  title: string;
  academy_code: string;
  priority: number;
  priorities: ImportToRun['source']['priorities'];
  departments: string[];
  uais: string[];
  profiles: string[];
  enabled: boolean;
  delivers_deltas: boolean;
  every_days: number;
};

function toWork(row: ImportRow): ImportToRun {
  const { kind, title, priority, priorities, profiles, enabled } = row;
  // What a head delivers says nothing of another school.
  const perimeter = row.own_school
    ? { departments: [], uais: [row.uai] }
    : { departments: row.departments, uais: row.uais };
  return {
    importId: row.import_id,
    folder: row.folder,
    fingerprint: row.fingerprint,
    source: {
      ...{ sourceCode: row.source, kind, title, academyCode: row.academy_code, priority },
      priorities,
      ...{ ...perimeter, profiles, enabled, deliversDeltas: row.delivers_deltas },
      everyDays: row.every_days,
    },
    datedOn: row.dated_on,
    uai: row.uai,
    extent: row.extent,
    startedOn: row.started_on,
    isDelivered: row.is_delivered,
    planOnly: row.plan_only,
  };
}
