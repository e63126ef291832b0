import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  drawFactKey,
  type FactKeyRing,
  type PrivateFactKey,
  publicHalf,
  readFactKeyRing,
  readPrivateFactKey,
} from './fact-keys.js';

/** Where keys lie: the ring, that all services read, and for each owner its private key, that it alone reads. */
export const ringFile = (folder: string): string => join(folder, 'ring.json');
export const ownKeyFile = (folder: string, owner: string): string =>
  join(folder, owner, 'private.json');

/** Draws a key for each owner that has none. Returns the owners. */
export function drawMissingKeys(folder: string, owners: readonly string[]): string[] {
  const lacking = owners.filter((owner) => !existsSync(ownKeyFile(folder, owner)));
  for (const owner of lacking) useKey(folder, owner, announceKey(folder, owner));
  return lacking;
}

/** A new key of the owner, in the ring only: readers get to know it before the owner signs with it. */
export function announceKey(folder: string, owner: string): PrivateFactKey {
  const key = drawFactKey();
  const ring = readRing(folder);
  writeJson(ringFile(folder), { ...ring, [owner]: [...(ring[owner] ?? []), publicHalf(key)] });
  return key;
}

/** The owner signs with this key from its next record on. Its former private key is overwritten. */
export function useKey(folder: string, owner: string, key: PrivateFactKey): void {
  writeJson(ownKeyFile(folder, owner), key);
}

/** The id of the key that the owner signs with. Undefined: its private key is not in this folder. */
export const keyInUse = (folder: string, owner: string): string | undefined =>
  existsSync(ownKeyFile(folder, owner))
    ? readPrivateFactKey(ownKeyFile(folder, owner)).kid
    : undefined;

/** The first record that the owner signed with a key, as it states. */
export type SignedFrom = { readonly kid: string; readonly epoch: number; readonly seq: number };

/**
 * Bounds the owner's older keys: each proves what was signed before the first record of the next key, and nothing later.
 * Only keys older than the one in use are bounded. Returns the ids of the keys that got a bound.
 */
export function retireKeys(folder: string, owner: string, signed: readonly SignedFrom[]): string[] {
  const ring = readRing(folder);
  const inUse = keyInUse(folder, owner);
  const keys = ring[owner] ?? [];
  const current = keys.findIndex(({ kid }) => kid === inUse);
  const bounded: string[] = [];
  const renewed = keys.map((key, at) => {
    if (at >= current || key.until) return key;
    // A key that never signed has no first record: the next one that did gives the bound.
    const next = keys
      .slice(at + 1, current + 1)
      .map(({ kid }) => signed.find((one) => one.kid === kid))
      .find((one) => one !== undefined);
    if (!next) return key;
    bounded.push(key.kid);
    return { ...key, until: { epoch: next.epoch, seq: next.seq } };
  });
  if (bounded.length > 0) writeJson(ringFile(folder), { ...ring, [owner]: renewed });
  return bounded;
}

/** Adds the keys of another ring that this one lacks, as older ones. Returns their ids. */
export function addMissingKeys(path: string, other: FactKeyRing): string[] {
  const ring = existsSync(path) ? readFactKeyRing(path) : {};
  const added: string[] = [];
  const merged = { ...ring };
  for (const [owner, keys] of Object.entries(other)) {
    const known = new Set((ring[owner] ?? []).map(({ kid }) => kid));
    const missing = keys.filter(({ kid }) => !known.has(kid));
    if (missing.length === 0) continue;
    added.push(...missing.map(({ kid }) => kid));
    merged[owner] = [...missing, ...(ring[owner] ?? [])];
  }
  if (added.length > 0) writeJson(path, merged);
  return added;
}

const readRing = (folder: string): FactKeyRing =>
  existsSync(ringFile(folder)) ? readFactKeyRing(ringFile(folder)) : {};

/** Readers see the old file or the new one, never half of one. */
function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(temporary, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
  }
}
