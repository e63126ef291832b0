import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AccountStateChangedSchema } from '#libs/contracts';
import { accountChange, MessagingBed } from '#libs/testing';
import { accountPartition } from '../test/consumer-bed.test-support.js';
import { ArchivedFacts } from './archived-facts.js';
import { OwnerSilent } from './owner-facts.grpc-gateway.js';

/**
 * Goal: two records that the owner's key signed and that contradict each other stop the partition, unless the owner's own
 * archive says which one stands (FCT-1). Method: the real broker and relay; a second writer with the same key.
 */
let bed: MessagingBed;
beforeEach(async () => {
  bed = await MessagingBed.start();
}, 60_000);
afterEach(() => bed.stop(), 60_000);

const topic = 'provisioning.account.v1';
const partition = accountPartition('a');
const archive = () => new ArchivedFacts(bed.fresh.database);

/** Signed with the owner's key, in another hand. */
async function second(seq: number, prev: number, sequence: number): Promise<void> {
  const { epoch } = await bed.row<{ epoch: string }>(
    'select epoch::text from platform.incarnation',
  );
  const { key, value } = accountChange('a', sequence);
  const headers = {
    ...{ id: randomUUID(), type: AccountStateChangedSchema.typeName, aggregate: key },
    ...{ 'business-date': '2022-01-03', seq: `${seq}`, prev: `${prev}`, epoch },
  };
  await bed.sendProven(topic, [{ key, value: value && Buffer.from(value), headers, partition }]);
}

const start = async (digest: (seq: number) => Promise<string | undefined>) => {
  bed.relay();
  const consumer = bed.consumer(undefined, {
    owners: { digest: (_place, seq) => digest(seq) },
  });
  await bed.listen(consumer);
  await bed.emit('2022-01-03', accountChange('a', 1));
  await bed.emit('2022-01-03', accountChange('a', 2));
  await bed.untilEffects(2);
  return consumer;
};

test('FCT-1: of two proven records with one number, the one that the owner’s archive disowns is set aside', async () => {
  const consumer = await start((seq) => archive().digest({ topic, partition }, BigInt(seq)));
  await second(2, 1, 99);
  await bed.emit('2022-01-03', accountChange('a', 3));
  await bed.untilEffects(3);
  expect(await bed.sequencesOf('a')).toEqual([1, 2, 3]);
  expect(await bed.row('select fault, records from platform.foreign_record')).toEqual({
    ...{ fault: 'DISOWNED', records: 1 },
  });
  expect(consumer.fault()).toBeUndefined();
}, 90_000);

test('FCT-1: two proven records with one number stop the partition where the owner states another one than was applied', async () => {
  const consumer = await start(() => Promise.resolve('f'.repeat(64)));
  await second(2, 1, 99);
  await bed.until('it stops', () => consumer.fault()?.startsWith('NUMBERS') ?? false);
  expect(consumer.fault()).toMatch(/^NUMBERS two records with number 2/);
  expect(await bed.sequencesOf('a')).toEqual([1, 2]);
  expect(
    await bed.row('select stopped from platform.consumer_position where last_seq > 0'),
  ).toEqual({
    stopped: 'NUMBERS two records with number 2',
  });
}, 90_000);

test('FCT-1: a true record that continues another one than was applied stops the partition', async () => {
  const consumer = await start(() => Promise.resolve(undefined));
  // A second hand was quicker than the owner: its record is applied, since nothing contradicts it yet.
  await second(3, 2, 99);
  await bed.untilEffects(3);
  await bed.emit('2022-01-03', accountChange('a', 3));
  await bed.until('it stops', () => consumer.fault()?.startsWith('NUMBERS') ?? false);
  expect(await bed.sequencesOf('a')).toEqual([1, 2, 99]);
}, 90_000);

test('FCT-1: while the owner does not answer the partition waits, and goes on when it does', async () => {
  let answers = false;
  const consumer = await start((seq) =>
    answers
      ? archive().digest({ topic, partition }, BigInt(seq))
      : Promise.reject(new OwnerSilent('provisioning')),
  );
  await second(2, 1, 99);
  await bed.emit('2022-01-03', accountChange('a', 3));
  await bed.until('it waits', () => consumer.fault() !== undefined);
  answers = true;
  await bed.untilEffects(3);
  expect(await bed.sequencesOf('a')).toEqual([1, 2, 3]);
}, 90_000);
