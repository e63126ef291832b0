import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Message } from 'kafkajs';
import { PersonChangedSchema, topics } from '#libs/contracts';
import { testKeyRing, testSigningKey } from '#libs/testing';
import { plan as factPlan } from '../test/batch-processor.test-support.js';
import { rawBatch } from '../test/raw-batches.test-support.js';
import { crc32c } from './crc32c.js';
import { loggedRecord } from './kafka-record.js';
import type { Position } from './positions.js';
import { noDigest } from './proofs/proof-header.js';
import { ProofVerifier } from './proofs/proof-verifier.js';
import { proveRecords } from './proofs/prove-records.js';
import type { TopicPlan } from './received-event.js';
import { FetchBudget, readBatches } from './record-batches.js';
import { Sorting } from './sorted-batch.js';

/**
 * Goal: whoever may write to the broker or to its disk, and has no private key, forges nothing, holds no key and stops no
 * partition unless true records are missing (FCT-1). Method: a log of two lives of an owner, attacked at random places;
 * the reader is ours from the bytes of a batch to the events that handlers get.
 */
const person: TopicPlan = {
  ...{ passesOver: new Set(), tombstones: true, personal: true },
  handles: new Map([[PersonChangedSchema.typeName, PersonChangedSchema]]),
};
const partition = 4;
const kinds = {
  facts: { topic: topics.account.name, plan: factPlan },
  states: { topic: topics.person.name, plan: person },
} as const;
type Kind = keyof typeof kinds;

const [lifeA, lifeB] = ['1000', '2000'];
/** Sends of the life that stands, and those that the restored life lost. */
type Owner = { readonly sends: readonly Message[][]; readonly lost: readonly Message[][] };

function ownerOf(kind: Kind, sizes: readonly number[], restoredAfter: number): Owner {
  const { topic, plan } = kinds[kind];
  const [type = ''] = plan.handles.keys();
  let [seq, prev, digest] = [0, 0, noDigest];
  let life: Record<string, string> = { epoch: lifeA };
  const send = (size: number): Message[] => {
    const messages = Array.from({ length: size }, () => {
      // Numbers of other partitions lie between.
      [prev, seq] = [seq, seq + 1 + (seq % 3)];
      const numbers = { seq: `${seq}`, prev: `${prev}`, ...life };
      const id = `${life['epoch']}-${seq}`;
      const headers = { id, type, 'business-date': '2022-01-03', ...numbers };
      return { key: `k${seq % 5}`, value: Buffer.alloc(0), headers };
    });
    const place = { topic, partition, compacted: kind === 'states' };
    digest = proveRecords(place, messages, digest, testSigningKey.current());
    return messages;
  };
  const before = sizes.slice(0, restoredAfter).map(send);
  const stood = { seq, digest };
  const lost = [send(2), send(1)];
  life = { epoch: lifeB, lineage: `${lifeA}:${stood.seq + 1}` };
  [seq, digest] = [stood.seq, stood.digest];
  return { sends: [...before, ...sizes.slice(restoredAfter).map(send)], lost };
}

const idsOf = (sends: readonly Message[][]) => sends.flat().map(({ headers }) => headers!['id']);

/** In the owner's words. */
const garbage: Message = {
  ...{ key: 'k1', value: null },
  headers: {
    ...{ id: 'forged', type: [...factPlan.handles.keys()][0]!, 'business-date': '2022-01-03' },
    ...{ epoch: lifeA, seq: '2', prev: '1', proof: `1r.${'A'.repeat(11)}.1.` },
  },
};
const headed = (message: Message, change: (headers: Record<string, unknown>) => object): Message =>
  ({ ...message, headers: change({ ...message.headers }) }) as Message;

/** What a stranger makes of true records that he has read: `at` chooses among them. */
const attacks: Record<string, (read: readonly Message[][], at: number) => Buffer> = {
  'a copy': (read, at) => rawBatch(pick(read, at)),
  'a copy, packed': (read, at) => {
    const plain = rawBatch(pick(read, at));
    const packed = Buffer.concat([plain.subarray(0, 61), gzipSync(plain.subarray(61))]);
    packed.writeInt32BE(packed.length - 12, 8);
    packed.writeInt16BE(1, 21);
    packed.writeUInt32BE(crc32c(packed.subarray(21)), 17);
    return packed;
  },
  'two batches as one': (read, at) => rawBatch([...pick(read, at), ...pick(read, at * 7 + 1)]),
  'all in one, the newest first': (read) => rawBatch(read.toReversed().flat()),
  'the beginning of one': (read, at) => rawBatch(pick(read, at).slice(0, -1).concat(garbage)),
  'the end of one': (read, at) => rawBatch([garbage, ...pick(read, at).slice(1)]),
  'one without its middle': (read, at) =>
    rawBatch([...pick(read, at).filter((_one, n) => n !== 1), garbage]),
  'one backwards': (read, at) => rawBatch(pick(read, at).toReversed()),
  'each record alone': (read, at) => rawBatch(pick(read, at).flatMap((one) => [garbage, one])),
  garbage: () => rawBatch([garbage, { ...garbage, headers: {} }]),
  'another key': (read, at) => rawBatch(pick(read, at).map((one) => ({ ...one, key: 'k9' }))),
  'a tombstone': (read, at) => rawBatch(pick(read, at).map((one) => ({ ...one, value: null }))),
  'a lineage behind the proof': (read, at) =>
    rawBatch(pick(read, at).map((one) => headed(one, (own) => ({ ...own, lineage: '1:1' })))),
  'headers in another order': (read, at) =>
    rawBatch(
      pick(read, at).map((one) =>
        headed(one, ({ proof, ...own }) => ({
          ...Object.fromEntries(Object.entries(own).toReversed()),
          ...(proof === undefined ? {} : { proof }),
        })),
      ),
    ),
  'a header twice': (read, at) =>
    rawBatch(pick(read, at).map((one) => headed(one, (own) => ({ seq: ['1', '2'], ...own })))),
  'a proof twice': (read, at) =>
    rawBatch(
      pick(read, at).map((one) => headed(one, (own) => ({ ...own, proof: [own['proof'], 'x'] }))),
    ),
  'a header of 100,000 characters': (read, at) =>
    rawBatch(
      pick(read, at).map((one) => headed(one, (own) => ({ x: 'x'.repeat(100_000), ...own }))),
    ),
  'records of another place in the log': (read, at) =>
    rawBatch(pick(read, at).slice(0, 1), (batch) => {
      // Of its first record, whose length takes two bytes: the offset, far behind the end of the log.
      batch[61 + 4] = 126;
    }),
  'records before their place in the log': (read, at) =>
    rawBatch(pick(read, at), (batch) => {
      batch[61 + 4] = 1;
    }),
  'a control batch': (read, at) =>
    rawBatch(pick(read, at), (batch) => batch.writeInt16BE(0x30, 21)),
};
/** Without the bytes that the owner's encoder keeps with a message. */
const pick = (read: readonly Message[][], at: number): Message[] =>
  (read[at % read.length] ?? []).map(({ key, value, headers }) => ({
    ...{ key, value, headers: { ...headers } },
  }));

type Reading = {
  readonly applied: string[];
  readonly parked: number;
  /** Proven, and not as the owner sent them. */
  readonly forged: number;
  /** Offsets that are accounted for. */
  readonly counted: number;
  readonly end: number;
  readonly stop: string | undefined;
};

const bodyOf = ({ key, value, headers }: Pick<Message, 'key' | 'value' | 'headers'>) =>
  JSON.stringify([String(key), value?.toString('hex'), headers]);

/** One fetch for each batch, as a reader that begins with an empty database. */
async function read(kind: Kind, log: readonly Buffer[], { sends, lost }: Owner): Promise<Reading> {
  const { topic, plan } = kinds[kind];
  const proofs = new ProofVerifier(testKeyRing);
  let position: Position = {
    ...{ nextOffset: 0n, topicId: null, parked: 0n, forgoneLives: [] },
    standing: { epoch: 0, seq: 0, prev: 0, lineage: '' },
  };
  const applied: string[] = [];
  let [parked, counted, forged] = [0, 0, 0];
  const sent = new Set([...sends, ...lost].flat().map(bodyOf));
  let end = 0n;
  for (const batch of log) {
    batch.writeBigInt64BE(end, 0);
    const from = end;
    end += BigInt(batch.readInt32BE(23)) + 1n;
    const messages = await readBatches(batch, { from, highWatermark: end }, new FetchBudget());
    const records = messages.map((one) => loggedRecord(topic, partition, one as never, proofs));
    for (const [n, { proof }] of records.entries())
      if (!proof.fault && !sent.has(bodyOf(messages[n] as never))) forged += 1;
    const fetched = { topic, partition, fetchedOffset: from, highWatermark: end, logStart: 0n };
    const sorted = new Sorting({ ...fetched, records }, position, plan);
    applied.push(...sorted.events.map(({ id }) => id));
    parked += sorted.parked.length;
    const { repeated, taken, foreign, standing, stop } = sorted;
    if (stop) return { applied, parked, forged, counted, end: Number(end), stop: stop.word };
    counted += repeated + taken;
    for (const { record } of foreign)
      counted += record.unreadable ? Number(record.offset - record.unreadable.from) + 1 : 1;
    position = { ...position, nextOffset: (records.at(-1)?.offset ?? from) + 1n, standing };
  }
  return { applied, parked, forged, counted, end: Number(end), stop: undefined };
}

const logs = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 3, maxLength: 8 }),
  restoredAfter: fc.integer({ min: 1, max: 2 }),
});
const attack = fc.record({
  way: fc.constantFrom(...Object.keys(attacks)),
  /** Behind which send. */
  behind: fc.nat({ max: 8 }),
  at: fc.nat({ max: 99 }),
});

test.each(['facts', 'states'] as const)(
  'FCT-1: %s that a stranger adds change nothing, and hold and stop nobody',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(logs, fc.array(attack, { maxLength: 12 }), async (made, added) => {
        const owner = ownerOf(kind, made.sizes, made.restoredAfter);
        const { sends, lost } = owner;
        const log = sends.flatMap((send, n) => {
          // Those of the lost life are known from before; they are added once the new life is heard.
          const known = [...sends.slice(0, n + 1), ...(n >= made.restoredAfter ? lost : [])];
          const here = added.filter(({ behind }) => behind % sends.length === n);
          return [rawBatch(send), ...here.map(({ way, at }) => attacks[way]!(known, at))];
        });
        const { end, ...reading } = await read(kind, log, owner);
        const expected = { applied: idsOf(sends), parked: 0, forged: 0, stop: undefined };
        expect(reading).toEqual({ ...expected, counted: end });
      }),
      { numRuns: 200 },
    );
  },
  60_000,
);

test.each(['facts', 'states'] as const)(
  'FCT-1: of %s that the disk loses or reorders, only the owner’s are applied, in its order; a gap of facts stops',
  async (kind) => {
    await fc.assert(
      fc.asyncProperty(
        logs,
        fc.array(attack, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 3 }),
        async ({ sizes }, added, lost) => {
          const owner = ownerOf(kind, sizes, sizes.length);
          const { sends } = owner;
          const batches = sends.flatMap((send, n) => {
            const { way, at } = added[n % added.length]!;
            if (lost.includes(n)) return [attacks[way]!([send], 0)];
            return [rawBatch(send), attacks[way]!(sends.slice(0, n + 1), at)];
          });
          const { applied, parked, forged, stop } = await read(kind, batches, owner);
          const all = idsOf(sends);
          expect([parked, forged]).toEqual([0, 0]);
          expect(applied).toEqual(all.filter((id) => applied.includes(id as string)));
          if (kind === 'states') expect(stop).toBeUndefined();
          else expect(applied).toEqual(all.slice(0, applied.length));
          if (stop) expect(stop).toMatch(/^GAP/);
        },
      ),
      { numRuns: 200 },
    );
  },
  60_000,
);
