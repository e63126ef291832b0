import { existsSync } from 'node:fs';
import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathOf } from '../ent/command.js';
import { nameAt, partialPrefix } from './create-backup.js';
import { type BackedUpFile, dumpOf, fileAt, readManifest } from './manifest.js';
import { runTool, toolsFor } from './postgres-tools.js';
import { required } from './service-database.js';

export type KeptBackup = { readonly folder: string; readonly takenAt: Date };

const named = /^(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z$/;

/** The folder of a backup, from its path or from the name that `backup list` prints. */
export function backupFolder(typed: string): string {
  const path = pathOf(typed);
  return named.test(typed) && !existsSync(path) ? join(required('BACKUP_FOLDER'), typed) : path;
}

/** The newest first. */
export async function backupsIn(parent: string): Promise<KeptBackup[]> {
  const names = await readdir(parent).catch(() => []);
  return names
    .filter((name) => named.test(name))
    .sort()
    .reverse()
    .map((name) => ({
      folder: join(parent, name),
      takenAt: new Date(name.replace(named, '$1T$2:$3:$4Z')),
    }));
}

export type Damage = {
  readonly path: string;
  readonly code: 'MISSING' | 'CHANGED' | 'NOT_LISTED' | 'UNREADABLE';
};

/** What of a backup is not as it was written; of `only` these files where they are given. Throws NoBackup. */
export async function damageOf(folder: string, only?: (path: string) => boolean) {
  const manifest = await readManifest(folder);
  const wanted = manifest.files.filter(({ path }) => only?.(path) ?? true);
  const damaged: Damage[] = [];
  for (const listed of wanted) {
    const code = await compare(folder, listed);
    if (code) damaged.push({ path: listed.path, code });
  }
  const isBad = new Set(damaged.map(({ path }) => path));
  for (const { service, serverMajor } of manifest.databases) {
    const path = dumpOf(service);
    if (isBad.has(path) || !(only?.(path) ?? true)) continue;
    const tools = await toolsFor(serverMajor);
    const isReadable =
      wanted.some((listed) => listed.path === path) && (await lists(tools, join(folder, path)));
    if (!isReadable) damaged.push({ path, code: 'UNREADABLE' });
  }
  return {
    manifest,
    damaged: [...damaged, ...(only ? [] : await unlisted(folder, manifest.files))],
  };
}

async function compare(folder: string, listed: BackedUpFile) {
  const found = await fileAt(folder, listed.path).catch(() => undefined);
  if (!found) return 'MISSING';
  return found.sha256 === listed.sha256 && found.bytes === listed.bytes ? undefined : 'CHANGED';
}

const lists = async (tools: Parameters<typeof runTool>[0], path: string) =>
  runTool(tools, 'pg_restore', ['--list', path]).then(
    (text) => /TABLE DATA platform relay_state/.test(text),
    () => false,
  );

async function unlisted(folder: string, files: readonly BackedUpFile[]): Promise<Damage[]> {
  const known = new Set(files.map(({ path }) => path));
  const found = await readdir(folder, { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length))
    .filter((path) => !known.has(path) && !/^manifest\.(json|sha256)$/.test(path))
    .map((path) => ({ path, code: 'NOT_LISTED' }));
}

/** A backup holds persons: after three months they are nowhere (SUP-4, arrêté of 30 November 2006, art. 6). */
export const keepDaysMax = 90;

/** The newest stays, so that a machine that makes none any more does not end with none; `isLate` says that it must go. */
export async function pruneBackups(
  parent: string,
  { keepDays, now }: { keepDays: number; now: Date },
) {
  const isOlder = ({ takenAt }: KeptBackup, days: number) =>
    now.getTime() - takenAt.getTime() > days * 86_400_000;
  const [newest, ...others] = await backupsIn(parent);
  const removed = others.filter((one) => isOlder(one, keepDays));
  for (const { folder } of removed) await removeWhole(folder);
  // What a killed run left; one that is under way is younger.
  const left = (await readdir(parent).catch(() => []))
    .filter((name) => name.startsWith(partialPrefix))
    .filter((name) => name < `${partialPrefix}${nameAt(new Date(now.getTime() - 86_400_000))}`);
  for (const name of left) await rm(join(parent, name), { recursive: true, force: true });
  return { removed, left, newest, isLate: newest !== undefined && isOlder(newest, keepDaysMax) };
}

/** One that is half removed is no backup. */
async function removeWhole(folder: string) {
  const gone = join(folder, '..', `${partialPrefix}${folder.split('/').at(-1)}-removed`);
  await rename(folder, gone);
  await rm(gone, { recursive: true, force: true });
}

/**
 * For the textfile collector of Prometheus’ node_exporter: a command has no port to be asked at. `keptSince`: of the
 * oldest database that a restore put aside.
 */
export async function tellBackups(parent: string, keptSince: Date | undefined): Promise<void> {
  const [newest] = await backupsIn(parent);
  const path = join(parent, 'ent_backup.prom');
  const text = [
    gauge({
      name: 'ent_backup_taken_seconds',
      help: 'When the newest backup was taken.',
      value: newest ? newest.takenAt.getTime() / 1000 : 0,
    }),
    gauge({
      name: 'ent_backup_kept_database_seconds',
      help: 'Since when the oldest database that a restore put aside is kept; 0: none is.',
      value: keptSince ? keptSince.getTime() / 1000 : 0,
    }),
  ];
  await writeFile(`${path}.new`, text.join(''), { mode: 0o644 });
  await rename(`${path}.new`, path);
}

const gauge = ({ name, help, value }: { name: string; help: string; value: number }): string =>
  `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`;
