import { copyIn, type Transaction } from '#libs/persistence';
import type { SourceInventory, SourceRecord } from '../../sources/sources.module.js';
import { covers, placeProfileOf, speaksBySchools } from '../domain/source-declaration.js';
import type { ImportRemarks } from '../import-remarks.pg.js';
import type { ImportConnection } from '../import-connection.pg.js';
import {
  CONTENT_DIGEST,
  INE_TWICE,
  KEEPING_STEPS,
  LINKS_STAY,
  READING_STEPS,
  READING_TABLES,
  STEPS_BY_SCHOOL,
} from './reading-steps.pg.js';
import { ENTITIES, StagedRows } from './staged-rows.js';

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
    this.rows = new StagedRows(ineKey, speaksBySchools(connection.work.source));
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

  /** `states`: of whom the delivery speaks; nobody else leaves by absence. */
  async keep({ states }: Pick<SourceInventory, 'states'>): Promise<void> {
    await this.flush();
    const { importId, startedOn, source } = this.connection.work;
    const bySchools = speaksBySchools(source);
    await this.connection.run(async (tx) => {
      await tx.query('set local enable_nestloop = off');
      await tx.query(`set local work_mem = '64MB'`);
      if (bySchools) await this.addKnownSchools(tx);
      for (const { sql, remark } of READING_STEPS) {
        if (remark) await this.remarks.addFound(tx, remark, sql, this.rows.files);
        else await tx.query(sql);
      }
      if (bySchools) for (const sql of STEPS_BY_SCHOOL) await tx.query(sql);
      if (bySchools && !states.includes('guardian'))
        await tx.query(LINKS_STAY, [source.sourceCode]);
      await this.remarks.addFound(tx, 'INE_TWICE', INE_TWICE, this.rows.files);
      for (const sql of KEEPING_STEPS) await tx.query(sql, [importId]);
      const { rows } = await tx.query<{ digest: string }>(CONTENT_DIGEST, [importId]);
      await this.remarks.store(tx);
      await this.connection.update(
        tx,
        `state = 'PLANNED', delivered_on = $2, content_digest = $3,
         structures = (select count(*) from delivered_structure d where d.import_id = $1),
         scope = $4, scope_entities = $5,
         scope_uais = case $4 when 'SOURCE' then '{}' else array(
           select uai from read_place union select nullif(uai, '') from directory_import where import_id = $1 and uai <> '') end`,
        [
          ...[startedOn, rows[0]!.digest, bySchools ? 'SCHOOLS' : 'SOURCE'],
          states.flatMap((kind) => (kind === 'structure' ? [] : [ENTITIES[kind]])),
        ],
      );
    });
  }

  /** Files that name schools by UAI alone: those that the directory knows and that are the source's to speak of. */
  private async addKnownSchools(tx: Transaction): Promise<void> {
    const { rows } = await tx.query<{ uai: string }>(
      `select uai from structure where uai in (select structure_key from stage_place)`,
    );
    const uais = rows.map(({ uai }) => uai);
    const { source } = this.connection.work;
    for (const uai of uais)
      if (!covers(source, uai)) this.remarks.add('OUTSIDE_PERIMETER', { subject: uai });
    await tx.query(
      'insert into school_key (source_key, uai) select uai, uai from unnest($1::text[]) as u (uai)',
      [uais.filter((uai) => covers(source, uai))],
    );
  }

  private isCovered(record: Exclude<SourceRecord, { kind: 'remark' }>): boolean {
    const { source } = this.connection.work;
    if (record.kind === 'structure') return covers(source, record.uai);
    if (source.profiles.length === 0) return true;
    if (record.kind === 'pupil') return source.profiles.includes('STUDENT');
    if (record.kind === 'guardian') return source.profiles.includes('RELATIVE');
    return source.profiles.includes(placeProfileOf(record));
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
