import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { accountChange, MessagingBed } from '#libs/testing';
import {
  dayOfService,
  forged,
  keyElsewhere,
  parkedEvents,
  seen,
  startDay,
} from '../test/consumer-bed.test-support.js';

/** Goal: a fact waits for its day, and nothing else waits with it. Method: the real broker, facts of later days, days that start. */
let bed: MessagingBed;
beforeEach(async () => {
  bed = await MessagingBed.start();
}, 60_000);
afterEach(() => bed.stop(), 60_000);

/** Each dated as it says, in this order. */
async function tell(...facts: (readonly [day: string, key: string, sequence: number])[]) {
  for (const [day, key, sequence] of facts) await bed.tell(day, accountChange(key, sequence));
}

test('MKT-4: facts of later days wait with their partition, the others and the calendar flow on; each day brings its own', async () => {
  const elsewhere = keyElsewhere();
  const consumer = bed.consumer(undefined, { service: 'test', stalledAfterMs: 500 });
  await bed.listen(consumer);
  // Before the first day everything waits.
  bed.relay();
  await tell(
    ['2022-01-03', 'a', 1],
    ['2022-01-05', 'a', 2],
    ['2022-01-03', 'a', 3],
    ['2022-01-06', 'a', 4],
    ['2022-01-03', elsewhere, 1],
  );
  await bed.until('assigned', () => consumer.fault() === undefined);
  await sleep(300);
  expect(await seen(bed)).toEqual([]);
  await startDay(bed, '2022-01-03');
  await bed.untilEffects(2);
  await sleep(1_250);
  expect((await seen(bed)).sort()).toEqual(['a1', `${elsewhere}1`].sort());
  expect(await dayOfService(bed)).toBe('2022-01-03');
  // Waiting for the calendar is no standstill.
  expect(consumer.fault()).toBeUndefined();
  await tell(['2022-01-03', elsewhere, 2]);
  await bed.untilEffects(3);
  await startDay(bed, '2022-01-05');
  await bed.untilEffects(5);
  await sleep(200);
  expect((await seen(bed)).filter((one) => one.startsWith('a'))).toEqual(['a1', 'a2', 'a3']);
  // A day start may skip days.
  await startDay(bed, '2022-01-09');
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
  await tell(['2022-01-05', 'a', 1]);
  await sleep(300);
  await first.close();
  const second = bed.consumer(undefined, { sessionTimeoutMs: 6_000 });
  await bed.listen(second);
  await bed.until('assigned', () => second.fault() === undefined);
  await sleep(300);
  expect(await bed.effects()).toHaveLength(1);
  // As another process of the service, or the calendar's owner itself.
  await bed.fresh.unitOfWork.run((tx) => bed.begin(tx, '2022-01-05'));
  await bed.untilEffects(2);
}, 90_000);

test('MKT-4: what waited too long is set aside alone, its key waits behind it, and its day releases it in order', async () => {
  const consumer = bed.consumer(undefined, { service: 'test', calendarPatienceMs: 400 });
  await bed.listen(consumer);
  bed.relay();
  await startDay(bed, '2022-01-03');
  // A stranger's before them, of the same key: nobody waits for what becomes of it.
  await bed.send(bed.accountTopic, [forged(accountChange('a', 9), '2022-01-03')]);
  await tell(['2022-01-03', 'a', 1], ['2099-01-01', 'a', 2], ['2022-01-03', 'a', 3]);
  await bed.tell('2022-01-03', ...Array.from({ length: 20 }, (_, n) => accountChange(`n${n}`, 1)));
  const parked = parkedEvents(bed, consumer);
  await bed.until('it is set aside', async () => (await parked.count()) === 2n);
  await bed.untilEffects(21);
  expect((await parked.list()).map(({ cause }) => cause)).toEqual([
    ...['AWAITS_CALENDAR', 'BEHIND_A_PARKED_EVENT'],
  ]);
  expect(await parked.awaitsCalendar()).toMatch(
    /^AWAITS_CALENDAR 1 set aside, first provisioning\.account\.v1\/\d+@2 dated 2099-01-01; the service stands at 2022-01-03$/,
  );
  // Neither by itself before its day, nor by a person, nor is the service moved by it.
  expect(await parked.releaseDue()).toBe(0);
  expect(await parked.release()).toEqual({ released: 0, stillParked: 2 });
  expect((await parked.list())[0]).toMatchObject({ cause: 'AWAITS_CALENDAR' });
  expect(await dayOfService(bed)).toBe('2022-01-03');
  await startDay(bed, '2099-01-01');
  await bed.until('the day has come', async () => (await dayOfService(bed)) === '2099-01-01');
  expect(await parked.releaseDue()).toBe(2);
  expect(await parked.awaitsCalendar()).toBeUndefined();
  await tell(['2022-01-03', 'a', 4]);
  await bed.untilEffects(24);
  expect((await seen(bed)).filter((one) => one.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4']);
}, 90_000);

test('what a day releases is released once by three processes at once, each key in its order', async () => {
  const consumer = bed.consumer(undefined, { service: 'test', calendarPatienceMs: 100 });
  await bed.listen(consumer);
  bed.relay();
  await startDay(bed, '2022-01-03');
  const keys = Array.from({ length: 12 }, (_, n) => `k${n}`);
  await bed.tell(
    '2022-01-05',
    ...keys.flatMap((key) => [1, 2, 3].map((sequence) => accountChange(key, sequence))),
  );
  const processes = [1, 2, 3].map(() => parkedEvents(bed, consumer));
  const [parked] = processes as [(typeof processes)[number]];
  await bed.until('all are set aside', async () => (await parked.count()) === 36n, 60_000);
  await bed.fresh.unitOfWork.run((tx) => bed.begin(tx, '2022-01-05'));
  const released = await Promise.all(processes.map((one) => one.releaseDue()));
  expect(released.reduce((sum, one) => sum + one)).toBe(36);
  const inOrder = (key: string) => ['1', '2', '3'].map((sequence) => key + sequence);
  const effects = await seen(bed);
  expect(effects).toHaveLength(36);
  for (const key of keys) {
    expect(effects.filter((one) => one.startsWith(key) && one.length === key.length + 1)).toEqual(
      inOrder(key),
    );
  }
}, 120_000);
