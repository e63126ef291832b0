import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PersonChangedSchema, event, topics } from '#libs/contracts';
import { MessagingBed } from '#libs/testing';
import {
  accountChanges,
  parkedEvents,
  seen,
  withDecisions,
  withEnds,
  withStatus,
} from '../test/consumer-bed.test-support.js';
import { rejoin, type RejoinOptions } from './rejoin.js';
import { makeAnew, recordsOf } from '../test/topic-made-anew.test-support.js';

/** Goal: nobody takes a topic that was made anew for the former one, and what is told there again has its effect once. Method: topics of the real broker, deleted and made again. */
let bed: MessagingBed;
beforeEach(async () => {
  bed = await MessagingBed.start();
}, 60_000);
afterEach(() => bed.stop(), 60_000);

const by = { userId: 'op', reason: 'Kafka was lost' };
const personTopic = topics.person.name;

test('told again in a topic made anew under the same numbers, each fact has its effect exactly once; what was set aside is still released', async () => {
  const relay = bed.relay();
  let broken = true;
  const consumer = () =>
    bed.consumer((events) =>
      broken && events.some(({ key }) => key === 'k3')
        ? Promise.reject(new Error('a bug'))
        : Promise.resolve(),
    );
  const first = consumer();
  await bed.listen(first);
  await bed.emit('2022-01-03', ...accountChanges(0, 100));
  await bed.untilEffects(90);
  const parked = parkedEvents(bed, first);
  await bed.until('k3 is set aside', async () => (await parked.count()) === 10n);
  await first.close();
  // Told, and not read while the topic was there.
  await bed.emit('2022-01-03', ...accountChanges(100, 120));
  await bed.until('all are in the log', async () => (await ends()) === 120n);
  await relay.stop();
  const records = await recordsOf(bed, bed.accountTopic, 120);
  await makeAnew(bed, bed.accountTopic);
  // Told again before anybody decides: by its offset alone, each position would be in its log.
  await bed.send(bed.accountTopic, records);
  const second = consumer();
  await bed.listen(second);
  await bed.until('it is red', () => second.fault()?.startsWith('POSITION_LOST') ?? false);
  expect(second.fault()).toMatch(
    /topic made anew: [\w-]{22} was read up to \d+, [\w-]{22} is there/,
  );
  expect(await bed.effects()).toHaveLength(90);
  const lost = await withDecisions(bed, (decisions) =>
    decisions.rejoin({ topic: bed.accountTopic }, by),
  );
  expect(lost).toBeGreaterThan(1);
  bed.relay();
  await bed.emit('2022-01-03', ...accountChanges(120, 150));
  await bed.until('it is green', () => second.fault() === undefined);
  await bed.untilEffects(135);
  broken = false;
  expect(await parkedEvents(bed, second).release()).toEqual({ released: 15, stillParked: 0 });
  const effects = await seen(bed);
  for (let n = 0; n < 10; n += 1)
    expect(effects.filter((one) => one.startsWith(`k${n}`))).toEqual(
      Array.from({ length: 15 }, (_, turn) => `k${n}${n + 10 * turn}`),
    );
  await bed.until('all is read', async () => (await figures())?.lag === 0n);
  // Of the former log 100 were read, which come again as repeats.
  expect(await figures()).toMatchObject({
    ...{ handled: 150n, repeated: 100n, parked: 0n, former: 100n, endOffset: 150n },
  });
  // A second time nothing is to be decided.
  expect(
    await withDecisions(bed, (decisions) => decisions.rejoin({ topic: bed.accountTopic }, by)),
  ).toBe(0);
}, 120_000);

const ends = () =>
  withEnds(bed, async (of) => (await of.of(bed.accountTopic)).reduce((sum, e) => sum + e.high, 0n));
const figures = async () =>
  (await withStatus(bed, (status) => status.topicFigures())).find(
    ({ topic }) => topic === bed.accountTopic,
  );

test('a topic of states made anew, and longer already than what was read of it, stops its partitions; a decision takes what is there', async () => {
  const consumes = { [personTopic]: { handles: [PersonChangedSchema] } };
  const tell = async (from: number, to: number) => {
    const relay = bed.relay();
    const states = Array.from({ length: to - from }, (_, n) =>
      event(PersonChangedSchema, 'p', { lastName: `n${from + n}` }),
    );
    await bed.tell('2022-01-03', ...states);
    await relay.stop();
  };
  await bed.emit('2022-01-03');
  await tell(0, 5);
  const first = bed.consumer(undefined, { consumes });
  await bed.listen(first);
  await bed.untilEffects(5);
  await first.close();
  const before = await idOf(personTopic);
  await makeAnew(bed, personTopic);
  await tell(5, 15);
  const after = await idOf(personTopic);
  expect(after).not.toBe(before);
  const second = bed.consumer(undefined, { consumes });
  await bed.listen(second);
  await bed.until(
    'it is red',
    () => second.fault() !== undefined && second.fault() !== 'no assignment yet',
  );
  expect(second.fault()).toMatch(`${before} was read up to 5, ${after} is there`);
  expect(await bed.effects()).toHaveLength(5);
  await withDecisions(bed, (decisions) => decisions.goOn({ topic: personTopic }, by));
  await bed.untilEffects(15);
  await bed.until('it is green', () => second.fault() === undefined);
  expect(
    await bed.row('select distinct topic_id from platform.consumer_position where topic = $1', [
      personTopic,
    ]),
  ).toEqual({ topic_id: after });
}, 90_000);

const idOf = (topic: string) => withEnds(bed, async (of) => (await of.of(topic))[0]?.topicId);

test('a position that knows no topic takes the one that is there, and keeps it', async () => {
  bed.relay();
  const consumer = bed.consumer(undefined, { stalledAfterMs: 1_000 });
  await bed.emit('2022-01-03', ...accountChanges(0, 5, 1));
  await bed.listen(consumer);
  await bed.untilEffects(5);
  const stored = 'select topic_id from platform.consumer_position where next_offset = 5';
  const id = await idOf(bed.accountTopic);
  expect(await bed.row(stored)).toEqual({ topic_id: id });
  await bed.owner.query('update platform.consumer_position set topic_id = null');
  await bed.until('it is adopted', async () => {
    const { topic_id } = await bed.row<{ topic_id: string | null }>(stored);
    return topic_id === id;
  });
}, 60_000);

test('what was set aside of former logs stays, in their order, before all of the one that is there; no other partition moves', async () => {
  const { database, unitOfWork } = bed.fresh;
  const setAside = () =>
    database.query(
      `insert into platform.parked_event (topic, partition, "offset", key, cause)
       select 't', partition, "offset", 'k', 'UNDECODABLE' from unnest('{0,0,1}'::int[], '{3,7,7}'::bigint[]) as one (partition, "offset")`,
    );
  const parked = async (partition: number) =>
    (
      await database.query<{ id: bigint }>(
        `select id from platform.parked_event where partition = ${partition} order by "offset"`,
      )
    ).rows.map(({ id }) => Number(id));
  const logs = (topicId: string | undefined) =>
    [0, 1].map((partition) => ({ partition, low: 0n, high: 9n, topicId }));
  const begin = (topicId: string | undefined, options: RejoinOptions = {}) =>
    unitOfWork.run((tx) => rejoin(tx, 't', logs(topicId), options));
  await database.query(
    `insert into platform.consumer_position (topic, partition, next_offset, topic_id, last_epoch, last_seq)
     values ('t', 0, 8, 'A', 5, 90), ('t', 1, 8, 'A', 5, 91)`,
  );
  await setAside();
  expect(await begin('A')).toEqual([]);
  expect(await begin('B', { partitions: [0] })).toEqual([0]);
  await database.query('delete from platform.parked_event where partition = 1');
  await setAside();
  expect(await begin('C', { partitions: [0] })).toEqual([0]);
  await database.query('delete from platform.parked_event where partition = 1');
  await setAside();
  expect(await parked(0)).toEqual([1, 2, 4, 5, 7, 8]);
  const positions = async () =>
    (
      await database.query(
        'select partition, next_offset, topic_id, last_epoch, last_seq, former from platform.consumer_position order by 1',
      )
    ).rows;
  const numbers = { last_epoch: 5n };
  expect(await positions()).toEqual([
    { partition: 0, next_offset: 0n, topic_id: 'C', ...numbers, last_seq: 90n, former: 8n },
    { partition: 1, next_offset: 8n, topic_id: 'A', ...numbers, last_seq: 91n, former: 0n },
  ]);
  // A broker that gives no ids: only who knows that the topic was made anew can say so.
  expect(await begin(undefined)).toEqual([]);
  expect([...(await begin(undefined, { whole: true }))].sort()).toEqual([0, 1]);
  expect(await positions()).toMatchObject([
    { next_offset: 0n, topic_id: null },
    { next_offset: 0n, topic_id: null, former: 8n },
  ]);
});
