import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
} from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';

/** Numbers of an owner that its retired key no longer signs: this one and all later ones, of this epoch and later ones. */
const until = z.object({ epoch: z.number().int().min(1), seq: z.number().int().min(1) });

const publicJwk = z.object({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  kid: z.string().regex(/^[\w-]{11}$/),
  x: z.string().regex(/^[\w-]{43}$/),
});

/** The public keys of all owners, each owner's oldest first. A retired key stays, with its bound. */
export const factKeyRing = z.record(
  z.string(),
  z.array(publicJwk.extend({ until: until.optional() })),
);
export type FactKeyRing = z.infer<typeof factKeyRing>;

const privateJwk = publicJwk.extend({ d: z.string().regex(/^[\w-]{43}$/) });
export type PrivateFactKey = z.infer<typeof privateJwk>;

/** A public key, with the numbers that it does not sign any more. */
export type VerifyingKey = { readonly key: KeyObject; readonly until?: z.infer<typeof until> };
/** The key that an owner signs with now. */
export type SigningKey = { readonly kid: string; readonly key: KeyObject };

/** The key ring or the private key cannot be used. The message says which file and why, and never quotes the key. */
export class FactKeyInvalid extends Error {
  override readonly name = 'FactKeyInvalid';
}

/** Between two looks at a file that may have been replaced. */
export const reloadEveryMs = 1_000;

/**
 * The public keys in a file, read again within a second of a change: neither a rotation nor a retirement needs a restart.
 * A ring that lacks a key of the former one, or its bound, is not taken: true records would become foreign ones.
 */
export class FileKeyRing {
  private readonly file: WatchedFile<Map<string, VerifyingKey>>;

  /** @throws {FactKeyInvalid} also where an owner of these has no key: each of its records would be foreign. */
  constructor(path: string, owners: readonly string[] = []) {
    this.file = new WatchedFile(path, (text, former) => {
      const keys = keysOf(parse(factKeyRing, text, path));
      for (const [name, { until: bound }] of former ?? [])
        if (!keys.has(name) || (bound && !keys.get(name)?.until))
          throw new FactKeyInvalid(`${path}: lacks the key ${name}, or its bound, of before`);
      return keys;
    });
    const found = new Set([...this.file.renewed().keys()].map((name) => name.split(' ')[0]));
    const missing = owners.filter((owner) => !found.has(owner));
    if (missing.length > 0)
      throw new FactKeyInvalid(`${path}: no key of ${missing.join(', ')}, whose records are read`);
  }

  /** Undefined: the owner has no such key. */
  find(owner: string, kid: string): VerifyingKey | undefined {
    return this.file.renewed().get(`${owner} ${kid}`);
  }

  /** Why the file as it is now is not used, or undefined. The next start would fail. */
  fault(): string | undefined {
    return this.file.fault();
  }
}

/** The private key in a file. A replaced file is read within a second. */
export class FileSigningKey {
  private readonly file: WatchedFile<SigningKey>;

  /** @throws {FactKeyInvalid} also where the ring lacks its public half: each reader would refuse what it signs. */
  constructor(
    private readonly path: string,
    private readonly owner: string,
    private readonly ring: Pick<FileKeyRing, 'find'>,
  ) {
    this.file = new WatchedFile(path, (text) => signingKeyOf(parse(privateJwk, text, path)));
    this.current();
  }

  /** Why the file as it is now is not used, or undefined. */
  fault(): string | undefined {
    return this.file.fault();
  }

  /** @throws {FactKeyInvalid} */
  current(): SigningKey {
    const key = this.file.renewed();
    if (!this.ring.find(this.owner, key.kid))
      throw new FactKeyInvalid(`${this.path}: the ring has no key ${key.kid} of ${this.owner}`);
    return key;
  }
}

/** @throws {FactKeyInvalid} */
export const readFactKeyRing = (path: string): FactKeyRing =>
  parse(factKeyRing, readFileSync(path, 'utf8'), path);

/** @throws {FactKeyInvalid} */
export const readPrivateFactKey = (path: string): PrivateFactKey =>
  parse(privateJwk, readFileSync(path, 'utf8'), path);

/** @throws {FactKeyInvalid} where the halves do not belong together: each reader would refuse what it signs. */
export function signingKeyOf(jwk: PrivateFactKey): SigningKey {
  const key = createPrivateKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const { kid, x } = factKeyOf(key);
  if (x !== jwk.x || kid !== jwk.kid) throw new FactKeyInvalid(`${jwk.kid} is another key`);
  return { kid, key };
}

/** A new key of an owner. Its id is the beginning of the digest of its public half. */
export function drawFactKey(): PrivateFactKey {
  return factKeyOf(generateKeyPairSync('ed25519').privateKey);
}

export function factKeyOf(key: KeyObject): PrivateFactKey {
  const { x = '', d = '' } = key.export({ format: 'jwk' });
  return { kty: 'OKP', crv: 'Ed25519', kid: kidOf(x), x, d };
}

/** The public half, as the ring holds it. */
export const publicHalf = ({ kty, crv, kid, x }: PrivateFactKey): FactKeyRing[string][number] => ({
  ...{ kty, crv, kid, x },
});

const kidOf = (x: string): string =>
  createHash('sha256').update(x).digest('base64url').slice(0, 11);

/** @throws {FactKeyInvalid} */
export function keysOf(ring: FactKeyRing): Map<string, VerifyingKey> {
  const keys = new Map<string, VerifyingKey>();
  for (const [owner, list] of Object.entries(ring)) {
    for (const { until: bound, ...jwk } of list) {
      if (jwk.kid !== kidOf(jwk.x)) throw new FactKeyInvalid(`${owner}: ${jwk.kid} is another key`);
      const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
      keys.set(`${owner} ${jwk.kid}`, { key, ...(bound && { until: bound }) });
    }
  }
  return keys;
}

function parse<Schema extends z.ZodType>(schema: Schema, text: string, path: string) {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new FactKeyInvalid(`${path}: no JSON`);
  }
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const places = result.error.issues.map(({ path: at }) => at.join('.') || '(all)');
  throw new FactKeyInvalid(`${path}: not valid at ${places.slice(0, 5).join(', ')}`);
}

/** A small file, read again when its time of change differs. A file that is broken later leaves the last good one. */
class WatchedFile<T> {
  private value: T;
  private stamp: string;
  private lookedAt = performance.now();
  private broken: string | undefined;

  constructor(
    private readonly path: string,
    private readonly read: (text: string, former?: T) => T,
  ) {
    try {
      this.stamp = stampOf(path);
      this.value = read(readFileSync(path, 'utf8'));
    } catch (error) {
      throw invalid(path, error);
    }
  }

  renewed(): T {
    const now = performance.now();
    if (now - this.lookedAt < reloadEveryMs) return this.value;
    this.lookedAt = now;
    try {
      const stamp = stampOf(this.path);
      if (stamp !== this.stamp) {
        this.value = this.read(readFileSync(this.path, 'utf8'), this.value);
        this.stamp = stamp;
      }
      this.broken = undefined;
    } catch (error) {
      // The keys of before still hold.
      this.broken = `FACT_KEYS ${invalid(this.path, error).message}`;
    }
    return this.value;
  }

  fault(): string | undefined {
    this.renewed();
    return this.broken;
  }
}

function invalid(path: string, error: unknown): FactKeyInvalid {
  if (error instanceof FactKeyInvalid) return error;
  const code = (error as NodeJS.ErrnoException).code ?? 'not a key';
  return new FactKeyInvalid(`${path}: the key file cannot be read (${code})`);
}

function stampOf(path: string): string {
  const { mtimeMs, ino, size } = statSync(path);
  return `${mtimeMs} ${ino} ${size}`;
}
