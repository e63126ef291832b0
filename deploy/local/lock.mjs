// One stack per folder: a file that names the supervisor who holds it.
import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beganAt, isAlive } from './process-identity.mjs';

/**
 * Takes the lock of a folder.
 * @returns {{ held: true, wasStale: boolean, release(): void } | { held: false, holder: { pid: number } }}
 */
export function takeLock(dir) {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'lock');
  const mine = `${file}.${process.pid}`;
  writeFileSync(mine, JSON.stringify({ pid: process.pid, began: beganAt(process.pid) }), {
    mode: 0o600,
  });
  let wasStale = false;
  try {
    for (;;) {
      try {
        linkSync(mine, file); // fails if it exists, and is never seen half written
        break;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
      const holder = read(file);
      if (isAlive(holder)) return { held: false, holder };
      wasStale = true;
      discard(file, holder);
    }
  } finally {
    unlinkSync(mine);
  }
  const release = () => {
    if (read(file)?.pid === process.pid) unlinkSync(file);
  };
  return { held: true, wasStale, release };
}

/** Moves a dead holder's lock away; if somebody was quicker and the lock is alive, puts it back. */
function discard(file, holder) {
  const aside = `${file}.stale.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  const moved = read(aside);
  if (moved && moved.pid !== holder?.pid && isAlive(moved)) renameSync(aside, file);
  else unlinkSync(aside);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
