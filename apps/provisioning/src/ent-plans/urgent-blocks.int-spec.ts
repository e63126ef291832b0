import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';

jest.setTimeout(180_000);
bedForEachTest('2022-11-14');

const uai = '0440001A';
const all = pupils(uai, 30);

/** 30 pupils in the ENT, of whom the first ones leave: more than a plan lets go. */
async function aHeldClosing(count: number): Promise<void> {
  await bed.aMembership('m1', { ordered: 60, uais: [uai] });
  await bed.import(all, { on: '2022-11-14' });
  bed.run();
  await bed.untilQuiet();
  const leavers = all.slice(0, count);
  await bed.import(
    leavers.map((person) => ({ ...person, endsOn: '2022-11-14', revision: 2 })),
    { on: '2022-11-14' },
  );
  await bed.untilQuiet();
}
const accountOf = async (index: number) => {
  const [account] = await bed.accounts.ofPeople(bed.fresh.database, [all[index]!.personId]);
  return account!;
};
const decide = async (index: number, decision: 'SUSPEND' | 'RESUME') =>
  bed.decide.execute({
    accountId: (await accountOf(index)).accountId,
    decision,
    reason: 'SECURITE',
    idempotencyKey: randomUUID(),
    caller: callerOf({ roles: ['support-2'], userId: 'u2' }),
  });
const blocked = () => [...bed.ent.graph.users.values()].filter((user) => user.blocked).length;
const parts = () => bed.rows('select state, closes, digest from ent_plan_part order by part_id');
const heldPlan = async () =>
  (await bed.rows<{ plan_id: string }>('select plan_id from ent_plan_part'))[0]!.plan_id;
const approve = async () =>
  bed.plans().decidePlan.execute({
    planId: await heldPlan(),
    uai: '',
    verdict: 'APPROVED',
    reason: 'DEPART_CONFIRME',
    idempotencyKey: randomUUID(),
    caller: callerOf({ roles: ['coordinator'], userId: 'c1' }),
  });

test('PRV-8: an emergency block of an account whose closing a plan holds passes at once, and the plan stays as it was read', async () => {
  await aHeldClosing(11);
  const before = await parts();
  expect([blocked(), before]).toMatchObject([0, [{ state: 'HELD', closes: 11 }]]);
  await decide(0, 'SUSPEND');
  await decide(1, 'SUSPEND');
  await bed.untilQuiet();
  expect([blocked(), await parts(), (await accountOf(0)).state]).toEqual([2, before, 'CLOSING']);
  // Lifted before the plan is decided: the ENT lets the account in again, as for the other closings that wait.
  await decide(1, 'RESUME');
  await bed.untilQuiet();
  expect([blocked(), await parts()]).toEqual([1, before]);
  await approve();
  await bed.untilQuiet();
  expect(blocked()).toBe(11);
  // Blocked by the plan as well: nothing more can be blocked.
  await expect(decide(5, 'SUSPEND')).rejects.toMatchObject({ code: 'ACCOUNT_STATE_NOT_FIT' });
});

test('PRV-3: a person blocked in an emergency who returns is suspended until the block is lifted', async () => {
  await aHeldClosing(12);
  await decide(0, 'SUSPEND');
  await bed.untilQuiet();
  await bed.begin('2022-11-15');
  await bed.import([{ ...all[0]!, revision: 3 }], { on: '2022-11-15' });
  await bed.untilQuiet();
  expect([blocked(), (await accountOf(0)).state]).toEqual([1, 'SUSPENDED']);
  const last = await bed.rows(
    `select from_state, to_state, cause, decided_by, reason from account_transition
     where account_id = '${(await accountOf(0)).accountId}' order by sequence desc limit 2`,
  );
  expect(last).toEqual([
    {
      from_state: 'PROVISIONED',
      to_state: 'SUSPENDED',
      cause: 'OPERATOR',
      decided_by: 'u2',
      reason: 'SECURITE',
    },
    {
      from_state: 'CLOSING',
      to_state: 'PROVISIONED',
      cause: 'IMPORT',
      decided_by: '',
      reason: '',
    },
  ]);
  await decide(0, 'RESUME');
  await bed.untilQuiet();
  expect([blocked(), (await accountOf(0)).state]).toEqual([0, 'PROVISIONED']);
});

test('PRV-8: an emergency block waits for an ENT that does not answer, and the nightly comparison finds nothing to correct', async () => {
  await aHeldClosing(11);
  bed.ent.faults.set([{ mode: 'error-503', calls: '^PUT .*block' }]);
  await decide(0, 'SUSPEND');
  await bed.until('a call was refused', async () => {
    const [row] = await bed.rows<{ attempts: number }>('select attempts from ent_urgent_block');
    return (row?.attempts ?? 0) > 0;
  });
  bed.ent.faults.set([]);
  await bed.untilQuiet();
  expect(blocked()).toBe(1);
  await bed.begin('2022-11-15');
  await bed.untilQuiet();
  expect([blocked(), await bed.rows('select status, differences from ent_look')]).toEqual([
    1,
    [{ status: 'MATCHED', differences: [] }],
  ]);
});
