import { BindPace } from './bind-pace.js';
import { MinuteRate } from './minute-rate.js';

const bounds = { ofAddress: 2, ofAccount: 3, waitMs: 1_000, waitMaxMs: 3_000, known: 4 };

test('who guesses waits twice as long each time, by address and by account, and no longer than the most', () => {
  const pace = new BindPace(bounds);
  const waits = [1, 2, 3, 4, 5].map(() => {
    pace.failed('here', 'a', 0);
    return pace.waitOf('here', 'other', 0);
  });
  expect(waits).toEqual([0, 1_000, 2_000, 3_000, 3_000]);
  // The account is guessed at from elsewhere too; another one is free from there.
  expect([pace.waitOf('there', 'a', 0), pace.waitOf('there', 'b', 0)]).toEqual([3_000, 0]);
  expect(pace.waitOf('here', 'a', 3_000)).toBe(0);
  pace.succeeded('here', 'a');
  expect(pace.waitOf('here', 'a', 0)).toBe(0);
});

test('no more are remembered than it may hold, the latest', () => {
  const pace = new BindPace(bounds);
  for (const address of ['1', '1', '2', '3', '4']) pace.failed(address, 'a', 0);
  expect([pace.waitOf('1', 'b', 0), pace.waitOf('', 'a', 0)]).toEqual([0, 3_000]);
});

test('a rate holds within its minute, for each apart', () => {
  const rate = new MinuteRate(2);
  const taken = [0, 1, 59_999].map((nowMs) => rate.take('a', nowMs));
  expect([...taken, rate.take('b', 59_999), rate.take('a', 60_000)]).toEqual([
    ...[true, true, false, true, true],
  ]);
});
