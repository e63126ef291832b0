import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PgBusinessDate, PgOutbox } from '#libs/messaging';
import { copyIn } from '#libs/persistence';
import { freshDatabase } from '#libs/testing';
import { PersonFacts } from '../../apps/directory/src/people/person-facts.pg.js';
import { AafDirectorySource } from '../../apps/directory/src/sources/directory.aaf-source.js';
import { CsvDirectorySource } from '../../apps/directory/src/sources/directory.csv-source.js';
import { AcademyDirectories } from '../../apps/directory/src/sources/ldap/academy-directories.js';
import { OndeDirectorySource } from '../../apps/directory/src/sources/directory.onde-source.js';
import { SourceFormats } from '../../apps/directory/src/sources/source-formats.js';
import { DropFolder } from '../../apps/directory/src/synchronisation/drop-folder.js';
import { ImportWorkspace } from '../../apps/directory/src/synchronisation/import-workspace.pg.js';
import { Imports } from '../../apps/directory/src/synchronisation/imports.pg.js';
import { RunImport } from '../../apps/directory/src/synchronisation/run-import.js';
import { realPublicSchools } from '../support/data/schools.js';
import { generateAaf } from '../support/generator/generate-aaf.js';

/**
 * A first full AAF-1D import of `--size` pupils with their guardians and staff, from the files to the
 * last event in the outbox; the same files again (nothing changes); beside the bare reading of the
 * files and a bare COPY of as many rows. An import that loses anybody is no result.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '20000' },
    json: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
if (!Number.isSafeInteger(size) || size < 1) throw new RangeError('--size is a number of pupils');
const pupilsPerSchool = 139;

const root = mkdtempSync(join(tmpdir(), 'bench-aaf-'));
const fresh = await freshDatabase('directory');
try {
  const chosen = realPublicSchools().slice(0, Math.max(1, Math.round(size / pupilsPerSchool)));
  const schools = chosen.map(({ uai }) => ({ uai, headcount: Math.round(size / chosen.length) }));
  const written = await generateAaf({
    seed: 1,
    schools,
    rentree: '2022-09-01',
    folder: join(root, 'full'),
  });
  const people = written.pupils + written.guardians + written.staff;
  await fresh.database.query(`update platform.business_day set day = '2022-09-01'`);
  await fresh.database.query(
    `insert into declared_source values ('aaf1d-nantes', 'AAF_1D', 'AAF', '17', 10, '{}', '{}', '{}', true)`,
  );
  const first = await seconds(() => importOnce('first', people));
  const again = await seconds(() => importOnce('again', 0));
  const reading = await seconds(readAlone);
  const copying = await seconds(() => copyAlone(people));
  const rate = Math.round(people / first);
  const baselines = {
    sameFilesAgain: Math.round(people / again),
    readingAlone: Math.round(people / reading),
    bareCopy: Math.round(people / copying),
  };
  const result = {
    name: 'directory-import',
    size,
    rate,
    unit: 'people/s',
    baselines,
    ratios: Object.fromEntries(
      Object.entries(baselines).map(([name, value]) => [name, Number((rate / value).toFixed(3))]),
    ),
    peakRssMb: { bench: Math.round(process.resourceUsage().maxRSS / 1_024) },
  };
  console.log(values.json ? JSON.stringify(result) : result);
} finally {
  await fresh.drop();
  rmSync(root, { recursive: true });
}

async function importOnce(name: string, expected: number): Promise<void> {
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
  try {
    const formats = new SourceFormats(source, new OndeDirectorySource(), new CsvDirectorySource());
    await new RunImport(formats, new DropFolder(root), new AcademyDirectories(undefined)).execute(
      open,
    );
  } finally {
    await open.close();
  }
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

async function copyAlone(rows: number): Promise<void> {
  await fresh.unitOfWork.run(async (tx) => {
    await tx.query(
      'create temp table bare (id bigint, last_name text, first_name text, born date)',
    );
    await copyIn(
      tx,
      'bare',
      Array.from({ length: rows }, (_, index) => [index, 'Montcourt', 'Zoé', '2016-05-04']),
    );
  });
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}
