import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import pg from 'pg';
import { callerOf } from '#libs/testing';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { everythingWaits } from '../../test/ent-parts.test-support.js';
import { type APerson, aPupil } from '../../test/people.test-support.js';
import type { EntOutcome } from '../ent-work/ent-task.js';

jest.setTimeout(180_000);
bedForEachTest('2022-11-14');

const [uai, other] = ['0440001A', '0440002B'];
const all = pupils(uai, 30);
const gone = (people: readonly APerson[], endsOn: string) =>
  people.map((person) => ({ ...person, endsOn, revision: 2 }));

/** 30 pupils in the ENT; the plan of the night before was about nobody. */
async function aSchool(): Promise<void> {
  await bed.aMembership('m1', { ordered: 60, uais: [uai, other] });
  await bed.import(all, { on: '2022-11-14' });
  bed.run();
  await bed.untilQuiet();
}
/** They leave by an import, whose plan says so unless told otherwise. */
async function leave(
  people: readonly APerson[],
  approved = people.length,
  on = '2022-11-14',
): Promise<void> {
  const schools = approved > 0 ? [{ uai, ended: approved, changed: 0 }] : [];
  await bed.import(gone(people, on), { on, schools });
  await bed.untilQuiet();
}
const blocked = () => [...bed.ent.graph.users.values()].filter((user) => user.blocked).length;
const present = () =>
  [...bed.ent.graph.users.values()].filter(({ deleteDate }) => deleteDate === null).length;
/** `school state level figures`, those of the newest plan that has any. */
const parts = async () =>
  (
    await bed.rows<{ line: string }>(
      `select concat_ws(' ', right(uai, 2), state, nullif(held_by, ''), nullif(renames, 0) || 'R', nullif(moves, 0) || 'M',
         nullif(blocks, 0) || 'B', nullif(closes, 0) || 'C', nullif(deletes, 0) || 'D') as line
       from ent_plan_part join ent_plan using (plan_id) order by made_on, ent_plan_part.ctid`,
    )
  ).map(({ line }) => line);
const heldPlan = async () =>
  (
    await bed.rows<{ plan_id: string }>("select plan_id from ent_plan_part where state = 'HELD'")
  )[0]!.plan_id;
const decide = (
  verdict: 'APPROVED' | 'REJECTED',
  planId: string,
  changed: {
    role?: 'support-3' | 'coordinator';
    userId?: string;
    uai?: string;
    reason?: string;
    markets?: string[];
    key?: string;
  } = {},
) => {
  const {
    role = 'coordinator',
    userId = 'c1',
    uai: of = '',
    reason = 'DEPART_CONFIRME SUP-7',
  } = changed;
  return bed.plans().decidePlan.execute({
    ...{ planId, uai: of, verdict, reason, idempotencyKey: changed.key ?? randomUUID() },
    caller: callerOf({
      ...{ roles: [role], userId },
      ...(changed.markets ? { markets: changed.markets } : {}),
    }),
  });
};

test('PRV-8: a mass departure that a plan of the directory approved is not asked again; unapproved it waits, and approved is done exactly', async () => {
  await aSchool();
  await leave(all.slice(0, 15));
  expect([blocked(), await parts()]).toEqual([15, ['1A RELEASED 15C']]);
  // One more than its plan said: nobody can tell which were meant.
  await leave(all.slice(15, 27), 11);
  expect([blocked(), await bed.states()]).toEqual([15, { CLOSING: 27, PROVISIONED: 3 }]);
  expect((await parts()).at(-1)).toBe('1A HELD WHOLE 12C');
  const planId = await heldPlan();
  // No worker takes it, whoever asks.
  await bed.fresh.unitOfWork.run((tx) => tx.query('update ent_task set not_before = now()'));
  await bed.untilQuiet();
  expect(blocked()).toBe(15);
  await expect(decide('APPROVED', planId, { role: 'support-3' })).rejects.toMatchObject({
    ...{ code: 'ENT_PLAN_ABOVE_LEVEL', details: { schools: [uai] } },
  });
  await expect(decide('APPROVED', planId, { markets: ['autre'] })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(decide('APPROVED', planId, { reason: 'Léa Martin' })).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  await expect(decide('APPROVED', randomUUID())).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const key = randomUUID();
  // Two at once: the same key has the same answer.
  const twice = await Promise.all([1, 2].map(() => decide('APPROVED', planId, { key })));
  expect(twice).toEqual([1, 2].map(() => ({ schools: 1, accounts: 12 })));
  await bed.untilQuiet();
  expect(blocked()).toBe(27);
  await expect(decide('REJECTED', planId)).rejects.toMatchObject({ code: 'ENT_PLAN_DECIDED' });
  const { planViews } = bed.plans();
  const [school] = await planViews.schools(planId, ['e-primo-2022'], { after: '', limit: 10 });
  expect(school).toMatchObject({
    ...{
      uai,
      state: 'DONE',
      heldBy: 'WHOLE',
      seats: 12,
      counted: 12,
      reason: 'DEPART_CONFIRME SUP-7',
    },
    figures: { renames: 0, moves: 0, blocks: 0, closes: 12, deletes: 0 },
  });
  expect((await planViews.get(planId, undefined))?.members).toMatchObject([
    { membershipId: 'm1', memberName: 'Commune m1', schools: 1 },
  ]);
  expect(await planViews.list(['autre'], 10)).toEqual([]);
  // The end of their grace: approved with the closings.
  await bed.begin('2023-01-13');
  await bed.untilQuiet();
  expect([present(), (await parts()).at(-1)]).toEqual([3, '1A RELEASED 27D']);
});

test('PRV-8: rejected, nothing of it reaches the ENT and our books stand, until the legal day of erasure', async () => {
  await aSchool();
  await leave(all.slice(0, 20), 0);
  const planId = await heldPlan();
  expect(await decide('REJECTED', planId, { role: 'support-3' })).toEqual({
    schools: 1,
    accounts: 20,
  });
  await bed.begin('2022-11-15');
  await bed.untilQuiet();
  expect([blocked(), await bed.states()]).toEqual([0, { CLOSING: 20, PROVISIONED: 10 }]);
  // Their grace is over: another thing is asked of the ENT, and asked about.
  await bed.begin('2023-01-13');
  await bed.untilQuiet();
  expect([present(), (await parts()).at(-1), await bed.states()]).toEqual([
    ...[30, '1A HELD WHOLE 20D', { DELETED: 20, PROVISIONED: 10 }],
  ]);
  await bed.begin('2023-02-13');
  await bed.untilQuiet();
  expect(present()).toBe(30);
  await bed.begin('2023-02-14');
  await bed.untilQuiet();
  expect(present()).toBe(10);
});

test('PRV-3, PRV-8: who returns although its deletion was rejected has the user of before, once, beyond the legal day', async () => {
  await aSchool();
  await leave(all.slice(0, 20), 0);
  await decide('REJECTED', await heldPlan());
  await bed.begin('2023-01-13');
  await bed.untilQuiet();
  await decide('REJECTED', await heldPlan());
  const before = [...bed.ent.graph.users.values()].find(
    ({ firstName }) => firstName === 'Prenom1',
  )!;
  const back = { ...aPupil(1, { uai }), classLabel: 'CM1', revision: 5 };
  await bed.import([back], { on: '2023-01-13' });
  await bed.untilQuiet();
  const theirs = () =>
    [...bed.ent.graph.users.values()].filter(({ firstName }) => firstName === 'Prenom1');
  expect([present(), theirs().map(({ id, login }) => [id, login])]).toEqual([
    ...[30, [[before.id, before.login]]],
  ]);
  expect(await bed.rows('select ent_id from account where ent_id = $1', [before.id])).toHaveLength(
    1,
  );
  await bed.begin('2023-02-14');
  await bed.untilQuiet();
  expect([present(), theirs().map(({ id, blocked: is }) => [id, is])]).toEqual([
    ...[11, [[before.id, false]]],
  ]);
});

test('PRV-8: what changed since it was read is refused with its figures and planned anew; who returns is not told; what nobody decides expires into a new plan', async () => {
  await aSchool();
  await leave(all.slice(0, 20), 0);
  const first = await heldPlan();
  await bed.halt();
  // One of them is back, and the work that says so is under way.
  await bed.import([{ ...all[0]!, revision: 3 }], { on: '2022-11-14' });
  while ((await bed.assessPeople.execute()) > 0 || (await bed.allotSeats.execute()));
  await expect(decide('APPROVED', first)).rejects.toMatchObject({
    ...{ code: 'ENT_PLAN_STALE', details: { planned: 20, now: 19 } },
  });
  bed.run();
  await bed.untilQuiet();
  expect((await parts()).sort()).toEqual(['1A HELD WHOLE 19C', '1A STALE WHOLE 20C']);
  await expect(decide('APPROVED', first)).rejects.toMatchObject({ code: 'ENT_PLAN_STALE' });
  const second = await heldPlan();
  await bed.begin('2022-11-28');
  await bed.untilQuiet();
  await expect(decide('APPROVED', second)).rejects.toMatchObject({ code: 'ENT_PLAN_EXPIRED' });
  const third = await heldPlan();
  await decide('APPROVED', third, { uai });
  await bed.untilQuiet();
  expect([blocked(), (await bed.stateOf(all[0]!.personId))[0]]).toEqual([19, 'PROVISIONED']);
});

test('PRV-8: seats that an order’s orderer confirmed to lose are taken at once; unconfirmed they wait, and a suspension never does', async () => {
  await aSchool();
  await bed.order('m1', -42, '2022-11-15', 12);
  await bed.begin('2022-11-15');
  await bed.untilQuiet();
  expect([blocked(), await parts()]).toEqual([12, ['1A RELEASED 12B']]);
  await bed.order('m1', -12, '2022-11-16');
  await bed.begin('2022-11-16');
  await bed.untilQuiet();
  expect([blocked(), await bed.states(), (await parts()).at(-1)]).toEqual([
    ...[12, { WAITING_SEAT: 24, PROVISIONED: 6 }, '1A HELD WHOLE 12B'],
  ]);
  const [row] = await bed.rows<{ account_id: string }>(
    "select account_id from account where state = 'PROVISIONED' limit 1",
  );
  await bed.decide.execute({
    ...{ accountId: row!.account_id, decision: 'SUSPEND', reason: 'SECURITE' },
    ...{ idempotencyKey: randomUUID(), caller: callerOf({ roles: ['support-2'], userId: 'u2' }) },
  });
  await bed.untilQuiet();
  expect(blocked()).toBe(13);
});

test('PRV-8: movers and renamed people wait like the rest; their guardians stay where the ENT has the child', async () => {
  const families = all.slice(0, 12).map(({ personId }, at) =>
    aPupil(100 + at, {
      uai,
      profile: 'RELATIVE',
      birthDate: '',
      classLabel: '',
      childIds: [personId],
    }),
  );
  await bed.aMembership('m1', { ordered: 60, uais: [uai, other] });
  await bed.import([...all, ...families], { on: '2022-11-14' });
  bed.run();
  await bed.untilQuiet();
  const classes = () => {
    const { graph } = bed.ent;
    const users = [...graph.users.values()].flatMap(({ classIds }) => classIds);
    return Object.fromEntries(
      [...graph.classes.values()].map(({ name, id }) => [
        name,
        users.filter((each) => each === id).length,
      ]),
    );
  };
  // Who decided about one of them last does not approve what is told of it.
  const [account] = await bed.accounts.ofPeople(bed.fresh.database, [all[0]!.personId]);
  for (const decision of ['SUSPEND', 'RESUME'] as const)
    await bed.decide.execute({
      ...{ accountId: account!.accountId, decision, reason: 'SECURITE' },
      ...{ idempotencyKey: randomUUID(), caller: callerOf({ roles: ['support-2'], userId: 'u2' }) },
    });
  await bed.untilQuiet();
  const before = classes();
  const moved = all.slice(0, 12).map((person) => ({ ...person, classLabel: 'CM1', revision: 2 }));
  const renamed = all
    .slice(12, 13)
    .map((person) => ({ ...person, lastName: 'Autre', revision: 2 }));
  await bed.import([...moved, ...renamed], { on: '2022-11-14' });
  await bed.untilQuiet();
  expect([classes(), await parts()]).toEqual([before, ['1A HELD WHOLE 1R 12M']]);
  // No guardian any more, and renamed: the link goes at once and alone.
  const parted = { ...families[0]!, lastName: 'Nouveau', childIds: [], revision: 2 };
  await bed.import([parted], { on: '2022-11-14' });
  await bed.untilQuiet();
  const users = () => [...bed.ent.graph.users.values()];
  const named = () => users().filter(({ lastName }) => /Autre|Nouveau/.test(lastName)).length;
  const links = users().reduce((sum, { relativeIds }) => sum + relativeIds.length, 0);
  expect([links, named(), (await parts()).at(-1)]).toEqual([11, 0, '1A HELD WHOLE 2R 12M']);
  await expect(decide('APPROVED', await heldPlan(), { userId: 'u2' })).rejects.toMatchObject({
    code: 'ENT_PLAN_OWN',
  });
  await decide('APPROVED', await heldPlan());
  await bed.untilQuiet();
  expect([classes(), named()]).toMatchObject([{ CM1: 23, 'CE2 A': 18 }, 2]);
});

test('PRV-8: who may come in again does at once, where the ENT has it, though a plan holds the name, the class or the school', async () => {
  await bed.aMembership('m1', { ordered: 60, uais: [uai, other] });
  await bed.import(all, { on: '2022-11-14' });
  bed.thresholds = everythingWaits;
  bed.run();
  await bed.untilQuiet();
  const [renamed, elsewhere, mover] = all.slice(0, 3);
  await bed.import(
    [
      { ...renamed!, lastName: 'Nouveau', revision: 2 },
      { ...elsewhere!, classLabel: 'CM1', revision: 2 },
      { ...mover!, uai: other, revision: 2 },
    ],
    { on: '2022-11-14' },
  );
  await bed.untilQuiet();
  const decideOf = async (decision: 'SUSPEND' | 'RESUME') => {
    for (const { personId } of [renamed!, elsewhere!, mover!]) {
      const [account] = await bed.accounts.ofPeople(bed.fresh.database, [personId]);
      await bed.decide.execute({
        ...{ accountId: account!.accountId, decision, reason: 'SECURITE' },
        ...{
          idempotencyKey: randomUUID(),
          caller: callerOf({ roles: ['support-2'], userId: 'u2' }),
        },
      });
    }
    await bed.untilQuiet();
  };
  const users = () => [...bed.ent.graph.users.values()];
  const seen = () =>
    [renamed!, elsewhere!, mover!].map(({ firstName }) => {
      const user = users().find((each) => each.firstName === firstName)!;
      return [user.lastName, user.classIds.length, user.blocked];
    });
  const classes = () => users().map(({ classIds }) => [...classIds]);
  const before = seen();
  const classesBefore = classes();
  await decideOf('SUSPEND');
  expect(seen().map(([, , isBlocked]) => isBlocked)).toEqual([true, true, true]);
  await decideOf('RESUME');
  expect([seen(), (await parts()).at(-1)]).toEqual([before, '1A HELD WHOLE 1R 2M']);
  expect(classes()).toEqual(classesBefore);
  // A no is no word about who may come in.
  await decide('REJECTED', await heldPlan());
  await decideOf('SUSPEND');
  await decideOf('RESUME');
  expect([seen(), classes()]).toEqual([before, classesBefore]);
  await bed.decideHeld('APPROVED');
  await bed.untilQuiet();
  expect([blocked(), seen()[0]![0]]).toEqual([0, 'Nouveau']);
});

test('PRV-3, PRV-8: who left before it was ever in, and is back in another class, comes in at once, though a plan holds its move', async () => {
  await bed.aMembership('m1', { ordered: 60, uais: [uai] });
  bed.thresholds = everythingWaits;
  const one = all[0]!;
  await bed.import([one], { on: '2022-11-14' });
  await bed.settleAccounts();
  const [row] = await bed.rows<{ account_id: string }>('select account_id from account');
  const [task] = await bed.work.take([row!.account_id]);
  const outcome: EntOutcome = { accountId: row!.account_id, attempts: task!.attempts };
  await bed.engine().match.execute(task!, outcome);
  // Its answer comes after it has left.
  await bed.import([{ ...one, endsOn: '2022-11-14', revision: 2 }], { on: '2022-11-14' });
  await bed.settleAccounts();
  await bed.work.record([outcome]);
  bed.run();
  await bed.untilQuiet();
  expect([await bed.states(), blocked()]).toEqual([{ CLOSING: 1 }, 1]);
  await bed.import([{ ...one, classLabel: 'CM1', revision: 3 }], { on: '2022-11-14' });
  await bed.untilQuiet();
  expect([await bed.states(), blocked(), (await parts()).at(-1)]).toEqual([
    ...[{ PROVISIONED: 1 }, 0, expect.stringMatching(/HELD .*1M/)],
  ]);
});

test('PRV-4, PRV-8: who is suspended while an opening has no answer is blocked in the ENT, though a plan holds its name', async () => {
  await bed.aMembership('m1', { ordered: 60, uais: [uai] });
  await bed.import(all, { on: '2022-11-14' });
  bed.thresholds = everythingWaits;
  bed.run({ timeoutMs: 500 });
  await bed.untilQuiet();
  const { personId, firstName } = all[0]!;
  await bed.import([{ ...all[0]!, lastName: 'Nouveau', revision: 2 }], { on: '2022-11-14' });
  await bed.untilQuiet();
  const user = () => [...bed.ent.graph.users.values()].find((one) => one.firstName === firstName)!;
  const decideOf = async (decision: 'SUSPEND' | 'RESUME') => {
    const [account] = await bed.accounts.ofPeople(bed.fresh.database, [personId]);
    const caller = callerOf({ roles: ['support-2'], userId: 'u2' });
    const by = { accountId: account!.accountId, reason: 'SECURITE', caller };
    await bed.decide.execute({ ...by, decision, idempotencyKey: randomUUID() });
  };
  await decideOf('SUSPEND');
  await bed.untilQuiet();
  bed.ent.faults.set([
    { mode: 'timeout-after-success', calls: 'PUT /auth/block/.*', body: 'false', waitMs: 2_000 },
  ]);
  await decideOf('RESUME');
  await bed.until('let in, unheard', () => !user().blocked);
  await decideOf('SUSPEND');
  bed.ent.faults.set([]);
  await bed.untilQuiet();
  expect([user().blocked, user().lastName === 'Nouveau', (await parts()).at(-1)]).toEqual([
    ...[true, false, expect.stringContaining('HELD')],
  ]);
  await bed.decideHeld('APPROVED');
  await bed.untilQuiet();
  expect([user().blocked, user().lastName]).toEqual([true, 'Nouveau']);
});

type Told = Parameters<Parameters<typeof bed.fresh.unitOfWork.run>[0]>[0];
const ended = { uai, membershipId: 'm1', endedOn: '2022-11-14', isTransfer: false };
test.each([
  ['the end of the membership', (tx: Told) => bed.memberships.end(tx, 'm1', '2022-11-14', 'c1')],
  [
    'the end of what paid for the school',
    (tx: Told) => bed.memberships.endFinancing(tx, { ...ended, endedBy: 'c1' }),
  ],
])('PRV-8: who recorded %s does not approve the closings that follow', async (_what, end) => {
  await aSchool();
  await bed.fresh.unitOfWork.run(end);
  await bed.untilQuiet();
  expect([blocked(), await parts()]).toEqual([0, ['1A HELD WHOLE 30C']]);
  await expect(decide('APPROVED', await heldPlan(), { userId: 'c1' })).rejects.toMatchObject({
    code: 'ENT_PLAN_OWN',
  });
  await decide('APPROVED', await heldPlan(), { userId: 'c2' });
  await bed.untilQuiet();
  expect(blocked()).toBe(30);
});

test('PRV-8: who caused a closing does not approve the deletion at the end of its grace, though the day alone ended it', async () => {
  await aSchool();
  await bed.fresh.unitOfWork.run((tx) => bed.memberships.end(tx, 'm1', '2022-11-14', 'c1'));
  await bed.untilQuiet();
  await decide('REJECTED', await heldPlan());
  await bed.begin('2023-01-13');
  await bed.untilQuiet();
  expect([present(), (await parts()).at(-1)]).toEqual([30, '1A HELD WHOLE 30D']);
  await expect(decide('APPROVED', await heldPlan(), { userId: 'c1' })).rejects.toMatchObject({
    code: 'ENT_PLAN_OWN',
  });
  await decide('APPROVED', await heldPlan(), { userId: 'c2' });
  await bed.untilQuiet();
  expect(present()).toBe(0);
});

test('PRV-8: what a plan holds, or a person has rejected, is let through by no approval that others were given', async () => {
  await aSchool();
  await leave(all.slice(0, 11), 0);
  await bed.begin('2022-11-15');
  // An import whose plan approved more than it brought.
  await leave(all.slice(11, 12), 20, '2022-11-15');
  expect([blocked(), (await parts()).at(-1)]).toEqual([0, '1A HELD WHOLE 12C']);
  await decide('REJECTED', await heldPlan());
  await leave(all.slice(12), 18, '2022-11-15');
  expect([blocked(), (await parts()).at(-1)]).toEqual([18, '1A RELEASED 18C']);
  // The deletions of these are approved with their closings, not those of whom nobody was told to close.
  await bed.begin('2023-01-13');
  await bed.untilQuiet();
  expect([present(), (await parts()).at(-1)]).toEqual([30, '1A HELD WHOLE 11D']);
});

test('PRV-8: killed while it judges or once it has let go, judged or decided twice at once: each is told once, and one word counts', async () => {
  await aSchool();
  await bed.halt();
  await bed.import(gone(all.slice(0, 20), '2022-11-14'), { on: '2022-11-14' });
  await bed.settleAccounts();
  const owner = new pg.Client({ connectionString: bed.fresh.ownerUrl });
  await owner.connect();
  await owner.query('begin');
  await owner.query('lock table ent_plan_part in exclusive mode');
  const killed = bed.plans().makePlans.execute();
  killed.catch(() => undefined);
  const ended = () =>
    owner.query(
      `select pg_terminate_backend(pid) from pg_locks where relation = 'ent_plan_part'::regclass and not granted`,
    );
  await bed.until('it is ended', async () => ((await ended()).rowCount ?? 0) > 0);
  await owner.query('rollback');
  await owner.end();
  await expect(killed).rejects.toThrow();
  expect([await parts(), await bed.rows('select distinct gate from ent_task')]).toEqual([
    ...[[], [{ gate: 'GATHERED' }]],
  ]);
  const judged = await Promise.all([1, 2].map(() => bed.plans().makePlans.execute()));
  expect([judged.sort(), await parts()]).toEqual([[false, true], ['1A HELD WHOLE 20C']]);
  const planId = await heldPlan();
  const words = await Promise.allSettled([
    decide('APPROVED', planId, { userId: 'c1' }),
    decide('APPROVED', planId, { userId: 'c2' }),
    decide('APPROVED', planId, { userId: 'c3' }),
  ]);
  expect(words.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(words.filter((word) => word.status === 'rejected')).toMatchObject(
    [1, 2].map(() => ({ reason: { code: 'ENT_PLAN_DECIDED' } })),
  );
  expect(await bed.rows('select verdict from ent_plan_decision')).toHaveLength(1);
  // What was let go was taken by a process that ended before it said anything.
  const rows = await bed.rows<{ account_id: string }>('select account_id from ent_task');
  const taken = await bed.work.take(rows.slice(0, 10).map(({ account_id }) => account_id));
  expect(taken).toHaveLength(10);
  bed.run();
  bed.run();
  await bed.untilQuiet();
  expect([blocked(), bed.ent.calls.get('block')]).toEqual([20, 20]);
});

test('PRV-8: an emergency block of whom a plan holds goes before all that the day has still to say', async () => {
  await aSchool();
  const moved = all.slice(0, 12).map((person) => ({ ...person, classLabel: 'CM1', revision: 2 }));
  await bed.import(moved, { on: '2022-11-14' });
  await bed.untilQuiet();
  await bed.halt();
  await bed.rows(
    "insert into pool_mark (membership_id, item_code, due_on, cause) values ('m1', 'ELEVE', '2022-11-14', 'ORDER')",
  );
  const [{ accountId } = { accountId: '' }] = await bed.accounts.ofPeople(bed.fresh.database, [
    all[0]!.personId,
  ]);
  await bed.decide.execute({
    ...{ accountId, decision: 'SUSPEND', reason: 'SECURITE', idempotencyKey: randomUUID() },
    caller: callerOf({ roles: ['support-2'], userId: 'u2' }),
  });
  const { makePlans } = bed.plans();
  expect(await makePlans.execute()).toBe(false);
  expect(await bed.work.take([accountId])).toEqual([]);
  await makePlans.freeWhatNeverWaits();
  expect(await bed.work.take([accountId])).toMatchObject([{ state: 'SUSPENDED' }]);
  bed.run();
  await bed.untilQuiet();
  expect([blocked(), (await parts()).filter((part) => !part.includes('STALE'))]).toEqual([
    ...[1, ['1A HELD WHOLE 12M']],
  ]);
});

test('PRV-8: the service’s own role lets nothing through by SQL', async () => {
  await aSchool();
  await leave(all.slice(0, 20), 0);
  await bed.halt();
  const refused = async (text: string) =>
    bed.rows(text).then(
      () => 'done',
      (error: { constraint?: string; code?: string }) => error.constraint ?? error.code,
    );
  const decision = (verdict: string, by: string) =>
    `insert into ent_plan_decision select part_id, '${verdict}', '${by}', current_date, 'CONTROLE' from ent_plan_part where state = 'HELD'`;
  const entry = (action: string, subject: string) =>
    `insert into platform.audit_entry (actor, action, subject) values ('somebody', '${action}', '${subject}')`;
  expect([
    await refused("update ent_plan_part set state = 'APPROVED'"),
    await refused("update ent_plan_part set state = 'RELEASED'"),
    await refused("update ent_task set gate = 'OPEN'"),
    await refused("update ent_task set gate = 'OPEN', kind = null, part_id = null"),
    await refused('update ent_plan_part set counted = 0, closes = 1'),
    await refused(
      "insert into ent_plan_part select gen_random_uuid(), plan_id, 'X', membership_id, 'APPROVED', held_by, renames, moves, blocks, closes, deletes, seats, counted, digest from ent_plan_part",
    ),
    await refused('delete from ent_plan'),
    await refused("update ent_plan_decision set verdict = 'APPROVED'"),
    // A decision by a row alone, which would let all through, or keep whoever may decide from it.
    await refused(
      `${decision('APPROVED', 'somebody')}; update ent_plan_part set state = 'APPROVED'; update ent_task set gate = 'OPEN'`,
    ),
    await refused(decision('REJECTED', 'somebody')),
    // Nor does the journal of another plan, of another person, or of long ago say so.
    await refused(`${entry('ent-plan.approved', 'plan:x')}; ${decision('APPROVED', 'somebody')}`),
    await refused(`${entry('ent-plan.rejected', 'school:x')}; ${decision('REJECTED', 'somebody')}`),
    await refused(`${entry('ent-plan.approved', 'school:x')}; ${decision('APPROVED', 'another')}`),
    await refused(entry('ent-plan.approved', 'school:x')),
    await refused(decision('APPROVED', 'somebody')),
  ]).toEqual([
    ...['ent_plan_part_follows_its_decision', 'ent_plan_part_is_decided_once'],
    ...['ent_task_stays_held', 'ent_task_stays_held', '42501'],
    ...['ent_plan_part_begins_undecided', 'ent_plan_is_kept', '42501'],
    ...Array<string>(5).fill('ent_plan_decision_is_journalled'),
    ...['done', 'ent_plan_decision_is_journalled'],
  ]);
  // Gathered, then called nothing to be told of, or what undoes a creation, it is looked at once more before any call, and
  // judged like all else.
  await bed.rows(
    `update ent_task set gate = 'GATHERED', kind = null, part_id = null, tried_places = '{"0440001A|CE2 A"}'`,
  );
  const rows = await bed.rows<{ account_id: string }>(
    "update ent_task set gate = 'OPEN' returning account_id",
  );
  expect(await bed.work.take(rows.map(({ account_id }) => account_id))).toEqual([]);
  bed.run();
  await bed.untilQuiet();
  expect([rows.length, blocked(), (await parts()).at(-1)]).toEqual([20, 0, '1A HELD WHOLE 20C']);
});
