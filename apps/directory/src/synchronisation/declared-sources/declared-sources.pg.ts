import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import {
  type SourceDeclaration,
  type SourceKind,
  SourceUndeclared,
} from '../domain/source-declaration.js';

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

/** Of the latest data that an import has ended with, whole and as changes since; empty: none. */
type LastDays = { readonly lastFullOn: string; readonly lastDeltaOn: string };
type LastDaysRow = { last_full_on: string | null; last_delta_on: string | null };

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

  /** By code, with the days of what they delivered last; `limit` + 1 of them where there are more. */
  async list(limit: number, after: string | undefined): Promise<(SourceDeclaration & LastDays)[]> {
    const { rows } = await this.database.query<SourceRow & LastDaysRow>(
      `select s.*, i.last_full_on, i.last_delta_on from declared_source s
       left join (
         select source, max(dated_on) filter (where extent = 'FULL') as last_full_on,
           max(dated_on) filter (where extent = 'DELTA') as last_delta_on
         from directory_import where state = 'COMPLETED' group by source) i on i.source = s.source_code
       where $2::text is null or s.source_code collate "C" > $2
       order by s.source_code collate "C" limit $1`,
      [limit + 1, after ?? null],
    );
    return rows.map((row) => ({
      ...fromRow(row),
      ...{ lastFullOn: row.last_full_on ?? '', lastDeltaOn: row.last_delta_on ?? '' },
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
