import { createRequire } from 'node:module';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Message } from 'kafkajs';
import { headers as names } from '#libs/contracts';
import { recordsIn } from './batch-record.js';
import { crc32c } from './crc32c.js';
import { encodeBatch } from './encode-produce.js';
import { FetchBudget, readRecordBatch } from './record-batches.js';

/**
 * Goal: a record says what kafkajs would read in it, headers as texts, and no byte of another one. Method: any messages,
 * read by both; what does not end where it says is refused.
 */
const require = createRequire(import.meta.url);
const original = require('kafkajs/src/protocol/recordBatch/v0/decoder.js') as (
  decoder: unknown,
) => Promise<{ records: OriginalRecord[] }>;
type OriginalRecord = Record<'offset' | 'timestamp', string> & {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Record<string, Buffer | null | (Buffer | null)[]>;
};
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (buffer: Buffer) => unknown;

const bytes = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.uint8Array({ maxLength: 9_000 }).map((array) => Buffer.from(array)),
);
const message = fc.record<Message>({
  key: fc.option(bytes),
  value: fc.option(bytes),
  headers: fc.dictionary(
    // Names that every object has are lost by the original.
    fc.oneof(
      fc.constantFrom(...Object.values(names)),
      fc.string({ minLength: 1, maxLength: 20 }).filter((name) => !(name in Object.prototype)),
    ),
    fc.oneof(bytes, fc.constant(null as never), fc.array(bytes, { minLength: 2, maxLength: 3 })),
    { maxKeys: 9 },
  ),
});
const head = { producerId: -1n, producerEpoch: 0, firstSequence: 0, nowMs: 1_700_000_000_123 };
const textsOf = (value: Buffer | null | (Buffer | null)[] | undefined) =>
  Array.isArray(value) ? value.map((one) => one && String(one)) : value && String(value);
const read = async (batch: Buffer) => (await readRecordBatch(batch, new FetchBudget())) ?? [];

test('any record is read as kafkajs reads it, headers as texts', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 60 }), async (messages) => {
      const batch = encodeBatch(messages, head);
      batch.writeBigInt64BE(7_000_000_000n, 0);
      const { records } = await original(new Decoder(batch));
      const ours = await read(batch);
      expect(
        ours.map(({ offset, timestamp, key, value }) => ({ offset, timestamp, key, value })),
      ).toEqual(
        records.map(({ offset, timestamp, key, value }) => ({ offset, timestamp, key, value })),
      );
      for (const [at, record] of ours.entries()) {
        const told = records[at]!.headers;
        const texts = Object.entries(told).map(([name, value]) => [name, textsOf(value)]);
        expect({ ...record.headers }).toEqual(Object.fromEntries(texts));
        for (const name of Object.values(names)) {
          const value = textsOf(told[name]);
          expect(record.header(name)).toBe(typeof value === 'string' ? value : undefined);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('where the broker stamps a batch, its time is that of each record', async () => {
  const batch = encodeBatch([{ key: 'k', value: 'v' }], head);
  batch.writeInt16BE(8, 21);
  batch.writeBigInt64BE(1_800_000_000_000n, 35);
  batch.writeUInt32BE(crc32c(batch.subarray(21)), 17);
  expect((await read(batch))[0]?.timestamp).toBe('1800000000000');
});

test('whichever byte of the records says something else, a record ends where it says or none is read', () => {
  const records = encodeBatch(
    ['a', 'b', 'c'].map((value) => ({ key: 'k', value, headers: { type: 'T', other: 'o' } })),
    head,
  ).subarray(61);
  const context = {
    ...{ firstOffset: 0n, firstTimestamp: 0n, maxTimestamp: 0n, producerId: '-1' },
    ...{ isStampedByBroker: false, lastOffsetDelta: 2, inTransaction: false },
  };
  let refused = 0;
  for (let at = 0; at < records.length; at += 1) {
    for (const byte of [0, 1, 0x7f, 0x80, 0xff]) {
      const changed = Buffer.from(records);
      changed[at] = byte;
      try {
        const found = recordsIn(changed, 3, context);
        expect(found).toHaveLength(3);
        for (const record of found) {
          const { headers } = record;
          expect((record.value?.length ?? 0) + Object.keys(headers).length).toBeLessThan(12);
        }
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
        refused += 1;
      }
    }
  }
  expect(refused).toBeGreaterThan(100);
  for (const count of [-1, 0, 2, 4, 1_000]) {
    expect(() => recordsIn(records, count, context)).toThrow(RangeError);
  }
});
