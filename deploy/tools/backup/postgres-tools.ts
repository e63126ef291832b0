import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';
import { JourneyClient } from '#libs/persistence';
import { defineProblem } from '#libs/problems';

export class ToolsMissing extends defineProblem('TOOLS_MISSING', 'unavailable') {}
export class ToolFailed extends defineProblem('TOOL_FAILED', 'unavailable') {}

export type PostgresTools = { readonly major: number; readonly folder: string };

const execute = promisify(execFile);
const debian = '/usr/lib/postgresql';

/**
 * The client tools nearest above the server: older ones refuse to dump it, and what much newer ones write is not always
 * read by it. Throws ToolsMissing.
 */
export async function toolsFor(serverMajor: number): Promise<PostgresTools> {
  installed ??= findTools();
  const [nearest] = (await installed).filter(({ major }) => major >= serverMajor);
  if (nearest) return nearest;
  throw new ToolsMissing(
    `pg_dump et pg_restore de PostgreSQL ${serverMajor} ou plus récent manquent sur cette machine. Installez-les ` +
      `(Debian, Ubuntu : apt install postgresql-client-${serverMajor}), puis recommencez.`,
  );
}

/** Each is asked once in a run. */
let installed: Promise<PostgresTools[]> | undefined;

async function findTools(): Promise<PostgresTools[]> {
  const versions = await readdir(debian).catch(() => []);
  const folders = [
    ...versions.map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''),
  ];
  const found = await Promise.all(folders.map(toolsIn));
  return found.filter((tools) => tools !== undefined).sort((a, b) => a.major - b.major);
}

async function toolsIn(folder: string): Promise<PostgresTools | undefined> {
  try {
    const majors = await Promise.all(
      ['pg_dump', 'pg_restore'].map(async (tool) => {
        const { stdout } = await execute(join(folder, tool), ['--version']);
        return Number(/ (\d+)/.exec(stdout)?.[1] ?? 0);
      }),
    );
    return { major: Math.min(...majors), folder };
  } catch {
    return undefined; // none here
  }
}

/** The password goes by the environment: arguments are seen by everybody on the machine. Throws ToolFailed. */
export async function runTool(
  { folder }: PostgresTools,
  tool: 'pg_dump' | 'pg_restore',
  args: readonly string[],
  database?: string,
): Promise<string> {
  const url = database === undefined ? undefined : new URL(database);
  const password = decodeURIComponent(url?.password ?? '');
  if (url) url.password = '';
  try {
    const { stdout } = await execute(
      join(folder, tool),
      [...args, ...(url ? ['--dbname', url.href] : [])],
      {
        env: { ...process.env, LC_ALL: 'C', ...(password !== '' && { PGPASSWORD: password }) },
        maxBuffer: 64_000_000,
      },
    );
    return stdout;
  } catch (cause) {
    const { stderr = '' } = cause as { stderr?: string };
    // Only what went wrong: the lines below it may hold the values of a row.
    const lines = stderr.split('\n').filter((line) => /error:|fatal:/i.test(line));
    throw new ToolFailed(`${tool} a échoué : ${lines.slice(0, 3).join(' ') || String(cause)}`);
  }
}

export async function majorOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ server_version_num: string }>('show server_version_num');
  return Math.floor(Number(rows[0]!.server_version_num) / 10_000);
}

export async function withClient<T>(url: string, use: (client: JourneyClient) => Promise<T>) {
  const client = new JourneyClient({ connectionString: url, application_name: 'ent-backup' });
  // A server that stops meanwhile fails the statement under way; unheard, it would end the process too.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}
