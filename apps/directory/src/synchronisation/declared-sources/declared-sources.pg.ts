import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import { isSeen } from '../imports.pg.js';
import {
  type SourceDeclaration,
  type SourceKind,
  SourceUndeclared,
} from '../domain/source-declaration.js';
import { standsStopped } from './source-alarms.pg.js';

type SourceRow = {
  source_code: string;
  kind: SourceKind;
  title: string;
  academy_code: string;
  priority: number;
  priorities: SourceDeclaration['priorities'];
  departments: string[];
  uais: string[];
  profiles: string[];
  enabled: boolean;
  delivers_deltas: boolean;
  every_days: number;
};

/** What has become of what a source delivered. */
type Deliveries = {
  /** Of the latest data that an import has ended with, whole and as changes since; empty: none. */
  readonly lastFullOn: string;
  readonly lastDeltaOn: string;
  readonly lastImportId: string;
  readonly lastState: string;
  readonly lastDatedOn: string;
  readonly lastStartedOn: string;
  /** What stopped an import, until something is read of the same source and school. */
  readonly incident?: {
    readonly importId: string;
    readonly code: string;
    readonly message: string;
    readonly since: string;
  };
  readonly schoolsHeld: number;
  readonly schoolsStopped: number;
};
type DeliveriesRow = Deliveries & { incident: Deliveries['incident'] | null };

@Injectable()
export class DeclaredSources {
  constructor(private readonly database: Database) {}

  async declare(tx: Transaction, source: SourceDeclaration): Promise<void> {
    await tx.query(
      `insert into declared_source as s (source_code, kind, title, academy_code, priority, departments, uais, profiles, enabled, delivers_deltas, priorities, every_days, expected_since)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, (select day from platform.business_day))
       on conflict (source_code) do update set kind = excluded.kind, title = excluded.title,
         academy_code = excluded.academy_code, priority = excluded.priority, departments = excluded.departments,
         uais = excluded.uais, profiles = excluded.profiles, enabled = excluded.enabled, delivers_deltas = excluded.delivers_deltas,
         priorities = excluded.priorities, every_days = excluded.every_days,
         expected_since = case when s.every_days = excluded.every_days and s.enabled = excluded.enabled
           then s.expected_since else excluded.expected_since end,
         derived_to = case when (s.priority, s.priorities) is distinct from (excluded.priority, excluded.priorities)
           then '00000000-0000-0000-0000-000000000000' else s.derived_to end`,
      [
        source.sourceCode,
        source.kind,
        source.title,
        source.academyCode,
        source.priority,
        source.departments,
        source.uais,
        source.profiles,
        source.enabled,
        source.deliversDeltas,
        JSON.stringify(source.priorities),
        source.everyDays,
      ],
    );
  }

  /** Throws SourceUndeclared. */
  async get(sourceCode: string): Promise<SourceDeclaration> {
    const { rows } = await this.database.query<SourceRow>(
      'select * from declared_source where source_code = $1',
      [sourceCode],
    );
    if (!rows[0]) throw new SourceUndeclared(sourceCode);
    return fromRow(rows[0]);
  }

  /** Of those that deliver files now; as many as one may declare in years. */
  async codes(): Promise<string[]> {
    const { rows } = await this.database.query<{ source_code: string }>(
      `select source_code from declared_source where enabled and kind <> 'LDAP' order by source_code limit 1000`,
    );
    return rows.map(({ source_code }) => source_code);
  }

  /** Those that are asked, and deliver nothing themselves. */
  async toAsk(tx: Transaction): Promise<readonly SourceDeclaration[]> {
    const { rows } = await tx.query<SourceRow>(
      `select * from declared_source where kind = 'LDAP' and enabled order by source_code`,
    );
    return rows.map(fromRow);
  }

  /**
   * By code, with what became of what they delivered, as far as it was delivered for one of the schools `seen` (undefined:
   * of all); `limit` + 1 of them where there are more.
   */
  async list(
    limit: number,
    after: string | undefined,
    seen?: readonly string[],
  ): Promise<(SourceDeclaration & Deliveries)[]> {
    const { rows } = await this.database.query<SourceRow & DeliveriesRow>(
      `select s.*, coalesce(d.full_on::text, '') as "lastFullOn", coalesce(d.delta_on::text, '') as "lastDeltaOn",
         coalesce(l.import_id::text, '') as "lastImportId", coalesce(l.state, '') as "lastState",
         coalesce(l.dated_on::text, '') as "lastDatedOn", coalesce(l.started_on::text, '') as "lastStartedOn",
         x.incident, x.schools as "schoolsStopped", h.schools as "schoolsHeld"
       from declared_source s
       left join (
         select source, max(dated_on) filter (where extent = 'FULL') as full_on,
           max(dated_on) filter (where extent = 'DELTA') as delta_on
         from directory_import where state = 'COMPLETED' group by source) d on d.source = s.source_code
       left join lateral (
         select * from directory_import i where i.source = s.source_code and ${isSeen('$3')}
         order by i.started_at desc, i.import_id desc limit 1) l on true
       cross join lateral (
         select count(distinct i.uai)::int as schools,
           (array_agg(json_build_object('importId', i.import_id, 'code', i.stopped_by, 'message', r.message, 'since', i.started_on)
              order by i.started_at desc))[1] as incident
         from directory_import i join import_remark r on r.import_id = i.import_id and r.code = i.stopped_by
         where i.source = s.source_code and ${standsStopped} and ${isSeen('$3')}) x
       cross join lateral (
         select count(distinct i.uai)::int as schools from directory_import i
         where i.source = s.source_code and i.state = 'HELD' and ${isSeen('$3')}) h
       where $2::text is null or s.source_code collate "C" > $2
       order by s.source_code collate "C" limit $1`,
      [limit + 1, after ?? null, seen ?? null],
    );
    return rows.map(({ incident, ...row }) => ({
      ...fromRow(row),
      ...{ lastFullOn: row.lastFullOn, lastDeltaOn: row.lastDeltaOn },
      ...{ lastImportId: row.lastImportId, lastState: row.lastState },
      ...{ lastDatedOn: row.lastDatedOn, lastStartedOn: row.lastStartedOn },
      ...{ schoolsHeld: row.schoolsHeld, schoolsStopped: row.schoolsStopped },
      ...(incident ? { incident } : {}),
    }));
  }
}

function fromRow(row: SourceRow): SourceDeclaration {
  return {
    sourceCode: row.source_code,
    kind: row.kind,
    title: row.title,
    academyCode: row.academy_code,
    priority: row.priority,
    priorities: row.priorities,
    departments: row.departments,
    uais: row.uais,
    profiles: row.profiles,
    enabled: row.enabled,
    deliversDeltas: row.delivers_deltas,
    everyDays: row.every_days,
  };
}
