import { expect, test } from '@jest/globals';
import { earliest, earliestInWords } from './order-terms.js';

const terms = (decreaseNoticeDays: number) => ({
  on: '2022-10-03',
  decreaseNoticeDays,
  orderLinesMax: 50,
});

test.each([
  [0, '2022-10-03', /^Aujourd’hui/],
  [1, '2022-10-04', /^Demain/],
  [30, '2022-11-02', /2 novembre 2022.*30 jours/],
])('ORD-4: a decrease with %i days of notice begins on %s', (days, first, words) => {
  expect(earliest(false, terms(days))).toBe(first);
  expect(earliestInWords(false, terms(days))).toMatch(words);
  expect(earliest(true, terms(days))).toBe('2022-10-03');
});
