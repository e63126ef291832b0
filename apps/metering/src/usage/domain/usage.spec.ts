import fc from 'fast-check';
import { addDays, localDate, periodOf } from '#libs/time';
import { usageOver } from './usage.js';

const change = (day: string, delta: number) => ({ day: localDate(day), delta });

describe('U over a period', () => {
  const quarter = periodOf('2022-10-19', '2023-01-19');

  test('MTR-1: begins with what was open before and runs to the end of the period', () => {
    const changes = [
      change('2022-11-03', 38),
      change('2022-09-05', 400),
      change('2022-10-19', 12),
      change('2023-01-19', -450),
    ];
    expect(usageOver(quarter, changes)).toEqual({
      openAccounts: [
        { from: '2022-10-19', openAccounts: 412 },
        { from: '2022-11-03', openAccounts: 450 },
      ],
      // 412 accounts for 15 days, then 450 for 77.
      accountDays: 412 * 15 + 450 * 77,
    });
  });

  test('is 0 where nothing was ever open', () => {
    expect(usageOver(quarter, [])).toEqual({
      openAccounts: [{ from: '2022-10-19', openAccounts: 0 }],
      accountDays: 0,
    });
  });

  test('MTR-1: an account open from any day to any day counts one for each midnight between them that the period has', () => {
    const first = Date.parse('2022-07-19T00:00:00Z') / 86_400_000;
    const dayOf = (n: number) =>
      localDate(new Date((first + n) * 86_400_000).toISOString().slice(0, 10));
    // Four years: every night of a change of hour, and a leap day.
    const anyDay = fc.nat(1_460);
    const anySpan = fc.tuple(anyDay, fc.integer({ min: 1, max: 366 }));
    fc.assert(
      fc.property(fc.array(anySpan, { maxLength: 8 }), anySpan, (accounts, [start, length]) => {
        const changes = new Map<number, number>();
        const add = (day: number, delta: number) =>
          changes.set(day, (changes.get(day) ?? 0) + delta);
        let expected = 0;
        for (const [opens, days] of accounts) {
          add(opens, 1);
          add(opens + days, -1);
          for (let day = opens; day < opens + days; day += 1)
            if (day >= start && day < start + length) expected += 1;
        }
        const told = [...changes].map(([day, delta]) => ({ day: dayOf(day), delta }));
        const period = { start: dayOf(start), end: addDays(dayOf(start), length) };
        const usage = usageOver(period, told);
        expect(usage.accountDays).toBe(expected);
        // In whatever order they are told.
        expect(usageOver(period, told.reverse())).toEqual(usage);
      }),
    );
  });
});
