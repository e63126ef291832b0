import { EntPause, retryAfterMs } from './ent-pause.js';

const nowMs = Date.parse('2022-09-05T08:00:00Z');

test.each([
  ['120', 120_000],
  ['Mon, 05 Sep 2022 08:00:30 GMT', 30_000],
  ['soon', undefined],
  [undefined, undefined],
])('PRV-4: reads Retry-After %s', (header, waitMs) => {
  expect(retryAfterMs(header, nowMs)).toBe(waitMs);
});

test.each([
  ['86400', 900_000],
  ['0', 250],
  ['Mon, 05 Sep 2022 07:00:00 GMT', 250],
])('PRV-4: keeps Retry-After %s within bounds', (header, waitMs) => {
  expect(new EntPause(() => nowMs).begin(header)).toBe(waitMs);
});

test('PRV-4: without a word how long, waits longer each time, and those refused together count once', () => {
  let clock = nowMs;
  const pause = new EntPause(
    () => clock,
    () => 0.5,
  );
  const waits = [1, 2, 3].map(() => {
    const waitMs = pause.begin(undefined);
    pause.begin(undefined);
    clock += waitMs;
    return waitMs;
  });
  expect(waits).toEqual([1_000, 2_000, 4_000]);
  pause.end();
  expect(pause.begin(undefined)).toBe(1_000);
});

test('PRV-4: a shorter wait told meanwhile does not shorten the pause', () => {
  const pause = new EntPause(() => nowMs);
  pause.begin('60');
  expect(pause.begin('5')).toBe(60_000);
});
