import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { ImportState } from './domain/directory-import.js';
import { Imports, type ImportReport, type NewImport } from './imports.repository.js';

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
  started_at_text: string;
  remarks: { code: string; message: string; count: number }[] | null;
};

const REPORT = `select i.*, i.started_at::text as started_at_text,
  (select json_agg(json_build_object('code', code, 'message', message, 'count', count) order by code)
   from import_remark r where r.import_id = i.import_id) as remarks from directory_import i`;

@Injectable()
export class PgImports extends Imports {
  constructor(private readonly database: Database) {
    super();
  }

  async findOrAdd(
    tx: Transaction,
    wanted: NewImport,
  ): Promise<{ importId: string; created: boolean }> {
    const importId = randomUUID();
    const { rows } = await tx.query<{ import_id: string }>(
      `insert into directory_import as i (import_id, folder, fingerprint, source, dated_on, state, started_on, started_at)
       values ($1, $2, $3, $4, $5, 'READING', $6, clock_timestamp())
       on conflict (folder, fingerprint) do update set folder = i.folder returning import_id`,
      [
        importId,
        wanted.folder,
        wanted.fingerprint,
        wanted.source,
        wanted.datedOn,
        wanted.startedOn,
      ],
    );
    return { importId: rows[0]!.import_id, created: rows[0]!.import_id === importId };
  }

  async find(importId: string): Promise<ImportReport | undefined> {
    const { rows } = await this.database.query<ImportRow>(
      `${REPORT} where i.import_id::text = $1`,
      [importId],
    );
    return rows[0] && fromRow(rows[0]);
  }

  async list(
    limit: number,
    after: readonly (string | number)[] | undefined,
  ): Promise<ImportReport[]> {
    const { rows } = await this.database.query<ImportRow>(
      `${REPORT} where $2::text is null or (i.started_at, i.import_id) < ($2::timestamptz, $3::uuid)
       order by i.started_at desc, i.import_id desc limit $1`,
      [limit + 1, after?.[0] ?? null, after?.[1] ?? null],
    );
    return rows.map(fromRow);
  }

  async stateForUpdate(tx: Transaction, importId: string): Promise<ImportState | undefined> {
    const { rows } = await tx.query<{ state: ImportState }>(
      'select state from directory_import where import_id::text = $1 for update',
      [importId],
    );
    return rows[0]?.state;
  }

  async approve(
    tx: Transaction,
    importId: string,
    state: ImportState,
    approvedBy: string,
  ): Promise<void> {
    await tx.query(
      'update directory_import set state = $2, approved_by = $3 where import_id = $1',
      [importId, state, approvedBy],
    );
  }
}

function fromRow(row: ImportRow): ImportReport {
  return {
    importId: row.import_id,
    folder: row.folder,
    state: row.state,
    entriesRead: row.entries_read,
    peoplePlanned: row.people_planned,
    peopleApplied: row.people_applied,
    peopleCreated: row.people_created,
    peopleChanged: row.people_changed,
    peopleRemoved: row.people_removed,
    structures: row.structures,
    remarks: (row.remarks ?? []).map((remark) => ({ ...remark, count: BigInt(remark.count) })),
    startedOn: row.started_on,
    cursor: [row.started_at_text, row.import_id],
  };
}
