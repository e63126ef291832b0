import { copyIn, type Transaction } from '#libs/persistence';
import type { SourceRecord } from '../../sources/sources.module.js';
import { covers } from '../domain/source-declaration.js';
import type { ImportRemarks } from '../import-remarks.pg.js';
import type { ImportConnection } from '../import-connection.pg.js';
import {
  CONTENT_DIGEST,
  KEEPING_STEPS,
  READING_STEPS,
  READING_TABLES,
} from './reading-steps.pg.js';
import { StagedRows } from './staged-rows.js';

/** Staged rows kept in memory before they are copied in. */
const STAGE_ROWS = 2_000;

/** Reads what was delivered, once: kept whole in one transaction, and never changed (DIR-3). A crash before begins again from the files. */
export class Delivery {
  private readonly rows: StagedRows;

  constructor(
    private readonly connection: ImportConnection,
    private readonly remarks: ImportRemarks,
    ineKey: string,
  ) {
    this.rows = new StagedRows(ineKey);
  }

  async begin(): Promise<void> {
    await this.connection.run(async (tx) => {
      await tx.query(READING_TABLES);
      await this.remarks.clear(tx);
      await this.connection.update(tx, `state = 'READING', entries_read = 0`);
    });
  }

  /** What a batch of the files says, as far as it is the source's to say (DIR-5). */
  async stage(records: readonly SourceRecord[]): Promise<void> {
    for (const record of records) {
      if (record.kind === 'remark') this.remarks.add(record.code, record);
      else if (this.isCovered(record)) this.rows.add(record);
      else this.remarks.add('OUTSIDE_PERIMETER', { ...record, subject: record.sourceKey });
    }
    if (this.rows.size + this.remarks.size >= STAGE_ROWS) await this.flush();
  }

  async keep(): Promise<void> {
    await this.flush();
    const { importId, startedOn } = this.connection.work;
    await this.connection.run(async (tx) => {
      await tx.query('set local enable_nestloop = off');
      await tx.query(`set local work_mem = '64MB'`);
      for (const { sql, remark } of READING_STEPS) {
        if (remark) await this.remarks.addFound(tx, remark, sql, this.rows.files);
        else await tx.query(sql);
      }
      for (const sql of KEEPING_STEPS) await tx.query(sql, [importId]);
      const { rows } = await tx.query<{ digest: string }>(CONTENT_DIGEST, [importId]);
      await this.remarks.store(tx);
      await this.connection.update(
        tx,
        `state = 'PLANNED', delivered_on = $2, content_digest = $3,
         structures = (select count(*) from delivered_structure d where d.import_id = $1)`,
        [startedOn, rows[0]!.digest],
      );
    });
  }

  private isCovered(record: Exclude<SourceRecord, { kind: 'remark' }>): boolean {
    const { source } = this.connection.work;
    if (record.kind === 'structure') return covers(source, record.uai);
    if (source.profiles.length === 0) return true;
    if (record.kind === 'pupil') return source.profiles.includes('STUDENT');
    if (record.kind === 'guardian') return source.profiles.includes('RELATIVE');
    return source.profiles.includes(record.isTeacher ? 'TEACHER' : 'PERSONNEL');
  }

  private async flush(): Promise<void> {
    const { structure, person, place, link } = this.rows;
    await this.connection.run(async (tx: Transaction) => {
      if (structure.length > 0) await copyIn(tx, 'stage_structure', structure);
      if (person.length > 0) await copyIn(tx, 'stage_person', person);
      if (place.length > 0) await copyIn(tx, 'stage_place', place);
      if (link.length > 0) await copyIn(tx, 'stage_link', link);
      await this.remarks.writePlaces(tx);
      await this.connection.update(tx, 'entries_read = $2', [this.rows.entriesRead]);
    });
    this.rows.clear();
  }
}
