import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Message } from 'kafkajs';
import { topics } from '#libs/contracts';
import { keyRingOf } from '#libs/testing';
import { encodeBatch } from '../encode-produce.js';
import { FetchBudget, readRecordBatch } from '../record-batches.js';
import {
  addMissingKeys,
  announceKey,
  drawMissingKeys,
  ownKeyFile,
  retireKeys,
  ringFile,
  useKey,
} from './fact-key-files.js';
import {
  drawFactKey,
  FileKeyRing,
  FileSigningKey,
  publicHalf,
  readFactKeyRing,
  readPrivateFactKey,
  signingKeyOf,
} from './fact-keys.js';
import { rootFrom, treeOf } from './merkle-tree.js';
import { noDigest } from './proof-header.js';
import { proveRecords } from './prove-records.js';
import { ProofVerifier, type RecordProof } from './proof-verifier.js';

const facts = { topic: topics.account.name, partition: 2, compacted: false };
const states = { topic: topics.person.name, partition: 2, compacted: true };
const owned = drawFactKey();
const key = signingKeyOf(owned);
const ring = keyRingOf({
  provisioning: [publicHalf(owned)],
  directory: [publicHalf(owned)],
  // A reader has a key of its own, which is good for its own topics only.
  metering: [publicHalf(drawFactKey())],
});
const head = { producerId: -1n, producerEpoch: -1, firstSequence: -1, nowMs: 0 };

const message = (n: number): Message => ({
  ...{ key: `k${n}`, value: n % 7 === 3 ? null : Buffer.from(`value ${n}`) },
  headers: { id: `${n}`, type: 'T', seq: `${n + 1}`, prev: `${n}`, epoch: '1000' },
});
const messages = (count: number) => Array.from({ length: count }, (_, n) => message(n));

async function judge(
  batch: Buffer,
  place: { topic: string; partition: number },
  keys: Pick<FileKeyRing, 'find'> = ring,
): Promise<RecordProof[]> {
  const records = (await readRecordBatch(batch, new FetchBudget())) ?? [];
  const verifier = new ProofVerifier(keys);
  return records.map((record) => verifier.proofOf(place, record));
}
const faults = async (...of: Parameters<typeof judge>) =>
  (await judge(...of)).map(({ fault }) => fault);
const good = (count: number) => Array.from({ length: count }, () => undefined);

describe('FCT-1: the proof of a record’s author', () => {
  test.each([
    ['facts', facts],
    ['states', states],
  ])(
    '%s that their owner sent are proven, and each continues the one before',
    async (_name, place) => {
      const first = messages(40);
      const digest = proveRecords(place, first, noDigest, key);
      const judged = await judge(encodeBatch(first, head), place);
      expect(judged.map(({ fault }) => fault)).toEqual(good(40));
      expect(judged.at(-1)).toMatchObject({ digest: { hex: digest } });
      if (place === facts) {
        expect(judged[0]).toMatchObject({ before: { hex: noDigest } });
        const proven = judged as Extract<RecordProof, { fault?: undefined }>[];
        for (let n = 1; n < 40; n += 1) expect(proven[n]!.before).toBe(proven[n - 1]!.digest);
      }
    },
  );

  test('the digest of a fact does not depend on how the send was cut', async () => {
    const whole = messages(9);
    const after = proveRecords(facts, whole, noDigest, key);
    const [one, two] = [messages(9).slice(0, 4), messages(9).slice(4)];
    const between = proveRecords(facts, one, noDigest, key);
    expect(proveRecords(facts, two, between, key)).toBe(after);
    // A reader that stopped within the whole run knows the same digest as after the part.
    expect((await judge(encodeBatch(whole, head), facts))[3]).toMatchObject({
      digest: { hex: between },
    });
  });

  test.each<[string, 'facts' | 'states', (sent: Message[]) => Message[]]>([
    ['another value', 'facts', (all) => changed(all, 5, { value: Buffer.from('forged') })],
    ['another value', 'states', (all) => changed(all, 5, { value: Buffer.from('forged') })],
    ['another key', 'states', (all) => changed(all, 5, { key: 'forged' })],
    [
      'a state in the place of a tombstone',
      'states',
      (all) => changed(all, 3, { value: Buffer.from('') }),
    ],
    ['another number', 'facts', (all) => headed(all, 5, { seq: '99' })],
    ['another number', 'states', (all) => headed(all, 5, { seq: '99' })],
    ['one header more', 'facts', (all) => headed(all, 5, { causation: 'x' })],
    ['one record less', 'facts', (all) => all.filter((_one, n) => n !== 5)],
    ['two records in each other’s place', 'facts', (all) => [all[1]!, all[0]!, ...all.slice(2)]],
    ['one record twice', 'facts', (all) => [...all.slice(0, 6), ...all.slice(5)]],
  ])('a record with %s is not its owner’s (%s)', async (_name, kind, change) => {
    const place = kind === 'facts' ? facts : states;
    const sent = messages(12);
    proveRecords(place, sent, noDigest, key);
    // Encoded anew, as whoever writes to the broker does.
    const forged = change(
      sent.map(({ key: k, value, headers }) => ({ key: k, value, headers: { ...headers } })),
    );
    const judged = await faults(encodeBatch(forged, head), place);
    const bad = judged.filter((fault) => fault !== undefined);
    expect(bad.length).toBeGreaterThan(0);
    // A state stands alone; facts of one send stand or fall together, but for what stands before the run.
    if (kind === 'states') expect(bad).toHaveLength(1);
    else expect(judged.at(-1)).toBeDefined();
  });

  test('a proof holds in its own partition and topic alone', async () => {
    const sent = messages(3);
    proveRecords(facts, sent, noDigest, key);
    const batch = encodeBatch(sent, head);
    expect(await faults(batch, { ...facts, partition: 3 })).not.toEqual(good(3));
    expect(await faults(batch, { ...facts, topic: topics.seat.name })).not.toEqual(good(3));
    const state = messages(3);
    proveRecords(states, state, noDigest, key);
    expect(await faults(encodeBatch(state, head), { ...states, partition: 3 })).not.toEqual(
      good(3),
    );
  });

  test('a reader’s own key proves nothing in another’s topic', async () => {
    const reader = drawFactKey();
    const keys = keyRingOf({ provisioning: [publicHalf(owned)], metering: [publicHalf(reader)] });
    const sent = messages(3);
    proveRecords(facts, sent, noDigest, signingKeyOf(reader));
    expect(await faults(encodeBatch(sent, head), facts, keys)).toEqual(
      messages(3).map(() => 'KEY_UNKNOWN'),
    );
    // Nor under the owner's name of the key.
    const stolen = messages(3);
    proveRecords(facts, stolen, noDigest, { ...signingKeyOf(reader), kid: owned.kid });
    expect(await faults(encodeBatch(stolen, head), facts, keys)).toEqual(
      messages(3).map(() => 'SIGNATURE_WRONG'),
    );
  });

  test('a foreign record before, between or behind true ones leaves these proven', async () => {
    const sent = messages(8);
    proveRecords(facts, sent.slice(0, 4), noDigest, key);
    proveRecords(facts, sent.slice(4), noDigest, key);
    const foreign = message(99);
    const mixed = [foreign, ...sent.slice(0, 4), foreign, ...sent.slice(4), foreign];
    expect(await faults(encodeBatch(mixed, head), facts)).toEqual([
      ...['NO_PROOF', ...good(4), 'NO_PROOF', ...good(4), 'NO_PROOF'],
    ]);
  });

  test('wrong signatures of a batch cost a bounded number of verifications, and copies of a true one cost one', async () => {
    let verified = 0;
    const counting = {
      find: (owner: string, kid: string) => {
        const found = ring.find(owner, kid);
        return (
          found &&
          Object.defineProperty({ ...found }, 'key', { get: () => (verified++, found.key) })
        );
      },
    };
    for (const place of [facts, states]) {
      const wrong = Array.from({ length: 100 }, (_, n) => message(n));
      for (const one of wrong)
        proveRecords(place, [one], noDigest, { ...signingKeyOf(drawFactKey()), kid: owned.kid });
      verified = 0;
      expect(await faults(encodeBatch(wrong, head), place, counting)).toEqual(
        wrong.map(() => 'SIGNATURE_WRONG'),
      );
      expect(verified).toBe(8);
      const own = [message(1)];
      proveRecords(place, own, noDigest, key);
      const copies = Array.from({ length: 100 }, () => own[0]!);
      verified = 0;
      expect(await faults(encodeBatch(copies, head), place, counting)).toEqual(good(100));
      expect(verified).toBe(1);
    }
  });

  test('after compaction each state that is left is still proven', async () => {
    const sent = messages(37);
    proveRecords(states, sent, noDigest, key);
    await fc.assert(
      fc.asyncProperty(fc.subarray(sent, { minLength: 1 }), async (left) => {
        expect(await faults(encodeBatch(left, head), states)).toEqual(good(left.length));
      }),
      { numRuns: 30 },
    );
  });

  test('whichever byte of a batch is turned, no record is proven with another content', async () => {
    const sent = messages(6);
    proveRecords(facts, sent, noDigest, key);
    const batch = encodeBatch(sent, head);
    const contents = async (of: Buffer) =>
      ((await readRecordBatch(of, new FetchBudget())) ?? []).map((record) =>
        JSON.stringify([record.key?.toString(), record.value?.toString('hex'), record.headers]),
      );
    const before = await contents(batch);
    const { crc32c } = await import('../crc32c.js');
    for (let at = 61; at < batch.length; at += 3) {
      const turned = Buffer.from(batch);
      turned[at] = turned[at]! ^ 0x21;
      // The broker, or who has its disk, writes the checksum anew.
      turned.writeUInt32BE(crc32c(turned.subarray(21)), 17);
      const judged = await judge(turned, facts).catch(() => []);
      const after = judged.length > 0 ? await contents(turned) : [];
      for (const [n, { fault }] of judged.entries())
        if (fault === undefined)
          expect([at, before]).toEqual([at, expect.arrayContaining([after[n]])]);
    }
  });

  test('trees of every size: each leaf leads to the root by its own path, and by none of another', () => {
    for (let count = 1; count <= 16; count += 1) {
      const leaves = Array.from({ length: count }, (_, n) => `${n}`.repeat(64).slice(0, 64));
      const { root, paths } = treeOf(leaves);
      for (const [index, path] of paths.entries()) {
        expect(rootFrom(leaves[index]!, { index, count, path })).toBe(root);
        expect(rootFrom('x'.repeat(64), { index, count, path })).not.toBe(root);
        expect(rootFrom(leaves[index]!, { index: count, count, path })).toBeUndefined();
        expect(rootFrom(leaves[index]!, { index, count, path: [...path, root] })).toBeUndefined();
      }
    }
  });
});

describe('FCT-1: keys of a service', () => {
  const withFolder = async (work: (folder: string) => Promise<void>) => {
    const folder = mkdtempSync(join(tmpdir(), 'fact-keys-'));
    try {
      await work(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  const second = () => new Promise((resolve) => setTimeout(resolve, 1_050));

  test('are drawn once; a new key is known to readers that run, and signs without a stop', () =>
    withFolder(async (folder) => {
      expect(drawMissingKeys(folder, ['provisioning', 'directory'])).toHaveLength(2);
      expect(drawMissingKeys(folder, ['provisioning', 'directory'])).toEqual([]);
      const rights = [ownKeyFile(folder, 'directory'), dirname(ownKeyFile(folder, 'directory'))];
      expect(rights.map((path) => statSync(path).mode & 0o777)).toEqual([0o600, 0o700]);
      const reader = new FileKeyRing(ringFile(folder));
      const signer = new FileSigningKey(ownKeyFile(folder, 'provisioning'), 'provisioning', reader);
      const signed = () => {
        const sent = messages(2);
        proveRecords(facts, sent, noDigest, signer.current());
        return encodeBatch(sent, head);
      };
      const old = signed();
      expect(await faults(old, facts, reader)).toEqual(good(2));
      useKey(folder, 'provisioning', announceKey(folder, 'provisioning'));
      await second();
      const renewed = signed();
      expect(renewed.equals(old)).toBe(false);
      expect(await faults(renewed, facts, reader)).toEqual(good(2));
      expect(await faults(old, facts, reader)).toEqual(good(2));
    }));

  test('of which the ring lacks the public half sign nothing, neither at the start nor later', () =>
    withFolder(async (folder) => {
      drawMissingKeys(folder, ['provisioning', 'metering']);
      const [own, other] = ['provisioning', 'metering'].map((owner) => ownKeyFile(folder, owner));
      const reader = new FileKeyRing(ringFile(folder));
      expect(() => new FileSigningKey(other!, 'provisioning', reader)).toThrow(
        /the ring has no key/,
      );
      const signer = new FileSigningKey(own!, 'provisioning', reader);
      // Nor those whose halves do not belong together.
      const [mine, another] = [readPrivateFactKey(own!), drawFactKey()];
      expect(() => signingKeyOf({ ...mine, d: another.d })).toThrow(/is another key/);
      useKey(folder, 'provisioning', drawFactKey());
      await second();
      expect(() => signer.current()).toThrow(/the ring has no key/);
    }));

  test('a retired key verifies what it signed before its bound for ever, and nothing later', () =>
    withFolder(async (folder) => {
      drawMissingKeys(folder, ['provisioning']);
      const former = signingKeyOf(readPrivateFactKey(ownKeyFile(folder, 'provisioning')));
      const next = announceKey(folder, 'provisioning');
      useKey(folder, 'provisioning', next);
      // The new key has signed nothing yet: nothing bounds the old one.
      expect(retireKeys(folder, 'provisioning', [])).toEqual([]);
      const signed = [
        { kid: former.kid, epoch: 1000, seq: 1 },
        { kid: next.kid, epoch: 1000, seq: 3 },
      ];
      expect(retireKeys(folder, 'provisioning', signed)).toEqual([former.kid]);
      const reader = new FileKeyRing(ringFile(folder));
      const sent = messages(4);
      proveRecords(facts, sent, noDigest, former);
      expect(await faults(encodeBatch(sent, head), facts, reader)).toEqual([
        ...[undefined, undefined, 'KEY_RETIRED', 'KEY_RETIRED'],
      ]);
      const later = messages(1);
      later[0]!.headers!['epoch'] = '2000';
      proveRecords(facts, later, noDigest, former);
      expect(await faults(encodeBatch(later, head), facts, reader)).toEqual(['KEY_RETIRED']);
    }));

  test(
    'a running reader takes a retirement within a second, and no ring that is broken or lacks a key or a bound',
    () =>
      withFolder(async (folder) => {
        drawMissingKeys(folder, ['provisioning', 'directory']);
        const path = ringFile(folder);
        const former = signingKeyOf(readPrivateFactKey(ownKeyFile(folder, 'provisioning')));
        const reader = new FileKeyRing(path, ['provisioning', 'directory']);
        const sent = messages(1);
        proveRecords(facts, sent, noDigest, former);
        const seen = async () => {
          await second();
          return [await faults(encodeBatch(sent, head), facts, reader), reader.fault()];
        };
        const open = readFileSync(path, 'utf8');
        for (const broken of ['', '{', '{}', '{"provisioning":[]}', '{"provisioning":"x"}']) {
          writeFileSync(path, broken);
          expect(await seen()).toEqual([
            good(1),
            expect.stringMatching(/^FACT_KEYS .*ring\.json: /),
          ]);
        }
        writeFileSync(path, open);
        expect(await seen()).toEqual([good(1), undefined]);
        const next = announceKey(folder, 'provisioning');
        useKey(folder, 'provisioning', next);
        retireKeys(folder, 'provisioning', [{ kid: next.kid, epoch: 1000, seq: 1 }]);
        expect(await seen()).toEqual([['KEY_RETIRED'], undefined]);
        writeFileSync(path, open);
        expect(await seen()).toEqual([['KEY_RETIRED'], expect.stringMatching(/lacks the key/)]);
        expect(() => new FileKeyRing(path, ['provisioning', 'billing'])).toThrow(
          /no key of billing, whose records are read/,
        );
      }),
    30_000,
  );

  test('a ring that was lost gets its retired keys back from a backup, and loses none of its own', () =>
    withFolder(async (folder) => {
      drawMissingKeys(folder, ['provisioning']);
      const backup = readFactKeyRing(ringFile(folder));
      rmSync(folder, { recursive: true });
      drawMissingKeys(folder, ['provisioning']);
      const [own] = readFactKeyRing(ringFile(folder))['provisioning']!;
      expect(addMissingKeys(ringFile(folder), backup)).toEqual([backup['provisioning']![0]!.kid]);
      expect(readFactKeyRing(ringFile(folder))['provisioning']).toEqual([
        ...[backup['provisioning']![0], own],
      ]);
      expect(addMissingKeys(ringFile(folder), backup)).toEqual([]);
    }));
});

const changed = (all: Message[], at: number, over: Partial<Message>): Message[] =>
  all.map((one, n) => (n === at ? { ...one, ...over } : one));
const headed = (all: Message[], at: number, over: Record<string, string>): Message[] =>
  all.map((one, n) => {
    if (n !== at) return one;
    const { proof, ...headers } = one.headers ?? {};
    return { ...one, headers: { ...headers, ...over, ...(proof === undefined ? {} : { proof }) } };
  });
