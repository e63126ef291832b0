import { createReadStream, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import pg from 'pg';
import { tablesThatSay } from '#libs/testing';
import type { Stack } from '../../deploy/local/stack.mjs';

/**
 * Where a stack says one of these texts, whatever the case: rows of every table of every database, also inside bytes,
 * and every file of its folder: Kafka's segments, Redis' journal of writes, logs, what lies to be imported.
 *
 * Not looked into: files of PostgreSQL (removed rows stay in pages and in its log until they are written over, which is
 * PostgreSQL's own business) and the ENT, which is another's house and is asked by `ProveErasure`.
 */
export async function placesThatSay(stack: Stack, texts: readonly string[]): Promise<string[]> {
  const found = await filesThatSay(stack.dir, texts);
  for (const [service, url] of Object.entries(stack.backing.databaseUrls)) {
    const tables = await withOwner(stack, url, (client) => tablesThatSay(client, texts));
    found.push(...tables.map((table) => `postgres ${service} ${table}`));
  }
  return [...new Set(found)].sort();
}

/** Runs one statement on a service's database as who owns the server. */
export async function asOwner(
  stack: Stack,
  service: string,
  sql: string,
  values: unknown[] = [],
): Promise<pg.QueryResult> {
  const url = stack.backing.databaseUrls[service]!;
  return withOwner(stack, url, (client) => client.query(sql, values));
}

async function withOwner<Out>(
  stack: Stack,
  databaseUrl: string,
  work: (client: pg.Client) => Promise<Out>,
): Promise<Out> {
  const client = new pg.Client(asOwnerOf(stack, databaseUrl));
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function asOwnerOf({ backing }: Stack, databaseUrl: string): string {
  const url = new URL(backing.postgresUrl);
  url.pathname = new URL(databaseUrl).pathname;
  return url.href;
}

const closed = ['ent', 'postgres'];

/** The first folder in the stack's own, and Kafka's topic: a file's whole name says more than a test may expect. */
async function filesThatSay(dir: string, texts: readonly string[]): Promise<string[]> {
  const wanted = texts.map((text) => text.toLowerCase());
  const longest = Math.max(...wanted.map(({ length }) => length));
  const found: string[] = [];
  for (const file of filesUnder(dir)) {
    const path = relative(dir, file);
    const place = /^kafka\/data\/(.+)-\d+\//.exec(path)?.[1] ?? path.replace(/\/.*/, '');
    if (await says(file, wanted, longest)) found.push(`file ${place}`);
  }
  return found;
}

async function says(file: string, wanted: readonly string[], longest: number): Promise<boolean> {
  let before = '';
  try {
    for await (const chunk of createReadStream(file, 'latin1')) {
      const said = (before + String(chunk)).toLowerCase();
      if (wanted.some((text) => said.includes(text))) return true;
      before = said.slice(-longest);
    }
  } catch (error) {
    // Removed since it was listed: Kafka replaces segments while it cleans.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return false;
}

function filesUnder(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true, recursive: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const [top = ''] = relative(dir, path).split('/');
    return entry.isFile() && !closed.includes(top) ? [path] : [];
  });
}
