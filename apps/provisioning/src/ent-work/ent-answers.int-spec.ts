import { jest } from '@jest/globals';
import {
  bed,
  bedForEachTest,
  countInBoth,
  pupils,
} from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/provisioning-bed.test-support.js';
import { callerOf } from '#libs/testing';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';
const falseAnswers = ['page-200', 'error-200', 'redirect-302'] as const;

async function aPupilInTheEnt(): Promise<string> {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(uai, 1), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const [row] = await bed.rows<{ account_id: string }>('select account_id from account');
  return row!.account_id;
}
const inEnt = () => [...bed.ent.graph.users.values()].map(({ blocked }) => ({ blocked }));
const books = () => bed.rows('select ent_blocked, ent_removed from account');
const told = (call: string) => async () => {
  const [task] = await bed.rows<{ attempts: number }>(
    // A fault counts as the account's own only while others are served: what was asked again was answered before.
    "select attempts from ent_task where refused_code <> '' or attempts > 1",
  );
  return task !== undefined && (bed.ent.calls.get(call) ?? 0) > 0;
};

it.each(falseAnswers)(
  'PRV-5: a safety suspension answered %s is not in force, in our books either, until the ENT does it',
  async (mode) => {
    const accountId = await aPupilInTheEnt();
    bed.ent.faults.set([{ mode, calls: 'PUT /auth/block/.*' }]);
    await bed.decide.execute({
      accountId,
      decision: 'SUSPEND',
      reason: 'SECURITE SUP-42',
      idempotencyKey: 'k-1',
      caller: callerOf({ roles: ['support-2'] }),
    });
    await bed.until('the ENT was asked', told('block'));
    expect([inEnt(), await books()]).toEqual([
      [{ blocked: false }],
      [{ ent_blocked: false, ent_removed: false }],
    ]);
    bed.ent.faults.set([]);
    await bed.begin('2022-09-06');
    await bed.untilQuiet();
    expect([inEnt(), await books()]).toEqual([
      [{ blocked: true }],
      [{ ent_blocked: true, ent_removed: false }],
    ]);
  },
);

it.each(falseAnswers)(
  'PRV-5, SUP-4: an erasure answered %s is not one, and is asked again until it is done',
  async (mode) => {
    await aPupilInTheEnt();
    await bed.import([aPupil(1, { uai, endsOn: '2022-09-05', revision: 2 })], { on: '2022-09-05' });
    await bed.untilQuiet();
    bed.ent.faults.set([{ mode, calls: 'DELETE /directory/user.*' }]);
    await bed.begin('2022-11-10');
    await bed.until('the ENT was asked', told('delete-user'));
    expect([inEnt(), await books()]).toEqual([
      [{ blocked: true }],
      [{ ent_blocked: true, ent_removed: false }],
    ]);
    bed.ent.faults.set([]);
    await bed.begin('2022-11-11');
    await bed.untilQuiet();
    expect([inEnt(), await books()]).toEqual([[], [{ ent_blocked: true, ent_removed: true }]]);
  },
);

it.each(['', '1', 'date'])(
  'PRV-4: an ENT that says "too many" (Retry-After: "%s") has its pause, and nobody is given up for it',
  async (retryAfter) => {
    await bed.aMembership('m1', { ordered: 60, uais: [uai] });
    await bed.import(pupils(uai, 60), { on: '2022-09-05' });
    await bed.settleAccounts();
    // Each has met so many faults of its own that one more, while others are served, gives it up.
    await bed.rows('update ent_task set faults = 100');
    const date = new Date(Date.now() + 3_000).toUTCString();
    bed.ent.faults.set([
      {
        mode: 'throttled-429',
        calls: 'POST /directory/class/.*/user',
        share: 0.5,
        remaining: 20,
        retryAfter: retryAfter === 'date' ? date : retryAfter,
      },
    ]);
    bed.run();
    await bed.untilQuiet();
    expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 60 }, 60]);
  },
);

it('PRV-4: while the ENT wants a pause nobody calls it, and the service can be stopped', async () => {
  await bed.aMembership('m1', { ordered: 60, uais: [uai] });
  await bed.import(pupils(uai, 60), { on: '2022-09-05' });
  bed.ent.faults.set([{ mode: 'throttled-429', retryAfter: '600' }]);
  bed.run();
  await bed.until('somebody was told', () => bed.ent.calls.size > 0);
  await bed.until('it is in the books', async () => {
    const [row] = await bed.rows<{ n: bigint }>(
      "select count(*) as n from ent_task where not_before > now() + interval '5 minutes'",
    );
    return Number(row!.n) > 0;
  });
  bed.ent.faults.set([]);
  expect(await bed.states()).toEqual({ PROVISIONING: 60 });
  expect([...bed.ent.calls.keys()]).toEqual(['login']);
  await bed.halt();
});
