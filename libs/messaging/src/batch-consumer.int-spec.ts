import type { Consumer } from 'kafkajs';
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  AccountStateChangedSchema,
  AccountMovedSchema,
  BusinessDayStartedSchema,
  event,
  type NewEvent,
  PersonChangedSchema,
  PersonErasedSchema,
  tombstone,
  topics,
} from '#libs/contracts';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { accountChange, accountMove, freshDatabase, MessagingBed, required } from '#libs/testing';
import { MessagingStatus } from './messaging-status.js';
import { NewestStates } from './newest-states.js';
import { ParkedEvents } from './parked-events.js';
import { PositionDecisions } from './position-decisions.js';
import { partitionOf } from './partition-of.js';
import { TopicEnds } from './topic-ends.js';
import type { BatchConsumer } from './batch-consumer.strategy.js';

const personTopic = 'directory.person.v1';

describe('a consumer group on the real broker', () => {
  let bed: MessagingBed;
  beforeEach(async () => {
    bed = await MessagingBed.start();
  }, 60_000);
  afterEach(() => bed.stop(), 60_000);

  const changes = (from: number, to: number, keys = 10) =>
    Array.from({ length: to - from }, (_, n) => accountChange(`k${(from + n) % keys}`, from + n));
  const parkedEvents = (consumer: BatchConsumer) =>
    new ParkedEvents(
      bed.fresh.database,
      bed.fresh.unitOfWork,
      consumer,
      new NewestStates('test', { brokers: bed.brokers, namespace: bed.namespace }, bed.logger),
    );
  const expectOnceInOrder = async (count: number) => {
    const effects = await bed.effects();
    expect(new Set(effects.map(({ eventId }) => eventId)).size).toBe(count);
    expect(effects).toHaveLength(count);
    for (const key of new Set(effects.map((effect) => effect.key))) {
      const sequences = effects
        .filter((effect) => effect.key === key)
        .map(({ sequence }) => Number(sequence));
      expect(sequences).toEqual([...sequences].sort((a, b) => a - b));
    }
  };

  test('what the broker believes is committed does not matter: the stored positions rule', async () => {
    bed.relay();
    const first = bed.consumer();
    await bed.listen(first);
    await bed.emit('2022-01-03', ...changes(0, 200));
    await bed.untilEffects(200);
    await first.close();
    const admin = bed.admin();
    await admin.connect();
    // As after a kill between the database's commit and the offset commit …
    await admin.deleteGroups([first.groupId]);
    const second = bed.consumer();
    await bed.listen(second);
    await bed.emit('2022-01-03', ...changes(200, 300));
    await bed.untilEffects(300);
    await second.close();
    // … and as after a restore of the database, or into an empty one: the broker is ahead.
    await bed.owner.query('delete from effect; delete from platform.consumer_position');
    for (const topic of [bed.namespace + bed.accountTopic]) {
      const partitions = (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({
        ...{ partition, offset: high },
      }));
      await admin.setOffsets({ groupId: second.groupId, topic, partitions });
    }
    await bed.listen(bed.consumer());
    await bed.untilEffects(300);
    await admin.disconnect();
    await expectOnceInOrder(300);
  }, 90_000);

  test('members that come and go in the middle of batches change nothing', async () => {
    bed.relay({ rowsMax: 50 });
    const slow = () => sleep(15);
    const options = { sessionTimeoutMs: 6_000 };
    const first = bed.consumer(slow, options);
    await bed.listen(first);
    await bed.emit('2022-01-03', ...changes(0, 500));
    const second = bed.consumer(slow, options);
    await bed.listen(second);
    await bed.emit('2022-01-03', ...changes(500, 1_000));
    await bed.untilEffects(300);
    await first.close();
    await bed.emit('2022-01-03', ...changes(1_000, 1_200));
    await bed.untilEffects(1_200);
    await sleep(300);
    await expectOnceInOrder(1_200);
  }, 120_000);

  test('an assignment whose positions come after kafkajs has stopped is let go', async () => {
    const rejected: unknown[] = [];
    const note = (reason: unknown) => void rejected.push(reason);
    process.on('unhandledRejection', note);
    const consumer = bed.consumer();
    try {
      await bed.owner.query(
        'begin; lock table platform.consumer_position in access exclusive mode',
      );
      await bed.listen(consumer);
      await bed.until('it asks for its positions', async () => {
        const { rows } = await bed.owner.query(
          "select 1 from pg_locks where not granted and relation = 'platform.consumer_position'::regclass",
        );
        return rows.length > 0;
      });
      await consumer.unwrap<Consumer>().stop();
      await bed.owner.query('commit');
      await sleep(1_500);
      expect(rejected).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  }, 60_000);

  test('connections to PostgreSQL that break in the middle of a batch cost time only', async () => {
    bed.relay({ rowsMax: 100 });
    await bed.listen(bed.consumer(() => sleep(20)));
    const breaking = setInterval(() => {
      bed.owner
        .query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and application_name <> 'bed'`,
        )
        .catch(() => undefined);
    }, 400);
    for (let n = 0; n < 10; n += 1) {
      await bed.until('written', () =>
        bed.emit('2022-01-03', ...changes(n * 100, n * 100 + 100)).then(
          () => true,
          () => false,
        ),
      );
    }
    await sleep(2_000);
    clearInterval(breaking);
    await bed.untilEffects(1_000);
    await sleep(500);
    await expectOnceInOrder(1_000);
  }, 90_000);

  test('a topic made anew stops its partitions and turns readiness red, instead of skipping silently', async () => {
    const relay = bed.relay();
    const consumer = bed.consumer();
    await bed.listen(consumer);
    await bed.emit('2022-01-03', ...changes(0, 100));
    await bed.untilEffects(100);
    await bed.until('ready', () => consumer.fault() === undefined);
    await consumer.close();
    await relay.stop();
    const admin = bed.admin();
    await admin.connect();
    const topic = bed.namespace + bed.accountTopic;
    await admin.deleteTopics({ topics: [topic] });
    await bed.until('it is gone', async () => !(await admin.listTopics()).includes(topic));
    await admin.disconnect();
    await bed.createTopics();
    const again = bed.consumer();
    await bed.listen(again);
    await bed.until('readiness is red', () => again.fault()?.startsWith('POSITION_LOST') ?? false);
    await bed.send(bed.accountTopic, [{ key: 'k1', value: Buffer.from([1]) }]);
    await sleep(500);
    expect(await bed.effects()).toHaveLength(100);
    // What was set aside of the former log stands beside what is set aside of the new one, at the same offset.
    await bed.fresh.database.query(
      `insert into platform.parked_event (topic, partition, "offset", key, cause) values ($1, $2, 0, 'old', 'UNDECODABLE')`,
      [bed.accountTopic, partitionOf('k1', topics.account.partitions)],
    );
    const ends = new TopicEnds('t', { brokers: bed.brokers, namespace: bed.namespace }, bed.logger);
    const decisions = new PositionDecisions(bed.fresh.database, bed.fresh.unitOfWork, ends);
    const lost = (await decisions.positions()).filter(({ stopped }) => stopped !== null);
    expect(lost.every(({ stopped }) => stopped?.startsWith('POSITION_LOST'))).toBe(true);
    expect(
      await decisions.goOn({ topic: bed.accountTopic }, { userId: 'op', reason: 'made anew' }),
    ).toBe(lost.length);
    await ends.close();
    bed.relay();
    await bed.emit('2022-01-03', ...changes(100, 200));
    // Those of k1 wait behind the one that cannot be read.
    await bed.untilEffects(190);
    await bed.until('green', () => again.fault() === undefined);
    expect((await parkedEvents(again).list()).map(({ key }) => key)).toEqual([
      ...['old', ...new Array<string>(11).fill('k1')],
    ]);
  }, 90_000);

  /** A service that tells, on a database of its own, which is copied as a backup is. */
  const teller = async () => {
    const source = await freshDatabase('platform');
    const admin = new pg.Client({ connectionString: required('DATABASE_URL') });
    await admin.connect();
    const url = new URL(required('DATABASE_URL'));
    const copy = `copy_${randomUUID().slice(0, 8)}`;
    const write = async (client: pg.Client, ...events: NewEvent[]) => {
      for (const { type, topic, key, value } of events)
        await client.query(
          `insert into platform.outbox (event_id, topic, type, key, value, occurred_at, business_date)
           values ($1, $2, $3, $4, $5, clock_timestamp(), '2022-01-03')`,
          [randomUUID(), topic, type, key, value && Buffer.from(value)],
        );
    };
    /** Writes and publishes it, and is gone. */
    const tell = async (databaseUrl: string, ...events: NewEvent[]) => {
      const client = new pg.Client({ connectionString: databaseUrl });
      await client.connect();
      await write(client, ...events);
      const relay = bed.relay({ databaseUrl });
      await bed.until('it is published', async () => {
        const { rows } = await client.query<{ n: bigint }>(
          'select (select count(*) from platform.outbox) as n',
        );
        return Number(rows[0]?.n) === 0;
      });
      await relay.stop();
      await client.end();
    };
    return {
      source: source.ownerUrl,
      tell,
      backup: async () => {
        await source.database.end();
        await admin.query(
          `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1`,
          [new URL(source.ownerUrl).pathname.slice(1)],
        );
        await admin.query(
          `create database ${copy} template ${new URL(source.ownerUrl).pathname.slice(1)}`,
        );
        url.pathname = copy;
        return url.href;
      },
      end: async () => {
        await admin.query(`drop database if exists ${copy} with (force)`);
        await admin.end();
        await source.drop().catch(() => undefined);
      },
    };
  };

  test('an owner restored to an older state goes on with who has read no further; who has, stops, with both names', async () => {
    await bed.emit('2022-01-03');
    const owner = await teller();
    const consumer = bed.consumer();
    try {
      const elsewhere = partitionKeys();
      await bed.listen(consumer);
      await owner.tell(owner.source, ...[1, 2, 3].map((n) => accountChange('a', n)));
      await owner.tell(owner.source, accountChange(elsewhere, 1));
      await bed.untilEffects(4);
      const restored = await owner.backup();
      await owner.tell(owner.source, accountChange('a', 4), accountChange('a', 5));
      await bed.untilEffects(6);
      await owner.tell(
        restored,
        ...[14, 15, 16].map((n) => accountChange('a', n)),
        ...[2, 3].map((n) => accountChange(elsewhere, n)),
      );
      await bed.untilEffects(8);
      await bed.until('it says so', () => consumer.fault()?.startsWith('INCARNATION') ?? false);
      expect(consumer.fault()).toMatch(
        /^INCARNATION incarnation \d+ \(20.*Z\) after incarnation \d+ \(20.*Z\): applied up to 6, it states up to 3 \(provisioning/,
      );
      expect((await seen()).filter((one) => one.startsWith('a'))).toEqual(
        [1, 2, 3, 4, 5].map((n) => `a${n}`),
      );
      expect((await seen()).filter((one) => one.startsWith(elsewhere))).toEqual(
        [1, 2, 3].map((n) => `${elsewhere}${n}`),
      );
      const ends = new TopicEnds(
        't',
        { brokers: bed.brokers, namespace: bed.namespace },
        bed.logger,
      );
      const decisions = new PositionDecisions(bed.fresh.database, bed.fresh.unitOfWork, ends);
      const by = { userId: 'op', reason: 'restored' };
      expect(await decisions.goOn({ topic: bed.accountTopic }, by)).toBe(1);
      await bed.untilEffects(11);
      await bed.until('it goes on', () => consumer.fault() === undefined);
      expect((await seen()).filter((one) => one.startsWith('a')).slice(5)).toEqual(
        [14, 15, 16].map((n) => `a${n}`),
      );
      expect(await decisions.goOn({ topic: bed.accountTopic }, by)).toBe(0);
      await ends.close();
      // The former one is not dead: what it still tells is set aside where the new one was heard.
      await owner.tell(owner.source, accountChange(elsewhere, 99));
      await bed.until('it is set aside', async () => {
        const { rows } = await bed.owner.query('select cause, key from platform.parked_event');
        return rows[0]?.['cause'] === 'OLD_INCARNATION' && rows[0]['key'] === elsewhere;
      });
    } finally {
      await owner.end();
    }
  }, 90_000);

  test('a stranger with a huge number swallows nothing of what its owner tells', async () => {
    bed.relay();
    await bed.listen(bed.consumer());
    await bed.emit('2022-01-03', accountChange('a', 0));
    await bed.untilEffects(1);
    const { epoch } = await bed.row<{ epoch: string }>(
      'select epoch::text from platform.incarnation',
    );
    const stranger = told('2022-01-03', 'x', 1);
    const partition = partitionOf('a', topics.account.partitions);
    const headers = { ...stranger.headers, seq: '999999999999', epoch, prev: '0' };
    await bed.send(bed.accountTopic, [{ ...stranger, headers, partition }]);
    for (let n = 1; n <= 100; n += 1) await bed.emit('2022-01-03', accountChange('a', n));
    await bed.untilEffects(101);
    expect(
      (await parkedEvents(bed.consumer()).list()).map(({ key, cause }) => [key, cause]),
    ).toEqual([['x', 'FOREIGN_NUMBER']]);
  }, 90_000);

  test('a consumer that slept with a batch in hand is not told that its position is lost', async () => {
    bed.relay();
    let wake: () => void = () => undefined;
    let asleep = false;
    const sleeper = bed.consumer(undefined, {
      sessionTimeoutMs: 6_000,
      unitOfWork: new (class extends UnitOfWork {
        // Between the fetch and its transaction, as a process that is stopped there.
        override async run<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
          asleep = true;
          await new Promise<void>((resolve) => (wake = resolve));
          return super.run(work);
        }
      })(bed.fresh.database),
    });
    await bed.emit('2022-01-03', ...changes(0, 40, 1));
    await bed.listen(sleeper);
    await bed.until('it has a batch in hand', () => asleep);
    const admin = bed.admin();
    await admin.connect();
    const topic = bed.namespace + bed.accountTopic;
    await bed.emit('2022-01-03', ...changes(40, 100, 1));
    await bed.until('all are in the log', async () =>
      (await admin.fetchTopicOffsets(topic)).some(({ high }) => high === '100'),
    );
    // As another member has left it.
    await bed.fresh.database.query(
      `insert into platform.consumer_position (topic, partition, next_offset, last_epoch)
       values ($1, $2, 90, null)`,
      [bed.accountTopic, partitionOf('k0', topics.account.partitions)],
    );
    await admin.disconnect();
    let awake = true;
    const stayAwake = setInterval(() => awake && wake(), 5);
    await bed.untilEffects(10);
    awake = false;
    clearInterval(stayAwake);
    expect((await bed.effects()).map(({ sequence }) => Number(sequence))[0]).toBe(90);
    expect(sleeper.fault()).toBeUndefined();
  }, 90_000);

  test('an infrastructure fault pauses the partition, shows in readiness, and is tried again', async () => {
    bed.relay();
    let broken = true;
    const consumer = bed.consumer(() =>
      broken
        ? Promise.reject(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }))
        : Promise.resolve(),
    );
    await bed.listen(consumer);
    await bed.emit('2022-01-03', accountChange('a', 1));
    await bed.until('it says why it waits', () => /waits: refused/.test(consumer.fault() ?? ''));
    broken = false;
    await bed.untilEffects(1);
    await bed.until('ready again', () => consumer.fault() === undefined);
    expect(await bed.effects()).toHaveLength(1);
  }, 60_000);

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
    await bed.send(bed.accountTopic, [
      { key: null, value: Buffer.from('garbage') },
      {
        key: 'worse',
        value: Buffer.from('garbage'),
        headers: { type: AccountStateChangedSchema.typeName },
      },
    ]);
    const parked = parkedEvents(consumer);
    const setAside = () => parked.count();
    await bed
      .until('all is set aside', async () => (await setAside()) >= 4n)
      .catch(async (cause: unknown) => {
        const state = `${await setAside()} set aside, ${(await bed.effects()).length} effects`;
        throw new Error(`${state}, consumer: ${consumer.fault() ?? 'ready'}`, { cause });
      });
    expect(await setAside()).toBe(4n);
    await bed.emit('2022-01-04', accountChange('bad', 4), accountChange('good', 2));
    await bed.until('the later one waits as well', async () => (await parked.count()) === 5n);
    const listed = (await parked.list()).filter((row) => row.key === 'bad');
    expect(listed.map(({ cause, causeDetail }) => [cause, causeDetail])).toEqual([
      ['HANDLER_FAILED', 'bug'],
      ['BEHIND_A_PARKED_EVENT', ''],
      ['BEHIND_A_PARKED_EVENT', ''],
    ]);

    expect(await parked.release()).toEqual({ released: 0, stillParked: 5 });
    broken = false;
    expect(await parked.release({ topic: bed.accountTopic, key: 'bad' })).toEqual({
      released: 3,
      stillParked: 2,
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
    // Conservation: every message of the topic is handled, parked or a repeat.
    expect(figures.topics[0]).toMatchObject({
      handled: 7n,
      parked: 2n,
      repeated: 0n,
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
    const parked = parkedEvents(consumer);
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
    broken = false;
    expect(await parked.release()).toEqual({ released: 2, stillParked: 0 });
    expect(bodies.at(-1)).toEqual(['p1', PersonChangedSchema.typeName, 'Nouveau']);
    expect(bodies).toHaveLength(3);
  }, 90_000);

  test('a partition that stands still with something to read turns readiness red, and heals when it moves', async () => {
    bed.relay();
    const consumer = bed.consumer(undefined, { stalledAfterMs: 1_000 });
    await bed.listen(consumer);
    await bed.emit('2022-01-03', ...changes(0, 50));
    await bed.untilEffects(50);
    await sleep(2_000);
    expect(consumer.fault()).toBeUndefined();
    const topics = [{ topic: bed.namespace + bed.accountTopic }];
    // As a fetch loop that has died: the member goes on beating in its group.
    consumer.unwrap<Consumer>().pause(topics);
    await bed.emit('2022-01-03', ...changes(50, 100));
    await bed.until('red', () => consumer.fault()?.startsWith('STALLED') ?? false);
    expect(consumer.fault()).toMatch(
      /^STALLED provisioning\.account\.v1\/\d+ stands at \d+, the log ends at \d+/,
    );
    consumer.unwrap<Consumer>().resume(topics);
    await bed.untilEffects(100);
    await bed.until('green', () => consumer.fault() === undefined);
    await expectOnceInOrder(100);
  }, 90_000);

  const dayAfter = '2022-01-06';
  /** A fact as its owner tells it on a day, by another database than the consumer's: same key, same partition. */
  const told = (day: string, key: string, sequence: number) => {
    const { type, value } = accountChange(key, sequence);
    const headers = { id: randomUUID(), type, 'business-date': day };
    return { key, value: Buffer.from(value ?? []), headers };
  };
  const startDay = (date: string) => {
    const { key, type, value } = event(BusinessDayStartedSchema, 'calendar', { date });
    const headers = { id: randomUUID(), type, 'business-date': date };
    return bed.send(topics.calendar.name, [{ key, value: Buffer.from(value ?? []), headers }]);
  };
  const seen = async () => (await bed.effects()).map(({ key, sequence }) => `${key}${sequence}`);
  const dayOfService = async () =>
    (await bed.row<{ day: string }>('select day::text from platform.business_day')).day;
  const partitionKeys = () => {
    const other = Array.from({ length: 50 }, (_, n) => `k${n}`).find(
      (key) =>
        partitionOf(key, topics.account.partitions) !== partitionOf('a', topics.account.partitions),
    );
    return other ?? 'none';
  };

  test('MKT-4: facts of later days wait with their partition, the others and the calendar flow on; each day brings its own', async () => {
    const elsewhere = partitionKeys();
    const consumer = bed.consumer(undefined, { service: 'test', stalledAfterMs: 1_000 });
    await bed.listen(consumer);
    // Before the first day everything waits.
    await bed.send(bed.accountTopic, [
      told('2022-01-03', 'a', 1),
      told('2022-01-05', 'a', 2),
      told('2022-01-03', 'a', 3),
      told(dayAfter, 'a', 4),
      told('2022-01-03', elsewhere, 1),
    ]);
    await bed.until('assigned', () => consumer.fault() === undefined);
    await sleep(1_000);
    expect(await seen()).toEqual([]);
    await startDay('2022-01-03');
    await bed.untilEffects(2);
    await sleep(2_500);
    expect((await seen()).sort()).toEqual(['a1', `${elsewhere}1`].sort());
    expect(await dayOfService()).toBe('2022-01-03');
    // Waiting for the calendar is no standstill.
    expect(consumer.fault()).toBeUndefined();
    await bed.send(bed.accountTopic, [told('2022-01-03', elsewhere, 2)]);
    await bed.untilEffects(3);
    await startDay('2022-01-05');
    await bed.untilEffects(5);
    await sleep(500);
    expect((await seen()).filter((one) => one.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
    // A day start may skip days.
    await startDay('2022-01-09');
    await bed.untilEffects(6);
    const { rows } = await bed.owner.query<{ key: string; sequence: string; day: string }>(
      "select key, sequence, day from effect where key = 'a' order by n",
    );
    expect(rows.map(({ sequence, day }) => [sequence, day].join(' '))).toEqual([
      '1 2022-01-03',
      '2 2022-01-05',
      '3 2022-01-05',
      '4 2022-01-09',
    ]);
  }, 90_000);

  test('MKT-4: whoever moves the day, a waiting partition goes on; a member that comes new waits as well', async () => {
    bed.relay();
    const first = bed.consumer(undefined, { sessionTimeoutMs: 6_000 });
    await bed.listen(first);
    await bed.emit('2022-01-03', accountChange('b', 1));
    await bed.untilEffects(1);
    await bed.send(bed.accountTopic, [told('2022-01-05', 'a', 1)]);
    await sleep(500);
    await first.close();
    const second = bed.consumer(undefined, { sessionTimeoutMs: 6_000 });
    await bed.listen(second);
    await bed.until('assigned', () => second.fault() === undefined);
    await sleep(1_000);
    expect(await bed.effects()).toHaveLength(1);
    // As another process of the service, or the calendar's owner itself.
    await bed.fresh.unitOfWork.run((tx) => bed.begin(tx, '2022-01-05'));
    await bed.untilEffects(2);
  }, 90_000);

  test('MKT-4: what waited too long is set aside alone, its key waits behind it, and its day releases it in order', async () => {
    const consumer = bed.consumer(undefined, { service: 'test', calendarPatienceMs: 1_000 });
    await bed.listen(consumer);
    await startDay('2022-01-03');
    await bed.send(bed.accountTopic, [
      told('2022-01-03', 'a', 1),
      told('2099-01-01', 'a', 2),
      told('2022-01-03', 'a', 3),
      ...Array.from({ length: 20 }, (_, n) => told('2022-01-03', `n${n}`, 1)),
    ]);
    const parked = parkedEvents(consumer);
    await bed.until('it is set aside', async () => (await parked.count()) === 2n);
    await bed.untilEffects(21);
    expect((await parked.list()).map(({ cause }) => cause)).toEqual([
      'AWAITS_CALENDAR',
      'BEHIND_A_PARKED_EVENT',
    ]);
    expect(await parked.awaitsCalendar()).toMatch(
      /^AWAITS_CALENDAR 1 set aside, first provisioning\.account\.v1\/\d+@1 dated 2099-01-01; the service stands at 2022-01-03$/,
    );
    // Neither by itself before its day, nor by a person, nor is the service moved by it.
    expect(await parked.releaseDue()).toBe(0);
    expect(await parked.release()).toEqual({ released: 0, stillParked: 2 });
    expect((await parked.list())[0]).toMatchObject({ cause: 'AWAITS_CALENDAR' });
    expect(await dayOfService()).toBe('2022-01-03');
    await startDay('2099-01-01');
    await bed.until('the day has come', async () => (await dayOfService()) === '2099-01-01');
    expect(await parked.releaseDue()).toBe(2);
    expect(await parked.awaitsCalendar()).toBeUndefined();
    await bed.send(bed.accountTopic, [told('2022-01-03', 'a', 4)]);
    await bed.untilEffects(24);
    expect((await seen()).filter((one) => one.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4']);
  }, 90_000);

  test('a type listed as handled without a handler is refused at the start', async () => {
    const consumer = bed.consumer(undefined, {
      consumes: {
        [bed.accountTopic]: {
          handles: [AccountStateChangedSchema],
          passesOver: [AccountMovedSchema],
        },
      },
    });
    consumer.getHandlers().clear();
    await expect(bed.listen(consumer)).rejects.toThrow(
      'No @EventPattern for ent.provisioning.v1.AccountStateChanged',
    );
  });
});
