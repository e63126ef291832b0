import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ClientBase } from 'pg';
import { isInfrastructureFault } from './database.js';
import { readFiles, readFolders, sqlHomes, type SqlFile } from './sql-files.js';

/** The database is not one that this release can work on. Waited for, like a server that is away. */
export class SchemaUnfit extends Error {
  override readonly name = 'SchemaUnfit';
  readonly code = 'ESCHEMA';
}

export type ExpectedSchema = {
  readonly service: string;
  /** Of the libraries and of the service: each has a history of its own. */
  readonly migrations: readonly [readonly SqlFile[], readonly SqlFile[]];
  /** By their path in the project. */
  readonly functions: readonly SqlFile[];
};

/** What a release needs: the same files that `migrate` applies. */
export async function expectedSchema(
  service: string,
  root = projectRoot(),
): Promise<ExpectedSchema> {
  const homes = sqlHomes(service);
  const folders = homes.flatMap((home) =>
    ['trigger-functions', 'functions'].map((folder) => [home, folder] as const),
  );
  const functions = folders.map(async ([home, folder]) =>
    (await readFiles(root, join(home, folder))).map((file) => ({
      ...file,
      name: [home, folder, `${file.name}.sql`].join('/'),
    })),
  );
  return {
    service,
    migrations: [
      await readFiles(root, join(homes[0], 'migrations')),
      await readFolders(root, join(homes[1], 'migrations')),
    ],
    functions: (await Promise.all(functions)).flat(),
  };
}

/** Compiled code stands deeper than its source. */
function projectRoot(): string {
  let at = import.meta.dirname;
  while (!existsSync(join(at, sqlHomes('')[0]))) {
    if (at === dirname(at))
      throw new Error('The SQL files of this release are not beside its code');
    at = dirname(at);
  }
  return at;
}

/**
 * Returns the migrations that the database has and this release does not know: it may go on beside a later one that only
 * added (expand). Throws SchemaUnfit where something is missing, was rewritten, or was taken away (a later migration that
 * says `contract` in its name).
 */
export async function requireFittingSchema(
  client: ClientBase,
  { service, migrations, functions }: ExpectedSchema,
): Promise<string[]> {
  const known = await read(client).catch((error: unknown) => {
    if (!isInfrastructureFault(error)) throw error;
    const { code } = error as { code?: string };
    if (!code?.startsWith('42') && code !== '3F000') throw error;
    throw behind(service, 'all tables, or the rights on them');
  });
  const later: string[] = [];
  for (const [at, files] of migrations.entries()) {
    const applied = known.migrations[at]!;
    for (const { name, checksum } of files) {
      if (applied[name] === undefined) throw behind(service, `migration ${name}`);
      if (applied[name] !== checksum)
        throw new SchemaUnfit(`Migration ${name} is not the one that was applied to the database`);
    }
    const names = new Set(files.map(({ name }) => name));
    later.push(...Object.keys(applied).filter((name) => !names.has(name)));
  }
  const contracted = later.find((name) => /(^|_)contract_/.test(name));
  if (contracted !== undefined) {
    throw new SchemaUnfit(
      `The database is of a later release that took away what this one needs (${contracted}): start that release`,
    );
  }
  // What a later release made of a function serves this one too, or it would have another name.
  const missing = functions.find((file) => !known.functions[file.name]?.includes(file.checksum));
  if (missing) throw behind(service, missing.name);
  return later;
}

const behind = (service: string, what: string) =>
  new SchemaUnfit(
    `The database lacks ${what}, which this release needs: npm run ent -- migrate ${service} (waiting for it)`,
  );

type Known = {
  readonly migrations: readonly [Record<string, string>, Record<string, string>];
  /** The checksum of each file and those that it had before. */
  readonly functions: Record<string, readonly string[]>;
};

async function read(client: ClientBase): Promise<Known> {
  const { rows } = await client.query<Known>(
    `select jsonb_build_array(
       (select coalesce(jsonb_object_agg(name, checksum), '{}') from platform.migration),
       (select coalesce(jsonb_object_agg(migration_name, checksum), '{}') from public._prisma_migrations
         where finished_at is not null and rolled_back_at is null)) as migrations,
       (select coalesce(jsonb_object_agg(path, earlier || checksum), '{}') from platform.function_file) as functions`,
  );
  return rows[0]!;
}
