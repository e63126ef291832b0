import { copyIn, type Transaction } from '#libs/persistence';
import type { SourceRecord } from '../../sources/sources.module.js';
import {
  covers,
  holdsStatements,
  speaksBySchools,
  speaksOf,
  spokenOfAdult,
} from '../domain/source-declaration.js';
import type { ImportRemarks } from '../remarks/import-remarks.pg.js';
import type { ImportConnection } from '../import-connection.pg.js';
import { heldTable } from './delta-steps.pg.js';
import { type Kept, KeptDelivery } from './kept-delivery.pg.js';
import { readingTables } from './reading-steps.pg.js';
import { StagedRows } from './staged-rows.js';

/** Staged rows kept in memory before they are copied in. */
const stageRows = 2_000;

type Entry = Exclude<SourceRecord, { kind: 'remark' }>;

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
    const { extent, source } = this.connection.work;
    await this.connection.run(async (tx) => {
      await tx.query(readingTables);
      if (extent === 'FULL' && holdsStatements(source)) await tx.query(heldTable);
      await this.remarks.clear(tx);
      await this.connection.update(tx, `state = 'READING', entries_read = 0`);
    });
  }

  /** Keys of names and birth dates that several pupils of this school have borne. */
  namesakes(): Promise<ReadonlySet<string>> {
    const { source, uai } = this.connection.work;
    return this.connection.run(async (tx) => {
      const { rows } = await tx.query<{ key: string }>(
        `select distinct split_part(substr(source_key, length($2) + 4), '.', 1) as key from person_key
         where source = $1 and source_key ^@ ($2 || '/E/E-') and strpos(source_key, '.') > 0`,
        [source.sourceCode, uai],
      );
      return new Set(rows.map(({ key }) => key));
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
    if (this.rows.size + this.remarks.size < stageRows) return;
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
    if (this.rows.size >= stageRows) await this.flush();
  }

  /** `states`: of whom the delivery speaks; nobody else leaves by absence. `readUpTo`: the latest stamp of an academy's directory. */
  async keep(kept: Kept): Promise<void> {
    await this.staged;
    await this.flush();
    await new KeptDelivery(this.connection, this.remarks, this.rows.files).keep(kept);
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
