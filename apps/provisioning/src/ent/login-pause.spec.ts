import { LoginPause } from './login-pause.js';

test('PRV-4: refused logins wait 1, 4, 15 minutes, a ban 15, and one that is let in ends it', () => {
  let nowMs = 0;
  const pause = new LoginPause(() => nowMs);
  const refused = () => {
    const { retryInMs } = pause.begin('ENT_LOGIN_REFUSED');
    expect(pause.left).toEqual({ code: 'ENT_LOGIN_REFUSED', retryInMs });
    nowMs += retryInMs;
    expect(pause.left).toBeUndefined();
    return retryInMs / 60_000;
  };
  expect([refused(), refused(), refused(), refused()]).toEqual([1, 4, 15, 15]);
  pause.end();
  expect(refused()).toBe(1);
  expect(pause.begin('ENT_LOGIN_BANNED').retryInMs).toBe(15 * 60_000);
});
