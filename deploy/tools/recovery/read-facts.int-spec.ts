import { accountChange, MessagingBed, testKeyRing } from '#libs/testing';
import { accountPartition } from '../../../libs/messaging/test/consumer-bed.test-support.js';
import { readLogs } from './read-facts.js';

/**
 * Goal: the plan sees where the facts of an owner begin and end in a log, whatever a stranger wrote around them (FCT-1).
 * Method: the real broker and relay; records without a proof before and behind the owner's.
 */
let bed: MessagingBed;
beforeAll(async () => {
  bed = await MessagingBed.start();
}, 60_000);
afterAll(() => bed.stop(), 60_000);

test('FCT-1: a log begins and ends with records of its owner, and foreign records around them hide nothing', async () => {
  const partition = accountPartition('a');
  const elsewhere = (partition + 1) % 2;
  const stranger = (at: number, count: number) =>
    bed.send(
      bed.accountTopic,
      Array.from({ length: count }, () => ({ key: 'x', value: Buffer.from('x'), partition: at })),
    );
  await stranger(partition, 20);
  bed.relay();
  await bed.emit('2022-01-03', accountChange('a', 1), accountChange('a', 2));
  await bed.untilSent();
  await stranger(partition, 300);
  await stranger(elsewhere, 20);
  const logs = await readLogs({
    ...{ brokers: bed.brokers, namespace: bed.namespace, keyRing: testKeyRing },
  });
  const log = logs.find(({ topic }) => topic === 'provisioning.account.v1');
  const at = (wanted: number) => log?.partitions?.find((one) => one.partition === wanted);
  expect(at(partition)).toMatchObject({ low: 0, high: 322, first: { seq: 1 }, last: { seq: 2 } });
  expect(at(elsewhere)).toMatchObject({ low: 0, high: 20, first: undefined, last: undefined });
}, 60_000);
