import { topics } from '#libs/contracts';
import { accountChange, MessagingBed } from '#libs/testing';
import { BrokerUnavailable, TopicEnds } from './topic-ends.js';

let bed: MessagingBed;
let ends: TopicEnds;

beforeAll(async () => {
  bed = await MessagingBed.start();
  const { brokers, namespace, logger } = bed;
  ends = new TopicEnds('test', { brokers, namespace }, logger);
}, 60_000);
afterAll(async () => {
  await ends?.close();
  await bed?.stop();
});

test('several topics at once have the ends and ids that each has alone', async () => {
  const relay = bed.relay();
  await bed.emit('2022-01-03', accountChange('a', 1), accountChange('b', 2));
  const asked = [topics.person.name, bed.accountTopic];
  const written = async () =>
    (await ends.of(bed.accountTopic)).reduce((sum, { high }) => sum + Number(high), 0);
  await bed.until('both are in the log', async () => (await written()) === 2);
  await relay.stop();

  const together = await ends.ofAll(asked);
  const alone = await Promise.all(
    asked.map(async (topic) => ({ topic, partitions: await ends.of(topic) })),
  );
  expect(together).toEqual(alone);
  expect(together.map(({ partitions }) => partitions.length)).toEqual([
    topics.person.partitions,
    topics.account.partitions,
  ]);
  const ids = together.flatMap(({ partitions }) => partitions.map(({ topicId }) => topicId));
  expect(ids).not.toContain(undefined);
  expect(new Set(ids).size).toBe(2);
}, 30_000);

test('where one of them is not there, none is told', async () => {
  await expect(ends.ofAll([bed.accountTopic, 'nowhere'])).rejects.toThrow(BrokerUnavailable);
}, 30_000);
