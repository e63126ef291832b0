import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { remarks, todoOfHead } from './domain/remarks.js';
import { final, type ImportState, ImportUnknown, mayRead } from './domain/directory-import.js';

export type NewImport = {
  readonly folder: string;
  readonly fingerprint: string;
  readonly source: string;
  readonly datedOn: string;
  readonly startedOn: LocalDate;
  /** The school whose delivery it is, or empty where the files say it. */
  readonly uai: string;
  readonly extent: 'FULL' | 'DELTA';
  /** Nothing of it is applied before somebody approves the plan. */
  readonly planOnly?: boolean;
  /** Delivered by the head of the school, for it alone. */
  readonly ownSchool?: boolean;
};

export type ImportReport = {
  readonly importId: string;
  readonly folder: string;
  readonly state: ImportState;
  readonly entriesRead: number;
  readonly peoplePlanned: number;
  readonly peopleApplied: number;
  readonly peopleCreated: number;
  readonly peopleChanged: number;
  readonly peopleRemoved: number;
  readonly structures: number;
  readonly remarks: readonly {
    readonly code: string;
    readonly message: string;
    readonly count: number;
    readonly todo: string;
    readonly kept: number;
  }[];
  readonly startedOn: string;
  readonly source: string;
  readonly sourceTitle: string;
  readonly datedOn: string;
  /** The plan that stands; empty until there is one. */
  readonly planId: string;
  readonly planOnly: boolean;
  /** The younger import that contains what this one waited with; empty: none. */
  readonly replacedBy: string;
  /** Sort key of the list, newest first. */
  readonly cursor: readonly [startedAt: string, importId: string];
};

type ImportRow = {
  import_id: string;
  folder: string;
  state: ImportState;
  entries_read: bigint;
  people_planned: bigint;
  people_applied: bigint;
  people_created: bigint;
  people_changed: bigint;
  people_removed: bigint;
  structures: bigint;
  started_on: string;
  source: string;
  source_title: string;
  dated_on: string;
  plan_id: string;
  plan_only: boolean;
  replaced_by: string | null;
  started_at_text: string;
  remarks: { code: string; message: string; count: number; kept: number }[] | null;
};

const report = `select i.*, i.started_at::text as started_at_text,
  (select d.title from declared_source d where d.source_code = i.source) as source_title,
  coalesce((select p.plan_id::text from plan p where p.import_id = i.import_id and p.state = 'CURRENT'), '') as plan_id,
  (select json_agg(json_build_object('code', code, 'message', message, 'count', count, 'kept', coalesce(
     (select max(seq) from remark_line l where l.import_id = r.import_id and l.code = r.code), 0)) order by code)
   from import_remark r where r.import_id = i.import_id) as remarks from directory_import i`;

/** Of an import `i`: anybody's where the list is null, else what a head delivered for one of these schools (DIR-5). */
export const isSeen = (uais: string): string =>
  `(${uais}::text[] is null or (i.own_school and i.uai = any(${uais})))`;

@Injectable()
export class Imports {
  constructor(private readonly database: Database) {}

  /** The import of this folder with this content, of this day: the one that exists and was not refused, or a new one. */
  async findOrAdd(
    tx: Transaction,
    wanted: NewImport,
  ): Promise<{ importId: string; created: boolean }> {
    const importId = randomUUID();
    const { rows } = await tx.query<{ import_id: string }>(
      `insert into directory_import as i (import_id, folder, fingerprint, source, dated_on, state, started_on, started_at, uai, plan_only, own_school, extent)
       values ($1, $2, $3, $4, $5, 'READING', $6, clock_timestamp(), $7, $8, $9, $10)
       on conflict (folder, fingerprint, uai, dated_on) where state <> 'REFUSED' do update set attempts = i.attempts returning import_id`,
      [
        importId,
        wanted.folder,
        wanted.fingerprint,
        wanted.source,
        wanted.datedOn,
        wanted.startedOn,
        wanted.uai,
        wanted.planOnly ?? false,
        wanted.ownSchool ?? false,
        wanted.extent,
      ],
    );
    return { importId: rows[0]!.import_id, created: rows[0]!.import_id === importId };
  }

  /** Until the end of the transaction: no import begins meanwhile, and no files go. */
  async lockFolders(tx: Transaction): Promise<void> {
    await tx.query('select pg_advisory_xact_lock(7301, 2)');
  }

  /** Whether the directory has this school. */
  async knowsSchool(uai: string): Promise<boolean> {
    const { rowCount } = await this.database.query('select from structure where uai = $1', [uai]);
    return rowCount === 1;
  }

  /** Whether an import has yet to read this folder, one in it or one around it. */
  async needs(tx: Transaction, folder: string): Promise<boolean> {
    const { rowCount } = await tx.query(
      `select from directory_import where state = any($2) and delivered_on is null
          and (folder = $1 or starts_with(folder, $1 || '/') or starts_with($1, folder || '/')) limit 1`,
      [folder, mayRead],
    );
    return rowCount === 1;
  }

  /** Those of these folders that an import has yet to read. */
  async needed(folders: readonly string[]): Promise<ReadonlySet<string>> {
    const { rows } = await this.database.query<{ folder: string }>(
      `select f.folder from unnest($1::text[]) as f (folder) where exists (
         select from directory_import i where i.state = any($2) and i.delivered_on is null
           and (i.folder = f.folder or starts_with(i.folder, f.folder || '/')))`,
      [folders, mayRead],
    );
    return new Set(rows.map(({ folder }) => folder));
  }

  /** Folders of imports that read them or ended: of this name or in it, by the kind of their source. */
  async readIn(
    name: string,
    limit: number,
  ): Promise<{ folder: string; kind: string; fingerprints: string[] }[]> {
    const { rows } = await this.database.query<{
      folder: string;
      kind: string;
      fingerprints: string[];
    }>(
      `select i.folder, d.kind, array_agg(i.fingerprint) as fingerprints
        from directory_import i join declared_source d on d.source_code = i.source
        where d.kind <> 'LDAP' and (i.state = any($2) or i.delivered_on is not null) and (i.folder = $1 or starts_with(i.folder, $1 || '/'))
        group by i.folder, d.kind order by max(i.started_at) desc limit $3`,
      [name, final, limit],
    );
    return rows;
  }

  /** `seen`: one that a head delivered for one of these schools, as a head reads it; undefined: any. Throws ImportUnknown. */
  async get(importId: string, seen?: readonly string[]): Promise<ImportReport> {
    const { rows } = await this.database.query<ImportRow>(
      `${report} where i.import_id::text = $1 and ${isSeen('$2')}`,
      [importId, seen ?? null],
    );
    if (rows[0] === undefined) throw new ImportUnknown();
    return fromRow(rows[0], seen !== undefined);
  }

  /** Of a source, of all where it is empty, newest first; `limit` + 1 rows where there are more. */
  async list(
    { source, seen }: { source: string; seen: readonly string[] | undefined },
    limit: number,
    after: readonly [startedAt: string, importId: string] | undefined,
  ): Promise<ImportReport[]> {
    const { rows } = await this.database.query<ImportRow>(
      `${report} where $4 in ('', i.source) and ${isSeen('$5')} and ($2::text is null or (i.started_at, i.import_id) < ($2::timestamptz, $3::uuid))
       order by i.started_at desc, i.import_id desc limit $1`,
      [limit + 1, after?.[0] ?? null, after?.[1] ?? null, source, seen ?? null],
    );
    return rows.map((row) => fromRow(row, seen !== undefined));
  }

  /** Locks the import. Throws ImportUnknown. */
  async forUpdate(
    tx: Transaction,
    importId: string,
  ): Promise<{ state: ImportState; isDelivered: boolean }> {
    const { rows } = await tx.query<{ state: ImportState; isDelivered: boolean }>(
      `select state, delivered_on is not null as "isDelivered" from directory_import where import_id::text = $1 for update`,
      [importId],
    );
    if (rows[0] === undefined) throw new ImportUnknown();
    return rows[0];
  }

  async setState(tx: Transaction, importId: string, state: ImportState): Promise<void> {
    await tx.query(`update directory_import set state = $2, stopped_by = '' where import_id = $1`, [
      importId,
      state,
    ]);
  }
}

function fromRow(row: ImportRow, isForHead: boolean): ImportReport {
  return {
    importId: row.import_id,
    folder: row.folder,
    state: row.state,
    entriesRead: Number(row.entries_read),
    peoplePlanned: Number(row.people_planned),
    peopleApplied: Number(row.people_applied),
    peopleCreated: Number(row.people_created),
    peopleChanged: Number(row.people_changed),
    peopleRemoved: Number(row.people_removed),
    structures: Number(row.structures),
    remarks: (row.remarks ?? []).map((remark) => ({
      ...remark,
      todo: isForHead ? todoOfHead(remark.code) : (remarks[remark.code]?.todo ?? ''),
    })),
    startedOn: row.started_on,
    source: row.source,
    sourceTitle: row.source_title,
    datedOn: row.dated_on,
    planId: row.plan_id,
    planOnly: row.plan_only,
    replacedBy: row.replaced_by ?? '',
    cursor: [row.started_at_text, row.import_id],
  };
}
