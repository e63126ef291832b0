import {
  fromGeneralizedTime,
  nextWatermark,
  toGeneralizedTime,
  withOverlap,
} from './ldap-timestamps.js';

const at = (text: string) => new Date(text);

describe('the stamps of an LDAP server', () => {
  test.each([
    ['20260901100000Z', '2026-09-01T10:00:00Z'],
    ['20260901100000.123Z', '2026-09-01T10:00:00Z'],
    ['20260901100000,5Z', '2026-09-01T10:00:00Z'],
  ])('%s is %s', (text, instant) => {
    expect(fromGeneralizedTime(text)).toEqual(at(instant));
    expect(toGeneralizedTime(at(instant))).toBe('20260901100000Z');
  });

  test.each(['', '2026', '20261301100000Z', '20260901100000', '20260901100000+0200'])(
    '« %s » is none',
    (text) => expect(fromGeneralizedTime(text)).toBeUndefined(),
  );
});

describe('where the next read of changes begins', () => {
  const former = at('2026-09-01T00:00:00Z');
  const started = at('2026-09-02T00:00:00Z');
  test.each([
    [
      'at the latest change seen',
      ['2026-09-01T12:00:00Z', '2026-09-01T11:00:00Z'],
      '2026-09-01T12:00:00Z',
    ],
    ['where it did, if nothing changed', [], '2026-09-01T00:00:00Z'],
    [
      'at our own clock, if the server is ahead of it',
      ['2027-09-01T00:00:00Z'],
      '2026-09-02T00:00:00Z',
    ],
    ['never earlier than before', ['2026-08-01T00:00:00Z'], '2026-09-01T00:00:00Z'],
  ])('%s', (_, seen, expected) => {
    expect(nextWatermark(former, seen.map(at), started)).toEqual(at(expected));
  });

  test('reads again what was stamped shortly before', () => {
    expect(withOverlap(started, 900)).toEqual(at('2026-09-01T23:45:00Z'));
  });
});
