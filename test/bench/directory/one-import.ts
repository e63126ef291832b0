import { PgBusinessDate, PgOutbox } from '#libs/messaging';
import type { FreshDatabase } from '#libs/testing';
import { PersonFacts } from '../../../apps/directory/src/people/person-facts.pg.js';
import { AafDirectorySource } from '../../../apps/directory/src/sources/directory.aaf-source.js';
import { CsvDirectorySource } from '../../../apps/directory/src/sources/directory.csv-source.js';
import { AcademyDirectories } from '../../../apps/directory/src/sources/ldap/academy-directories.js';
import { OndeDirectorySource } from '../../../apps/directory/src/sources/directory.onde-source.js';
import { SourceFormats } from '../../../apps/directory/src/sources/source-formats.js';
import { DropFolder } from '../../../apps/directory/src/synchronisation/drop-folder.js';
import { ImportWorkspace } from '../../../apps/directory/src/synchronisation/import-workspace.pg.js';
import {
  type ImportReport,
  Imports,
} from '../../../apps/directory/src/synchronisation/imports.pg.js';
import { cpuMsOf } from '../orders/cpu.js';
import { KeyPeople } from '../../../apps/directory/src/synchronisation/plans/anew/key-people.js';
import { RunImport } from '../../../apps/directory/src/synchronisation/run-import.js';

/** Imports a folder of an area for a declared AAF source, from the files to the last event in the outbox. */
export async function importFolder(
  { database, unitOfWork }: FreshDatabase,
  { root, folder, source }: { root: string; folder: string; source: string },
): Promise<{ seconds: number; cpuSeconds: number; report: ImportReport }> {
  const format = new AafDirectorySource();
  const imports = new Imports(database);
  const dropFolder = new DropFolder(root);
  const begun = performance.now();
  const { user, system } = process.cpuUsage();
  const { fingerprint, datedOn, extent } = await format.inventory(dropFolder.pathOf(folder));
  const { importId } = await unitOfWork.run(async (tx) =>
    imports.findOrAdd(tx, {
      ...{ folder, fingerprint, source, datedOn, uai: '', extent },
      startedOn: await new PgBusinessDate(database).today(tx),
    }),
  );
  const workspace = new ImportWorkspace(database, new PgOutbox(), new PersonFacts(), {
    batchPeople: 2_000,
    ineKey: 'key-of-the-bench-only',
    // Who is held is nobody that is measured: of many schools some lose more than a tenth by chance.
    thresholds: { percent: 60, least: 60, seasons: [] },
    heldDays: 14,
  });
  const open = (await workspace.open())!;
  const serverPid = await pidOfImport(database);
  const serverBefore = cpuMsOf(serverPid);
  let serverMs = 0;
  try {
    const formats = new SourceFormats(format, new OndeDirectorySource(), new CsvDirectorySource());
    const academies = new AcademyDirectories(undefined);
    await new RunImport(formats, dropFolder, academies).execute(open);
    // Its connection goes with it.
    serverMs = cpuMsOf(serverPid) - serverBefore;
  } finally {
    await open.close();
  }
  const seconds = (performance.now() - begun) / 1_000;
  const own = process.cpuUsage({ user, system });
  const cpuSeconds = (own.user + own.system) / 1_000_000 + serverMs / 1_000;
  const report = await imports.get(importId);
  if (report.state !== 'COMPLETED') throw new Error(`${folder}: ${report.state}`);
  return { seconds, cpuSeconds, report };
}

/** The server's process that an import has for itself: the one with its lock. */
export async function pidOfImport(database: FreshDatabase['database']): Promise<number> {
  const { rows } = await database.query<{ pid: number }>(
    `select pid from pg_locks where locktype = 'advisory' and granted
       and database = (select oid from pg_database where datname = current_database())`,
  );
  if (rows.length !== 1) throw new Error(`${rows.length} hold the lock of an import`);
  return rows[0]!.pid;
}

/** What the worker does between two imports. */
export async function keyEverybody({ unitOfWork }: FreshDatabase): Promise<void> {
  const keyPeople = new KeyPeople(unitOfWork);
  while (await keyPeople.keySome());
}
