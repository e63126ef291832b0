import { jest } from '@jest/globals';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/people.test-support.js';

/**
 * Goal: what a withdrawal or an exclusion does to accounts (WDR-2, EXC-1). Method: the copy of memberships
 * takes the end as membership tells it, then the accounts are looked at.
 */
jest.setTimeout(90_000);

const stays = '0440001A';
const leaves = '0440002B';
bedForEachTest();
beforeEach(async () => {
  await bed.aMembership('m1', { ordered: 10, uais: [stays, leaves] });
  await bed.import([aPupil(1, { uai: stays }), aPupil(2, { uai: leaves })], { on: '2022-09-05' });
  await bed.settleAccounts();
}, 60_000);

const end = (endsOn: string) =>
  bed.fresh.unitOfWork.run((tx) => bed.memberships.end(tx, 'm1', endsOn));
const stateOf = (number: number) => bed.stateOf(aPupil(number, { uai: stays }).personId);
const lastOf = async (number: number) =>
  (await bed.historyOf(aPupil(number, { uai: stays }).personId)).at(-1);

test('WDR-2: from the day on, accounts of schools that nobody finances close; another member’s stay', async () => {
  await bed.aMembership('m2', { ordered: 5, uais: [], startsOn: '2022-07-19' });
  await bed.fresh.unitOfWork.run((tx) =>
    bed.memberships.finance(tx, {
      uai: stays,
      membershipId: 'm2',
      startsOn: '2022-10-03',
      endsOn: null,
    }),
  );
  await bed.begin('2022-10-02');
  await bed.settleAccounts();
  expect([await stateOf(1), await stateOf(2)]).toEqual([['PROVISIONING'], ['PROVISIONING']]);
  await bed.begin('2022-10-03');
  await end('2022-10-03');
  await bed.settleAccounts();
  expect([await stateOf(1), await stateOf(2)]).toEqual([['PROVISIONING'], ['CLOSING']]);
  expect(await lastOf(2)).toBe('CLOSING 2022-10-03 MEMBERSHIP');
  expect(await bed.rows('select membership_id from account where holds_seat')).toEqual([
    { membership_id: 'm2' },
  ]);
});

test('EXC-1: an end in the past closes accounts from today on, not before', async () => {
  await bed.begin('2022-11-20');
  await bed.settleAccounts();
  await end('2022-09-20');
  await bed.settleAccounts();
  expect([await stateOf(1), await stateOf(2)]).toEqual([['CLOSING'], ['CLOSING']]);
  expect(await lastOf(1)).toBe('CLOSING 2022-11-20 MEMBERSHIP');
  expect(await bed.rows('select account_id from account where holds_seat')).toEqual([]);
});
