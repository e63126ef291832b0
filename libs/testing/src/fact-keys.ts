import { createHash, createPrivateKey } from 'node:crypto';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serviceNames } from '#libs/contracts';
import {
  type FactKeyRing,
  factKeyOf,
  keysOf,
  type PrivateFactKey,
  publicHalf,
  signingKeyOf,
} from '#libs/messaging';

/** PKCS #8 of an Ed25519 key, before its 32 bytes. */
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex');

/** A key that is the same in every process of a test. */
export function testFactKey(seed: string): PrivateFactKey {
  const secret = createHash('sha256').update(seed).digest();
  const key = Buffer.concat([pkcs8Head, secret]);
  return factKeyOf(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
}

/** One key for all owners: a bed has one relay, whatever topics it writes to. */
const ownKey = testFactKey('test');
const ring: FactKeyRing = Object.fromEntries(
  serviceNames.map((name) => [name, [publicHalf(ownKey)]]),
);

export const testSigningKey = { current: () => signingKeyOf(ownKey) };
export const testKeyRing = keyRingOf(ring);

export function keyRingOf(keys: FactKeyRing) {
  const found = keysOf(keys);
  return { find: (owner: string, kid: string) => found.get(`${owner} ${kid}`) };
}

/** The same keys as files, for a service that starts as a whole. */
export function testFactKeyFiles(): { own: string; ring: string } {
  const folder = join(tmpdir(), `ent-test-fact-keys-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (name: string, content: unknown) => {
    const path = join(folder, name);
    writeFileSync(`${path}.${process.pid}`, JSON.stringify(content), { mode: 0o600 });
    renameSync(`${path}.${process.pid}`, path);
    return path;
  };
  return { own: file('own.json', ownKey), ring: file('ring.json', ring) };
}

export function testFactKeySettings(): { FACT_KEY_FILE: string; FACT_KEY_RING_FILE: string } {
  const { own: FACT_KEY_FILE, ring: FACT_KEY_RING_FILE } = testFactKeyFiles();
  return { FACT_KEY_FILE, FACT_KEY_RING_FILE };
}
