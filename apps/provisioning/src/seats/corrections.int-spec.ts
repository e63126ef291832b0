import { jest } from '@jest/globals';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/provisioning-bed.test-support.js';

/** Goal: a correction of the past changes accounts and seats from today only (ORD-4). It comes as any order does. */
const uai = '0440001A';
const today = '2022-11-03';
jest.setTimeout(120_000);

bedForEachTest();
beforeEach(async () => {
  await bed.aMembership('m', { ordered: 3, uais: [uai] });
  await bed.import(
    [1, 2, 3, 4].map((n) => aPupil(n, { uai })),
    { on: '2022-09-05' },
  );
  await bed.settleAccounts();
  await bed.begin(today);
  await bed.settleAccounts();
}, 60_000);

const pool = async () => (await bed.rows('select held::int, ordered::int from seat_pool'))[0];
/** What happened to accounts after they first got or missed their seat. */
const steps = () =>
  bed.rows(
    `select from_state, to_state, effective_on from account_transition
      where effective_on > '2022-09-05' order by effective_on, from_state`,
  );

test('ORD-4: one that lowers a past day and today takes the seat today, not on the past day', async () => {
  await bed.order('m', -1, '2022-09-20');
  await bed.settleAccounts();
  expect(await pool()).toEqual({ held: 2, ordered: 2 });
  expect(await steps()).toEqual([
    { from_state: 'PROVISIONING', to_state: 'WAITING_SEAT', effective_on: today },
  ]);
});

test('ORD-4: one that raises a past day and today gives the seat to who waits from today on', async () => {
  await bed.order('m', 1, '2022-09-20');
  await bed.settleAccounts();
  expect(await pool()).toEqual({ held: 4, ordered: 4 });
  expect(await steps()).toEqual([
    { from_state: 'WAITING_SEAT', to_state: 'PROVISIONING', effective_on: today },
  ]);
});

test('ORD-4: one of past days only, taken back before today, changes no account and no seat', async () => {
  await bed.fresh.unitOfWork.run((tx) =>
    bed.memberships.addOrder(tx, {
      orderId: 'correction',
      membershipId: 'm',
      lines: [
        { itemCode: 'ELEVE', effectiveFrom: '2022-09-20', delta: -2 },
        { itemCode: 'ELEVE', effectiveFrom: today, delta: 2 },
      ],
    }),
  );
  await bed.settleAccounts();
  expect(await pool()).toEqual({ held: 3, ordered: 3 });
  expect(await steps()).toEqual([]);
});
