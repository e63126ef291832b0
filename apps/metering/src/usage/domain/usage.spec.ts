import { localDate, periodOf } from '#libs/time';
import { usageOver } from './usage.js';

const change = (day: string, delta: number) => ({ day: localDate(day), delta });

describe('U over a period', () => {
  const quarter = periodOf('2022-10-19', '2023-01-19');

  it('MTR-1: begins with what was open before and runs to the end of the period', () => {
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

  it('is 0 where nothing was ever open', () => {
    expect(usageOver(quarter, [])).toEqual({
      openAccounts: [{ from: '2022-10-19', openAccounts: 0 }],
      accountDays: 0,
    });
  });
});
