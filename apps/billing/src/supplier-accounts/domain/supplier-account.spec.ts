import { parseIban } from '#libs/identifiers';
import { localDate } from '#libs/time';
import {
  accountOn,
  accountsByDay,
  accountsOfDrafts,
  type SupplierAccount,
} from './supplier-account.js';

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

test.each([
  // Approved on 1 October for a day before: no draft of then bears it.
  ['2022-09-15', ['']],
  ['2022-10-01', ['FR7630006000011234567890189', '']],
  ['2022-10-02', ['FR7630006000011234567890189']],
  // Two approvals of one day.
  [
    '2022-11-05',
    ['FR7630004000031234567890143', 'FR7630006000011234567890189', 'FR7630001007941234567890185'],
  ],
  ['2022-11-06', ['FR7630004000031234567890143']],
])('BIL-2: a draft of %s may bear %j', (day, expected) => {
  const approved = (version: number, iban: string, from: string, on: string) => ({
    ...{ version, iban: parseIban(iban) },
    ...{ effectiveFrom: localDate(from), approvedOn: localDate(on) },
  });
  const accounts = [
    approved(1, 'FR7630006000011234567890189', '2022-09-01', '2022-10-01'),
    approved(2, 'FR7630001007941234567890185', '2022-11-05', '2022-11-05'),
    approved(3, 'FR7630004000031234567890143', '2022-11-05', '2022-11-05'),
  ];
  expect([...accountsOfDrafts(accounts, localDate(day))].sort()).toEqual([...expected].sort());
});
