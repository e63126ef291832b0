// A child's output goes straight to its file: it costs the supervisor nothing and outlives it.
import { copyFileSync, mkdirSync, openSync, readFileSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

export const maxLogBytes = 20_000_000;

/** @returns {number} a descriptor that appends */
export function openLog(file) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  return openSync(file, 'a', 0o600);
}

/** Keeps a log bounded: above the limit it becomes `<file>.1` and starts again. */
export function boundLog(file, limitBytes = maxLogBytes) {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) <= limitBytes) return;
  copyFileSync(file, `${file}.1`);
  truncateSync(file); // the child appends, so it goes on at the new end
}

/** The last lines of a log, for the message that says why something did not start. */
export function tailOf(file, lines = 15) {
  try {
    return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch (error) {
    if (error.code === 'ENOENT') return '(no output)';
    throw error;
  }
}
