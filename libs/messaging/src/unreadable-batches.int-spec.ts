import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { CompressionTypes, type Consumer } from 'kafkajs';
import {
  AccountStateChangedSchema,
  event,
  PersonChangedSchema,
  PersonErasedSchema,
  topics,
} from '#libs/contracts';
import { Proposals } from '#libs/proposals';
import { accountChange, type BedHandler, callerOf, MessagingBed } from '#libs/testing';
import {
  accountPartition,
  keyElsewhere,
  parkedEvents,
  seen,
  withDecisions,
} from '../test/consumer-bed.test-support.js';
import { turnBit } from '../test/log-files.test-support.js';
import type { BatchConsumer } from './batch-consumer.strategy.js';
import { PgBusinessDate } from './business-date.js';
import { createKafka } from './kafka-client.js';
import { MessagingStatus } from './messaging-status.js';
import { PgOutbox } from './outbox.pg-outbox.js';
import { partitionOf } from './partition-of.js';
import { ServiceName } from './service-name.js';
import { SkipParked } from './skip-parked.js';
import { TopicEnds } from './topic-ends.js';

/**
 * Goal: a batch of records that cannot be read stops its own partition, and nothing else; two persons may pass over it.
 * Method: the real broker, batches that unpack to more than the limit, and a bit turned in the broker's own file.
 */
const day = '2022-01-03';
const personTopic = 'directory.person.v1';
const elsewhere = keyElsewhere();
let bed: MessagingBed;
beforeEach(async () => {
  bed = await MessagingBed.start();
  bed.relay();
  await bed.fresh.unitOfWork.run((tx) => bed.begin(tx, day));
}, 60_000);
afterEach(() => bed.stop(), 60_000);

const start = async (handler?: BedHandler) => {
  const consumer = bed.consumer(handler, {
    consumes: {
      [bed.accountTopic]: { handles: [AccountStateChangedSchema] },
      [personTopic]: { handles: [PersonChangedSchema, PersonErasedSchema] },
    },
  });
  await bed.listen(consumer);
  return consumer;
};
const tell = (...facts: (readonly [key: string, sequence: number])[]) =>
  bed.tell(day, ...facts.map(([key, sequence]) => accountChange(key, sequence)));
const tellPerson = (key: string, marked = '') =>
  bed.tell(day, event(PersonChangedSchema, key, { lastName: 'Inventé' }, marked));
/** One batch of 70 records in the partition of the key `a`: 70 MB of zeros, which are 70 KB on their way. */
const tellBomb = async () => {
  const { brokers, namespace, logger, accountTopic } = bed;
  const producer = createKafka('test', { brokers }, logger).producer();
  await producer.connect();
  await producer.send({
    topic: namespace + accountTopic,
    compression: CompressionTypes.GZIP,
    messages: Array.from({ length: 70 }, () => ({
      ...{ partition: accountPartition('a'), key: 'bomb', value: Buffer.alloc(1_000_000) },
    })),
  });
  await producer.disconnect();
};
const isRed = (consumer: BatchConsumer) =>
  bed.until('it is red', () => consumer.fault()?.startsWith('UNREADABLE_BATCH') ?? false);
const stops = () =>
  withDecisions(bed, async (decisions) =>
    (await decisions.positions()).filter(({ stopped }) => stopped !== null),
  );
const goOn = () =>
  withDecisions(bed, (decisions) =>
    decisions.goOn({ topic: bed.accountTopic }, { userId: 'op', reason: 'mended' }),
  );
const person = (userId: string) =>
  callerOf({ userId, roles: ['admin'], markets: ['*'], loggedInAt: new Date() });

test('FCT-1: a batch that unpacks to more than 64 MiB is foreign: its partition goes on, and the figures add up to the end of the log', async () => {
  const consumer = await start();
  await tell(['a', 1], [elsewhere, 1]);
  await bed.untilEffects(2);
  let crashes = 0;
  const kafka = consumer.unwrap<Consumer>();
  kafka.on(kafka.events.CRASH, () => (crashes += 1));
  await tellBomb();
  await tell(['a', 2]);
  await bed.untilEffects(3);
  expect([crashes, consumer.fault()]).toEqual([0, undefined]);
  expect(
    await bed.row(
      'select fault, first_offset as from, last_offset as to, records from platform.foreign_record',
    ),
  ).toEqual({ fault: 'BATCH_UNREADABLE', from: 1n, to: 70n, records: 70 });
  const { brokers, namespace, logger } = bed;
  const ends = new TopicEnds('test', { brokers, namespace }, logger);
  const status = new MessagingStatus(bed.fresh.database, ends, [bed.accountTopic], () => []);
  expect((await status.topicFigures())[0]).toMatchObject({
    ...{ handled: 3n, parked: 0n, repeated: 0n, foreign: 70n, endOffset: 73n, lag: 0n },
  });
  await ends.close();
}, 120_000);

test('a batch that the disk damaged stops its partition, also after a new start; two persons pass over it', async () => {
  const where = {
    broker: bed.brokers[0] ?? '',
    topic: bed.namespace + bed.accountTopic,
    partition: accountPartition('a'),
  };
  const marked = `mark-${randomUUID()}`;
  await tell(['a', 1], [elsewhere, 1]);
  await bed.tell(day, { ...accountChange('a', 2), causation: marked });
  await tell(['a', 3]);
  await turnBit(where, marked);
  const consumer = await start();
  await isRed(consumer);
  await bed.untilEffects(2);
  const at = `${bed.accountTopic}/${accountPartition('a')}`;
  expect((await stops()).map(({ topic, partition }) => `${topic}/${partition}`)).toEqual([at]);
  await consumer.close();
  const again = await start();
  await isRed(again);
  await tell([elsewhere, 2]);
  await bed.untilEffects(3);

  const parked = parkedEvents(bed, again);
  const [row] = await parked.list();
  expect(row).toMatchObject({ cause: 'UNREADABLE_BATCH', offset: 1n, key: null });
  expect(row?.causeDetail).toMatch(/^up to 1: /);
  // Nothing of it can be replayed.
  expect(await parked.release()).toEqual({ released: 0, stillParked: 1 });
  // To go on is to try again: what cannot be read is set aside once more, and counted once.
  expect(await goOn()).toBe(1);
  await bed.until('it is set aside again', async () => {
    const rows = await parked.list();
    return rows.length === 1 && rows[0]?.id !== row?.id;
  });
  const { database, unitOfWork } = bed.fresh;
  const today = new PgBusinessDate(database);
  const skips = new SkipParked(
    ...([unitOfWork, parked, new Proposals(database), today] as const),
    ...([new PgOutbox(), new ServiceName('metering')] as const),
  );
  const [aside] = await parked.list();
  const proposal = await skips.propose(aside?.id ?? 0n, 'Lot illisible.', person('one'));
  const answer = { digest: proposal.digest, outcome: 'APPROVED', reason: '' } as const;
  await expect(skips.decide(proposal.proposalId, answer, person('one'))).rejects.toMatchObject({
    code: 'PROPOSAL_OWN',
  });
  expect(await bed.effects()).toHaveLength(3);
  await skips.decide(proposal.proposalId, answer, person('two'));
  await bed.untilEffects(4);
  await bed.until('it is green', () => again.fault() === undefined);
  expect((await seen(bed)).filter((one) => one.startsWith('a'))).toEqual(['a1', 'a3']);
}, 120_000);

test('a bit that the disk of the broker has turned is not taken for a fact; once it is put back, the partition goes on with all of it', async () => {
  const where = {
    broker: bed.brokers[0] ?? '',
    topic: bed.namespace + bed.accountTopic,
    partition: accountPartition('a'),
  };
  const marked = `mark-${randomUUID()}`;
  await tell(['a', 1]);
  await bed.tell(day, { ...accountChange('a', 2), causation: marked });
  await tell(['a', 3], [elsewhere, 1]);
  await turnBit(where, marked);
  const consumer = await start();
  await isRed(consumer);
  expect(consumer.fault()).toMatch(
    /^UNREADABLE_BATCH 1 to 1 cannot be read: its checksum is not that of its bytes/,
  );
  await bed.untilEffects(2);
  await tell([elsewhere, 2]);
  await bed.untilEffects(3);
  expect((await seen(bed)).filter((one) => one.startsWith('a'))).toEqual(['a1']);
  await turnBit(where, marked);
  expect(await goOn()).toBe(1);
  await bed.untilEffects(5);
  await bed.until('it is green', () => consumer.fault() === undefined);
  expect((await seen(bed)).filter((one) => one.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
  expect(await parkedEvents(bed, consumer).count()).toBe(0n);
}, 120_000);

test('SUP-4: a person who was set aside is not released to an older state, where the newest one cannot be read', async () => {
  let broken = true;
  const consumer = await start((events) =>
    broken && events.some(({ key }) => key === 'p')
      ? Promise.reject(new Error('bug'))
      : Promise.resolve(),
  );
  const marked = `mark-${randomUUID()}`;
  await tellPerson('p');
  await tellPerson('p', marked);
  const parked = parkedEvents(bed, consumer);
  await bed.until('both are set aside', async () => (await parked.count()) === 2n);
  broken = false;
  const partition = partitionOf('p', topics.person.partitions);
  const where = { broker: bed.brokers[0] ?? '', topic: bed.namespace + personTopic, partition };
  await turnBit(where, marked);
  await expect(parked.release()).rejects.toThrow('1 to 1 cannot be read');
  expect([await parked.count(), await bed.effects()]).toEqual([2n, []]);
  await turnBit(where, marked);
  expect(await parked.release()).toEqual({ released: 2, stillParked: 0 });
  expect(await bed.effects()).toHaveLength(1);
}, 120_000);
