import { readFileSync } from 'node:fs';
import { addDays, daysBetween, localDate } from '#libs/time';
import { parseMarketFile } from '../markets.dto.js';
import { whatIsDue, withDateFixed } from './market-calendar.js';

const market = parseMarketFile(readFileSync('deploy/local/demo/markets/e-primo-2026.yaml', 'utf8'));
const due = (today: string, horizonDays: number, calendar = market.calendar) =>
  whatIsDue(calendar, [], localDate(today), horizonDays).map(
    ({ kind, on, certainty, daysLeft, detail }) =>
      [kind, on, certainty, daysLeft, detail].filter((part) => part !== '').join(' '),
  );

test('MKT-3: the whole calendar, soonest first, planned until it is fixed', () => {
  expect(due('2026-01-01', 3660)).toEqual([
    'ADHESION_DEADLINE 2026-01-15 ACTUAL 14',
    'TENDER_EARLIEST 2026-01-16 ACTUAL 15',
    'NOTIFICATION 2026-04-10 PLANNED 99',
    'EFFECTIVE 2026-07-19 PLANNED 199',
    'CONTRACT_YEAR 2027-07-19 PLANNED 564 2',
    'WITHDRAWAL_OPENS 2028-05-19 PLANNED 869',
    'WITHDRAWAL_LAST_DAY 2028-07-18 PLANNED 929',
    'CONTRACT_YEAR 2028-07-19 PLANNED 930 3',
    'LOCK_IN_ENDS 2028-07-19 PLANNED 930',
    'CONTRACT_YEAR 2029-07-19 PLANNED 1295 4',
    'LAST_DAY 2030-07-18 PLANNED 1659',
    'END 2030-07-19 PLANNED 1660',
  ]);
});

test.each([
  ['2026-01-01', 13, []],
  ['2026-01-01', 14, ['ADHESION_DEADLINE 2026-01-15 ACTUAL 14']],
  ['2026-01-15', 0, ['ADHESION_DEADLINE 2026-01-15 ACTUAL 0']],
  ['2026-01-16', 0, ['TENDER_EARLIEST 2026-01-16 ACTUAL 0']],
  // Passed without being fixed: still to be done.
  ['2026-04-12', 0, ['NOTIFICATION 2026-04-10 PLANNED -2']],
])('MKT-3: on %s, within %i days', (today, horizon, expected) => {
  expect(due(today, horizon)).toEqual(expected);
});

test('MKT-3: the effective date fixed on another day moves the end and the contract years', () => {
  const notified = withDateFixed(market, 'NOTIFICATION', localDate('2026-04-12'));
  const { calendar } = withDateFixed(notified, 'EFFECTIVE', localDate('2026-09-01'));
  expect(calendar).toMatchObject({
    notificationOn: { planned: '2026-04-10', actual: '2026-04-12' },
    effectiveOn: { planned: '2026-07-19', actual: '2026-09-01' },
    endsOn: '2030-09-01',
    contractYears: ['2026-09-01', '2027-09-01', '2028-09-01', '2029-09-01'],
  });
  expect(due('2026-08-31', 1, calendar)).toEqual(['EFFECTIVE 2026-09-01 ACTUAL 1']);
});

test.each([
  ['NOTIFICATION', '2026-01-15', false],
  ['NOTIFICATION', '2026-01-16', true],
  ['NOTIFICATION', '2026-07-19', true],
  ['NOTIFICATION', '2026-07-20', false],
  ['EFFECTIVE', '2026-04-09', false],
  ['EFFECTIVE', '2026-04-10', true],
] as const)('MKT-3: %s may be fixed on %s: %s', (which, on, may) => {
  const fix = () => withDateFixed(market, which, localDate(on));
  if (may) expect(fix).not.toThrow();
  else expect(fix).toThrow(expect.objectContaining({ code: 'CALENDAR_DATE_INVALID' }));
});

test('MKT-6: an amendment to come is due on its day', () => {
  const amendments = [{ number: 'n° 1', effectiveOn: localDate('2026-01-10') }];
  expect(whatIsDue(market.calendar, amendments, localDate('2026-01-01'), 9)).toEqual([
    { kind: 'AMENDMENT', on: '2026-01-10', certainty: 'ACTUAL', daysLeft: 9, detail: 'n° 1' },
  ]);
});

/** The convention's own calendar, art. 2, 3, 6 and 8. */
const convention = parseMarketFile(
  readFileSync('deploy/local/demo/markets/e-primo-2022.json', 'utf8'),
).calendar;

test.each([
  ['ADHESION_DEADLINE', '2022-01-15'],
  ['TENDER_EARLIEST', '2022-01-16'],
  ['NOTIFICATION', '2022-04-12'],
  ['EFFECTIVE', '2022-07-19'],
  ['CONTRACT_YEAR', '2023-07-19'],
  ['CONTRACT_YEAR', '2024-07-19'],
  ['CONTRACT_YEAR', '2025-07-19'],
  ['WITHDRAWAL_OPENS', '2024-05-19'],
  ['WITHDRAWAL_LAST_DAY', '2024-07-18'],
  ['LOCK_IN_ENDS', '2024-07-19'],
  ['LAST_DAY', '2026-07-18'],
  ['END', '2026-07-19'],
])('MKT-3, art. 6: %s of %s is due tomorrow, today, and no more', (kind, day) => {
  const on = localDate(day);
  const seen = (today: number) =>
    whatIsDue(convention, [], addDays(on, today), 1)
      .filter((due) => due.kind === kind && due.on === on)
      .map(({ certainty, daysLeft }) => `${certainty} ${daysLeft}`);
  expect([seen(-2), seen(-1), seen(0), seen(1)]).toEqual([[], ['ACTUAL 1'], ['ACTUAL 0'], []]);
});

// Notification is foreseen between the 8th and the 12th of April 2022 (art. 6, prévisionnel): a plan binds nobody.
test.each(['2022-04-07', '2022-04-08', '2022-04-12', '2022-04-13'])(
  'MKT-3, art. 6: notified on %s in fact, the plan is kept beside it',
  (on) => {
    const planned = localDate('2022-04-08');
    const file = { ...market, calendar: { ...convention, notificationOn: { planned } } };
    expect(due('2022-04-07', 1, file.calendar)).toEqual(['NOTIFICATION 2022-04-08 PLANNED 1']);
    expect(due('2022-04-13', 1, file.calendar)).toEqual(['NOTIFICATION 2022-04-08 PLANNED -5']);
    const { notificationOn } = withDateFixed(file, 'NOTIFICATION', localDate(on)).calendar;
    expect(notificationOn).toEqual({ planned, actual: on });
  },
);

test('MKT-3, art. 2, 8: 48 months are four contract years of 365, 366, 365 and 365 days', () => {
  const bounds = [...convention.contractYears, convention.endsOn];
  const days = bounds.slice(1).map((end, index) => daysBetween(bounds[index]!, end));
  expect(days).toEqual([365, 366, 365, 365]);
});
