import { jest } from '@jest/globals';
import type { Logger } from '#libs/observability';
import { CalendarScheduler } from './calendar.scheduler.js';
import type { StartBusinessDay } from './start-business-day.js';

const logger = { error: () => undefined } as unknown as Logger;

/** Records the days it is asked to begin. */
function calendar(fail: () => Error | undefined = () => undefined) {
  const days: string[] = [];
  const startBusinessDay = {
    execute: async ({ date }: { date: string }) => {
      const error = fail();
      if (error) throw error;
      days.push(date);
      return { date, changed: true };
    },
  } as unknown as StartBusinessDay;
  return { days, startBusinessDay };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('MKT-4: a day begins at 00:00 Europe/Paris, once, whatever the zone of the process', async () => {
  jest.setSystemTime(new Date('2022-07-18T21:59:30Z'));
  const { days, startBusinessDay } = calendar();
  const scheduler = new CalendarScheduler(startBusinessDay, true, logger);
  scheduler.onApplicationBootstrap();
  await jest.advanceTimersByTimeAsync(29_000);
  expect(days).toEqual(['2022-07-18']);
  await jest.advanceTimersByTimeAsync(120_000);
  expect(days).toEqual(['2022-07-18', '2022-07-19']);
  scheduler.beforeApplicationShutdown();
});

test('MKT-4: a day that could not begin is tried again', async () => {
  jest.setSystemTime(new Date('2022-07-18T10:00:00Z'));
  const failures = [new Error('the database is away')];
  const { days, startBusinessDay } = calendar(() => failures.pop());
  const scheduler = new CalendarScheduler(startBusinessDay, true, logger);
  scheduler.onApplicationBootstrap();
  await jest.advanceTimersByTimeAsync(40_000);
  expect(days).toEqual(['2022-07-18']);
  scheduler.beforeApplicationShutdown();
});

test('with SCHEDULER=off the days are begun by somebody else', async () => {
  const { days, startBusinessDay } = calendar();
  new CalendarScheduler(startBusinessDay, false, logger).onApplicationBootstrap();
  await jest.advanceTimersByTimeAsync(86_400_000);
  expect(days).toEqual([]);
});
