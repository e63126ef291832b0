// Work is skipped when the checksum of its inputs is the one it was last done with.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** All files below `path` (or the file itself) that pass `keep`, in a stable order. */
export function filesBelow(path, keep = () => true) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  if (!stat.isDirectory()) return keep(path) ? [path] : [];
  return readdirSync(path)
    .sort()
    .filter((name) => name !== 'node_modules' && name !== 'dist')
    .flatMap((name) => filesBelow(join(path, name), keep));
}

/** Checksum of names and contents: the same in every clone. */
export function checksumOfContents(files) {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(file)).update('\0');
  return hash.digest('hex');
}

/** Checksum of names, sizes and times: a thousand files in milliseconds, true for this checkout. */
export function checksumOfStats(files) {
  const hash = createHash('sha256');
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${file}\0${size}\0${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/**
 * Does `work` unless `stampFile` says that it was done with this checksum.
 * @returns {Promise<boolean>} whether the work was done now
 */
export async function unlessDone(stampFile, checksum, work) {
  if (isDone(stampFile, checksum)) return false;
  await work();
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, `${checksum}\n`, { mode: 0o600 });
  return true;
}

export function isDone(stampFile, checksum) {
  try {
    return readFileSync(stampFile, 'utf8').trim() === checksum;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}
