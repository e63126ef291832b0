import { expect, test } from '@jest/globals';
import { localDate } from '#libs/time';
import type { AccountState } from './account.js';
import { assess, foundUsed } from './assessment.js';
import { request, step, type Account, type Place } from './step.js';

const place: Place = {
  ...{ uai: '0440001A', membershipId: 'm1', itemCode: 'ELEVE', sourceKey: '1' },
  ...{ entryOn: localDate('2022-09-01'), classLabel: 'CP', classLevel: '' },
};
const identity = { accountId: 'a', personId: 'p', profile: 'STUDENT' as const };

/** Never used by our books, out of scope from a day on, with a grace of 60 days. */
function closed(day: string, trashDays: number): Account {
  const on = localDate(day);
  const reason = { on, cause: 'ORDER' as const };
  const requested = request(identity, place, reason);
  const provisioned = step(step(requested, 'PROVISIONING', reason), 'PROVISIONED', reason).account;
  const left = { newAccountId: 'b', personId: 'p', profile: 'STUDENT' as const };
  return assess(provisioned, undefined, { ...left, ...reason, graceDays: 60, trashDays })!.account;
}

test.each([
  // Closed, days that the ENT keeps it, found to be used, end of grace before and after.
  ['2022-09-05', 97, '2022-09-06', '2022-11-04', '2022-09-12'],
  ['2022-09-05', 37, '2022-09-06', '2022-11-04', '2022-10-29'],
  ['2022-09-05', 30, '2022-09-06', '2022-11-04', '2022-11-04'],
  // Found late: not in the past, of which all is told.
  ['2022-09-05', 97, '2022-10-20', '2022-11-04', '2022-10-21'],
  // Three months from the end of November end in February, of a leap year too.
  ['2023-11-30', 37, '2023-12-01', '2024-01-29', '2024-01-23'],
  ['2022-11-30', 37, '2022-12-01', '2023-01-29', '2023-01-22'],
])(
  'SUP-4: who closed on %s, is kept by the ENT for %i days, and is found on %s to have been in, goes in time',
  (day, trashDays, foundOn, before, after) => {
    const account = closed(day, trashDays);
    expect([account.state, account.closingEndsOn]).toEqual(['CLOSING', before]);
    const found = foundUsed(account, { on: localDate(foundOn), trashDays });
    expect([found.account.state, found.account.closingEndsOn, found.account.activated]).toEqual([
      ...['CLOSING', after, true],
    ]);
    expect(found.steps).toEqual([]);
  },
);

test.each<[AccountState, AccountState]>([
  ['PROVISIONED', 'ACTIVATED'],
  ['SUSPENDED', 'SUSPENDED'],
  ['WAITING_SEAT', 'WAITING_SEAT'],
])(
  'AUT-1, SUP-4: a first use found of who is %s is known from then on, and leaves it %s',
  (state, then) => {
    const account: Account = { ...closed('2022-09-05', 30), state, closingEndsOn: null };
    const found = foundUsed(account, { on: localDate('2022-09-06'), trashDays: 30 }).account;
    expect([found.state, found.activated, found.closingEndsOn]).toEqual([then, true, null]);
  },
);
