import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  AccountMovedSchema,
  AccountStateChangedSchema,
  BusinessDayStartedSchema,
  event,
  MarketPublishedSchema,
  type NewEvent,
  PersonChangedSchema,
  topics,
} from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import { accountChange, accountMove, freshDatabase, type FreshDatabase } from '#libs/testing';
import { type LocalDate } from '#libs/time';
import { BatchProcessor, type FetchedBatch, type RunHandler } from './batch-processor.js';
import { PgBusinessDate } from './business-date.js';
import { BusinessDayKeeper, type DayHandler } from './business-day-keeper.js';
import type { RawRecord, TopicPlan } from './received-event.js';

const topic = 'provisioning.account.v1';
const plan: TopicPlan = {
  handles: new Map([[AccountStateChangedSchema.typeName, AccountStateChangedSchema]]),
  passesOver: new Set([AccountMovedSchema.typeName]),
  tombstones: false,
  personal: false,
};

class Refused extends defineProblem('REFUSED', 'conflict') {}
class Unreachable extends defineProblem('UNREACHABLE', 'unavailable') {}

describe('a batch applied in one transaction', () => {
  let fresh: FreshDatabase;
  let seen: { key: string; sequence: number; day: LocalDate }[];

  beforeEach(async () => {
    fresh = await freshDatabase('platform');
    seen = [];
    await fresh.database.query("update platform.business_day set day = '2022-01-03'");
  });
  afterEach(() => fresh.drop());

  const record: RunHandler = async (tx, run) => {
    const day = await new PgBusinessDate(fresh.database).today(tx);
    for (const { key, body } of run.events) {
      seen.push({ key, sequence: (body as { sequence: number }).sequence, day });
    }
  };
  const processor = (handle: RunHandler = record, ...handlers: DayHandler[]) =>
    new BatchProcessor(fresh.unitOfWork, new BusinessDayKeeper(() => handlers), handle);
  const position = async () =>
    (await fresh.database.query('select * from platform.consumer_position')).rows[0];
  const parked = async () =>
    (
      await fresh.database.query(
        'select key, "offset"::int as at, cause, cause_detail as detail, value is null as empty from platform.parked_event order by "offset"',
      )
    ).rows;

  test('skips what its position says it has, whoever fetched it', async () => {
    const batch = batchOf(0, accountChange('a', 1), accountChange('b', 1));
    await Promise.all([processor().process(batch, plan), processor().process(batch, plan)]);
    await processor().process(batchOf(1, accountChange('b', 1), accountChange('b', 2)), plan);
    expect(seen.map(({ key, sequence }) => `${key}${sequence}`)).toEqual(['a1', 'b1', 'b2']);
    expect(await position()).toMatchObject({
      next_offset: 3n,
      handled: 3n,
      parked: 0n,
      repeated: 0n,
    });
  });

  test('drops what the relay sent twice, by its number, at new offsets', async () => {
    const first = batchOf(0, accountChange('a', 1), accountChange('a', 2));
    await processor().process(first, plan);
    const again = { ...first, fetchedOffset: 2n, highWatermark: 5n };
    const records = first.records.map((r, n) => ({ ...r, offset: BigInt(n + 2) }));
    const next = recordOf(4, accountChange('a', 3), { seq: '9', prev: '2' });
    await processor().process({ ...again, records: [...records, next] }, plan);
    expect(seen.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    expect(await position()).toMatchObject({ next_offset: 5n, handled: 3n, repeated: 2n });
  });

  test('a new incarnation goes on from what its parent had sent; what it does not state stops it, nothing is applied from there', async () => {
    await processor().process(batchOf(0, accountChange('a', 1), accountChange('a', 2)), plan);
    const restored = recordOf(2, accountChange('a', 3), { seq: '3', epoch: '2', lineage: '1:3' });
    await processor().process({ ...batchOf(2), records: [restored], highWatermark: 3n }, plan);
    expect(seen).toHaveLength(3);
    const older = { seq: '3', prev: '2', epoch: '9', lineage: '1:3' };
    const records = [
      recordOf(3, accountChange('b', 4), { seq: '4', prev: '3', epoch: '2', lineage: '1:3' }),
      recordOf(4, accountChange('a', 5), older),
      recordOf(5, accountChange('a', 6), { ...older, seq: '4', prev: '3' }),
    ];
    const batch = { ...batchOf(3), records, highWatermark: 6n };
    const stopped = await processor().process(batch, plan);
    expect(stopped).toMatchObject({ handled: 1, parked: 0, stop: { offset: 4n } });
    expect(seen).toHaveLength(4);
    expect(await position()).toMatchObject({
      ...{ next_offset: 4n, last_epoch: 2n, last_seq: 4n },
      stopped: expect.stringMatching(/^INCARNATION incarnation 9 .* after incarnation 2 /),
    });
    expect(await processor().process(batch, plan)).toMatchObject({
      ...{ handled: 0, stop: { offset: 4n } },
    });
  });

  test('a stranger with a huge number, and one of a former incarnation, are set aside; the owner is heard on', async () => {
    const b = { epoch: '7', lineage: '1:3' };
    const records = [
      recordOf(0, accountChange('a', 1), { seq: '1', prev: '0' }),
      recordOf(1, accountChange('x', 1), { seq: '900000000000000', prev: '0' }),
      recordOf(2, accountChange('y', 1), { seq: '9'.repeat(18), prev: '1' }),
      recordOf(3, accountChange('a', 2), { ...b, seq: '3', prev: '1' }),
      recordOf(4, accountChange('z', 1), { seq: '4', prev: '3' }),
      recordOf(5, accountChange('a', 3), { ...b, seq: '4', prev: '3' }),
    ];
    await processor().process({ ...batchOf(0), records, highWatermark: 6n }, plan);
    expect(seen.map(({ key, sequence }) => `${key}${sequence}`)).toEqual(['a1', 'a2', 'a3']);
    expect((await parked()).map(({ key, cause }) => [key, cause])).toEqual([
      ['x', 'FOREIGN_NUMBER'],
      ['y', 'FOREIGN_NUMBER'],
      ['z', 'OLD_INCARNATION'],
    ]);
  });

  test('a gap stops a topic of facts; a compacted one goes on', async () => {
    const gone = recordOf(0, accountChange('a', 3), { seq: '3', prev: '2' });
    const batch = { ...batchOf(0), records: [gone], highWatermark: 1n };
    expect(await processor().process(batch, plan)).toMatchObject({
      stop: { word: 'GAP number 3 follows 2, applied up to 0' },
    });
    expect(await processor().process(batch, { ...plan, tombstones: true })).toMatchObject({
      handled: 1,
    });
    expect(await position()).toMatchObject({ next_offset: 1n, stopped: null });
  });

  test('a fetch that does not fit the position applies nothing, and says where the position is', async () => {
    await processor().process(batchOf(0, accountChange('a', 1)), plan);
    await expect(processor().process(batchOf(7, accountChange('a', 8)), plan)).resolves.toEqual({
      status: 'elsewhere',
      nextOffset: 1n,
    });
    // Fetched before this process slept, while another applied more.
    await fresh.database.query('update platform.consumer_position set next_offset = 900');
    await expect(processor().process(batchOf(0, accountChange('a', 1)), plan)).resolves.toEqual({
      status: 'elsewhere',
      nextOffset: 900n,
    });
    expect(seen).toHaveLength(1);
  });

  test('what has no position is read from where its log begins, wherever the fetch began', async () => {
    const above = { ...batchOf(7, accountChange('a', 8)), logStart: 5n };
    await expect(processor().process(above, plan)).resolves.toEqual({
      status: 'elsewhere',
      nextOffset: 5n,
    });
    expect(seen).toEqual([]);
  });

  test('parks garbage, unknown and unlisted types with their cause; other keys go on, their own wait', async () => {
    const batch: FetchedBatch = {
      ...batchOf(0),
      highWatermark: 7n,
      records: [
        recordOf(0, accountChange('a', 1)),
        { ...recordOf(1, accountChange('a', 2)), value: Buffer.from([255, 255, 255]) },
        recordOf(2, accountChange('a', 3)),
        recordOf(3, { ...accountChange('b', 1), type: 'ent.nowhere.v1.Happened' }),
        recordOf(4, { ...accountChange('c', 1), type: PersonChangedSchema.typeName }),
        recordOf(5, accountChange('d', 1), { 'business-date': 'yesterday' }),
        recordOf(6, accountChange('e', 1)),
      ],
    };
    await processor().process(batch, plan);
    expect(seen.map(({ key, sequence }) => `${key}${sequence}`)).toEqual(['a1', 'e1']);
    expect((await parked()).map(({ key, at, cause }) => [key, at, cause])).toEqual([
      ['a', 1, 'UNDECODABLE'],
      ['a', 2, 'BEHIND_A_PARKED_EVENT'],
      ['b', 3, 'UNKNOWN_TYPE'],
      ['c', 4, 'UNKNOWN_TYPE'],
      ['d', 5, 'UNDECODABLE'],
    ]);
    expect(await position()).toMatchObject({ next_offset: 7n, handled: 2n, parked: 5n });
    await processor().process(batchOf(7, accountChange('a', 4), accountChange('e', 2)), plan);
    expect(seen.map(({ key, sequence }) => `${key}${sequence}`)).toEqual(['a1', 'e1', 'e2']);
    expect((await parked()).at(-1)).toMatchObject({
      key: 'a',
      at: 7,
      cause: 'BEHIND_A_PARKED_EVENT',
    });
  });

  test('an event whose handler throws is parked with the later ones of its key, the others keep their effect', async () => {
    const moody: RunHandler = async (tx, run) => {
      if (run.events.some(({ body }) => (body as { sequence: number }).sequence === 13)) {
        throw new Refused('non');
      }
      for (const { id } of run.events) {
        await tx.query(
          "insert into platform.audit_entry (actor, action, subject) values ('x', 'effect', $1)",
          [id],
        );
      }
    };
    const outcome = await processor(moody).process(
      batchOf(
        0,
        accountChange('a', 1),
        accountChange('b', 13),
        accountChange('b', 14),
        accountMove('b', 15),
        accountChange('c', 1),
      ),
      plan,
    );
    expect(outcome).toEqual({ status: 'applied', handled: 2, parked: 3, repeated: 0 });
    const { rows } = await fresh.database.query(
      'select count(*)::int as n from platform.audit_entry',
    );
    expect(rows[0]?.['n']).toBe(2);
    expect(await parked()).toMatchObject([
      { key: 'b', at: 1, cause: 'HANDLER_FAILED', detail: 'REFUSED: non' },
      { key: 'b', at: 2, cause: 'BEHIND_A_PARKED_EVENT' },
      { key: 'b', at: 3, cause: 'BEHIND_A_PARKED_EVENT' },
    ]);
  });

  test('of a personal topic only position, key and cause are kept', async () => {
    const failing: RunHandler = () => Promise.reject(new Error('Durand, Léa'));
    await processor(failing).process(batchOf(0, accountChange('a', 1)), {
      ...plan,
      personal: true,
    });
    expect(await parked()).toEqual([
      { key: 'a', at: 0, cause: 'HANDLER_FAILED', detail: '', empty: true },
    ]);
  });

  test('a service out of reach parks nothing: the batch is left for later', async () => {
    const away: RunHandler = () => Promise.reject(new Unreachable('plus tard'));
    await expect(processor(away).process(batchOf(0, accountChange('a', 1)), plan)).rejects.toThrow(
      Unreachable,
    );
    expect(await position()).toBeUndefined();
    expect(await parked()).toEqual([]);
  });

  test('MKT-4: a fact of a later day moves nothing: it and all behind it wait, what came before has its effect', async () => {
    const batch = batchOf(
      0,
      accountChange('a', 1),
      { ...accountChange('a', 2), day: '2099-01-06' },
      accountChange('b', 3),
    );
    const awaits = { offset: 1n, day: '2099-01-06', stands: '2022-01-03' };
    const shared = processor();
    expect(await shared.process(batch, plan)).toEqual({
      ...{ status: 'applied', handled: 1, parked: 0, repeated: 0, awaits },
    });
    expect(await position()).toMatchObject({ next_offset: 1n, handled: 1n, parked: 0n });
    expect(await shared.process(batch, plan)).toMatchObject({ handled: 0, awaits });
    expect(seen.map(({ key, sequence }) => `${key}${sequence}`)).toEqual(['a1']);
    expect(await parked()).toEqual([]);
    expect(await today()).toBe('2022-01-03');
  });

  test('MKT-4: only the start of a day moves the service, day by day, oldest first', async () => {
    const begun: string[] = [];
    const due: DayHandler = {
      onDay: async (tx, day) => {
        begun.push(`${day} ${await new PgBusinessDate(fresh.database).today(tx)}`);
      },
    };
    const shared = processor(record, due);
    const waiting = batchOf(0, { ...accountChange('a', 1), day: '2022-01-06' });
    expect(await shared.process(waiting, plan)).toMatchObject({ handled: 0 });
    await shared.process(calendarOf(0, '2022-01-06'), calendarPlan);
    expect(begun).toEqual([
      '2022-01-04 2022-01-04',
      '2022-01-05 2022-01-05',
      '2022-01-06 2022-01-06',
    ]);
    expect(await shared.process(waiting, plan)).toMatchObject({ handled: 1 });
    expect(seen).toEqual([{ key: 'a', sequence: 1, day: '2022-01-06' }]);
  });

  test('MKT-4: a passed-over fact of a later day waits as well, and before the first day all do', async () => {
    await fresh.drop();
    fresh = await freshDatabase('platform');
    const batch = batchOf(0, accountMove('a', 1));
    expect(await processor().process(batch, plan)).toMatchObject({
      awaits: { offset: 0n, day: '2022-01-03', stands: undefined },
    });
    await processor().process(calendarOf(0, '2022-01-03'), calendarPlan);
    expect(await processor().process(batch, plan)).toMatchObject({ handled: 1 });
  });

  test('MKT-4: a day that fails parks nothing, and the day is not begun', async () => {
    const stuck: DayHandler = { onDay: () => Promise.reject(new Error('bug')) };
    const batch = calendarOf(0, '2022-01-04');
    await expect(processor(record, stuck).process(batch, calendarPlan)).rejects.toThrow(
      'failed on 2022-01-04',
    );
    expect(await parked()).toEqual([]);
    expect(await today()).toBe('2022-01-03');
    await processor().process(batch, calendarPlan);
    expect(await today()).toBe('2022-01-04');
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
    expect(await processor().process(batch, plan, 1n)).toEqual({
      ...{ status: 'applied', handled: 2, parked: 2, repeated: 0 },
      awaits: { offset: 4n, day: '2022-01-05', stands: '2022-01-03' },
    });
    expect(seen.map(({ key, sequence }) => `${key}${sequence}`)).toEqual(['a1', 'b1']);
    expect(await parked()).toMatchObject([
      {
        ...{ key: 'a', at: 1, cause: 'AWAITS_CALENDAR' },
        detail: 'dated 2022-01-05, the service stands at 2022-01-03',
      },
      { key: 'a', at: 3, cause: 'BEHIND_A_PARKED_EVENT' },
    ]);
    expect(await position()).toMatchObject({ next_offset: 4n, handled: 2n, parked: 2n });
    // Its day came while it was on its way to be set aside: then it is not.
    await processor().process(calendarOf(0, '2022-01-05'), calendarPlan);
    expect(await processor().process(batch, plan, 4n)).toMatchObject({ handled: 2, parked: 0 });
  });

  test('MKT-4: a fact set aside for its day and a handler that fails park each its own key only', async () => {
    const moody: RunHandler = (_tx, run) =>
      run.events.some(({ key }) => key === 'bad')
        ? Promise.reject(new Refused('non'))
        : record(_tx, run);
    const batch = batchOf(
      0,
      accountChange('bad', 1),
      accountChange('a', 1),
      { ...accountChange('a', 2), day: '2022-01-05' },
      accountChange('b', 1),
    );
    await processor(moody).process(batch, plan, 2n);
    expect((await parked()).map(({ key, at, cause }) => [key, at, cause])).toEqual([
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
    await processor().process(
      { ...batch, records: [garbage, early, unreadable, dayStart(3, '2022-01-05')] },
      {
        ...calendarPlan,
        handles: new Map([[MarketPublishedSchema.typeName, MarketPublishedSchema]]),
      },
    );
    expect(await today()).toBe('2022-01-05');
    expect((await parked()).map(({ at, cause }) => [at, cause])).toEqual([
      [1, 'AWAITS_CALENDAR'],
      [2, 'UNDECODABLE'],
    ]);
  });

  test('MKT-4: two partitions that bring the same day begin it once', async () => {
    const begun: string[] = [];
    const due: DayHandler = { onDay: async (_tx, day) => void begun.push(day) };
    const shared = processor(record, due);
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
    const crossing = processor(record, named('a', ['2022-03-05', '2022-02-01']), named('b', []));
    await crossing.process(calendarOf(0, '2022-03-01'), calendarPlan);
    const days = ['2022-02-01', '2022-02-10', '2022-03-01'];
    expect(begun).toEqual(days.flatMap((day) => [`a ${day}`, `b ${day}`]));
    expect(await today()).toBe('2022-03-01');
    // Nobody may skip a day of one that names none.
    begun.length = 0;
    const daily: DayHandler = { onDay: async (_tx, day) => void begun.push(day) };
    await processor(record, named('a', []), daily).process(
      calendarOf(1, '2022-03-03'),
      calendarPlan,
    );
    expect(begun).toEqual(['a 2022-03-02', '2022-03-02', 'a 2022-03-03', '2022-03-03']);
  });

  test('MKT-4: the day goes forward only, whatever the dates that come', async () => {
    const shared = processor();
    await shared.process(calendarOf(0, '2022-01-10'), calendarPlan);
    await shared.process(calendarOf(1, '2022-01-04'), calendarPlan);
    await shared.process(batchOf(0, { ...accountChange('a', 2), day: '2022-01-04' }), plan);
    expect(seen.map(({ day }) => day)).toEqual(['2022-01-10']);
    await expect(
      fresh.database.query("update platform.business_day set day = '2022-01-09'"),
    ).rejects.toThrow('never goes back');
    expect(await today()).toBe('2022-01-10');
  });

  const today = () => new PgBusinessDate(fresh.database).today();
});

let seq = 0;

function recordOf(
  offset: number,
  { type, key, value, day = '2022-01-03' }: NewEvent & { day?: string },
  changed: Record<string, string> = {},
): RawRecord {
  seq += 1;
  const envelope: Record<string, string> = {
    id: randomUUID(),
    type,
    'business-date': day,
    seq: String(seq),
    prev: String(seq - 1),
    epoch: '1',
    ...changed,
  };
  return {
    topic,
    partition: 0,
    offset: BigInt(offset),
    key,
    value,
    header: (name) => envelope[name],
  };
}

function batchOf(first: number, ...events: (NewEvent & { day?: string })[]): FetchedBatch {
  seq = first;
  return {
    topic,
    partition: 0,
    fetchedOffset: BigInt(first),
    highWatermark: BigInt(first + events.length),
    logStart: 0n,
    records: events.map((each, n) => recordOf(first + n, each)),
  };
}

const calendarPlan: TopicPlan = {
  ...plan,
  handles: new Map(),
  passesOver: new Set(topics.calendar.events.map(({ typeName }) => typeName)),
};

function dayStart(offset: number, date: string): RawRecord {
  const start = event(BusinessDayStartedSchema, 'calendar', { date });
  return { ...recordOf(offset, { ...start, day: date }), topic: topics.calendar.name };
}

function calendarOf(first: number, ...dates: string[]): FetchedBatch {
  return {
    ...batchOf(first),
    topic: topics.calendar.name,
    highWatermark: BigInt(first + dates.length),
    records: dates.map((date, n) => dayStart(first + n, date)),
  };
}
