import { create } from '@bufbuild/protobuf';
import { BusinessDayStartedSchema } from '#libs/contracts';
import { localDate } from '#libs/time';
import { jumpOf } from './day-steps.js';

const today = localDate('2026-12-02');
const start = (day: string, order?: { stoodOn: string; untilOn: string; reference?: string }) => ({
  businessDate: localDate(day),
  body: create(BusinessDayStartedSchema, {
    date: day,
    ...(order && { order: { reference: 'Ordre n° 12', ...order } }),
  }),
});
const verdict = (reached: string | undefined, of: ReturnType<typeof start>) =>
  jumpOf(reached === undefined ? undefined : localDate(reached), of, today)?.message ?? 'begins';
const order = (stoodOn: string, untilOn: string, reference?: string) => ({
  ...{ stoodOn, untilOn },
  ...(reference === undefined ? {} : { reference }),
});

test('MKT-4: with the clock the first day and seven days at once begin, eight do not', () => {
  expect(verdict(undefined, start('2019-09-01'))).toBe('begins');
  expect(verdict('2026-12-01', start('2026-12-02'))).toBe('begins');
  expect(verdict('2026-11-25', start('2026-12-02'))).toBe('begins');
  expect(verdict('2026-11-24', start('2026-12-02'))).toBe(
    'DAY_JUMPS 2026-12-02 is 8 days after 2026-11-24, without a written order',
  );
});

test('MKT-4: refuses a day after today in Paris, with or without an order', () => {
  const word = 'DAY_JUMPS 2026-12-03 lies after today in Paris, 2026-12-02';
  expect(verdict('2026-12-02', start('2026-12-03'))).toBe(word);
  expect(verdict(undefined, start('2026-12-03'))).toBe(word);
  expect(verdict('2026-11-02', start('2026-12-03', order('2026-11-02', '2026-12-03')))).toBe(word);
  expect(verdict('2026-12-02', start('2027-01-01'))).toMatch(/^DAY_JUMPS 2027-01-01 lies after/);
});

test('MKT-4: an order lifts the bound for exactly the days that it names', () => {
  const ordered = order('2026-11-10', '2026-11-20');
  expect(verdict('2026-11-10', start('2026-11-20', ordered))).toBe('begins');
  const other = / with the order of other days$/;
  // Ten days ordered, eleven begun; begun from another day; copied into a later start; repeated after its days.
  expect(verdict('2026-11-10', start('2026-11-21', ordered))).toMatch(other);
  expect(verdict('2026-11-11', start('2026-11-20', ordered))).toMatch(other);
  expect(verdict('2026-11-20', start('2026-12-02', ordered))).toMatch(other);
  // Dated before the order begins.
  expect(verdict('2026-10-01', start('2026-11-09', ordered))).toMatch(other);
  expect(verdict('2026-11-10', start('2026-11-20', order('2026-11-10', '2026-11-20', '')))).toMatch(
    /without a written order$/,
  );
});

test('MKT-4: refuses a start with different days in envelope and body', () => {
  const forged = { ...start('2026-12-02'), businessDate: localDate('2026-12-01') };
  expect(verdict('2026-11-30', forged)).toBe('DAY_JUMPS a fact of 2026-12-01 starts another day');
});
