import { createRequire } from 'node:module';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Partitioners, type Message } from 'kafkajs';
import { encodeProduce, type ProduceArguments } from './encode-produce.js';
import { keyPartitioner } from './partition-of.js';

const require = createRequire(import.meta.url);

const bytes = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.uint8Array({ maxLength: 9_000 }).map((array) => Buffer.from(array)),
);
const message = fc.record<Message>({
  key: fc.oneof(fc.constant(null), bytes),
  value: fc.oneof(fc.constant(null), bytes),
  headers: fc.dictionary(
    // Names that every object has are lost by the original.
    fc.string({ minLength: 1, maxLength: 20 }).filter((name) => !(name in Object.prototype)),
    fc.oneof(bytes, fc.array(bytes, { minLength: 2, maxLength: 3 })),
    { maxKeys: 9 },
  ),
});

describe('parts of kafkajs that are replaced do what the originals do', () => {
  const request = require('kafkajs/src/protocol/requests/produce/v3/request.js') as (
    args: ProduceArguments,
  ) => { encode(): Promise<{ buffer: Buffer }> };
  const Long = require('kafkajs/src/utils/long.js') as {
    fromValue(value: number): { toString(): string };
  };

  test('a Produce request is the same, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(message, { minLength: 1, maxLength: 150 }), {
          minLength: 1,
          maxLength: 3,
        }),
        async (lists) => {
          const args: ProduceArguments = {
            acks: -1,
            timeout: 30_000,
            producerId: Long.fromValue(4_711),
            producerEpoch: 3,
            topicData: [
              {
                topic: 'é',
                partitions: lists.map((messages, partition) => ({
                  partition,
                  firstSequence: 17,
                  messages,
                })),
              },
            ],
          };
          const now = Date.now;
          Date.now = () => 1_700_000_000_000;
          try {
            const original = (await request(args).encode()).buffer;
            const ours = (encodeProduce(args) as unknown as { buffer: Buffer }).buffer;
            expect(ours.equals(original)).toBe(true);
          } finally {
            Date.now = now;
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test('what it does not know is left to kafkajs', () => {
    const args = (changed: object) => ({ acks: -1, timeout: 1, topicData: [], ...changed });
    expect(encodeProduce(args({ compression: 1 }))).toBeUndefined();
    expect(encodeProduce(args({ transactionalId: 'x' }))).toBeUndefined();
    const messages = [{ value: 'x', timestamp: '1' }];
    expect(
      encodeProduce(
        args({ topicData: [{ topic: 't', partitions: [{ partition: 0, messages }] }] }),
      ),
    ).toBeUndefined();
  });

  test('keys go where every client of Kafka sends them', () => {
    const metadata = [0, 1, 2, 3, 4, 5].map((partitionId) => ({ partitionId, leader: 1 }));
    const choose = (partitioner: typeof keyPartitioner, key: string) =>
      partitioner()({
        topic: 't',
        partitionMetadata: metadata as never,
        message: { key, value: null },
      });
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }), (key) => {
        expect(choose(keyPartitioner, key)).toBe(choose(Partitioners.DefaultPartitioner, key));
      }),
    );
  });
});
