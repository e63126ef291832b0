import { join } from 'node:path';
import type pg from 'pg';
import { readFiles, type SqlFile } from './sql-files.js';

/**
 * Repeatable files of one home that are to be run: `forTables` are named by tables (in a trigger, its
 * condition, a default) and exist before them, `others` may need the tables.
 */
export type DueFunctions = { readonly forTables: SqlFile[]; readonly others: SqlFile[] };

/**
 * Those that differ from what the database has; where tables are about to change all of them, since a
 * migration may have dropped what a file still states, or taken away what a body rests on.
 */
export async function dueFunctions(
  client: pg.Client,
  { root, home, tablesChange }: { root: string; home: string; tablesChange: boolean },
): Promise<DueFunctions> {
  const { rows } = await client.query<{ path: string; checksum: string }>(
    'select path, checksum from platform.function_file',
  );
  const known = new Map(rows.map((row) => [row.path, row.checksum]));
  const due = async (folder: string) =>
    (await readFiles(root, join(home, folder)))
      .map((file) => ({ ...file, name: [home, folder, `${file.name}.sql`].join('/') }))
      .filter((file) => tablesChange || known.get(file.name) !== file.checksum);
  return { forTables: await due('trigger-functions'), others: await due('functions') };
}

/** Before the migrations: what their tables name, with bodies unread, since the tables are not there yet. */
export const createForTables = (client: pg.Client, { forTables }: DueFunctions) =>
  run(client, forTables, 'off');

/**
 * After the migrations: unread first, so that functions may call each other whatever their order, then
 * once more read against the tables. Records the files and returns their paths.
 */
export async function createFunctions(
  client: pg.Client,
  { forTables, others }: DueFunctions,
): Promise<string[]> {
  const files = [...forTables, ...others];
  await run(client, others, 'off');
  await run(client, files, 'on');
  await refuseSecondSignatures(client, files);
  for (const { name, checksum } of files) {
    await client.query(recordFunctions, [name, checksum]);
  }
  return files.map((file) => file.name);
}

/** Going back to an earlier release, what came after it is forgotten: who needs that finds it missing. */
const recordFunctions = `
  insert into platform.function_file as f (path, checksum) values ($1, $2)
  on conflict (path) do update set checksum = $2, applied_at = now(),
    earlier = case
      when f.checksum = $2 then f.earlier
      when $2 = any (f.earlier) then f.earlier[:array_position(f.earlier, $2) - 1]
      else f.earlier || f.checksum end`;

async function run(client: pg.Client, files: SqlFile[], reading: 'on' | 'off'): Promise<void> {
  if (files.length === 0) return;
  await client.query(`set local check_function_bodies = ${reading}`);
  for (const { name, sql } of files) {
    await client.query(sql).catch((cause: unknown) => {
      throw new Error(`Functions of ${name} failed`, { cause });
    });
  }
}

/** `create or replace` with other arguments leaves the old function beside the new one. */
async function refuseSecondSignatures(client: pg.Client, files: SqlFile[]): Promise<void> {
  const names = files.flatMap(({ sql }) =>
    [...sql.matchAll(/\bcreate or replace function (?:\w+\.)?(\w+)/gi)].map(([, name]) => name),
  );
  const { rows } = await client.query<{ name: string; signatures: string }>(
    `select p.proname as name, string_agg(p.oid::regprocedure::text, ', ' order by p.oid) as signatures
       from pg_proc p join pg_namespace n on n.oid = p.pronamespace
      where n.nspname in ('public', 'platform') and p.proname = any ($1)
      group by n.nspname, p.proname having count(*) > 1`,
    [names],
  );
  const [twice] = rows;
  if (twice) {
    throw new Error(
      `Function ${twice.name} would stand twice: ${twice.signatures}; a migration drops the old one`,
    );
  }
}
