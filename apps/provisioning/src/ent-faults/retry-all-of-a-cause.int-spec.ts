import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import {
  bed,
  bedForEachTest,
  countInBoth,
  pupils,
} from '../../test/bed-of-each-test.test-support.js';
import { aPupil } from '../../test/people.test-support.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';
const creations = 'POST /directory/class/.*/user';
const level2 = callerOf({ roles: ['support-2'], userId: 'agent-2' });
const retry = (code: string, caller = level2, idempotencyKey = randomUUID()) =>
  bed
    .faultParts()
    .retryFault.execute({ code, reason: 'INCIDENT_ENT SUP-42', idempotencyKey, caller });
async function retryOne(personId: string): Promise<void> {
  const [row] = await bed.rows<{ account_id: string }>(
    'select account_id from account where person_id = $1',
    [personId],
  );
  const decision = { decision: 'RETRY', reason: 'INCIDENT_ENT', idempotencyKey: personId } as const;
  await bed.decide.execute({ ...decision, accountId: row!.account_id, caller: level2 });
}
const retries = () => bed.faultParts().retries.retries(undefined);
const faults = () => bed.faultParts().retries.faults(undefined);
const ended = () =>
  bed.until('the retry has ended', async () =>
    (await retries()).every(({ state }) => state !== 'RUNNING'),
  );
const counts = async () => {
  const [last] = await retries();
  const { state, accounts, through, again, gone, left } = last!;
  return { state, accounts, through, again, gone, left };
};

/** So many whom the ENT refuses. */
async function refused(count: number): Promise<void> {
  bed.ent.faults.set([{ mode: 'error-400', calls: creations }]);
  await bed.aMembership('m1', { ordered: count, uais: [uai] });
  await bed.import(pupils(uai, count), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  expect(await bed.states()).toEqual({ FAILED: count });
}

test('PRV-4: all of a cause are tried again by one decision, which stops by itself while the cause is there, and says how far it is', async () => {
  await refused(60);
  expect(await faults()).toEqual([
    { code: 'ENT_REFUSED', failed: 60, refused: 0, schools: 1, beingRetried: 0 },
  ]);
  await retry('ENT_REFUSED');
  await ended();
  const none = { through: 0, again: 0, gone: 0, left: 0 };
  expect(await counts()).toEqual({ state: 'STOPPED', accounts: 60, ...none, again: 20, left: 40 });
  expect(await bed.states()).toEqual({ FAILED: 60 });
  bed.ent.faults.set([]);
  const [first] = await retries();
  const key = randomUUID();
  const second = await retry('ENT_REFUSED', level2, key);
  // Asked once more under its key, and by somebody else: nothing begins twice.
  expect(await retry('ENT_REFUSED', level2, key)).toBe(second);
  await expect(retry('ENT_REFUSED', callerOf({ roles: ['support-3'] }))).rejects.toMatchObject({
    code: 'ENT_FAULT_GONE',
  });
  await ended();
  await bed.untilQuiet();
  const last = (await retries()).find(({ retryId }) => retryId !== first!.retryId);
  expect(last).toMatchObject({ retryId: second, state: 'DONE', accounts: 60, through: 60 });
  expect([await bed.states(), await countInBoth(), await faults()]).toEqual([
    { PROVISIONED: 60 },
    60,
    [],
  ]);
  expect((await bed.historyOf(aPupil(7, { uai }).personId)).slice(-2)).toEqual([
    'PROVISIONING 2022-09-05 OPERATOR',
    'PROVISIONED 2022-09-05 ENT',
  ]);
  expect(
    await bed.rows(
      `select action, actor, details->>'reason' as reason, details->>'accounts' as accounts
       from platform.audit_entry where action like 'ent-fault.%' order by id`,
    ),
  ).toEqual([
    ...[1, 2].map(() => ({
      ...{ action: 'ent-fault.retried', actor: 'agent-2' },
      ...{ reason: 'INCIDENT_ENT SUP-42', accounts: '60' },
    })),
    expect.objectContaining({ action: 'ent-fault.retried.refused' }),
  ]);
  expect(
    await bed.rows(
      "select distinct decided_by, reason from account_transition where cause = 'OPERATOR'",
    ),
  ).toEqual([{ decided_by: 'agent-2', reason: 'INCIDENT_ENT SUP-42' }]);
});

test('PRV-4: a change that the ENT refuses is due again at once, and who is not refused any more when its turn comes is left alone', async () => {
  await bed.aMembership('m1', { ordered: 30, uais: [uai] });
  await bed.import(pupils(uai, 30), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  bed.ent.faults.set([{ mode: 'error-400', calls: 'PUT /auth/block' }]);
  const leavers = pupils(uai, 5).map((one) => ({ ...one, endsOn: '2022-09-05', revision: 2 }));
  await bed.import(leavers, { on: '2022-09-05' });
  await bed.untilQuiet();
  expect(await faults()).toMatchObject([{ code: 'ENT_BLOCK_REFUSED', failed: 0, refused: 5 }]);
  bed.ent.faults.set([]);
  // One of them alone, and nobody of whom nothing is refused.
  await retryOne(leavers[4]!.personId);
  await expect(retryOne(aPupil(30, { uai }).personId)).rejects.toMatchObject({
    code: 'ACCOUNT_STATE_NOT_FIT',
  });
  await bed.until('it is blocked', async () => (await faults())[0]?.refused === 4);
  await bed.halt();
  await retry('ENT_BLOCK_REFUSED');
  // One comes back before its turn.
  await bed.import([{ ...leavers[0]!, endsOn: '', revision: 3 }], { on: '2022-09-05' });
  await bed.settleAccounts();
  await bed.rows(
    'delete from ent_task where account_id in (select account_id from account where person_id = $1)',
    [leavers[0]!.personId],
  );
  bed.run();
  await ended();
  await bed.untilQuiet();
  expect(await counts()).toEqual({
    ...{ state: 'DONE', accounts: 4, through: 3, again: 0, gone: 1, left: 0 },
  });
  expect([...bed.ent.graph.users.values()].filter(({ blocked }) => blocked)).toHaveLength(4);
});

test('PRV-4: two processes, one ended in the middle, try everybody once; two who ask at once share nobody', async () => {
  await refused(120);
  await bed.halt();
  const asked = await Promise.allSettled([retry('ENT_REFUSED'), retry('ENT_REFUSED')]);
  expect(asked.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  bed.ent.faults.set([
    { mode: 'timeout-after-success', calls: creations, share: 0.2, remaining: 5, waitMs: 300 },
  ]);
  bed.run({ timeoutMs: 300 });
  bed.run({ timeoutMs: 300 });
  await bed.until('some are through', () => bed.ent.graph.users.size > 10);
  await bed.halt();
  bed.run();
  await ended();
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 120 }, 120]);
  expect(await counts()).toMatchObject({ state: 'DONE', accounts: 120, through: 120 });
});

test('PRV-4, SUP-3: whose right is of another market neither sees nor retries; what ended three months ago is forgotten', async () => {
  await refused(3);
  const elsewhere = callerOf({ roles: ['support-3'], markets: ['other-2026'] });
  await expect(retry('ENT_REFUSED', elsewhere)).rejects.toMatchObject({ code: 'ENT_FAULT_GONE' });
  expect(await bed.faultParts().retries.faults(['other-2026'])).toEqual([]);
  await expect(
    bed.faultParts().retryFault.execute({
      ...{ code: 'ENT_REFUSED', reason: 'parce que Léa', idempotencyKey: '', caller: level2 },
    }),
  ).rejects.toMatchObject({ code: 'INPUT_INVALID' });
  await retry('ENT_REFUSED');
  await ended();
  expect(await bed.faultParts().retries.retries(['other-2026'])).toEqual([]);
  await bed.begin('2022-12-04');
  expect(await retries()).toHaveLength(1);
  await bed.begin('2022-12-06');
  expect([await retries(), await bed.rows('select from ent_retry_account')]).toEqual([[], []]);
});
