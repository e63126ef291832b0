import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';

/**
 * Goal: whoever has the secret of the service's database cannot make work wait for ever, forget who may still be made, or
 * have the books say that a retry was otherwise. Method: the statements, as the service's own role.
 */
jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';
/** Refused: the constraint that did; undefined: it went through. */
async function refusal(sql: string, values: unknown[] = []): Promise<string | undefined> {
  try {
    await bed.rows(sql, values);
    return undefined;
  } catch (error) {
    const { constraint, code } = error as { constraint?: string; code?: string };
    return constraint ?? code;
  }
}

test('PRV-4, PRV-8: no forged row makes the ENT wait, or what was asked of it forgotten', async () => {
  await bed.aMembership('m1', { ordered: 3, uais: [uai] });
  await bed.import(pupils(uai, 3), { on: '2022-09-05' });
  await bed.settleAccounts();
  await bed.rows('update ent_task set tried_at = now()');
  const far = "now() + interval '10 years'";
  for (const column of ['not_before', 'file_until', 'tried_at', 'queued_at'])
    expect([column, await refusal(`update ent_task set ${column} = ${far}`)]).toEqual([
      ...[column, 'ent_task_waits_a_while'],
    ]);
  for (const value of ['null', "now() - interval '1 hour'"])
    expect(await refusal(`update ent_task set tried_at = ${value}`)).toBe('ent_task_was_tried');
  // The next try of one would fail all that are tried with it.
  for (const column of ['attempts', 'faults'])
    expect(await refusal(`update ent_task set ${column} = 2147483647`)).toBe(
      `ent_task_${column}_are_countable`,
    );
  await bed.rows('update ent_task set attempts = 1000000, faults = 1000000');
  // No night would see the school again.
  const reading = (column: string, value: string) =>
    refusal(`insert into structure_reading (uai, ${column}) values ('${uai}', ${value})`);
  expect([
    await reading('not_before', far),
    await reading('attempts', '2147483647'),
    await reading('attempts', '1000000'),
  ]).toEqual(['structure_reading_waits_a_while', 'structure_reading_is_countable', undefined]);
  // A night's decision that nobody journalled, or repeated of none.
  for (const status of ['APPROVED', 'REJECTED'])
    expect(
      await refusal(
        `insert into ent_look (uai, day, status, decided_by) values ('${uai}', '2022-09-05', '${status}', $1)`,
        [status === 'APPROVED' ? 'somebody' : ''],
      ),
    ).toBe('ent_look_decision_is_journalled');
  // What the service writes itself.
  expect(
    await refusal(
      "update ent_task set not_before = now() + interval '6 hours', file_until = now() + interval '30 seconds', tried_at = now()",
    ),
  ).toBeUndefined();
  await bed.rows('update ent_task set not_before = now(), file_until = null');
  bed.run();
  await bed.untilQuiet();
  expect([await bed.states(), await bed.rows('select from structure_reading')]).toEqual([
    ...[{ PROVISIONED: 3 }, []],
  ]);
});

test('PRV-4: no forged row makes a retry wait for ever, have been otherwise, or be forgotten', async () => {
  bed.ent.faults.set([{ mode: 'error-400', calls: 'POST /directory/class/.*/user' }]);
  await bed.aMembership('m1', { ordered: 30, uais: [uai] });
  await bed.import(pupils(uai, 30), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  await bed.halt();
  const { retryFault, carryOut } = bed.faultParts();
  const ask = { code: 'ENT_REFUSED', reason: 'AUTRE', idempotencyKey: randomUUID() };
  await retryFault.execute({ ...ask, caller: callerOf({ roles: ['support-2'] }) });
  await carryOut.execute();
  const one = (state: string) =>
    `(select account_id from ent_retry_account where state = '${state}' limit 1)`;
  const become = (from: string, to: string) =>
    refusal(`update ent_retry_account set state = '${to}' where account_id = ${one(from)}`);
  const ends = 'ent_retry_ends_once';
  const turn = 'ent_retry_account_takes_its_turn';
  expect([await become('TAKEN', 'WAITING'), await become('WAITING', 'THROUGH')]).toEqual([
    turn,
    turn,
  ]);
  expect(await refusal("update ent_retry set state = 'DONE'")).toBe(ends);
  expect(await refusal('delete from ent_retry')).toBe('ent_retry_is_kept');
  bed.run();
  await bed.untilQuiet();
  expect(await bed.rows('select state from ent_retry')).toEqual([{ state: 'STOPPED' }]);
  expect([await become('LEFT', 'WAITING'), await become('AGAIN', 'THROUGH')]).toEqual([turn, turn]);
  expect(await refusal("update ent_retry set state = 'RUNNING'")).toBe(ends);
  const account = await bed.rows<{ account_id: string }>('select account_id from account limit 1');
  const insert = `insert into ent_retry_account (retry_id, account_id, state)
    select retry_id, $1, 'WAITING' from ent_retry on conflict do nothing`;
  expect(await refusal(insert, [account[0]!.account_id])).toBe('ent_retry_account_begins_to_wait');
  expect(await refusal('delete from ent_retry')).toBe('ent_retry_is_kept');
  // Whose and why stays.
  expect(await refusal("update ent_retry set asked_by = 'somebody'")).toBe('42501');
  expect(await refusal('delete from ent_retry_account')).toBe('42501');
});
