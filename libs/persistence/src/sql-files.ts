import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export type SqlFile = { readonly name: string; readonly sql: string; readonly checksum: string };

/** Where the SQL of a service's database stands: the libraries' (schema `platform`), then its own. */
export const sqlHomes = (service: string) =>
  [join('libs', 'persistence', 'sql'), join('apps', service, 'prisma')] as const;

/** The `<name>.sql` files of a folder in the order of their names; none where there is no folder. */
export async function readFiles(root: string, folder: string): Promise<SqlFile[]> {
  const entries = await entriesOf(join(root, folder));
  const names = entries.filter((entry) => entry.name.endsWith('.sql')).map(({ name }) => name);
  return Promise.all(names.sort().map((name) => read(name.slice(0, -4), join(root, folder, name))));
}

/** Prisma's form of a history: `<timestamp>_<verb>_<noun>/migration.sql`. */
export async function readFolders(root: string, folder: string): Promise<SqlFile[]> {
  const entries = await entriesOf(join(root, folder));
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return Promise.all(
    names.sort().map((name) => read(name, join(root, folder, name, 'migration.sql'))),
  );
}

const entriesOf = (folder: string) =>
  readdir(folder, { withFileTypes: true }).catch((error: { code?: string }) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });

async function read(name: string, path: string): Promise<SqlFile> {
  const sql = await readFile(path, 'utf8');
  return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
}
