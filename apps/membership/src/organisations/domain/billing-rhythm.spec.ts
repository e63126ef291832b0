import { localDate } from '#libs/time';
import {
  BillingRhythmOfMarket,
  BillingRhythmTooLate,
  chosenFrom,
  type RhythmTerms,
  rhythmsOn,
} from './billing-rhythm.js';

const [first, second, third] = [
  localDate('2022-07-19'),
  localDate('2023-07-19'),
  localDate('2024-07-19'),
];
const quarterly: RhythmTerms = {
  ofMarket: 'QUARTER',
  contractYears: [first, second, third],
  chosen: [],
};
const yearly: RhythmTerms = { ...quarterly, ofMarket: 'YEAR' };

test.each([
  ['before the market', '2022-01-10', first],
  ['on the first day of a contract year', '2022-07-19', second],
  ['within one', '2023-03-01', second],
] as const)(
  'BIL-3: a choice made %s holds from the next contract year on',
  (_when, day, expected) => {
    expect(chosenFrom(quarterly, localDate(day))).toBe(expected);
  },
);

test('BIL-3: nothing is chosen once the last contract year has begun, or where the market is billed by the year', () => {
  expect(() => chosenFrom(quarterly, third)).toThrow(BillingRhythmTooLate);
  expect(() => chosenFrom(yearly, first)).toThrow(BillingRhythmOfMarket);
  expect(rhythmsOn(quarterly, third)).toEqual({ current: 'QUARTER', ofMarket: false });
  expect(rhythmsOn(yearly, first)).toEqual({
    ...{ current: 'YEAR', ofMarket: true },
    ...{ nextFrom: second, next: 'YEAR' },
  });
});

test('BIL-3: of a day the choice recorded last counts, up to the next one', () => {
  const chosen = {
    ...quarterly,
    chosen: [
      { from: second, rhythm: 'QUARTER' },
      { from: second, rhythm: 'YEAR' },
      { from: third, rhythm: 'QUARTER' },
    ],
  } as const;
  const on = (day: string) => rhythmsOn(chosen, localDate(day));
  expect(on('2023-07-18')).toMatchObject({ current: 'QUARTER', nextFrom: second, next: 'YEAR' });
  expect(on('2023-07-19')).toMatchObject({ current: 'YEAR', nextFrom: third, next: 'QUARTER' });
});
