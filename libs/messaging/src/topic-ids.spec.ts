import { expect, test } from '@jest/globals';
import type { Admin, Kafka } from 'kafkajs';
import { encodeTopicsQuery, identifyingAdmin, readTopicIds } from './topic-ids.js';

const hex = (...parts: string[]) => Buffer.from(parts.join('').replaceAll(' ', ''), 'hex');
const zeros = '00'.repeat(16);

test('the question is version 12 of Metadata, byte for byte by the definition of the protocol', () => {
  expect(encodeTopicsQuery(['ab', 'c'])).toEqual(
    hex(
      '00', // no tags in the header
      '03', // two topics
      ...[zeros, '03 61 62', '00'], // no id, ab, no tags
      ...[zeros, '02 63', '00'],
      '00 00', // make none, say no rights
      '00', // no tags
    ),
  );
});

const length = (count: number) => encodeTopicsQuery(['x'.repeat(count)]).subarray(18, 20);
test('a length of 127 and more takes two bytes', () => {
  expect(length(126)).toEqual(hex('7f 78'));
  expect(length(127)).toEqual(hex('80 01'));
  expect(length(200)).toEqual(hex('c9 01'));
});

const topic = (fault: string, name: string, id: string) => [
  ...[fault, name, id, '00'], // not internal
  '02', // one partition
  ...['0000', '00000000', '00000001', '00000007'], // no fault, 0, its leader, its epoch
  ...['02 00000001', '02 00000001', '01'], // replicas, in sync, none offline
  '00', // no tags
  ...['80000000', '00'], // rights not said, no tags
];
const id = '00112233445566778899aabbccddeeff';
const answer = hex(
  '00', // no tags in the header
  '00000005', // throttled 5 ms
  '02', // one broker
  ...['00000001', '0a 6c6f63616c686f7374', '00002384', '00'], // 1, localhost, 9092, no rack
  '01 05 02 abcd', // one tagged field, number 5, of two bytes
  '03 6b31', // cluster k1
  '00000001', // controller
  '04', // three topics
  ...topic('0000', '03 6162', id),
  ...topic('0003', '02 63', zeros), // unknown
  ...topic('0000', '02 64', zeros), // made by a broker that gave no ids
  '00', // no tags
);

test('of the answer the id of each topic is read, as Kafka’s own tools spell it', () => {
  expect([...readTopicIds(answer)]).toEqual([['ab', 'ABEiM0RVZneImaq7zN3u_w']]);
});

test('an answer that is cut off is none, wherever it is cut', () => {
  // What comes behind the last topic is not read.
  for (let end = 0; end < answer.length - 1; end += 1)
    expect(() => readTopicIds(answer.subarray(0, end))).toThrow('cut off');
});

test.each([undefined, 8, 11])(
  'a broker that speaks Metadata up to %s is not asked',
  async (maxVersion) => {
    const createCluster = Symbol('private:Kafka:createCluster');
    const send = () => Promise.reject(new Error('was asked'));
    const versions = maxVersion === undefined ? {} : { 3: { maxVersion } };
    const broker = { versions, connectionPool: { send } };
    const kafka = {
      [createCluster]: () => ({
        brokerPool: { findConnectedBroker: () => Promise.resolve(broker) },
      }),
      admin: (): Admin => kafka[createCluster]() as unknown as Admin,
    };
    const { topicIds } = identifyingAdmin(kafka as unknown as Kafka, {});
    expect(await topicIds(['ab'])).toEqual(new Map());
  },
);
