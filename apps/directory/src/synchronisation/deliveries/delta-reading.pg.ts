import { together } from '#libs/persistence';
import type { DeltaSource, SourceChange, SourceRecord } from '../../sources/sources.module.js';
import { DeliveryOlder, FullExportNeeded } from '../domain/directory-import.js';
import { speaksOf } from '../domain/source-declaration.js';
import type { ImportConnection } from '../import-connection.pg.js';
import type { ImportRemarks } from '../remarks/import-remarks.pg.js';
import {
  deltaTables,
  saidNow,
  saidSoFar,
  say,
  scopeSteps,
  undecidedSchools,
} from './delta-steps.pg.js';
import { hideIne, refersOf } from './staged-rows.js';

/** Of the one format that delivers changes: a modification that does not name it leaves the INE as it is held. */
const ineAttribute = 'ENTEleveINE';
const page = 1_000;
const kinds = ['structure', 'pupil', 'guardian', 'staff'] as const;

type Attributes = Readonly<Record<string, readonly string[]>>;
type Said = {
  entity: number;
  source_key: string;
  ine_hash: string | null;
  attributes: Attributes | null;
  held_attributes: Attributes | null;
  held_refers: string[];
  was_held: boolean;
};
type Row = Omit<Said, 'held_attributes'> & {
  refers: readonly string[];
  is_gone: boolean;
  moves: boolean;
  is_restated: boolean;
  file: string;
  line: number;
};
type Statement = Exclude<SourceRecord, { kind: 'remark' }>;

/**
 * What a delta comes to beside what its source said before: whole statements of whomever it touches, as a full export of
 * the day would say them. Work and memory are of the size of the delta.
 */
export class DeltaReading {
  private waiting: SourceChange[] = [];
  private changeCount = 0;
  private uais: readonly string[] = [];

  constructor(
    private readonly connection: ImportConnection,
    private readonly remarks: ImportRemarks,
    private readonly ineKey: string,
  ) {}

  /** Throws FullExportNeeded where nothing is held of the source, DeliveryOlder where it has said younger things. */
  async begin(): Promise<void> {
    const { source, importId, datedOn } = this.connection.work;
    await this.connection.run(async (tx) => {
      const { rows } = await tx.query<{ held_on: string | null }>(
        'select held_on from declared_source where source_code = $1',
        [source.sourceCode],
      );
      const heldOn = rows[0]!.held_on;
      if (heldOn === null) throw new FullExportNeeded(source.sourceCode);
      if (datedOn < heldOn) throw new DeliveryOlder(datedOn);
      const undecided = await tx.query<{ uai: string }>(undecidedSchools, [
        source.sourceCode,
        importId,
      ]);
      this.uais = undecided.rows.map(({ uai }) => uai);
      await tx.query(deltaTables);
    });
  }

  /** Schools with undecided changes in the held statements: a decision alone releases them. */
  get carriedUais(): readonly string[] {
    return this.uais;
  }

  get changes(): number {
    return this.changeCount;
  }

  async take(format: DeltaSource, changes: readonly (SourceChange | SourceRecord)[]) {
    for (const change of changes) {
      if (change.kind === 'remark') this.remarks.add(change.code, change);
      else if (change.kind !== 'change') continue;
      else if (speaksOf(this.connection.work.source, change.entity)) this.waiting.push(change);
      else this.remarks.add('OUTSIDE_PERIMETER', { ...change, subject: change.sourceKey });
    }
    if (this.waiting.length >= page) await this.write(format);
  }

  /** Gives all that is said now of whom the delta speaks, and of whom that rests on. */
  async *statements(
    format: DeltaSource,
  ): AsyncGenerator<readonly { statement: Statement; ineHash: string | null }[]> {
    await this.write(format);
    const { source, importId, datedOn } = this.connection.work;
    await this.connection.run(async (tx) => {
      await together(
        tx.query('analyze delta_statement (entity, source_key)'),
        // Key by key by index: of a table that has just been made the planner knows nothing, and reads all that is held.
        tx.query('set local enable_hashjoin = off; set local enable_mergejoin = off'),
        ...scopeSteps.map((sql) => {
          if (sql.includes('$2')) return tx.query(sql, [source.sourceCode, importId]);
          return tx.query(sql, sql.includes('$1') ? [source.sourceCode] : []);
        }),
        tx.query('analyze delta_scope'),
      );
    });
    let at: [number, string] = [-1, ''];
    for (;;) {
      const { rows } = await this.connection.run((tx) =>
        tx.query<Row & { attributes: Attributes }>(saidNow, [source.sourceCode, ...at, page]),
      );
      yield rows.flatMap((row) => {
        const { statement, remarks } = restated(format, row, row.attributes, datedOn);
        if (row.is_restated) for (const each of remarks) this.remarks.add(each.code, each);
        return statement ? [{ statement, ineHash: row.ine_hash }] : [];
      });
      if (rows.length < page) return;
      at = [rows.at(-1)!.entity, rows.at(-1)!.source_key];
    }
  }

  private async write(format: DeltaSource): Promise<void> {
    const changes = this.waiting;
    this.waiting = [];
    if (changes.length === 0) return;
    this.changeCount += changes.length;
    const { source } = this.connection.work;
    const keys = new Map(
      changes.map((each) => [`${kinds.indexOf(each.entity)} ${each.sourceKey}`, each]),
    );
    await this.connection.run(async (tx) => {
      const { rows } = await tx.query<Said>(saidSoFar, [
        source.sourceCode,
        [...keys.values()].map(({ entity }) => kinds.indexOf(entity)),
        [...keys.values()].map(({ sourceKey }) => sourceKey),
      ]);
      const said = new Map(rows.map((row) => [`${row.entity} ${row.source_key}`, row]));
      const next = new Map<string, Row>();
      for (const change of changes) {
        const key = `${kinds.indexOf(change.entity)} ${change.sourceKey}`;
        const row = this.after(format, change, next.get(key) ?? said.get(key)!, said.get(key)!);
        if (row) next.set(key, row);
      }
      await tx.query(say, [JSON.stringify([...next.values()])]);
    });
  }

  /** Undefined where the change means nothing. */
  private after(
    format: DeltaSource,
    change: SourceChange,
    before: Pick<Said, 'attributes' | 'ine_hash'>,
    held: Said,
  ): Row | undefined {
    const { file, line } = change;
    const { held_attributes, ...known } = held;
    const row = { ...known, file, line, is_gone: false, is_restated: false };
    const uaiOf = (attributes: Attributes) => {
      const { statement } = restated(format, held, attributes, this.connection.work.datedOn);
      return statement?.kind === 'structure' ? statement.uai : '';
    };
    const isSchool = change.entity === 'structure';
    switch (change.change) {
      case 'DELETE':
        if (!before.attributes) return undefined;
        return {
          ...row,
          attributes: null,
          ine_hash: null,
          refers: [],
          is_gone: true,
          moves: isSchool,
        };
      case 'ADD': {
        const { statement } = change;
        return this.says(
          row,
          statement,
          this.ineOf(statement),
          (uai) => isSchool && (!held_attributes || uaiOf(held_attributes) !== uai),
        );
      }
      case 'MODIFY': {
        if (!before.attributes) {
          this.remarks.add('MODIFICATION_WITHOUT_BASE', { ...change, subject: change.sourceKey });
          return undefined;
        }
        const records = format.restate(change, before.attributes);
        const statement = records.find((record) => record.kind !== 'remark');
        if (!statement) {
          for (const each of records) if (each.kind === 'remark') this.remarks.add(each.code, each);
          return undefined;
        }
        const ine = ineAttribute in change.attributes ? this.ineOf(statement) : before.ine_hash;
        const said = this.says(
          row,
          statement,
          ine,
          (uai) => isSchool && (!held_attributes || uaiOf(held_attributes) !== uai),
        );
        return { ...said, is_restated: true };
      }
      default:
        return change satisfies never;
    }
  }

  private says(
    row: Omit<Row, 'attributes' | 'refers' | 'moves'>,
    statement: Statement,
    ine_hash: string | null,
    moves: (uai: string) => boolean,
  ): Row {
    return {
      ...row,
      attributes: statement.attributes ?? {},
      ine_hash,
      refers: refersOf(statement),
      moves: moves(statement.kind === 'structure' ? statement.uai : ''),
    };
  }

  private ineOf(statement: Statement): string | null {
    return statement.kind === 'pupil' && statement.ine ? hideIne(this.ineKey, statement.ine) : null;
  }
}

/** The statement that attributes come to, as if nothing in them had changed. */
function restated(
  format: DeltaSource,
  row: { entity: number; source_key: string; file?: string; line?: number },
  attributes: Attributes,
  datedOn: string,
) {
  const records = format.restate(
    {
      ...({ kind: 'change', change: 'MODIFY', attributes: {} } as const),
      ...{ entity: kinds[row.entity]!, sourceKey: row.source_key },
      ...{ file: row.file ?? '', line: row.line ?? 0, datedOn: datedOn as '' },
    },
    attributes,
  );
  return {
    statement: records.find((record) => record.kind !== 'remark'),
    remarks: records.filter((record) => record.kind === 'remark'),
  };
}
