import { createHash } from 'node:crypto';
import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A delivery as it lies there, from names, sizes and dates alone: nothing is read. */
export type DeliverySnapshot = {
  readonly bytes: number;
  readonly files: number;
  /** Of the youngest of its files. */
  readonly changedAtMs: number;
  /** The same as long as nobody touches it. */
  readonly digest: string;
  /** Somebody is still writing: a name that says so is among them. */
  readonly isPartial: boolean;
  /** The first link or special file among them, or empty. */
  readonly oddFile: string;
};

const filesMax = 5_000;
/** As browsers, rsync, sftp clients and people name what is not whole. */
const partial = /(^\.|~$|\.(part|partial|filepart|crdownload|tmp|temp|swp|uploading)$)/i;
const delivery = /\.(zip|tgz|tar\.gz|csv)$/i;
/** Beside what was refused: why. */
export const note = '.refused';

/** What may be a delivery by its name: a folder, an archive or a table. */
export const mayBeDelivery = (name: string, isFolder: boolean): boolean =>
  !partial.test(name) && !name.endsWith(note) && (isFolder || delivery.test(name));

const unseen: DeliverySnapshot = {
  ...{ bytes: 0, files: 0, changedAtMs: 0, digest: '', oddFile: '' },
  isPartial: true,
};

/** Undefined where it is gone. */
export async function snapshotOf(path: string): Promise<DeliverySnapshot | undefined> {
  try {
    return await snapshot(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    // What this process may not look into keeps nobody else's delivery waiting.
    if (code === 'EACCES') return unseen;
    throw error;
  }
}

async function snapshot(path: string): Promise<DeliverySnapshot> {
  const found = await lstat(path);
  const names = found.isDirectory() ? (await readdir(path)).sort().slice(0, filesMax) : [];
  const stats = await Promise.all(names.map((name) => lstat(join(path, name))));
  const digest = createHash('sha256');
  const all: (readonly [string, Stats])[] = [
    ['', found],
    ...names.map((name, at) => [name, stats[at]!] as const),
  ];
  for (const [name, { size, mtimeMs, ino, mode }] of all)
    digest.update(`${name}\0${size}\0${mtimeMs}\0${ino}\0${mode}\n`);
  // A folder within is part of no export; what stands in it is not looked at.
  const isOdd = (one: Stats) => !one.isFile() && !one.isDirectory();
  const odd = all.find(([, one]) => isOdd(one));
  const files = all.filter(([, one]) => one.isFile());
  return {
    bytes: files.reduce((sum, [, { size }]) => sum + size, 0),
    files: files.length,
    changedAtMs: Math.max(...all.map(([, { mtimeMs, ctimeMs }]) => Math.max(mtimeMs, ctimeMs))),
    digest: digest.digest('hex'),
    isPartial:
      names.some((name) => partial.test(name)) || (files.length === 0 && found.isDirectory()),
    oddFile: odd ? odd[0] || path.split('/').at(-1)! : '',
  };
}
