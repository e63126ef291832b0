import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { BusinessDayStartedSchema, event, MarketPublishedSchema, topics } from '#libs/contracts';
import { accountChange } from '#libs/testing';
import {
  batchOf,
  calendarOf,
  calendarPlan,
  dayStart,
  type Order,
  plan,
  ProcessorBed,
  recordOf,
} from '../test/batch-processor.test-support.js';
import type { DayHandler } from './business-day-keeper.js';

/**
 * Goal: where days begin by the clock, a start that jumps stops the calendar, and nothing of it is applied (MKT-4).
 * Method: the class on a real database that was migrated for the clock, at noon of a day in Paris.
 */
const noon = new Date('2022-03-01T11:00:00Z');
let bed: ProcessorBed;
const startAt = async (day?: string) => {
  bed = await ProcessorBed.start(day);
  await bed.fresh.asOwner(`update platform.calendar_mode set mode = 'clock'`);
  bed.clock = () => noon;
};
beforeEach(() => startAt('2022-01-03'));
afterEach(() => bed.stop());

const starts = (first: number, ...all: (string | [string, Order])[]) => ({
  ...calendarOf(first),
  highWatermark: BigInt(first + all.length),
  records: all.map((one, n) =>
    typeof one === 'string' ? dayStart(first + n, one) : dayStart(first + n, one[0], one[1]),
  ),
});
const order = (stoodOn: string, untilOn: string): Order => ({
  ...{ stoodOn, untilOn },
  reference: 'Ordre n° 12',
});
const applied = { status: 'applied', parked: 0, repeated: 0, forgone: 0 };

test('MKT-4: a step of more than seven days stops the calendar: earlier records are applied, that start and later ones are not', async () => {
  const begun: string[] = [];
  const due: DayHandler = { onDay: async (_tx, day) => void begun.push(day) };
  const batch = starts(0, '2022-01-05', '2022-02-01', '2022-02-02');
  const outcome = await bed.processor(bed.record, due).process(batch, calendarPlan);
  const word = 'DAY_JUMPS 2022-02-01 is 27 days after 2022-01-05, without a written order';
  expect(outcome).toMatchObject({ status: 'applied', handled: 1, stop: { offset: 1n, word } });
  expect(begun).toEqual(['2022-01-04', '2022-01-05']);
  expect(await bed.today()).toBe('2022-01-05');
  expect(await bed.position()).toMatchObject({ next_offset: 1n, stopped: word, last_seq: 1n });
  expect(await bed.parked()).toMatchObject([{ at: 1, cause: 'DAY_JUMPS', detail: word }]);
  // The same batch again sets nothing aside twice.
  await bed.processor().process(batch, calendarPlan);
  expect(await bed.parked()).toHaveLength(1);
  expect(await bed.position()).toMatchObject({ handled: 1n, parked: 1n });
  // Facts of the service's own days flow on.
  const facts = { ...accountChange('a', 1), day: '2022-01-05' };
  expect(await bed.processor().process(batchOf(0, facts), plan)).toMatchObject({ handled: 1 });
});

test.each<[string, string, [string, Order] | string, string]>([
  ['a day after today in Paris', '2022-02-28', '2022-03-02', 'lies after today'],
  [
    'the same, ordered',
    '2022-01-03',
    ['2022-03-02', order('2022-01-03', '2022-03-02')],
    'after today',
  ],
  [
    'an order copied to other days',
    '2022-01-03',
    ['2022-02-20', order('2022-01-03', '2022-02-01')],
    'other days',
  ],
  [
    'ten days ordered, eleven begun',
    '2022-01-03',
    ['2022-01-14', order('2022-01-03', '2022-01-13')],
    'other days',
  ],
  [
    'an order of another standstill',
    '2022-01-03',
    ['2022-02-01', order('2022-01-10', '2022-02-01')],
    'other days',
  ],
  [
    'a start dated before its order',
    '2022-01-03',
    ['2022-01-20', order('2022-02-01', '2022-02-20')],
    'other days',
  ],
  [
    'an order without a text',
    '2022-01-03',
    ['2022-02-01', { ...order('2022-01-03', '2022-02-01'), reference: '' }],
    'without',
  ],
])('MKT-4: %s is refused', async (_what, stands, start, why) => {
  await bed.stop();
  await startAt(stands);
  const outcome = await bed.processor().process(starts(0, start), calendarPlan);
  expect(outcome).toMatchObject({ ...applied, handled: 0, parked: 1, stop: { offset: 0n } });
  expect((await bed.position())?.['stopped']).toContain(why);
  expect(await bed.today()).toBe(stands);
});

test('MKT-4: an order lets exactly its days begin, and is kept; repeated it moves nothing, copied behind them it is refused', async () => {
  const ordered = order('2022-01-03', '2022-02-01');
  const named: DayHandler = {
    onDay: async () => undefined,
    nextDay: async (_tx, day) => (day < '2022-01-20' ? ('2022-01-20' as never) : undefined),
  };
  const shared = bed.processor(bed.record, named);
  expect(await shared.process(starts(0, ['2022-02-01', ordered]), calendarPlan)).toMatchObject({
    handled: 1,
  });
  expect(await bed.today()).toBe('2022-02-01');
  const { rows } = await bed.fresh.asOwner(
    'select stood_on::text, until_on::text, reference from platform.day_order',
  );
  expect(rows).toEqual([
    { stood_on: '2022-01-03', until_on: '2022-02-01', reference: 'Ordre n° 12' },
  ]);
  expect(await shared.process(starts(1, ['2022-02-01', ordered]), calendarPlan)).toMatchObject({
    handled: 1,
  });
  const copied = await shared.process(starts(2, ['2022-02-25', ordered]), calendarPlan);
  expect(copied).toMatchObject({ stop: { offset: 2n } });
  expect(await bed.today()).toBe('2022-02-01');
});

test('MKT-4: an empty database reads years of days from the beginning of the log, gaps by their orders', async () => {
  await bed.stop();
  await startAt();
  const log = starts(
    0,
    ...['2019-09-01', '2019-09-02', '2019-09-09'],
    ['2019-12-01', order('2019-09-09', '2019-12-01')] as [string, Order],
    ...['2019-12-02', '2019-12-02', '2019-12-01'],
    ['2022-02-25', order('2019-12-02', '2022-02-25')] as [string, Order],
    '2022-03-01',
  );
  expect(await bed.processor().process(log, calendarPlan)).toMatchObject({ handled: 9, parked: 0 });
  expect(await bed.today()).toBe('2022-03-01');
  // Read again from its beginning, it moves nothing and stops nowhere.
  await bed.fresh.asOwner('delete from platform.consumer_position');
  expect(await bed.processor().process(log, calendarPlan)).toMatchObject({ handled: 9, parked: 0 });
});

test('MKT-4: the start of tomorrow waits where the clock of its owner is a little ahead; earlier it is refused', async () => {
  await bed.stop();
  await startAt('2022-03-01');
  const tomorrow = starts(0, '2022-03-02');
  bed.clock = () => new Date('2022-03-01T22:57:00Z');
  await expect(bed.processor().process(tomorrow, calendarPlan)).rejects.toMatchObject({
    name: 'DayNotBegun',
  });
  expect(await bed.today()).toBe('2022-03-01');
  bed.clock = () => new Date('2022-03-01T23:00:00Z');
  expect(await bed.processor().process(tomorrow, calendarPlan)).toMatchObject({ handled: 1 });
  bed.clock = () => new Date('2022-03-02T22:54:00Z');
  expect(await bed.processor().process(starts(1, '2022-03-03'), calendarPlan)).toMatchObject({
    stop: { offset: 1n },
  });
});

test('MKT-4: a fact that was set aside for its day before a jump stays so', async () => {
  const head = calendarOf(0);
  const ahead = {
    ...recordOf(0, event(MarketPublishedSchema, 'm', {}), { 'business-date': '2022-01-09' }),
    topic: topics.calendar.name,
  };
  const records = [ahead, dayStart(1, '2022-01-04'), dayStart(2, '2027-01-01')];
  const outcome = await bed.processor().process(
    { ...head, records, highWatermark: 3n },
    {
      ...calendarPlan,
      handles: new Map([[MarketPublishedSchema.typeName, MarketPublishedSchema]]),
    },
  );
  expect(outcome).toMatchObject({ stop: { offset: 2n } });
  expect((await bed.parked()).map(({ at, cause }) => [at, cause])).toEqual([
    [0, 'AWAITS_CALENDAR'],
    [2, 'DAY_JUMPS'],
  ]);
  expect(await bed.today()).toBe('2022-01-04');
});

describe('with a player', () => {
  test('MKT-4: any later day begins', async () => {
    await bed.stop();
    bed = await ProcessorBed.start('2022-01-03');
    await bed.processor().process(starts(0, '2030-01-01'), calendarPlan);
    expect(await bed.today()).toBe('2030-01-01');
  });
});

test('MKT-4: refuses a start with different days in envelope and body', async () => {
  const head = calendarOf(0);
  const start = event(BusinessDayStartedSchema, 'calendar', { date: '2022-01-04' });
  const forged = { ...recordOf(0, { ...start, day: '2022-01-06' }), topic: topics.calendar.name };
  const batch = { ...head, records: [forged], highWatermark: 1n };
  expect(await bed.processor().process(batch, calendarPlan)).toMatchObject({
    stop: { offset: 0n, word: 'DAY_JUMPS a fact of 2022-01-06 starts another day' },
  });
});
