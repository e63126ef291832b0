import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import {
  type BackedUpDatabase,
  type BackedUpFile,
  dumpOf,
  fileAt,
  type Manifest,
  writeManifest,
} from './manifest.js';
import { majorOf, runTool, toolsFor, withClient } from './postgres-tools.js';
import type { ServiceDatabase } from './service-database.js';

export type BackupPlan = {
  readonly parent: string;
  readonly now: Date;
  readonly databases: readonly ServiceDatabase[];
  /** Undefined: documents are kept elsewhere. */
  readonly documentFolder: string | undefined;
  readonly anchorFolder: string;
  /** Public keys: without the retired ones, archived facts prove nothing. */
  readonly keyRingFile: string;
  readonly say: (line: string) => void;
};

/** Under a name that is no backup's until all of it is on the disk: one that was cut short is none. */
export async function createBackup(
  plan: BackupPlan,
): Promise<{ folder: string; manifest: Manifest }> {
  const { parent, now } = plan;
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const folder = join(parent, nameAt(now));
  const partial = join(parent, `${partialPrefix}${nameAt(now)}-${randomUUID()}`);
  try {
    await mkdir(partial, { mode: 0o700 });
    const manifest = await fill(partial, plan);
    await writeManifest(partial, manifest);
    await rename(partial, folder);
    await syncFolder(parent);
    return { folder, manifest };
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}

export const backedUpKeyRing = 'fact-keys/ring.json';
export const partialPrefix = '.partial-';
/** A backup's name is its instant, UTC. */
export const nameAt = (at: Date): string =>
  at.toISOString().slice(0, 19).replaceAll(':', '-') + 'Z';

async function fill(folder: string, plan: BackupPlan): Promise<Manifest> {
  const databases: BackedUpDatabase[] = [];
  const files: BackedUpFile[] = [];
  let named: string[] = [];
  await mkdir(join(folder, 'databases'), { mode: 0o700 });
  await withSnapshots([...plan.databases].reverse(), async (snapshots) => {
    for (const one of snapshots.reverse()) {
      const { service } = one.database;
      const { dumped, documents } = await dump(folder, one);
      const file = await fileAt(folder, dumpOf(service));
      plan.say(`  ${service} : ${file.bytes} octets`);
      databases.push(dumped);
      files.push(file);
      named = [...named, ...documents];
    }
  });
  // After the database that names them: a content is stored before it is named, and never removed while it is.
  const { documentFolder, anchorFolder } = plan;
  const documents = documentFolder ? await copyTree(documentFolder, folder, 'documents') : [];
  plan.say(documentFolder ? `  documents : ${documents.length}` : '  documents : gardés ailleurs');
  const anchors = await copyTree(anchorFolder, folder, 'anchors');
  plan.say(`  ancres : ${anchors.length} journées`);
  await copyDurably(plan.keyRingFile, join(folder, backedUpKeyRing));
  const keyRing = await fileAt(folder, backedUpKeyRing);
  const stored = new Set(documents.map(({ sha256 }) => sha256));
  return {
    version: 1,
    takenAt: plan.now.toISOString(),
    databases,
    documents: documentFolder ? 'FILES' : 'ELSEWHERE',
    documentsMissing: documentFolder ? named.filter((sha256) => !stored.has(sha256)) : [],
    files: [...files, ...documents, ...anchors, keyRing],
  };
}

type Snapshot = {
  readonly database: ServiceDatabase;
  readonly client: pg.Client;
  readonly name: string;
};

/**
 * All within a moment and before the first is dumped, in the order given: who reads before whom it reads, so that no
 * reader is restored with what its owner has forgotten.
 */
function withSnapshots<T>(
  [database, ...others]: readonly ServiceDatabase[],
  use: (taken: Snapshot[]) => Promise<T>,
  taken: readonly Snapshot[] = [],
): Promise<T> {
  if (!database) return use([...taken]);
  return withClient(database.adminUrl, async (client) => {
    await client.query('begin isolation level repeatable read read only');
    const { rows } = await client.query<{ name: string }>('select pg_export_snapshot() as name');
    return withSnapshots(others, use, [...taken, { database, client, name: rows[0]!.name }]);
  });
}

/** What the manifest says of a database is of the very snapshot that is dumped. */
async function dump(
  folder: string,
  { database: { service, name, adminUrl }, client, name: snapshot }: Snapshot,
) {
  const serverMajor = await majorOf(client);
  const tools = await toolsFor(serverMajor);
  const owner = await becomeOwner(client);
  const one = async <Row>(sql: string) => (await client.query(sql)).rows[0] as Row;
  const facts = await one<Omit<BackedUpDatabase, 'positions' | 'snapshotAt'> & { at: Date }>(
    `select (select system_identifier::text from pg_control_system()) as "systemIdentifier",
              (select oid::text from pg_database where datname = current_database()) as "databaseOid",
              (select day::text from platform.business_day) as "businessDay",
              (select next_seq::text from platform.relay_state) as "nextSeq",
              (select count(*)::text from platform.outbox) as "outboxPending",
              now() as at`,
  );
  const { rows: positions } = await client.query<BackedUpDatabase['positions'][number]>(
    `select topic, partition, next_offset::text as "nextOffset"
         from platform.consumer_position order by topic, partition`,
  );
  const documents =
    service === 'membership'
      ? (await client.query<{ sha256: string }>('select distinct sha256 from document')).rows
      : [];
  const path = join(folder, dumpOf(service));
  await (await open(path, 'wx', 0o600)).close();
  await runTool(
    tools,
    'pg_dump',
    ['-Fc', `--snapshot=${snapshot}`, `--role=${owner}`, `--file=${path}`],
    adminUrl,
  );
  const { at, ...known } = facts;
  const dumped: BackedUpDatabase = {
    ...{ service, database: name, serverMajor, snapshotAt: at.toISOString() },
    ...{ ...known, positions },
  };
  return { dumped, documents: documents.map(({ sha256 }) => sha256) };
}

export async function becomeOwner(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ owner: string }>(
    `select rolname as owner from pg_database join pg_roles r on r.oid = datdba
      where datname = current_database()`,
  );
  const { owner } = rows[0]!;
  await client.query(`set local role ${pg.escapeIdentifier(owner)}`);
  return owner;
}

/** Only what the owner of the tree makes: what a crash left half written beside it is no content. */
async function copyTree(from: string, folder: string, name: string): Promise<BackedUpFile[]> {
  const found = await readdir(from, { recursive: true, withFileTypes: true }).catch(unlessAbsent);
  const files: BackedUpFile[] = [];
  for (const entry of found) {
    if (!entry.isFile() || entry.name.endsWith('.tmp')) continue;
    const source = join(entry.parentPath, entry.name);
    const path = join(name, source.slice(join(from, '/').length));
    await copyDurably(source, join(folder, path));
    files.push(await fileAt(folder, path));
  }
  return files;
}

function unlessAbsent(error: NodeJS.ErrnoException): [] {
  if (error.code === 'ENOENT') return []; // nothing was ever stored
  throw error;
}

/** Whole under its name, or not there. */
export async function copyDurably(source: string, target: string): Promise<void> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  const temporary = `${target}.${randomUUID()}.tmp`;
  await copyFile(source, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  await chmod(temporary, 0o600);
  await sync(temporary, 'r+');
  await rename(temporary, target);
}

const syncFolder = (folder: string) => sync(folder, 'r');

async function sync(path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
