// Random secrets of one installation, drawn once and readable by their owner only.
import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readJson } from './ports.mjs';

/** @param {string} file @returns {(name: string) => string} the secret of that name */
export function openSecrets(file) {
  const known = readJson(file, {});
  return (name) => {
    if (!known[name]) {
      known[name] = randomBytes(24).toString('hex');
      writePrivate(file, known);
    }
    return known[name];
  };
}

/** Writes JSON that only its owner may read; readers see the old or the new file, never half of one. */
export function writePrivate(file, value) {
  mkdirSync(dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(temporary, file);
}
