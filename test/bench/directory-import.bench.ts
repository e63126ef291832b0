import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PgBusinessDate, PgOutbox } from '#libs/messaging';
import { freshDatabase } from '#libs/testing';
import { PersonFacts } from '../../apps/directory/src/people/person-facts.pg.js';
import { AafDirectorySource } from '../../apps/directory/src/sources/directory.aaf-source.js';
import { CsvDirectorySource } from '../../apps/directory/src/sources/directory.csv-source.js';
import { AcademyDirectories } from '../../apps/directory/src/sources/ldap/academy-directories.js';
import { OndeDirectorySource } from '../../apps/directory/src/sources/directory.onde-source.js';
import { SourceFormats } from '../../apps/directory/src/sources/source-formats.js';
import { EndedImports } from '../../apps/directory/src/synchronisation/ended-imports.pg.js';
import { DropFolder } from '../../apps/directory/src/synchronisation/drop-folder.js';
import { ImportTurn } from '../../apps/directory/src/synchronisation/import-turn.pg.js';
import { ImportWorkspace } from '../../apps/directory/src/synchronisation/import-workspace.pg.js';
import { Imports } from '../../apps/directory/src/synchronisation/imports.pg.js';
import { RunImport } from '../../apps/directory/src/synchronisation/run-import.js';
import { realPublicSchools } from '../support/data/schools.js';
import { generateAaf } from '../support/generator/generate-aaf.js';
import { type Cost, parseAlone, RowsLeftBehind } from './directory-import/bare-parse-and-copy.js';
import { pidOfImport } from './directory/one-import.js';
import { cpuMsOf } from './orders/cpu.js';

/**
 * A first full AAF-1D import of `--size` pupils with their guardians and staff, from the files to the last event in the
 * outbox, of a source that delivers deltas too; the same files again (nothing changes). Beside it, in the same run, a bare parse
 * of the same bytes and a COPY of all rows that the import has left behind, bare and into tables with the same keys and
 * indexes. An import that loses anybody is no result.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '20000' },
    json: { type: 'boolean', default: false },
    into: { type: 'string' },
  },
});
const size = Number(values.size);
if (!Number.isSafeInteger(size) || size < 1) throw new RangeError('--size is a number of pupils');
const pupilsPerSchool = 139;

if (values.into) {
  const { pupils, guardians, staff } = await generate(values.into);
  console.log(pupils + guardians + staff);
  process.exit();
}

const root = mkdtempSync(join(tmpdir(), 'bench-aaf-'));
const fresh = await freshDatabase('directory');
let peakServerMb = 0;
let peakImportMb = 0;
try {
  // By a process of its own: what a population leaves in memory is not the import's.
  const generating = [...process.execArgv, ...process.argv.slice(1), '--into', join(root, 'full')];
  const people = Number(execFileSync(process.execPath, generating, { encoding: 'utf8' }));
  await fresh.database.query(`select platform.begin_day('2022-09-01')`);
  await fresh.database.query(
    `insert into declared_source (source_code, kind, title, academy_code, priority, departments, uais, profiles, enabled, delivers_deltas)
     values ('aaf1d-nantes', 'AAF_1D', 'AAF', '17', 10, '{}', '{}', '{}', true, true)`,
  );
  const first = await importOnce('first', people);
  const left = await RowsLeftBehind.take(fresh.ownerUrl);
  const again = await importOnce('again', 0);
  const parse = await costOf(() => parseAlone(join(root, 'full')));
  const copy = await costOf(() => left.copy(), left.serverPid);
  const copyIndexed = await costOf(() => left.copy('indexed'), left.serverPid);
  const reading = await costOf(readAlone);
  const rows = Object.values(left.rowsByTable).reduce((sum, count) => sum + count, 0);
  await left.forget();
  const over = (kind: 'seconds' | 'cpuSeconds', copied = copy) =>
    rounded(first[kind] / (parse[kind] + copied[kind]));
  const result = {
    name: 'directory-import',
    size,
    people,
    rate: Math.round(people / first.seconds),
    unit: 'people/s',
    costs: { first, again, parse, copy, copyIndexed, reading },
    rowsLeftBehind: rows,
    ratios: {
      importOverParsePlusCopy: over('seconds'),
      importOverParsePlusCopyInCpu: over('cpuSeconds'),
      importOverParsePlusIndexedCopyInCpu: over('cpuSeconds', copyIndexed),
      againOverFirst: rounded(again.seconds / first.seconds),
    },
    peakRssMb: { import: peakImportMb, server: peakServerMb },
  };
  console.log(values.json ? JSON.stringify(result) : result);
} finally {
  await fresh.drop();
  rmSync(root, { recursive: true });
}

function generate(folder: string) {
  const chosen = realPublicSchools().slice(0, Math.max(1, Math.round(size / pupilsPerSchool)));
  const schools = chosen.map(({ uai }) => ({ uai, headcount: Math.round(size / chosen.length) }));
  return generateAaf({ seed: 1, schools, rentree: '2022-09-01', folder });
}

/** From the files that lie there to the end of the import; in between, the delivery of the import before has gone, as in the service. */
async function importOnce(name: string, expected: number): Promise<Cost> {
  const { database, unitOfWork } = fresh;
  const source = new AafDirectorySource();
  const imports = new Imports(database);
  // Another name, or the second run would be the first import itself.
  symlinkSync(join(root, 'full'), join(root, name));
  const { fingerprint, datedOn } = await source.inventory(join(root, name));
  const { importId } = await unitOfWork.run(async (tx) =>
    imports.findOrAdd(tx, {
      folder: name,
      fingerprint,
      source: 'aaf1d-nantes',
      datedOn,
      uai: '',
      extent: 'FULL' as const,
      startedOn: await new PgBusinessDate(database).today(tx),
    }),
  );
  const workspace = new ImportWorkspace(database, new PgOutbox(), new PersonFacts(), {
    batchPeople: 2_000,
    ineKey: 'key-of-the-bench-only',
    thresholds: { percent: 10, least: 10, seasons: [] },
    heldDays: 14,
  });
  const open = (await workspace.open())!;
  forgetPeak();
  const serverPid = await pidOfImport(database);
  const formats = new SourceFormats(source, new OndeDirectorySource(), new CsvDirectorySource());
  const run = new RunImport(formats, new DropFolder(root), new AcademyDirectories(undefined));
  try {
    const cost = await costOf(async () => void (await run.execute(open)), serverPid);
    // A large size takes its time.
    console.error(name, cost);
    peakServerMb = Math.max(peakServerMb, peakMbOf(serverPid));
    peakImportMb = Math.max(peakImportMb, peakMbOf(process.pid));
    await checkIsWhole(imports, importId, expected);
    return cost;
  } finally {
    await open.close();
    const ended = new EndedImports(unitOfWork, new ImportTurn());
    while (await ended.removeSome());
  }
}

async function checkIsWhole(imports: Imports, importId: string, expected: number): Promise<void> {
  const report = await imports.get(importId);
  if (report.state !== 'COMPLETED' || report.peopleApplied !== expected) {
    throw new Error(`${report.state}: ${report.peopleApplied} people instead of ${expected}`);
  }
}

async function readAlone(): Promise<void> {
  let records = 0;
  for await (const batch of new AafDirectorySource().read(join(root, 'full')))
    records += batch.length;
  if (records === 0) throw new Error('nothing read');
}

/** CPU of this process and of one of the server's, where it is on this machine. */
async function costOf(work: () => Promise<void>, serverPid?: number): Promise<Cost> {
  const cpu = () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000_000 + cpuMsOf(serverPid) / 1_000;
  };
  const [begun, before, serverBefore] = [performance.now(), cpu(), cpuMsOf(serverPid)];
  await work();
  const seconds = (performance.now() - begun) / 1_000;
  return {
    seconds: rounded(seconds),
    cpuSeconds: rounded(cpu() - before),
    // Of these, PostgreSQL's.
    serverCpuSeconds: rounded((cpuMsOf(serverPid) - serverBefore) / 1_000),
  };
}

/** So that the peak is this import's own. */
function forgetPeak(): void {
  if (existsSync('/proc/self/clear_refs')) writeFileSync('/proc/self/clear_refs', '5');
}

/** Resident at most so far, in MB, what it shares with other processes of the server included; 0 where there is no /proc. */
function peakMbOf(pid: number): number {
  try {
    const [, kb = '0'] =
      /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kb) / 1_024);
  } catch {
    return 0;
  }
}

function rounded(value: number): number {
  return Number(value.toFixed(3));
}
