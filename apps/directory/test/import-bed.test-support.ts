import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { Commands } from '#libs/commands';
import { ImportCompletedSchema, PersonChangedSchema, type PersonChanged } from '#libs/contracts';
import { PgBusinessDate, PgOutbox } from '#libs/messaging';
import { createLogger } from '#libs/observability';
import { callerOf, type FreshDatabase, freshDatabase } from '#libs/testing';
import { localDate } from '#libs/time';
import { realPublicSchools } from '../../../test/support/data/schools.js';
import {
  generateAaf,
  type GenerateAafOptions,
} from '../../../test/support/generator/generate-aaf.js';
import { EraseLeavers } from '../src/erasure/erase-leavers.js';
import { ErasureDelay, Erasures } from '../src/erasure/erasures.pg.js';
import { TellErasuresAgain } from '../src/erasure/tell-erasures-again.js';
import { People } from '../src/people/people.pg.js';
import { PersonFacts } from '../src/people/person-facts.pg.js';
import { AafDirectorySource } from '../src/sources/directory.aaf-source.js';
import { CsvDirectorySource } from '../src/sources/directory.csv-source.js';
import { AcademyDirectories } from '../src/sources/ldap/academy-directories.js';
import { OndeDirectorySource } from '../src/sources/directory.onde-source.js';
import { SourceFormats } from '../src/sources/source-formats.js';
import { DeclareSource } from '../src/synchronisation/declared-sources/declare-source.js';
import { DeclaredSources } from '../src/synchronisation/declared-sources/declared-sources.pg.js';
import type { SourceDeclaration } from '../src/synchronisation/domain/source-declaration.js';
import type { Thresholds } from '../src/synchronisation/domain/thresholds.js';
import { DropFolder } from '../src/synchronisation/drop-folder.js';
import { EndedImports } from '../src/synchronisation/ended-imports.pg.js';
import { ImportFiles } from '../src/synchronisation/import-files.js';
import { ImportTurn } from '../src/synchronisation/import-turn.pg.js';
import { ImportWorker } from '../src/synchronisation/import-worker.js';
import { ImportWorkspace } from '../src/synchronisation/import-workspace.pg.js';
import { Imports } from '../src/synchronisation/imports.pg.js';
import { DecidePlan } from '../src/synchronisation/plans/decide-plan.js';
import { DeriveAnew } from '../src/synchronisation/plans/anew/derive-anew.js';
import { KeyPeople } from '../src/synchronisation/plans/anew/key-people.js';
import { MendPeople } from '../src/synchronisation/plans/anew/mend-people.js';
import { PeopleAnew } from '../src/synchronisation/plans/anew/people-anew.js';
import { ExpirePlans } from '../src/synchronisation/plans/expire-plans.js';
import { PlanDecisions } from '../src/synchronisation/plans/plan-decisions.pg.js';
import { RetryImport } from '../src/synchronisation/retry-import.js';
import { RunImport } from '../src/synchronisation/run-import.js';
import { StartImport } from '../src/synchronisation/start-import.js';
import { statedLines, storedLines } from './stored-lines.test-support.js';

export const caller = callerOf({ userId: 'u-1', roles: ['support-2'] });

export const schools = realPublicSchools()
  .slice(0, 4)
  .map(({ uai }) => ({ uai, headcount: 90 }));
export const [uaiA, uaiB, uaiC, uaiD] = schools.map(({ uai }) => uai) as [
  string,
  string,
  string,
  string,
];

export const sourceCode = 'aaf1d-nantes';
export const academy: SourceDeclaration = {
  ...{
    sourceCode,
    kind: 'AAF_1D',
    title: 'AAF de Nantes',
    academyCode: '17',
    priority: 10,
    priorities: {},
  },
  ...{ departments: [], uais: [], profiles: [], enabled: true, deliversDeltas: false },
  everyDays: 0,
};

const thresholds: Thresholds = {
  percent: 10,
  least: 10,
  seasons: [{ name: 'RENTREE', from: '08-20', to: '10-01', percent: 60 }],
};

/** `turnWaitMs`: how long who must not work beside an import waits for one. */
export type BedOptions = { batchPeople?: number; turnWaitMs?: number };

/** Imports on real PostgreSQL: export folders from the generator, a worker called by hand, the outbox read as the topic would be. */
export class ImportBed {
  /** What is asked of an academy's LDAP: a test names the one that it has. */
  academies: Pick<AcademyDirectories, 'of'> = new AcademyDirectories(undefined);

  private constructor(
    readonly root: string,
    public db: FreshDatabase,
  ) {}

  static async start(day = '2022-09-01'): Promise<ImportBed> {
    const bed = new ImportBed(
      mkdtempSync(join(tmpdir(), 'depot-')),
      await freshDatabase('directory'),
    );
    await bed.prepare(day);
    return bed;
  }

  /** Four schools are in, and nothing is left to be told: for tests that begin there, each with a copy. */
  static async withEverybody(): Promise<ImportBed> {
    const bed = await ImportBed.start();
    await bed.generate('full');
    await bed.import('full');
    await bed.emitted();
    return bed;
  }

  /** A bed that stands where this one does; nobody goes on with this one. */
  async copy(): Promise<ImportBed> {
    return new ImportBed(mkdtempSync(join(tmpdir(), 'depot-')), await this.db.copy());
  }

  async stop(): Promise<void> {
    rmSync(this.root, { recursive: true });
    await this.db.drop();
  }

  /** Begins again from an empty database. */
  async renew(day = '2022-09-01'): Promise<void> {
    await this.db.drop();
    this.db = await freshDatabase('directory');
    await this.prepare(day);
  }

  private async prepare(day: string): Promise<void> {
    await this.onDay(day);
    await this.parts().declare.execute(academy, caller);
  }

  async onDay(date: string): Promise<void> {
    await this.db.database.query('select platform.begin_day($1)', [date]);
  }

  parts({ batchPeople = 150, turnWaitMs }: BedOptions = {}) {
    const { db } = this;
    const formats = new SourceFormats(
      new AafDirectorySource(),
      new OndeDirectorySource(),
      new CsvDirectorySource(),
    );
    const folder = new DropFolder(this.root);
    const imports = new Imports(db.database);
    const facts = new PersonFacts();
    const outbox = new PgOutbox();
    const businessDate = new PgBusinessDate(db.database);
    const commands = new Commands(db.unitOfWork, businessDate);
    const erasures = new Erasures(db.database, new ErasureDelay(90));
    const workspace = new ImportWorkspace(db.database, outbox, facts, {
      ...{ batchPeople, ineKey: 'key-of-the-tests-only', thresholds, heldDays: 14 },
    });
    const runImport = new RunImport(formats, folder, this.academies);
    const logger = createLogger('test', 'fatal');
    const sources = new DeclaredSources(db.database);
    const files = new ImportFiles(db.unitOfWork, imports, formats, sources, folder, logger);
    const turn = new ImportTurn(turnWaitMs);
    const ended = new EndedImports(db.unitOfWork, turn);
    const keyPeople = new KeyPeople(db.unitOfWork);
    const anewPeople = new PeopleAnew(db.unitOfWork, businessDate, turn, facts, outbox);
    const anew = new DeriveAnew(anewPeople, outbox);
    const mend = new MendPeople(anewPeople, businessDate, outbox, logger);
    const worker = new ImportWorker(
      ...([workspace, runImport, files, anew, mend, keyPeople, ended, logger] as const),
    );
    const people = new People(db.database);
    const decisions = new PlanDecisions();
    return {
      ...{
        worker,
        anew,
        keyPeople,
        mend,
        imports,
        sources,
        files,
        ended,
        workspace,
        runImport,
        people,
      },
      declare: new DeclareSource(commands, sources),
      start: new StartImport(commands, imports, sources, formats, folder, files, worker),
      decide: new DecidePlan(commands, decisions, worker),
      expire: new ExpirePlans(decisions, 14),
      retry: new RetryImport(commands, imports, worker),
      erasures,
      erase: new EraseLeavers(db.unitOfWork, businessDate, turn, erasures, facts, outbox),
      tellAgain: new TellErasuresAgain(db.unitOfWork, businessDate, erasures, outbox),
    };
  }

  generate(name: string, options: Partial<GenerateAafOptions> = {}) {
    mkdirSync(this.root, { recursive: true });
    return generateAaf({
      ...{ seed: 3, schools, rentree: '2022-09-01', folder: join(this.root, name) },
      ...options,
    });
  }

  /** Lays a delivery down, file by file. */
  lay(name: string, files: Readonly<Record<string, string>>): void {
    mkdirSync(join(this.root, name), { recursive: true });
    for (const [file, text] of Object.entries(files))
      writeFileSync(join(this.root, name, file), text);
  }

  /** Changes what lies in the files of an export, entity by entity. */
  edit(name: string, files: readonly string[], change: (text: string, file: string) => string) {
    for (const file of files) {
      const path = join(this.root, name, file);
      writeFileSync(path, change(readFileSync(path, 'utf8'), file));
    }
  }

  async import(
    name: string,
    options: BedOptions & { source?: string; datedOn?: string; uai?: string } = {},
  ) {
    const { start, worker, imports } = this.parts(options);
    const { source = sourceCode, ...said } = options;
    const { importId } = await start.execute({ ...said, folder: name, sourceCode: source, caller });
    await worker.runNext();
    return imports.get(importId);
  }

  /** Approves or rejects, then lets the worker go on. */
  async decide(
    importId: string,
    verdict: 'APPROVED' | 'REJECTED',
    uai = '',
    reason = 'FERMETURE_ECOLE SUP-12',
  ) {
    const { decide, worker, imports } = this.parts();
    await decide.execute({ of: { importId }, uai, verdict, reason, caller });
    await worker.runNext();
    return imports.get(importId);
  }

  async expire(day: string): Promise<void> {
    await this.onDay(day);
    await this.db.unitOfWork.run((tx) => this.parts().expire.onDay(tx, localDate(day)));
  }

  /** What the topics would carry, then an empty outbox. */
  async emitted() {
    const { rows } = await this.db.asOwner<{ type: string; key: string; value: Buffer | null }>(
      'with gone as (delete from platform.outbox returning id, type, key, value) select type, key, value from gone order by id',
    );
    const of = (suffix: string) => rows.filter(({ type }) => type.endsWith(`.${suffix}`));
    return {
      people: of('PersonChanged').map(({ value }) => fromBinary(PersonChangedSchema, value!)),
      structures: of('StructureChanged').length,
      completed: of('ImportCompleted').map(({ value }) =>
        fromBinary(ImportCompletedSchema, value!),
      ),
      erased: of('PersonErased').map(({ key }) => key),
    };
  }

  /** Who is where since when: two databases compare. */
  stored(): Promise<string[]> {
    return storedLines(this.db.database);
  }

  /** All that a source states: two sources compare. */
  stated(source: string): Promise<string[]> {
    return statedLines(this.db.database, source);
  }

  async schoolStates(importId: string): Promise<Record<string, string>> {
    const { rows } = await this.db.database.query<{ uai: string; state: string }>(
      `select uai, q.state from plan_school q join plan p using (plan_id) where import_id = $1 and p.state = 'CURRENT'`,
      [importId],
    );
    return Object.fromEntries(rows.map(({ uai, state }) => [uai, state]));
  }

  /** Whoever, and which school, stands otherwise than all that is stated comes to, though nobody wrote past an import; they are mended. */
  async whoDiffers(): Promise<string[]> {
    await this.db.database.query(
      `update declared_source set compared_to = '00000000-0000-0000-0000-000000000000'`,
    );
    const { mend } = this.parts();
    while (await mend.someOf());
    return this.db.database.column<string>(
      `select jsonb_array_elements_text(coalesce(details -> 'personIds', details -> 'uais')) from platform.audit_entry
       where action in ('people.mended', 'schools.mended')`,
    );
  }

  async count(sql: string): Promise<number> {
    const { rows } = await this.db.database.query<{ count: bigint }>(
      `select count(*) as count from ${sql}`,
    );
    return Number(rows[0]!.count);
  }
}

export const current = (person: PersonChanged) =>
  person.enrolments.filter(({ period }) => period!.endsOn === '').map(({ uai }) => uai);

export const leaving = (uai: string, count: number): Partial<GenerateAafOptions> => ({
  exportedOn: '2022-10-03',
  changes: [{ kind: 'leave', uai, count, day: '2022-10-01' }],
});
