import { describe, expect, test } from '@jest/globals';
import { localDate } from '#libs/time';
import { CalendarWaits } from './calendar-waits.js';

describe('MKT-4: partitions that wait for the calendar', () => {
  const stands = localDate('2022-01-03');
  const awaited = (offset: bigint, day: string) => ({ offset, day: localDate(day), stands });
  const situation = () => {
    const waits = new CalendarWaits(600);
    const resumed: string[] = [];
    const wait = (at: string, offset: bigint, day: string, nowMs: number) =>
      waits.wait(at, awaited(offset, day), () => resumed.push(at), nowMs);
    return { waits, resumed, wait };
  };

  test('each goes on when its day has come, none before', () => {
    const { waits, resumed, wait } = situation();
    wait('a/0', 7n, '2022-01-04', 0);
    wait('b/1', 9n, '2022-01-06', 0);
    waits.look(undefined, 1);
    waits.look(stands, 2);
    expect(resumed).toEqual([]);
    waits.look(localDate('2022-01-05'), 3);
    // Once: a batch that then fails waits for its own reason.
    waits.look(localDate('2022-01-05'), 3);
    expect([resumed, waits.isWaiting('a/0')]).toEqual([['a/0'], false]);
    expect(waits.spentAt('a/0')).toBeUndefined();
    waits.goesOn('a/0');
    waits.look(localDate('2022-01-06'), 4);
    expect([resumed, waits.isAnyWaiting()]).toEqual([['a/0', 'b/1'], false]);
  });

  test('a fact has its patience however often it is fetched again; the next one has its own', () => {
    const { waits, resumed, wait } = situation();
    wait('a/0', 7n, '2022-01-04', 0);
    wait('a/0', 7n, '2022-01-04', 500);
    waits.look(stands, 599);
    expect(resumed).toEqual([]);
    waits.look(stands, 600);
    expect([resumed, waits.spentAt('a/0')]).toEqual([['a/0'], 7n]);
    wait('a/0', 8n, '2022-01-04', 700);
    expect(waits.spentAt('a/0')).toBeUndefined();
    waits.look(stands, 1_299);
    expect(resumed).toEqual(['a/0']);
    waits.look(stands, 1_300);
    expect([resumed, waits.spentAt('a/0')]).toEqual([['a/0', 'a/0'], 8n]);
  });

  test('another assignment begins without them', () => {
    const { waits, resumed, wait } = situation();
    wait('a/0', 7n, '2022-01-04', 0);
    waits.clear();
    waits.look(localDate('2022-01-04'), 1);
    expect([waits.isAnyWaiting(), resumed]).toEqual([false, []]);
  });
});
