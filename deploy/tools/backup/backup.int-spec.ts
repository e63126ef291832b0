import { execFileSync } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import pg from 'pg';
import { serviceNames, type ServiceName } from '#libs/contracts';
import { drawMissingKeys, readFactKeyRing, ringFile } from '#libs/messaging';
import { Database, UnitOfWork } from '#libs/persistence';
import { type FreshDatabase, freshDatabase, queryAt, required } from '#libs/testing';
import { Traces } from '../../../libs/messaging/src/traces.js';
import { ent } from '../../../test/support/ent-command.js';
import { filesBelow, readableByNobody } from '../../../test/support/read-as-nobody.js';
import * as backup from '../backup.js';
import { nameAt } from './create-backup.js';
import { readManifest } from './manifest.js';
import { toolsFor } from './postgres-tools.js';

/**
 * Goal: what was backed up comes back whole, or nothing changes. Method: the six databases, on a real server; two of
 * them are restored, all six by `npm run prove -- restore`.
 */
const restored: readonly ServiceName[] = process.env['PROVE']
  ? serviceNames
  : ['membership', 'metering'];
const id = randomBytes(4).toString('hex');
const nameOf = (service: ServiceName) => `test_backup_${service}_${id}`;
const before = { ...process.env };
const owners = new Map<ServiceName, string>();
/** Those that were copied, whose roles the copies have. */
const originals: FreshDatabase[] = [];
let home: string;
let folder: string;
let later: Awaited<ReturnType<typeof create>>;
const documentText = 'une convention';
const sha256 = createHash('sha256').update(documentText).digest('hex');
const documentPath = `documents/${sha256.slice(0, 2)}/${sha256.slice(2, 4)}/${sha256}`;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'backup-'));
  await mkdir(join(home, documentPath, '..'), { recursive: true });
  await writeFile(join(home, documentPath), documentText);
  await writeFile(join(home, `${documentPath}.0.tmp`), 'half');
  await mkdir(join(home, 'anchors/metering'), { recursive: true });
  await writeFile(join(home, 'anchors/metering/2026-11-26.jsonl'), '{}\n');
  for (const service of serviceNames) {
    const original = await freshDatabase(service, { isUnused: true });
    originals.push(original);
    const { ownerUrl, url } = await original.copy(nameOf(service));
    owners.set(service, ownerUrl);
    process.env[`${service.toUpperCase()}_DATABASE_URL`] = url;
  }
  process.env['BACKUP_DATABASE_URL'] = required('DATABASE_URL');
  process.env['BACKUP_FOLDER'] = join(home, 'backups');
  process.env['DOCUMENT_FOLDER'] = join(home, 'documents');
  process.env['ANCHOR_FOLDER'] = join(home, 'anchors');
  process.env['FACT_KEY_RING_FILE'] = ringFile(join(home, 'fact-keys'));
  drawMissingKeys(join(home, 'fact-keys'), ['metering']);
  await sql(
    'metering',
    `update platform.business_day set day = '2026-11-26'; update platform.relay_state set next_seq = 41;
     insert into platform.incarnation (epoch, system_identifier, timeline, database_oid, generation, branch_seq)
       select 1, '1', '00000001', oid::bigint, 1, 1 from pg_database where datname = current_database();
     insert into platform.consumer_position (topic, partition, next_offset) values ('calendar.v1', 0, 12)`,
  );
}, 120_000);
beforeEach(() => void jest.spyOn(process.stderr, 'write').mockReturnValue(true));
afterEach(() => void jest.restoreAllMocks());
afterAll(async () => {
  process.env = before;
  await rm(home, { recursive: true, force: true });
  const { rows } = await queryAt(
    required('DATABASE_URL'),
    `select datname as name from pg_database where datname like 'test\\_backup\\_%${id}%'`,
  );
  for (const { name } of rows) {
    await queryAt(required('DATABASE_URL'), `drop database "${name as string}" with (force)`);
  }
  for (const original of originals) await original.drop();
}, 60_000);

const sql = (service: ServiceName, text: string) => queryAt(owners.get(service)!, text);
const names = async () =>
  (
    await queryAt(
      required('DATABASE_URL'),
      `select datname from pg_database where datname like 'test\\_backup\\_%${id}%' order by datname`,
    )
  ).rows.map(({ datname }) => String(datname));

/** Structure, owners and rights as PostgreSQL tells them. */
const structureOf = async (service: ServiceName) => {
  const tools = await toolsFor(15);
  const text = execFileSync(
    join(tools.folder, 'pg_dump'),
    ['--schema-only', owners.get(service)!],
    {
      encoding: 'utf8',
      maxBuffer: 64_000_000,
    },
  );
  return text.replace(/^\\(un)?restrict .*$/gm, ''); // a random word of each run
};
/** Whether the relay would begin a new incarnation: the database is another than the newest one says. */
const isAnother = async () =>
  (
    await sql(
      'metering',
      `select database_oid <> (select oid::bigint from pg_database where datname = current_database()) as is
         from platform.incarnation order by epoch desc limit 1`,
    )
  ).rows[0]!['is'];
const dayOf = async () =>
  (await sql('metering', 'select day::text from platform.business_day')).rows[0]!['day'];

/** What a proof of an erasure could not look through, asked as the service itself. */
const unreadOf = async (service: ServiceName) => {
  const url = process.env[`${service.toUpperCase()}_DATABASE_URL`]!;
  const database = new Database({ url, poolMax: 1, applicationName: 'proof' });
  const { unread } = await new Traces(database, new UnitOfWork(database), {}).find([randomUUID()]);
  await database.end();
  return unread;
};

const create = async () => {
  const [status, printed] = await ent(backup, 'create', '--json');
  return { status, ...(JSON.parse(printed) as { folder: string; documentsMissing: string[] }) };
};

test('a backup holds every database, documents and anchors, closed to others, and says of what instant', async () => {
  const made = await create();
  folder = made.folder;
  expect(made).toMatchObject({ status: 0, documentsMissing: [] });
  const manifest = await readManifest(folder);
  expect(manifest.databases.map(({ service }) => service)).toEqual([...serviceNames]);
  // Who reads before whom it reads: none is restored with what its owner has forgotten.
  const inTime = [...manifest.databases].sort((a, b) => (a.snapshotAt < b.snapshotAt ? -1 : 1));
  expect(inTime.map(({ service }) => service)).toEqual([...serviceNames].reverse());
  expect(manifest.databases.find(({ service }) => service === 'metering')).toMatchObject({
    ...{ database: nameOf('metering'), businessDay: '2026-11-26', nextSeq: '41' },
    positions: [{ topic: 'calendar.v1', partition: 0, nextOffset: '12' }],
  });
  expect(
    manifest.files.map(({ path }) => path).filter((path) => !path.startsWith('databases/')),
  ).toEqual([documentPath, 'anchors/metering/2026-11-26.jsonl', 'fact-keys/ring.json']);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const { mode } = await stat(join(entry.parentPath, entry.name));
    expect([entry.name, mode & 0o777]).toEqual([entry.name, entry.isDirectory() ? 0o700 : 0o600]);
  }
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect(readableByNobody(filesBelow(folder))).toEqual([]);
  expect(await ent(backup, 'verify', folder)).toEqual([0, expect.stringContaining('est intacte')]);
  const [, listed] = await ent(backup, 'list');
  expect(listed).toContain(folder);
  const name = /^ {2}(\S+)/.exec(listed)![1]!;
  expect(await ent(backup, 'verify', name)).toEqual([0, expect.stringContaining('est intacte')]);
  expect(await ent(backup, 'verify', '2026-01-01T00-00-00Z')).toEqual([
    1,
    expect.stringMatching(/backup list.*NO_BACKUP/),
  ]);
  expect(await readFile(join(home, 'backups/ent_backup.prom'), 'utf8')).toMatch(
    /^ent_backup_taken_seconds 1?\d{10}$/m,
  );
}, 60_000);

test('SUP-4: a restored service is as it was, in rows, structure, owners and rights; the old base is kept, and no erasure is proven whole until it is dropped', async () => {
  const structures = new Map<ServiceName, string>();
  for (const service of restored) structures.set(service, await structureOf(service));
  expect(await isAnother()).toBe(false);
  await sql('metering', `update platform.business_day set day = '2026-12-25'`);
  await writeFile(join(home, documentPath), 'what a disk made of it');
  const asked = restored === serviceNames ? [] : restored;
  const [status, printed] = await ent(backup, 'restore', folder, ...asked, '--json');
  expect(JSON.parse(printed)).toMatchObject({ documents: 1 });
  expect(status).toBe(0);
  expect(await dayOf()).toBe('2026-11-26');
  expect(await isAnother()).toBe(true);
  expect(await readFile(join(home, documentPath), 'utf8')).toBe(documentText);
  for (const service of restored) expect(await structureOf(service)).toBe(structures.get(service));
  const { rows: journalled } = await sql(
    'metering',
    `select details from platform.audit_entry where action = 'backup.restored'`,
  );
  expect(journalled).toEqual([
    { details: { backup: basename(folder), takenAt: expect.stringMatching(/^20/) as string } },
  ]);
  // The role of the service may connect, and do what grants.sql says.
  const { rows } = await queryAt(
    process.env['METERING_DATABASE_URL']!,
    'select next_seq::int from platform.relay_state',
  );
  expect(rows).toEqual([{ next_seq: 41 }]);
  const kept = (await names()).filter((name) => name.includes('_before_'));
  expect(kept).toHaveLength(restored.length);
  const old = new URL(owners.get('metering')!);
  old.pathname = `/${kept.find((name) => name.startsWith(nameOf('metering')))!}`;
  const { rows: days } = await queryAt(old.href, 'select day::text from platform.business_day');
  expect(days).toEqual([{ day: '2026-12-25' }]);
  const keptSeconds = async () => {
    const told = await readFile(join(home, 'backups/ent_backup.prom'), 'utf8');
    return Number(/^ent_backup_kept_database_seconds (\S+)$/m.exec(told)?.[1]);
  };
  expect(Math.abs((await keptSeconds()) - Date.now() / 1000)).toBeLessThan(600);
  // SUP-4: what was erased since may stand in it, so no proof of an erasure is whole before it is dropped.
  const aside = kept.filter((name) => name.startsWith(nameOf('metering')));
  expect(await unreadOf('metering')).toEqual(aside);
  expect((await ent(backup, 'drop-old', 'metering'))[0]).toBe(0);
  expect(await unreadOf('metering')).toEqual([]);
  expect((await names()).filter((name) => name.includes('_before_'))).toHaveLength(
    restored.length - 1,
  );
}, 120_000);

test('a service that runs is not restored, nor any other that was asked for with it', async () => {
  const running = new pg.Client({ connectionString: process.env['METERING_DATABASE_URL'] });
  await running.connect();
  const there = await names();
  try {
    const [status, printed] = await ent(backup, 'restore', folder, 'billing', 'metering');
    expect([status, printed]).toEqual([1, expect.stringMatching(/metering .*SERVICE_RUNS/s)]);
    const role = new URL(process.env['METERING_DATABASE_URL']!).username;
    expect(printed).toContain(`${nameOf('metering')} : ${role} (1)`);
  } finally {
    await running.end();
  }
  expect(await names()).toEqual(there);
});

test('a restore that fails on its way, or a service that comes meanwhile, leaves the database as it was', async () => {
  await sql('metering', `update platform.business_day set day = '2026-12-26'`);
  const there = await names();
  const rightful = process.env['METERING_DATABASE_URL']!;
  // Its role would be the owner: found after the restore, before the swap.
  process.env['METERING_DATABASE_URL'] = owners.get('metering')!;
  expect((await ent(backup, 'restore', folder, 'metering'))[0]).not.toBe(0);
  process.env['METERING_DATABASE_URL'] = rightful;
  expect(await names()).toEqual(there);

  const late = new pg.Client({ connectionString: rightful });
  const restoring = ent(backup, 'restore', folder, 'metering');
  while (!(await names()).some((name) => name.endsWith('_restoring'))) await sleep(10);
  await late.connect();
  expect(await restoring).toEqual([1, expect.stringContaining('SERVICE_RUNS')]);
  await late.end();
  expect(await names()).toEqual(there);
  expect(await dayOf()).toBe('2026-12-26');
}, 60_000);

test('restores a backup by its name, and refuses one of two restores of one service at once', async () => {
  const both = await Promise.all([restoreStatus(), restoreStatus()]);
  expect(both.sort()).toEqual([0, 1]);
  expect(await dayOf()).toBe('2026-11-26');
}, 60_000);
const restoreStatus = async () => {
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  return backup.run(['restore', basename(folder), 'metering', '--json']);
};

test('FCT-1: a restore returns the public keys that the ring has lost, and keeps those that it has', async () => {
  const ring = process.env['FACT_KEY_RING_FILE']!;
  const [former] = readFactKeyRing(ring)['metering']!;
  const [, made] = await ent(backup, 'create', '--json');
  const { folder } = JSON.parse(made) as { folder: string };
  await rm(join(home, 'fact-keys'), { recursive: true });
  drawMissingKeys(join(home, 'fact-keys'), ['metering']);
  const [own] = readFactKeyRing(ring)['metering']!;
  const [status, told] = await ent(backup, 'restore', folder, 'metering');
  expect([status, told]).toEqual([0, expect.stringContaining('1 clé publique remise')]);
  expect(readFactKeyRing(ring)['metering']).toEqual([former, own]);
}, 120_000);

test('what a killed restore left, its pg_restore still at work, is no hindrance', async () => {
  const left = new URL(owners.get('metering')!);
  left.pathname = `/${nameOf('metering')}_restoring`;
  await queryAt(required('DATABASE_URL'), `create database ${nameOf('metering')}_restoring`);
  const orphan = new pg.Client({ connectionString: left.href });
  const isEnded = new Promise((ended) => orphan.on('error', ended));
  await orphan.connect();
  expect((await ent(backup, 'restore', folder, 'metering', '--json'))[0]).toBe(0);
  await isEnded;
  expect((await names()).filter((name) => name.endsWith('_restoring'))).toEqual([]);
}, 60_000);

test('a server that has neither base nor role yet gets both', async () => {
  const role = `${nameOf('metering')}_new`;
  const given = process.env['METERING_DATABASE_URL']!;
  const moved = new URL(given);
  moved.pathname = `/${role}`;
  [moved.username, moved.password] = [role, 'secret'];
  process.env['METERING_DATABASE_URL'] = moved.href;
  try {
    expect(await ent(backup, 'restore', folder, 'metering')).toEqual([
      0,
      expect.stringContaining('metering : restauré.'),
    ]);
    const { rows } = await queryAt(moved.href, 'select day::text from platform.business_day');
    expect(rows).toEqual([{ day: '2026-11-26' }]);
  } finally {
    process.env['METERING_DATABASE_URL'] = given;
    const admin = required('DATABASE_URL');
    await queryAt(admin, `drop database if exists ${role}`);
    await queryAt(admin, `drop role if exists ${role}, ${role}_owner`);
  }
}, 60_000);

test('a document that the base names and the store lost is told, and the backup is made', async () => {
  await sql(
    'membership',
    `set session_replication_role = replica;
     insert into document_blob (sha256, size) values (repeat('a', 64), 1);
     insert into document (id, sha256, media_type, file_name, title, kind, dated_on, market_code, uploaded_by, uploaded_on)
       values ('d-1', repeat('a', 64), 'application/pdf', 'a.pdf', 'A', 'OTHER', '2026-01-01', 'M', 'u', '2026-01-01')`,
  );
  later = await createLater();
  expect([later.status, later.documentsMissing]).toEqual([1, ['a'.repeat(64)]]);
}, 60_000);

test('a backup that was damaged or added to is told, and nothing is restored from it', async () => {
  const other = later.folder;
  const there = await names();
  await appendFile(join(other, 'databases/metering.dump'), '!');
  await rm(join(other, documentPath));
  await writeFile(join(other, 'databases/more.dump'), '');
  const [status, printed] = await ent(backup, 'verify', other, '--json');
  expect([status, (JSON.parse(printed) as { damaged: unknown }).damaged]).toEqual([
    1,
    [
      { path: 'databases/metering.dump', code: 'CHANGED' },
      { path: documentPath, code: 'MISSING' },
      { path: 'databases/more.dump', code: 'NOT_LISTED' },
    ],
  ]);
  expect(await ent(backup, 'restore', other, 'metering')).toEqual([
    1,
    expect.stringContaining('rien n’a été changé'),
  ]);
  expect(await names()).toEqual(there);
  // One digit in the manifest.
  const manifest = await readFile(join(other, 'manifest.json'), 'utf8');
  await writeFile(
    join(other, 'manifest.json'),
    manifest.replace('"nextSeq": "41"', '"nextSeq": "42"'),
  );
  expect(await ent(backup, 'verify', other)).toEqual([1, expect.stringContaining('NO_BACKUP')]);
}, 60_000);

/** Its name is its second. */
async function createLater() {
  while (nameAt(new Date()) <= folder.slice(-20)) await sleep(50);
  return create();
}

test('SUP-4: what is older than the days to keep goes, 90 at most; the newest stays and is told where it is too old', async () => {
  const parent = join(home, 'others');
  const daysAgo = (days: number) => nameAt(new Date(Date.now() - days * 86_400_000));
  const old = [100, 40, 20].map(daysAgo);
  const young = `.partial-${daysAgo(0)}-y`;
  for (const name of [...old, `.partial-${daysAgo(2)}-x`, young, 'else']) {
    await mkdir(join(parent, name), { recursive: true });
  }
  for (const days of ['0', '91', 'x']) {
    expect((await ent(backup, 'prune', parent, '--keep-days', days))[0]).toBe(2);
  }
  expect((await ent(backup, 'prune', parent))[0]).toBe(2);
  expect((await ent(backup, 'prune', parent, '--keep-days', '30'))[0]).toBe(0);
  expect((await readdir(parent)).sort()).toEqual(
    [young, old[2]!, 'else', 'ent_backup.prom'].sort(),
  );
  const alone = join(home, 'alone');
  await mkdir(join(alone, old[0]!), { recursive: true });
  expect(await ent(backup, 'prune', alone, '--keep-days', '30')).toEqual([
    1,
    expect.stringContaining('backup create'),
  ]);
  expect(await readdir(alone)).toContain(old[0]);
});

test('a machine without client tools of the server’s version says what to install', async () => {
  await expect(toolsFor(99)).rejects.toThrow('apt install postgresql-client-99');
});
