import { recordsOf } from '../test/topic-made-anew.test-support.js';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { event, PersonChangedSchema, PersonErasedSchema, tombstone } from '#libs/contracts';
import { accountChange, accountMove, MessagingBed } from '#libs/testing';
import { forged, parkedEvents } from '../test/consumer-bed.test-support.js';
import { MessagingStatus } from './messaging-status.js';
import type { NewestStates } from './newest-states.js';
import { ParkedEvents } from './parked-events.js';
import { TopicEnds } from './topic-ends.js';

const personTopic = 'directory.person.v1';

/** Goal: what is set aside is listed, stays while its cause holds, and is released in order. Method: the real broker, handlers that fail until they are mended. */
let bed: MessagingBed;
beforeEach(async () => {
  bed = await MessagingBed.start();
}, 60_000);
afterEach(() => bed.stop(), 60_000);

test('parked events are listed, stay while their cause holds, and are released in order', async () => {
  bed.relay();
  let broken = true;
  const consumer = bed.consumer((events) => {
    const bad = events.some(
      ({ key, body }) => key === 'bad' && (body as { sequence: number }).sequence === 2,
    );
    return broken && bad ? Promise.reject(new Error('bug')) : Promise.resolve();
  });
  await bed.listen(consumer);
  await bed.emit(
    '2022-01-03',
    accountChange('bad', 1),
    accountChange('bad', 2),
    accountMove('bad', 3),
    accountChange('good', 1),
  );
  await bed.send(bed.accountTopic, [{ key: null, value: Buffer.from('garbage') }]);
  await bed.tell('2022-01-03', { ...accountChange('worse', 1), value: Buffer.from('garbage') });
  const parked = parkedEvents(bed, consumer);
  const setAside = () => parked.count();
  await bed
    .until('all is set aside', async () => (await setAside()) >= 3n)
    .catch(async (cause: unknown) => {
      const state = `${await setAside()} set aside, ${(await bed.effects()).length} effects`;
      throw new Error(`${state}, consumer: ${consumer.fault() ?? 'ready'}`, { cause });
    });
  expect(await setAside()).toBe(3n);
  await bed.emit('2022-01-04', accountChange('bad', 4), accountChange('good', 2));
  await bed.until('the later one waits as well', async () => (await parked.count()) === 4n);
  const listed = (await parked.list()).filter((row) => row.key === 'bad');
  expect(listed.map(({ cause, causeDetail }) => [cause, causeDetail])).toEqual([
    ['HANDLER_FAILED', 'bug'],
    ['BEHIND_A_PARKED_EVENT', ''],
    ['BEHIND_A_PARKED_EVENT', ''],
  ]);

  expect(await parked.release()).toEqual({ released: 0, stillParked: 4 });
  broken = false;
  expect(await parked.release({ topic: bed.accountTopic, key: 'bad' })).toEqual({
    released: 3,
    stillParked: 1,
  });
  await bed.untilEffects(6);
  await bed.emit('2022-01-04', accountChange('bad', 5));
  await bed.untilEffects(7);
  const effects = await bed.effects();
  expect(effects.filter(({ key }) => key === 'bad').map(({ sequence }) => sequence)).toEqual([
    '1',
    '2',
    '3',
    '4',
    '5',
  ]);

  const ends = new TopicEnds(
    'test',
    { brokers: bed.brokers, namespace: bed.namespace },
    bed.logger,
  );
  const status = new MessagingStatus(bed.fresh.database, ends, [bed.accountTopic], () => [
    { count: () => Promise.resolve(3) },
  ]);
  const figures = await status.read();
  await ends.close();
  expect(figures).toMatchObject({
    consumerLag: 0n,
    workPending: 3n,
    outboxPending: 0n,
    businessDate: '2022-01-04',
  });
  // Conservation: every message of the topic is handled, parked, a repeat or foreign.
  expect(figures.topics[0]).toMatchObject({
    handled: 7n,
    parked: 1n,
    repeated: 0n,
    foreign: 1n,
    endOffset: 9n,
  });
  expect(figures.topics[0]?.partitions.map(({ lag }) => lag)).toEqual(
    figures.topics[0]?.partitions.map(() => 0n),
  );
}, 90_000);

test('SUP-4: a tombstone arrives without a body; a parked person keeps no data and is released to the newest state', async () => {
  bed.relay();
  let broken = true;
  const bodies: unknown[] = [];
  const consumer = bed.consumer(
    (events) => {
      if (broken && events.some(({ key }) => key === 'p1'))
        return Promise.reject(new Error('Durand'));
      bodies.push(
        ...events.map(({ key, type, body }) => [
          key,
          type,
          (body as { lastName?: string } | undefined)?.lastName,
        ]),
      );
      return Promise.resolve();
    },
    { consumes: { [personTopic]: { handles: [PersonChangedSchema, PersonErasedSchema] } } },
  );
  await bed.listen(consumer);
  const person = (key: string, lastName: string) => event(PersonChangedSchema, key, { lastName });
  await bed.emit(
    '2022-01-03',
    person('p1', 'Ancien'),
    person('p1', 'Nouveau'),
    person('p2', 'Autre'),
    tombstone(PersonErasedSchema, 'p2'),
  );
  const parked = parkedEvents(bed, consumer);
  await bed.until(
    'one person waits',
    async () => (await parked.count()) === 2n && bodies.length === 2,
  );
  expect(bodies).toEqual([
    ['p2', PersonChangedSchema.typeName, 'Autre'],
    ['p2', PersonErasedSchema.typeName, undefined],
  ]);
  expect(
    await bed.row(
      'select count(*)::int as n, count(value)::int as v, count(headers)::int as h from platform.parked_event',
    ),
  ).toEqual({ n: 2, v: 0, h: 0 });
  // A stranger's is no state of it, though it is the last: with a number that does not join, with none, or a true one of before.
  const { epoch } = await bed.row<{ epoch: string }>(
    'select epoch::text from platform.incarnation',
  );
  const numbers = { seq: '999999999999', epoch, prev: '0' };
  const stranger = forged(person('p1', 'Étranger'), '2022-01-03');
  const withNumber = { ...stranger, headers: { ...stranger.headers, ...numbers } };
  const before = (await recordsOf(bed, personTopic, 4)).find(({ key }) => String(key) === 'p1')!;
  await bed.send(personTopic, [stranger, withNumber, before]);
  await bed.until('the foreign records are set aside', async () => {
    const { n } = await bed.row<{ n: bigint }>(
      'select coalesce(sum(records), 0)::bigint as n from platform.foreign_record',
    );
    return n === 2n;
  });
  broken = false;
  expect(await parked.release()).toEqual({ released: 2, stillParked: 0 });
  expect(bodies.at(-1)).toEqual(['p1', PersonChangedSchema.typeName, 'Nouveau']);
  expect(bodies).toHaveLength(3);
}, 90_000);

test('SUP-4: a parked state that a foreign record may have made the broker drop waits until it is announced again', async () => {
  const { database, unitOfWork } = bed.fresh;
  await database.query(
    `insert into platform.consumer_position (topic, partition, next_offset, parked) values ('p', 0, 9, 1)`,
  );
  await database.query(
    `insert into platform.parked_event (topic, partition, "offset", key, cause)
     values ('p', 0, 3, 'k', 'HANDLER_FAILED')`,
  );
  await bed.owner.query(
    `insert into platform.foreign_record (topic, partition, first_offset, last_offset, records, fault) values ('p', 0, 5, 5, 1, 'NO_PROOF')`,
  );
  const plan = { handles: new Map(), passesOver: new Set<string>() };
  const replayer = {
    plans: new Map([['p', { ...plan, tombstones: true, personal: true }]]),
    replay: () => Promise.reject(new Error('there is nothing to replay')),
  };
  const dropped = { find: () => Promise.resolve(undefined) } as unknown as NewestStates;
  const parked = new ParkedEvents(database, unitOfWork, replayer, dropped);
  expect(await parked.release()).toEqual({ released: 0, stillParked: 1 });
  // Without it, a newer state of the key is on its way.
  await bed.owner.query('delete from platform.foreign_record');
  expect(await parked.release()).toEqual({ released: 1, stillParked: 0 });
});
