import { LoginPause } from './login-pause.js';

test('PRV-4: refused logins wait 1 minute, then 15, and a login that succeeds ends it', () => {
  let nowMs = 0;
  const pause = new LoginPause(() => nowMs);
  const refused = () => {
    const pauseMs = pause.begin();
    expect(pause.leftMs).toBe(pauseMs);
    nowMs += pauseMs;
    expect(pause.leftMs).toBe(0);
    return pauseMs / 60_000;
  };
  expect([refused(), refused(), refused(), refused()]).toEqual([1, 15, 15, 15]);
  pause.end();
  expect(refused()).toBe(1);
});

test('PRV-4: two processes with a wrong password stay below the five tries in 15 minutes that ban', () => {
  const minutes: number[] = [];
  for (const startsAtMs of [0, 30_000]) {
    let nowMs = startsAtMs;
    const pause = new LoginPause(() => nowMs);
    while (nowMs < 120 * 60_000) {
      minutes.push(nowMs / 60_000);
      nowMs += pause.begin();
    }
  }
  const within = (from: number) => minutes.filter((at) => at >= from && at < from + 15).length;
  expect(Math.max(...minutes.map(within))).toBe(4);
});
