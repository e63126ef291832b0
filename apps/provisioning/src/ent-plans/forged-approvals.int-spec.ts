import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';

/**
 * Goal: a person who has the secret of the service's database opens no threshold of PRV-8 by a row of `ent_approval`. Method:
 * the statements, as the service's own role.
 */
jest.setTimeout(180_000);
bedForEachTest('2022-11-14');

const uai = '0440001A';
const day = '2022-11-14';
const all = pupils(uai, 30);
const noDecision = 'ent_approval_rests_on_its_decision';

/** The constraint that refused these statements of one transaction; undefined: accepted. */
async function refusal(...statements: readonly string[]): Promise<string | undefined> {
  try {
    await bed.fresh.unitOfWork.run(async (tx) => {
      for (const statement of statements) await tx.query(statement);
    });
    return undefined;
  } catch (error) {
    const { constraint, code } = error as { constraint?: string; code?: string };
    return constraint ?? code;
  }
}

function approval(
  source: string,
  reference: string,
  about: string,
  kind: string,
  figure: number,
  { from = day, to = '2022-11-20' } = {},
): string {
  return `insert into ent_approval (source, reference, about, kind, figure, starts_on, ends_on)
    values ('${source}', '${reference}', '${about}', '${kind}', ${figure}, '${from}', '${to}')`;
}

async function aSchool(): Promise<string> {
  await bed.aMembership('m1', { ordered: 60, uais: [uai] });
  const importId = await bed.import(all, { on: day });
  bed.run();
  await bed.untilQuiet();
  return importId;
}

/** A coordinator approves that 20 of 30 pupils close. */
async function approvedPlan(): Promise<string> {
  const leavers = all.slice(0, 20).map((person) => ({ ...person, endsOn: day, revision: 2 }));
  await bed.import(leavers, { on: day });
  await bed.untilQuiet();
  await bed.halt();
  const [part] = await bed.rows<{ plan_id: string }>(
    "select plan_id from ent_plan_part where state = 'HELD'",
  );
  const planId = part!.plan_id;
  await bed.plans().decidePlan.execute({
    ...{ planId, uai: '', verdict: 'APPROVED', reason: 'DEPART_CONFIRME SUP-7' },
    ...{ idempotencyKey: randomUUID(), caller: callerOf({ roles: ['coordinator'], userId: 'c1' }) },
  });
  return planId;
}

test('PRV-8: refuses an approval without a decision, of another kind, or of more than three months', async () => {
  await aSchool();
  const missing = randomUUID();
  for (const [statement, constraint] of [
    [approval('PLAN', missing, uai, 'DELETE', 99_999, { to: '2099-01-01' }), noDecision],
    [approval('PLAN', missing, uai, 'DELETE', 1), noDecision],
    [approval('DIRECTORY', missing, uai, 'ENDED', 31), noDecision],
    [approval('DIRECTORY', missing, uai, 'ENDED', 30), 'ent_approval_completes_its_import'],
    [approval('DIRECTORY', missing, uai, 'DELETE', 30), 'ent_approval_is_of_its_source'],
    [
      approval('DIRECTORY', missing, uai, 'ENDED', 30, { to: '2023-02-16' }),
      'ent_approval_lasts_three_months',
    ],
    [
      approval('DIRECTORY', missing, uai, 'ENDED', 30, { from: '2023-02-01', to: '2023-03-01' }),
      'ent_approval_begins',
    ],
    [approval('ORDER', missing, 'm1', 'BLOCK', 1), noDecision],
  ] as const)
    expect([statement, await refusal(statement)]).toEqual([statement, constraint]);
});

test('PRV-8: refuses a second approval by a plan, and one of more accounts than its part lets close', async () => {
  await aSchool();
  const planId = await approvedPlan();
  const isOf = `where source = 'PLAN' and reference = '${planId}'`;
  expect(await bed.rows(`select about, kind, figure, ends_on from ent_approval ${isOf}`)).toEqual([
    { about: uai, kind: 'DELETE', figure: 20, ends_on: '2023-02-15' },
  ]);
  expect([
    await refusal(`update ent_approval set figure = 21 ${isOf}`),
    await refusal(`update ent_approval set ends_on = '2099-01-01' ${isOf}`),
    await refusal(
      `${approval('PLAN', planId, uai, 'DELETE', 20)} on conflict (source, reference, about, kind) do update set figure = 99999`,
    ),
    await refusal(`update ent_approval set figure = 19 ${isOf}`),
    await refusal(`delete from ent_approval ${isOf}`),
    await refusal(approval('PLAN', planId, uai, 'DELETE', 1)),
    // A release written by hand lets no account close that has no work to.
    await refusal(
      `insert into ent_plan (plan_id, made_on, season, expires_on) values ('00000000-0000-4000-8000-00000000000a', '${day}', 'NORMAL', '2022-12-01')`,
      `insert into ent_plan_part (part_id, plan_id, uai, membership_id, state, held_by, renames, moves, blocks, closes, deletes, seats, counted, digest)
       values ('00000000-0000-4000-8000-00000000000b', '00000000-0000-4000-8000-00000000000a', '${uai}', 'm1', 'RELEASED', '', 0, 0, 0, 99999, 0, 0, 0, '')`,
      approval('PLAN', '00000000-0000-4000-8000-00000000000a', uai, 'DELETE', 1),
    ),
  ]).toEqual([
    'ent_approval_only_falls',
    '42501',
    noDecision,
    undefined,
    undefined,
    noDecision,
    noDecision,
  ]);
});

test('PRV-8: refuses an approval by an import or an order that was recorded before', async () => {
  const importId = await aSchool();
  await bed.order('m1', -42, '2022-11-15', 12);
  const [order] = await bed.rows<{ reference: string; figure: number }>(
    "select reference, figure from ent_approval where source = 'ORDER'",
  );
  expect(order?.figure).toBe(12);
  const { reference } = order!;
  const line = (orderId: string) =>
    `insert into order_line values ('${orderId}', 99, 'm1', 'ELEVE', '2022-11-15', -1)`;
  const again = `update import_progress set consumed = consumed + 1 where import_id = '${importId}'`;
  expect([
    await refusal(approval('DIRECTORY', importId, uai, 'ENDED', 1)),
    await refusal(again, approval('DIRECTORY', importId, uai, 'ENDED', 1)),
    await refusal(`update import_progress set expected = null where import_id = '${importId}'`),
    await refusal(`update import_progress set expected = 99999 where import_id = '${importId}'`),
    await refusal(`delete from ent_approval`),
    await refusal(approval('ORDER', reference, 'm1', 'BLOCK', 12)),
    await refusal(line(reference), approval('ORDER', reference, 'm1', 'BLOCK', 12)),
    await refusal(
      'savepoint s',
      line('o9'),
      'release s',
      approval('ORDER', 'o9', 'm2', 'BLOCK', 1),
    ),
    await refusal(
      'savepoint s',
      line('o9'),
      'release s',
      approval('ORDER', 'o9', 'm1', 'BLOCK', 31),
    ),
    await refusal(line('o9')),
    await refusal(approval('ORDER', 'o9', 'm1', 'BLOCK', 1)),
  ]).toEqual([
    ...[noDecision, noDecision, 'import_is_completed_once', 'import_is_completed_once', undefined],
    ...[noDecision, noDecision, noDecision, noDecision, undefined, noDecision],
  ]);
});

test('PRV-8: records the figures of an import once, however often it is read, and no more than the school has people', async () => {
  const importId = await aSchool();
  const figures = async () =>
    bed.rows("select about, kind, figure from ent_approval where source = 'DIRECTORY'");
  await bed.complete(importId, 30, day, [{ uai, ended: 30, changed: 0 }]);
  expect(await figures()).toEqual([]);
  await bed.complete('i2', 40, day, [{ uai, ended: 99_999, changed: 3 }]);
  expect(await figures()).toEqual([
    { about: uai, kind: 'ENDED', figure: 30 },
    { about: uai, kind: 'CHANGED', figure: 3 },
  ]);
  await bed.rows("update import_progress set consumed = 40 where import_id = 'i2'");
});
