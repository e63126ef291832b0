import { jest } from '@jest/globals';
import type { Logger } from '#libs/observability';
import type { RecountEachDay } from './recount-each-day.js';
import { RecountScheduler } from './recount.scheduler.js';

const logger = { error: () => undefined } as unknown as Logger;
const minute = 60_000;

/** A scheduler whose recounts end as `outcomes` state: true where one was due. */
function scheduled(...outcomes: (boolean | Error)[]) {
  const execute = jest.fn(async () => {
    const outcome = outcomes.shift() ?? false;
    if (outcome instanceof Error) throw outcome;
    return outcome;
  });
  const scheduler = new RecountScheduler({ execute } as unknown as RecountEachDay, logger);
  scheduler.onApplicationBootstrap();
  return { execute, scheduler };
}

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('MTR-2: looks each minute whether a recount is due, and rests for an hour after one', async () => {
  const { execute, scheduler } = scheduled(false, true, true);
  await jest.advanceTimersByTimeAsync(minute - 1);
  expect(execute).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(minute + 1);
  expect(execute).toHaveBeenCalledTimes(2);
  await jest.advanceTimersByTimeAsync(59 * minute);
  expect(execute).toHaveBeenCalledTimes(2);
  await jest.advanceTimersByTimeAsync(2 * minute);
  expect(execute).toHaveBeenCalledTimes(3);
  await scheduler.beforeApplicationShutdown();
  await jest.advanceTimersByTimeAsync(120 * minute);
  expect(execute).toHaveBeenCalledTimes(3);
});

test('MTR-2: tries a recount that failed again in the next minute', async () => {
  const { execute, scheduler } = scheduled(new Error('the database is away'), true);
  await jest.advanceTimersByTimeAsync(2 * minute);
  expect(execute).toHaveBeenCalledTimes(2);
  await scheduler.beforeApplicationShutdown();
});
