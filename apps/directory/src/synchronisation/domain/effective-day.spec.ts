import { localDate } from '#libs/time';
import { effectiveDay } from './effective-day.js';

/** Goal: one rule says from when on it counts what a delivery says (DIR-3). */
test.each([
  ['the day of its data, where it came later', '2022-10-03', '2022-10-07', '2022-10-03'],
  ['that very day', '2022-10-03', '2022-10-03', '2022-10-03'],
  ['never a day to come', '2022-10-20', '2022-10-07', '2022-10-07'],
])('DIR-3: %s', (_, datedOn, startedOn, day) => {
  expect(effectiveDay(localDate(datedOn), localDate(startedOn))).toBe(day);
});
