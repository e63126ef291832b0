import { copyIn, type Transaction } from '#libs/persistence';
import type { SourceInventory, SourceRecord } from '../../sources/sources.module.js';
import {
  covers,
  holdsStatements,
  speaksBySchools,
  speaksOf,
  spokenOfAdult,
} from '../domain/source-declaration.js';
import { DeliveryOlder } from '../domain/directory-import.js';
import type { ImportRemarks } from '../import-remarks.pg.js';
import type { ImportConnection } from '../import-connection.pg.js';
import {
  CLASSES_STAY,
  CONTENT_DIGEST,
  INE_TWICE,
  KEEP_LINKS,
  KEEP_PEOPLE,
  KEEP_PLACES,
  LINKS_STAY,
  READING_STEPS,
  READING_TABLES,
  STEPS_BY_SCHOOL,
} from './reading-steps.pg.js';
import {
  CIRCONSCRIPTION_UNKNOWN,
  PLACE_BY_CIRCONSCRIPTION,
  PLACE_BY_KEY_OF_CIRCONSCRIPTION,
  SCHOOLS_OF_CIRCONSCRIPTIONS,
} from './circonscription-steps.pg.js';
import {
  HELD_TABLE,
  HOLD_DELTA,
  HOLD_FULL,
  INE_HELD_BY_ANOTHER,
  KEEP_ABSENCES,
  LEAVE_OUT_LINKS,
  LEAVE_OUT_PEOPLE,
  ofTheNamed,
} from './delta-steps.pg.js';
import { KEEP_SCHOOLS, KEEP_SCHOOLS_OF_DELTA } from './school-steps.pg.js';
import { ENTITIES, StagedRows } from './staged-rows.js';

/** Staged rows kept in memory before they are copied in. */
const STAGE_ROWS = 2_000;

type Entry = Exclude<SourceRecord, { kind: 'remark' }>;
type Kept = Pick<SourceInventory, 'states'> & { readonly readUpTo?: Date };

/** Reads what was delivered, once: kept whole in one transaction, and never changed (DIR-3). A crash before begins again from the files. */
export class Delivery {
  private readonly rows: StagedRows;
  /** What is being copied in while the files are read on. */
  private staged: Promise<void> = Promise.resolve();

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
      if (holdsStatements(this.connection.work.source)) await tx.query(HELD_TABLE);
      await this.remarks.clear(tx);
      await this.connection.update(tx, `state = 'READING', entries_read = 0`);
    });
  }

  /**
   * What a batch of the files says, as far as it is the source's to say (DIR-5). Rows are copied in while the next ones
   * are read: never more than twice as many are held.
   */
  async stage(records: readonly SourceRecord[]): Promise<void> {
    const { source } = this.connection.work;
    const isHeld = holdsStatements(source);
    for (const record of records) {
      if (isHeld && record.kind !== 'remark' && speaksOf(source, record.kind))
        this.rows.hold(record);
      if (record.kind === 'remark') this.remarks.add(record.code, record);
      else if (!this.add(record))
        this.remarks.add('OUTSIDE_PERIMETER', { ...record, subject: record.sourceKey });
    }
    if (this.rows.size + this.remarks.size < STAGE_ROWS) return;
    await this.staged;
    this.staged = this.flush();
    // Whoever asks next is told.
    this.staged.catch(() => undefined);
  }

  /** What is said of whom a delta speaks, with the INE that is held. */
  async stageHeld(
    statements: readonly { statement: Entry; ineHash: string | null }[],
  ): Promise<void> {
    for (const { statement, ineHash } of statements) this.add(statement, ineHash);
    if (this.rows.size >= STAGE_ROWS) await this.flush();
  }

  /** `states`: of whom the delivery speaks; nobody else leaves by absence. `readUpTo`: the latest stamp of an academy's directory. */
  async keep({ states, readUpTo }: Kept): Promise<void> {
    await this.staged;
    await this.flush();
    const { importId, source, extent } = this.connection.work;
    const bySchools = speaksBySchools(source);
    const isDelta = extent === 'DELTA';
    const isOverHeld = isDelta && holdsStatements(source);
    await this.connection.run(async (tx) => {
      // All is joined with all, but for a delta, which is small beside what is held.
      if (!isDelta) await tx.query('set local enable_nestloop = off');
      await tx.query(`set local work_mem = '64MB'; set local default_statistics_target = 10`);
      await this.placeByCirconscription(tx, isOverHeld);
      if (bySchools || source.kind === 'LDAP') await this.addKnownSchools(tx);
      for (const { sql, remark } of READING_STEPS) {
        if (!remark) await tx.query(sql);
        else await this.found(tx, remark, isOverHeld ? ofTheNamed(sql) : sql);
      }
      if (bySchools) for (const sql of STEPS_BY_SCHOOL) await tx.query(sql);
      if (bySchools)
        for (const sql of CLASSES_STAY)
          await tx.query(sql, sql.includes('$1') ? [source.sourceCode] : []);
      if (bySchools && !states.includes('guardian'))
        await tx.query(LINKS_STAY, [source.sourceCode]);
      if (isOverHeld) {
        for (const sql of LEAVE_OUT_PEOPLE) await tx.query(sql);
        await this.found(tx, 'INE_TWICE', INE_HELD_BY_ANOTHER);
      }
      await this.found(tx, 'INE_TWICE', INE_TWICE);
      await tx.query(KEEP_PEOPLE, [importId]);
      await tx.query(KEEP_PLACES, [importId]);
      if (isOverHeld) await tx.query(LEAVE_OUT_LINKS);
      await tx.query(KEEP_LINKS, [importId]);
      if (isOverHeld) await tx.query(KEEP_SCHOOLS_OF_DELTA, [importId, source.sourceCode]);
      else await tx.query(KEEP_SCHOOLS, [importId]);
      if (isOverHeld) await tx.query(KEEP_ABSENCES, [importId]);
      await this.hold(tx);
      await this.remarks.store(tx);
      await this.keepScope(tx, isDelta ? 'KEYS' : bySchools ? 'SCHOOLS' : 'SOURCE', states);
      if (readUpTo) await this.connection.update(tx, 'read_up_to = $2', [readUpTo]);
    });
  }

  /** What the source says from now on; the deltas to come are beside it. Throws DeliveryOlder where it has said younger things. */
  private async hold(tx: Transaction): Promise<void> {
    const { source, datedOn, extent } = this.connection.work;
    if (!holdsStatements(source)) return;
    const { rowCount } = await tx.query(
      'update declared_source set held_on = $2 where source_code = $1 and coalesce(held_on <= $2, true)',
      [source.sourceCode, datedOn],
    );
    if (!rowCount) throw new DeliveryOlder(datedOn);
    for (const sql of extent === 'DELTA' ? HOLD_DELTA : HOLD_FULL)
      await tx.query(sql, sql.includes('$1') ? [source.sourceCode] : []);
  }

  private async keepScope(
    tx: Transaction,
    scope: 'SOURCE' | 'SCHOOLS' | 'KEYS',
    states: SourceInventory['states'],
  ): Promise<void> {
    const { importId, startedOn } = this.connection.work;
    const { rows } = await tx.query<{ digest: string }>(CONTENT_DIGEST, [importId]);
    await this.connection.update(
      tx,
      `state = 'PLANNED', delivered_on = $2, content_digest = $3,
       structures = (select count(*) from delivered_structure d where d.import_id = $1),
       scope = $4, scope_entities = $5,
       scope_uais = case $4 when 'SCHOOLS' then array(
         select uai from read_place where profile in ('STUDENT', 'RELATIVE') or cardinality($5::smallint[]) = 0 union select nullif(uai, '') from directory_import where import_id = $1 and uai <> '') else '{}' end`,
      [
        ...[startedOn, rows[0]!.digest, scope],
        states.flatMap((kind) => (kind === 'structure' ? [] : [ENTITIES[kind]])),
      ],
    );
  }

  private found(tx: Transaction, remark: string, sql: string): Promise<void> {
    return this.remarks.addFound(tx, remark, sql, this.rows.files);
  }

  /** Inspectors and advisers are in the schools of their circonscription, as far as these are the source's to speak of. */
  private async placeByCirconscription(tx: Transaction, isOverHeld: boolean): Promise<void> {
    const { source } = this.connection.work;
    if (source.kind === 'AAF_1D') await tx.query(PLACE_BY_KEY_OF_CIRCONSCRIPTION);
    else {
      const { rows } = await tx.query<{ uai: string }>(SCHOOLS_OF_CIRCONSCRIPTIONS);
      const uais = rows.map(({ uai }) => uai).filter((uai) => covers(source, uai));
      await tx.query(PLACE_BY_CIRCONSCRIPTION, [uais]);
    }
    const unknown = isOverHeld ? ofTheNamed(CIRCONSCRIPTION_UNKNOWN) : CIRCONSCRIPTION_UNKNOWN;
    await this.found(tx, 'CIRCONSCRIPTION_UNKNOWN', unknown);
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

  /** As far as it is the source's to say; false: nothing of it is. */
  private add(record: Entry, ineHash?: string | null): boolean {
    const { source } = this.connection.work;
    const isCovered =
      record.kind === 'structure' ? covers(source, record.uai) : speaksOf(source, record.kind);
    const said = record.kind === 'staff' ? spokenOfAdult(source, record) : record;
    if (!isCovered || !said) return false;
    this.rows.add(said, ineHash);
    return true;
  }

  private async flush(): Promise<void> {
    const { structure, person, place, link, statement, entriesRead } = this.rows.take();
    const writeRemarks = this.remarks.takePlaces();
    await this.connection.run(async (tx: Transaction) => {
      if (structure.length > 0) await copyIn(tx, 'stage_structure', structure);
      if (person.length > 0) await copyIn(tx, 'stage_person', person);
      if (place.length > 0) await copyIn(tx, 'stage_place', place);
      if (link.length > 0) await copyIn(tx, 'stage_link', link);
      if (statement.length > 0) await copyIn(tx, 'stage_statement', statement);
      await writeRemarks(tx);
      await this.connection.update(tx, 'entries_read = $2', [entriesRead]);
    });
  }
}
