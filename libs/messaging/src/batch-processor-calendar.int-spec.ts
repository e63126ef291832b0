import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { event, MarketPublishedSchema, topics } from '#libs/contracts';
import { accountChange, accountMove } from '#libs/testing';
import type { LocalDate } from '#libs/time';
import type { RunHandler } from './batch-processor.js';
import {
  batchOf,
  calendarOf,
  calendarPlan,
  dayStart,
  plan,
  ProcessorBed,
  recordOf,
  Refused,
} from '../test/batch-processor.test-support.js';
import { PgBusinessDate } from './business-date.js';
import type { DayHandler } from './business-day-keeper.js';

/** Goal: only the start of a day moves a service, and a batch does nothing of a day to come. Method: the class on a real database. */
let bed: ProcessorBed;
beforeEach(async () => {
  bed = await ProcessorBed.start('2022-01-03');
});
afterEach(() => bed.stop());

test('MKT-4: a fact of a later day moves nothing: it and all behind it wait, what came before has its effect', async () => {
  const batch = batchOf(
    0,
    accountChange('a', 1),
    { ...accountChange('a', 2), day: '2099-01-06' },
    accountChange('b', 3),
  );
  const awaits = { offset: 1n, day: '2099-01-06', stands: '2022-01-03' };
  const shared = bed.processor();
  expect(await shared.process(batch, plan)).toEqual({
    ...{
      status: 'applied',
      handled: 1,
      parked: 0,
      repeated: 0,
      forgone: 0,
      foreign: 0,
      foreignRows: 0,
      awaits,
    },
  });
  expect(await bed.position()).toMatchObject({ next_offset: 1n, handled: 1n, parked: 0n });
  expect(await shared.process(batch, plan)).toMatchObject({ handled: 0, awaits });
  expect(bed.names()).toEqual(['a1']);
  expect(await bed.parked()).toEqual([]);
  expect(await bed.today()).toBe('2022-01-03');
});

test('MKT-4: only the start of a day moves the service, day by day, oldest first', async () => {
  const begun: string[] = [];
  const due: DayHandler = {
    onDay: async (tx, day) => {
      begun.push(`${day} ${await new PgBusinessDate(bed.fresh.database).today(tx)}`);
    },
  };
  const shared = bed.processor(bed.record, due);
  const waiting = batchOf(0, { ...accountChange('a', 1), day: '2022-01-06' });
  expect(await shared.process(waiting, plan)).toMatchObject({ handled: 0 });
  await shared.process(calendarOf(0, '2022-01-06'), calendarPlan);
  expect(begun).toEqual([
    '2022-01-04 2022-01-04',
    '2022-01-05 2022-01-05',
    '2022-01-06 2022-01-06',
  ]);
  expect(await shared.process(waiting, plan)).toMatchObject({ handled: 1 });
  expect(bed.seen).toEqual([{ key: 'a', sequence: 1, day: '2022-01-06' }]);
});

test('MKT-4: the start of a day without a number, or without a proof, moves no service', async () => {
  const forged = dayStart(0, '2099-01-01');
  const header = (name: string) => (name === 'seq' ? undefined : forged.header(name));
  const unproven = { ...forged, offset: 1n, proof: { fault: 'SIGNATURE_WRONG' as const } };
  const batch = { ...calendarOf(0), records: [{ ...forged, header }, unproven], highWatermark: 2n };
  expect(await bed.processor().process(batch, calendarPlan)).toMatchObject({ foreign: 2 });
  expect(await bed.today()).toBe('2022-01-03');
});

test('MKT-4: a passed-over fact of a later day waits as well, and before the first day all do', async () => {
  await bed.stop();
  bed = await ProcessorBed.start();
  const batch = batchOf(0, accountMove('a', 1));
  expect(await bed.processor().process(batch, plan)).toMatchObject({
    awaits: { offset: 0n, day: '2022-01-03', stands: undefined },
  });
  await bed.processor().process(calendarOf(0, '2022-01-03'), calendarPlan);
  expect(await bed.processor().process(batch, plan)).toMatchObject({ handled: 1 });
});

test('MKT-4: a day that fails parks nothing, and the day is not begun', async () => {
  const stuck: DayHandler = { onDay: () => Promise.reject(new Error('bug')) };
  const batch = calendarOf(0, '2022-01-04');
  await expect(bed.processor(bed.record, stuck).process(batch, calendarPlan)).rejects.toThrow(
    'failed on 2022-01-04',
  );
  expect(await bed.parked()).toEqual([]);
  expect(await bed.today()).toBe('2022-01-03');
  await bed.processor().process(batch, calendarPlan);
  expect(await bed.today()).toBe('2022-01-04');
});

test('MKT-4: a fact that waited long enough is set aside with the later ones of its key; the next has a wait of its own', async () => {
  const batch = batchOf(
    0,
    accountChange('a', 1),
    { ...accountChange('a', 2), day: '2022-01-05' },
    accountChange('b', 1),
    accountChange('a', 3),
    { ...accountChange('c', 1), day: '2022-01-05' },
    accountChange('d', 1),
  );
  expect(await bed.processor().process(batch, plan, 1n)).toEqual({
    ...{
      status: 'applied',
      handled: 2,
      parked: 2,
      repeated: 0,
      forgone: 0,
      foreign: 0,
      foreignRows: 0,
    },
    awaits: { offset: 4n, day: '2022-01-05', stands: '2022-01-03' },
  });
  expect(bed.names()).toEqual(['a1', 'b1']);
  expect(await bed.parked()).toMatchObject([
    {
      ...{ key: 'a', at: 1, cause: 'AWAITS_CALENDAR' },
      detail: 'dated 2022-01-05, the service stands at 2022-01-03',
    },
    { key: 'a', at: 3, cause: 'BEHIND_A_PARKED_EVENT' },
  ]);
  expect(await bed.position()).toMatchObject({ next_offset: 4n, handled: 2n, parked: 2n });
  // Its day came while it was on its way to be set aside: then it is not.
  await bed.processor().process(calendarOf(0, '2022-01-05'), calendarPlan);
  expect(await bed.processor().process(batch, plan, 4n)).toMatchObject({ handled: 2, parked: 0 });
});

test('MKT-4: a fact set aside for its day and a handler that fails park each its own key only', async () => {
  const moody: RunHandler = (_tx, run) =>
    run.events.some(({ key }) => key === 'bad')
      ? Promise.reject(new Refused('non'))
      : bed.record(_tx, run);
  const batch = batchOf(
    0,
    accountChange('bad', 1),
    accountChange('a', 1),
    { ...accountChange('a', 2), day: '2022-01-05' },
    accountChange('b', 1),
  );
  await bed.processor(moody).process(batch, plan, 2n);
  expect((await bed.parked()).map(({ key, at, cause }) => [key, at, cause])).toEqual([
    ['bad', 0, 'HANDLER_FAILED'],
    ['a', 2, 'AWAITS_CALENDAR'],
  ]);
});

test('MKT-4: the calendar waits for nothing: not for itself, not behind a record that was set aside', async () => {
  const batch = { ...calendarOf(0), highWatermark: 4n };
  const garbage = { ...dayStart(0, '2022-01-04'), value: null };
  const early = {
    ...recordOf(1, event(MarketPublishedSchema, 'm', {}), { 'business-date': '2022-01-09' }),
    topic: topics.calendar.name,
  };
  const unreadable = dayStart(2, 'demain');
  await bed.processor().process(
    { ...batch, records: [garbage, early, unreadable, dayStart(3, '2022-01-05')] },
    {
      ...calendarPlan,
      handles: new Map([[MarketPublishedSchema.typeName, MarketPublishedSchema]]),
    },
  );
  expect(await bed.today()).toBe('2022-01-05');
  expect((await bed.parked()).map(({ at, cause }) => [at, cause])).toEqual([
    [0, 'UNDECODABLE'],
    [1, 'AWAITS_CALENDAR'],
    [2, 'UNDECODABLE'],
  ]);
});

test('MKT-4: two partitions that bring the same day begin it once', async () => {
  const begun: string[] = [];
  const due: DayHandler = { onDay: async (_tx, day) => void begun.push(day) };
  const shared = bed.processor(bed.record, due);
  await Promise.all(
    [0, 1, 2, 3].map((partition) =>
      shared.process({ ...calendarOf(0, '2022-01-05'), partition }, calendarPlan),
    ),
  );
  expect(begun).toEqual(['2022-01-04', '2022-01-05']);
});

test('MKT-4: a gap is crossed from one day that a handler names to the next, and all are called on each of them', async () => {
  const begun: string[] = [];
  const named = (name: string, days: string[]): DayHandler => ({
    onDay: async (_tx, day) => {
      begun.push(`${name} ${day}`);
      // What a day brings may fall due on a later one, still before the last.
      if (day === '2022-02-01') days.push('2022-02-10');
    },
    nextDay: async (_tx, day) => days.filter((due) => due > day).sort()[0] as LocalDate,
  });
  const crossing = bed.processor(
    bed.record,
    named('a', ['2022-03-05', '2022-02-01']),
    named('b', []),
  );
  await crossing.process(calendarOf(0, '2022-03-01'), calendarPlan);
  const days = ['2022-02-01', '2022-02-10', '2022-03-01'];
  expect(begun).toEqual(days.flatMap((day) => [`a ${day}`, `b ${day}`]));
  expect(await bed.today()).toBe('2022-03-01');
  // Nobody may skip a day of one that names none.
  begun.length = 0;
  const daily: DayHandler = { onDay: async (_tx, day) => void begun.push(day) };
  await bed
    .processor(bed.record, named('a', []), daily)
    .process(calendarOf(1, '2022-03-03'), calendarPlan);
  expect(begun).toEqual(['a 2022-03-02', '2022-03-02', 'a 2022-03-03', '2022-03-03']);
});

test('MKT-4: the day goes forward only, whatever the dates that come', async () => {
  const shared = bed.processor();
  await shared.process(calendarOf(0, '2022-01-10'), calendarPlan);
  await shared.process(calendarOf(1, '2022-01-04'), calendarPlan);
  await shared.process(batchOf(0, { ...accountChange('a', 2), day: '2022-01-04' }), plan);
  expect(bed.seen.map(({ day }) => day)).toEqual(['2022-01-10']);
  await expect(bed.fresh.database.query("select platform.begin_day('2022-01-09')")).rejects.toThrow(
    'never goes back',
  );
  expect(await bed.today()).toBe('2022-01-10');
});
