import { createHash, randomUUID } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

/** A migration that was applied has been edited since: history is never rewritten. */
export class MigrationEdited extends Error {
  override readonly name = 'MigrationEdited';
}

export type MigrationPlan = {
  /** Connection as the owner of the database. */
  readonly url: string;
  /** Folder of `<name>.sql` files of the libraries (tables in schema `platform`). */
  readonly platformFolder: string;
  /** The service's Prisma folder: `<timestamp>_<verb>_<noun>/migration.sql`; may be missing. */
  readonly serviceFolder: string;
  /** Role that the service connects with: it gets rows, never structure. */
  readonly role?: string;
};

type Migration = { readonly name: string; readonly sql: string; readonly checksum: string };

// Any number, the same in every process: two migrations of one database wait for each other.
const lockKey = 72_707_369;

/**
 * Applies what is missing, each file in one transaction, and records it: the libraries' in
 * `platform.migration`, the service's in `_prisma_migrations` with Prisma's checksums, so that
 * Prisma's own tools read the same history. Returns the names applied. Throws MigrationEdited.
 */
export async function migrate(plan: MigrationPlan): Promise<string[]> {
  const client = new pg.Client({ connectionString: plan.url, application_name: 'ent-migrate' });
  // A server that stops meanwhile fails the statement under way; unheard, it would end the process too.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [lockKey]);
    await client.query(bookkeeping);
    const platform = await apply(client, await readFiles(plan.platformFolder), platformBook);
    const service = await apply(client, await readFolders(plan.serviceFolder), prismaBook);
    if (plan.role !== undefined) await grant(client, plan.role);
    return [...platform, ...service];
  } finally {
    await client.end();
  }
}

const bookkeeping = `
  create schema if not exists platform;
  create table if not exists platform.migration (
    name text primary key, checksum text not null, applied_at timestamptz not null default now());
  create table if not exists public._prisma_migrations (
    id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz,
    migration_name varchar(255) not null, logs text, rolled_back_at timestamptz,
    started_at timestamptz not null default now(), applied_steps_count integer not null default 0);`;

type Book = {
  readonly known: string;
  record(client: pg.Client, migration: Migration): Promise<unknown>;
};

const platformBook: Book = {
  known: 'select name, checksum from platform.migration',
  record: (client, { name, checksum }) =>
    client.query('insert into platform.migration (name, checksum) values ($1, $2)', [
      name,
      checksum,
    ]),
};
const prismaBook: Book = {
  known: `select migration_name as name, checksum from public._prisma_migrations
          where finished_at is not null and rolled_back_at is null`,
  record: (client, { name, checksum }) =>
    client.query(
      `insert into public._prisma_migrations (id, checksum, migration_name, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), 1)`,
      [randomUUID(), checksum, name],
    ),
};

async function apply(client: pg.Client, migrations: Migration[], book: Book): Promise<string[]> {
  const { rows } = await client.query<{ name: string; checksum: string }>(book.known);
  const known = new Map(rows.map((row) => [row.name, row.checksum]));
  const applied: string[] = [];
  for (const migration of migrations) {
    const checksum = known.get(migration.name);
    if (checksum === migration.checksum) continue;
    if (checksum !== undefined) {
      throw new MigrationEdited(`${migration.name} was applied and then edited: write a new one`);
    }
    await client.query('begin');
    try {
      await client.query(migration.sql);
      await book.record(client, migration);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback');
      throw new Error(`Migration ${migration.name} failed`, { cause: error });
    }
    applied.push(migration.name);
  }
  return applied;
}

async function grant(client: pg.Client, role: string): Promise<void> {
  const name = pg.escapeIdentifier(role);
  for (const schema of ['public', 'platform']) {
    await client.query(`grant usage on schema ${schema} to ${name}`);
    await client.query(
      `grant select, insert, update, delete on all tables in schema ${schema} to ${name}`,
    );
    await client.query(`grant usage, select on all sequences in schema ${schema} to ${name}`);
  }
  await client.query(
    `revoke insert, update, delete on public._prisma_migrations, platform.migration from ${name}`,
  );
}

async function readFiles(folder: string): Promise<Migration[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(files.map((file) => read(file.slice(0, -4), join(folder, file))));
}

async function readFolders(folder: string): Promise<Migration[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(
    (error: { code?: string }) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return Promise.all(names.sort().map((name) => read(name, join(folder, name, 'migration.sql'))));
}

async function read(name: string, path: string): Promise<Migration> {
  const sql = await readFile(path, 'utf8');
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}
