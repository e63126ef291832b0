import { localDate } from '#libs/time';
import { changesSince, nextExtent } from './academy-reading.js';

describe('DIR-3: the next reading of an academy’s directory', () => {
  const today = localDate('2026-09-08');
  test.each([
    ['is full the first time', undefined, false, 'FULL'],
    ['asks for changes within the week', '2026-09-02', false, 'DELTA'],
    ['is full once the week is over', '2026-09-01', false, 'FULL'],
    ['is full while a full one waits', '2026-09-07', true, 'FULL'],
  ] as const)('%s', (_what, on, isFullOpen, expected) => {
    const fullOn = on && localDate(on);
    expect(nextExtent({ fullOn, isFullOpen }, today, 7)).toBe(expected);
  });

  const now = new Date('2026-09-08T06:00:00Z');
  test.each([
    ['begins at a stamp of now', new Date(now), true],
    ['does not trust a stamp of the future', new Date(now.getTime() + 1_000), false],
    ['needs a stamp', undefined, false],
  ])('%s', (_what, upTo, isAsked) => {
    expect(changesSince(upTo, now)).toBe(isAsked ? upTo : undefined);
  });
});
