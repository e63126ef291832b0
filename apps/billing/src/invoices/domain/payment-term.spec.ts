import { paymentTermOf } from './payment-term.js';

test.each([
  ['COMMUNE', 30, 30],
  ['COMMUNE', 20, 20],
  ['COMMUNE', 45, 30],
  ['STATE', 60, 30],
  ['SYNDICAT', 31, 30],
  ['EPCI', 31, 30],
  ['PUBLIC_ESTABLISHMENT', 31, 30],
  [undefined, 45, 30],
])('BIL-6: to a %s the market gives %i days: %i', (kind, marketDays, days) => {
  expect(paymentTermOf(kind, marketDays)).toBe(days);
});
