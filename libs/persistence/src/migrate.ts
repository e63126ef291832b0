import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { withoutLargeObjects } from './bound-role.js';
import { actAsOwner } from './database-owner.js';
import { createForTables, createFunctions, dueFunctions } from './function-files.js';
import { applyGrants } from './grants.js';
import { readFiles, readFolders, sqlHomes, type SqlFile } from './sql-files.js';

/** The history of a database is not the one that stands in the files: history is never rewritten. */
export class MigrationEdited extends Error {
  override readonly name = 'MigrationEdited';
}

export type MigrationPlan = {
  /** Connection as whoever may act as the owner of the database. */
  readonly url: string;
  /** A folder of `apps`; one that is not there ('platform') has the libraries' tables alone. */
  readonly service: string;
  /** Role that the service connects with: it gets what `grants.sql` says, never structure. */
  readonly role: string;
  /** Whether days begin by the clock (MKT-4), the service's CALENDAR; left out: as before, by the clock at first. */
  readonly calendar?: 'clock' | 'player' | undefined;
  /** Folder of the project; the current one if left out. */
  readonly root?: string;
};

// Any number, the same in every process: two migrations of one database wait for each other.
const lockKey = 72_707_369;

/**
 * Applies what is missing in one transaction, so that a running service sees tables and functions of
 * one release: the libraries' migrations (recorded in `platform.migration`), the service's (in
 * `_prisma_migrations` with Prisma's checksums, so that Prisma's own tools read the same history) and
 * the function files that are due (`platform.function_file`). All of it is made as the owner of
 * the database, who is no superuser. Returns the names applied. Throws MigrationEdited, OwnerNotBound, ServiceIsOwner.
 */
export async function migrate({
  url,
  service,
  role,
  calendar,
  root = '.',
}: MigrationPlan): Promise<string[]> {
  const client = new pg.Client({ connectionString: url, application_name: 'ent-migrate' });
  // A server that stops meanwhile fails the statement under way; unheard, it would end the process too.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    // What fails before the commit is undone with the connection.
    await client.query('begin');
    await client.query(withoutLargeObjects);
    await actAsOwner(client);
    await client.query(bookkeeping);
    const [platform, own] = sqlHomes(service);
    const applied = [
      ...(await bringUp(client, root, platform, platformBook)),
      ...(await bringUp(client, root, own, prismaBook)),
    ];
    await applyGrants(client, { root, homes: [platform, own], role });
    if (calendar) await client.query('update platform.calendar_mode set mode = $1', [calendar]);
    await client.query('commit');
    return applied;
  } finally {
    await client.end();
  }
}

const bookkeeping = `
  create schema if not exists platform;
  create table if not exists platform.migration (
    name text primary key, checksum text not null, applied_at timestamptz not null default now());
  create table if not exists platform.function_file (
    path text primary key, checksum text not null, applied_at timestamptz not null default now());
  alter table platform.function_file add column if not exists earlier text[] not null default '{}';
  create table if not exists public._prisma_migrations (
    id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz,
    migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
    started_at timestamptz not null default now(), applied_steps_count integer not null default 0);`;

type Book = {
  readonly read: (root: string, folder: string) => Promise<SqlFile[]>;
  readonly known: string;
  record(client: pg.Client, migration: SqlFile): Promise<unknown>;
};

const platformBook: Book = {
  read: readFiles,
  known: 'select name, checksum from platform.migration',
  record: (client, { name, checksum }) =>
    client.query('insert into platform.migration (name, checksum) values ($1, $2)', [
      name,
      checksum,
    ]),
};
const prismaBook: Book = {
  read: readFolders,
  known: `select migration_name as name, checksum from public._prisma_migrations
          where finished_at is not null and rolled_back_at is null`,
  record: (client, { name, checksum }) =>
    client.query(
      `insert into public._prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), 1)`,
      [randomUUID(), checksum, name],
    ),
};

async function bringUp(
  client: pg.Client,
  root: string,
  home: string,
  book: Book,
): Promise<string[]> {
  const migrations = await book.read(root, join(home, 'migrations'));
  const { rows } = await client.query<{ name: string; checksum: string }>(book.known);
  const known = new Map(rows.map((row) => [row.name, row.checksum]));
  refuseRewritten(migrations, known);
  const pending = migrations.filter(({ name }) => !known.has(name));
  const functions = await dueFunctions(client, { root, home, tablesChange: pending.length > 0 });
  await createForTables(client, functions);
  for (const migration of pending) await apply(client, migration, book);
  return [...pending.map(({ name }) => name), ...(await createFunctions(client, functions))];
}

async function apply(client: pg.Client, migration: SqlFile, book: Book): Promise<void> {
  try {
    await client.query(migration.sql);
    // As if it had been committed: what it left to be judged at the end is judged before the next one.
    await client.query('set constraints all immediate; set constraints all deferred');
  } catch (cause) {
    throw new Error(`Migration ${migration.name} failed`, { cause });
  }
  await book.record(client, migration);
}

function refuseRewritten(migrations: SqlFile[], known: Map<string, string>): void {
  const edited = migrations.find(
    // The first one is known to every database that has a history at all.
    ({ name, checksum }, at) => (known.get(name) ?? (at === 0 ? '' : checksum)) !== checksum,
  );
  if (known.size > 0 && edited) {
    throw new MigrationEdited(
      `${edited.name} is not what was applied to this database. A change goes into a new migration; ` +
        'a local database from before the history was squashed begins anew: npm start -- --fresh',
    );
  }
}
