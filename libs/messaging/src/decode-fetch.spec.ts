import { createRequire } from 'node:module';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { crc32c } from './crc32c.js';
import { decodeFetch } from './decode-fetch.js';
import { encodeBatch } from './encode-produce.js';
import { tuneKafkajs } from './kafkajs-tuning.js';
import { batchRecordsMax, FetchBudget } from './record-batches.js';

/**
 * Goal: an answer is read as kafkajs reads it; what cannot be read is one message of its partition, and what is unpacked
 * at once has a limit. Method: answers written by hand, compared with the original; bits turned anywhere.
 */
const require = createRequire(import.meta.url);
const original = require('kafkajs/src/protocol/requests/fetch/v11/response.js') as {
  decode(raw: Buffer): ReturnType<typeof decodeFetch>;
};
tuneKafkajs();

const head = { producerId: -1n, producerEpoch: 0, firstSequence: 0, nowMs: 1 };
const values = (...of: string[]) =>
  of.map((value) => ({ key: 'k', value, headers: { type: 'Happened' } }));

/** As the broker stores it, from that offset on. */
function batch(first: number, messages: ReturnType<typeof values>, change?: (of: Buffer) => void) {
  const made = encodeBatch(messages, head);
  made.writeBigInt64BE(BigInt(first), 0);
  return changed(made, change ?? (() => undefined));
}
/** With a checksum that fits. */
function changed(of: Buffer, change: (of: Buffer) => void): Buffer {
  change(of);
  of.writeInt32BE(of.length - 12, 8);
  of.writeUInt32BE(crc32c(of.subarray(21)), 17);
  return of;
}
function packed(of: Buffer, codec: number, records: Buffer): Buffer {
  return changed(Buffer.concat([of.subarray(0, 61), records]), (made) => {
    made.writeInt16BE(codec, 21);
  });
}

type Answered = { readonly errorCode?: number; readonly sets: readonly Buffer[] };
/** Partitions of one topic, numbered in order, asked for from offset 10 on; their logs end at 1,000. */
function answer(...partitions: Answered[]) {
  const parts = partitions.map(({ errorCode = 0, sets }, partition) => {
    const set = Buffer.concat(sets);
    const part = Buffer.alloc(42);
    part.writeInt32BE(partition, 0);
    part.writeInt16BE(errorCode, 4);
    part.writeBigInt64BE(1_000n, 6);
    part.writeBigInt64BE(1_000n, 14);
    part.writeBigInt64BE(0n, 22);
    part.writeInt32BE(-1, 30);
    part.writeInt32BE(-1, 34);
    part.writeInt32BE(set.length, 38);
    return Buffer.concat([part, set]);
  });
  // throttling, error, session, one topic named t, and how many partitions
  const start = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0x74, 0, 0, 0, 0]);
  start.writeInt32BE(partitions.length, 17);
  return Buffer.concat([start, ...parts]);
}
async function read(...partitions: Answered[]) {
  const asked = partitions.map((_, partition) => ({ partition, fetchOffset: '10' }));
  const topics = asked.map((one) => ({ topic: 't', partitions: [one] }));
  const { responses } = await decodeFetch(answer(...partitions), { topics });
  return (responses[0]?.partitions ?? []).map(({ messages }) =>
    messages.map(({ offset, value, unreadable }) =>
      unreadable
        ? `${unreadable.from} to ${offset}: ${unreadable.cause}`
        : `${offset} ${value?.subarray(0, 9).toString()}`,
    ),
  );
}

test('what can be read is read as before: plain, packed, cut by the broker, nothing at all', async () => {
  const plain = batch(10, values('a', 'b'));
  const gzip = packed(batch(12, values('c')), 1, gzipSync(batch(12, values('c')).subarray(61)));
  const raw = answer(
    { sets: [plain, gzip, batch(13, values('d')).subarray(0, 70)] },
    { sets: [] },
    { errorCode: 3, sets: [] },
  );
  const topics = [{ topic: 't', partitions: [{ partition: 0, fetchOffset: '10' }] }];
  const [ours, theirs] = [await decodeFetch(raw, { topics }), await original.decode(raw)];
  // What else a record says is compared where it is read (batch-record.spec).
  const seen = ({ responses, ...head }: typeof ours) => ({
    ...head,
    responses: responses.map(({ topicName, partitions }) => ({
      topicName,
      partitions: partitions.map(({ messages, ...rest }) => ({
        ...rest,
        messages: messages.map(({ offset, key, value }) => ({ offset, key, value })),
      })),
    })),
  });
  expect(seen(ours)).toEqual(seen(theirs));
});

test('whichever bit is turned, the other partitions are read, and nothing of the batch is taken for a fact', async () => {
  const good = values('b');
  await fc.assert(
    fc.asyncProperty(fc.nat(), fc.nat({ max: 7 }), async (place, bit) => {
      const broken = batch(11, values('x', 'y'));
      // What the checksum covers, and itself.
      const at = 17 + (place % (broken.length - 17));
      broken[at] = (broken[at] ?? 0) ^ (1 << bit);
      const sets = [batch(10, values('a')), broken, batch(13, good)];
      const [first, second] = await read({ sets }, { sets: [batch(10, good)] });
      expect(first).toEqual([
        '10 a',
        expect.stringMatching(/^11 to \d+: its checksum is not that of its bytes$/),
      ]);
      expect(second).toEqual(['10 b']);
    }),
  );
});

test('what is written so that it cannot be read says why, and where it ends as far as the log goes', async () => {
  const two = batch(10, values('a', 'b'));
  const records = two.subarray(61);
  const bomb = gzipSync(Buffer.alloc(80_000_000));
  const words = await read(
    { sets: [packed(two, 1, Buffer.from('garbage'))] },
    { sets: [packed(two, 1, bomb)] },
    { sets: [packed(two, 4, zstdCompressSync(Buffer.alloc(80_000_000)))] },
    { sets: [packed(two, 6, records)] },
    { sets: [packed(two, 0, records.subarray(0, records.length - 1))] },
    { sets: [batch(10, values('a'), (of) => of.writeInt32BE(batchRecordsMax + 1, 57))] },
    { sets: [batch(10, values('a'), (of) => of.writeInt32BE(2 ** 31 - 1, 57))] },
    {
      sets: [batch(10, values('a'), (of) => of.writeInt32BE(9_000, 23) && of.writeInt16BE(7, 21))],
    },
    // It began before the position.
    { sets: [packed(batch(8, values('a', 'b', 'c', 'd')), 7, records)] },
    { sets: [batch(10, values('a'), (of) => of.writeInt8(1, 16))] },
    { errorCode: 2, sets: [] },
  );
  expect(words.map(([word]) => word)).toEqual([
    '10 to 11: incorrect header check',
    expect.stringMatching(/^10 to 11: .*larger than/),
    expect.stringMatching(/^10 to 11: .*larger than/),
    '10 to 11: codec 6 is not known',
    '10 to 11: a record is cut',
    '10 to 10: 200001 records, more than 200000',
    '10 to 10: 2147483647 records, more than 200000',
    '10 to 10: codec 7 is not known',
    '10 to 11: codec 7 is not known',
    '10 to 10: format 1',
    '10 to 10: the broker cannot read its own log there',
  ]);
});

test('what one answer unpacks to has a limit: the rest is left to the next fetch, the first batch never', async () => {
  const large = (first: number) => {
    const value = 'z'.repeat(30_000_000);
    const plain = batch(first, [{ key: 'k', value, headers: { type: 'Happened' } }]);
    return packed(plain, 1, gzipSync(plain.subarray(61)));
  };
  const sets = [large(10), large(11), large(12)];
  const read1 = await read({ sets }, { sets: [large(10)] }, { sets: [batch(10, values('a'))] });
  expect(read1).toEqual([['10 zzzzzzzzz', '11 zzzzzzzzz'], [], ['10 a']]);
  const budget = new FetchBudget();
  const spend = (records: number) => budget.spend({ bytes: 1, records });
  expect([batchRecordsMax - 1, 2, 1, 1].map(spend)).toEqual([true, false, true, false]);
}, 60_000);

test('the checksum is that of kafkajs', () => {
  const theirs = require('kafkajs/src/protocol/recordBatch/crc32C/index.js') as (
    bytes: Buffer,
  ) => number;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      expect(crc32c(bytes)).toBe(theirs(Buffer.from(bytes)));
    }),
  );
});
