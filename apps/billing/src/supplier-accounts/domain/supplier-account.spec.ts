import { parseIban } from '#libs/identifiers';
import { localDate } from '#libs/time';
import { accountOn, accountsByDay, type SupplierAccount } from './supplier-account.js';

const account = (version: number, from: string): SupplierAccount => ({
  ...{ version, iban: parseIban('FR7630006000011234567890189'), effectiveFrom: localDate(from) },
});
const accounts = [
  account(1, '2022-09-01'),
  account(2, '2023-03-01'),
  account(3, '2023-01-01'),
  account(4, '2023-03-01'),
];

test.each([
  ['2022-08-31', undefined],
  ['2022-09-01', 1],
  ['2023-01-01', 3],
  ['2023-02-28', 3],
  ['2023-03-01', 4],
])('on %s it is the one that came into effect last: %s', (day, version) => {
  expect(accountOn(accounts, localDate(day))?.version).toBe(version);
});

test('by day, of one day the last alone', () => {
  expect(accountsByDay(accounts).map(({ version }) => version)).toEqual([1, 3, 4]);
});
