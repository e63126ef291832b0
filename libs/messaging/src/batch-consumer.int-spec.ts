import type { Consumer } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { AccountMovedSchema, AccountStateChangedSchema } from '#libs/contracts';
import { type Transaction, UnitOfWork } from '#libs/persistence';
import { accountChange, MessagingBed } from '#libs/testing';
import { accountChanges, accountPartition } from '../test/consumer-bed.test-support.js';

/** Goal: a consumer group loses and doubles nothing, whatever comes and goes. Method: the real broker, members that join, leave, sleep and fail. */
let bed: MessagingBed;
beforeEach(async () => {
  bed = await MessagingBed.start();
}, 60_000);
afterEach(() => bed.stop(), 60_000);

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
  await bed.emit('2022-01-03', ...accountChanges(0, 200));
  await bed.untilEffects(200);
  await first.close();
  const admin = bed.admin();
  await admin.connect();
  // As after a kill between the database's commit and the offset commit …
  await admin.deleteGroups([first.groupId]);
  const second = bed.consumer();
  await bed.listen(second);
  await bed.emit('2022-01-03', ...accountChanges(200, 300));
  await bed.untilEffects(300);
  // … and as after a restore of the database, or into an empty one: the broker is ahead.
  const topic = bed.namespace + bed.accountTopic;
  const ends = (await admin.fetchTopicOffsets(topic)).map(({ partition, high }) => ({
    ...{ topic, partition, offset: high },
  }));
  await second.unwrap<Consumer>().commitOffsets(ends);
  await second.close();
  const [committed] = await admin.fetchOffsets({ groupId: second.groupId, topics: [topic] });
  expect(committed?.partitions).toHaveLength(ends.length);
  for (const { partition, offset } of ends)
    expect(committed?.partitions).toContainEqual(expect.objectContaining({ partition, offset }));
  await bed.owner.query('delete from effect; delete from platform.consumer_position');
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
  await bed.emit('2022-01-03', ...accountChanges(0, 500));
  const second = bed.consumer(slow, options);
  await bed.listen(second);
  await bed.emit('2022-01-03', ...accountChanges(500, 1_000));
  await bed.untilEffects(300);
  await first.close();
  await bed.emit('2022-01-03', ...accountChanges(1_000, 1_200));
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
    await bed.owner.query('begin; lock table platform.consumer_position in access exclusive mode');
    await bed.listen(consumer);
    await bed.until('it asks for its positions', async () => {
      const { rows } = await bed.owner.query(
        "select 1 from pg_locks where not granted and relation = 'platform.consumer_position'::regclass",
      );
      return rows.length > 0;
    });
    await consumer.unwrap<Consumer>().stop();
    await bed.owner.query('commit');
    await sleep(200);
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
  }, 200);
  for (let n = 0; n < 10; n += 1) {
    await bed.until('written', () =>
      bed.emit('2022-01-03', ...accountChanges(n * 100, n * 100 + 100)).then(
        () => true,
        () => false,
      ),
    );
  }
  await sleep(1_000);
  clearInterval(breaking);
  await bed.untilEffects(1_000);
  await sleep(200);
  await expectOnceInOrder(1_000);
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
  await bed.emit('2022-01-03', ...accountChanges(0, 40, 1));
  await bed.listen(sleeper);
  await bed.until('it has a batch in hand', () => asleep);
  const admin = bed.admin();
  await admin.connect();
  const topic = bed.namespace + bed.accountTopic;
  await bed.emit('2022-01-03', ...accountChanges(40, 100, 1));
  await bed.until('all are in the log', async () =>
    (await admin.fetchTopicOffsets(topic)).some(({ high }) => high === '100'),
  );
  // As another member has left it.
  await bed.fresh.database.query(
    `insert into platform.consumer_position (topic, partition, next_offset, last_epoch)
     values ($1, $2, 90, null)`,
    [bed.accountTopic, accountPartition('k0')],
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

test('an infrastructure fault pauses the partition, turns FLOWING red, and is tried again', async () => {
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
  await bed.until('green again', () => consumer.fault() === undefined);
  expect(await bed.effects()).toHaveLength(1);
}, 60_000);

test('a partition that stands still with something to read turns FLOWING red, and heals when it moves', async () => {
  bed.relay();
  const consumer = bed.consumer(undefined, { stalledAfterMs: 500 });
  await bed.listen(consumer);
  await bed.emit('2022-01-03', ...accountChanges(0, 50));
  await bed.untilEffects(50);
  await sleep(1_000);
  expect(consumer.fault()).toBeUndefined();
  const topics = [{ topic: bed.namespace + bed.accountTopic }];
  // As a fetch loop that has died: the member goes on beating in its group.
  consumer.unwrap<Consumer>().pause(topics);
  await bed.emit('2022-01-03', ...accountChanges(50, 100));
  await bed.until('red', () => consumer.fault()?.startsWith('STALLED') ?? false);
  expect(consumer.fault()).toMatch(
    /^STALLED provisioning\.account\.v1\/\d+ stands at \d+, the log ends at \d+/,
  );
  consumer.unwrap<Consumer>().resume(topics);
  await bed.untilEffects(100);
  await bed.until('green', () => consumer.fault() === undefined);
  await expectOnceInOrder(100);
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
