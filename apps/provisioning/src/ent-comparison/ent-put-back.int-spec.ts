import { jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import {
  bed,
  bedForEachTest,
  countInBoth,
  pupils,
} from '../../test/bed-of-each-test.test-support.js';
import { books, compared, mend, uai } from '../../test/ent-comparison.test-support.js';
import { type APerson, aPupil } from '../../test/people.test-support.js';
import { remove } from '../../../../test/simulators/open-ent-ng/graph/deletions.js';
import { transition } from '../../../../test/simulators/open-ent-ng/graph/schools.js';
import { activate } from '../../../../test/simulators/open-ent-ng/graph/users.js';

jest.setTimeout(180_000);
bedForEachTest();

const other = '0440002B';

/** So many pupils of the school are in the ENT, which is then kept as its backup. */
async function backedUpWith(people: readonly APerson[], ordered = 30): Promise<void> {
  await bed.aMembership('m1', { ordered, uais: [uai, other] });
  await bed.import(people, { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  bed.ent.makeBackup();
}

const relative = (childIds: string[], revision: number): APerson =>
  aPupil(90, { uai, profile: 'RELATIVE', birthDate: '', classLabel: '', childIds, revision });
const idOf = (number: number) => aPupil(number, { uai }).personId;
const userOf = async (number: number) => {
  const [row] = await bed.rows<{ ent_id: string }>(
    'select ent_id from account where person_id = $1',
    [idOf(number)],
  );
  return bed.ent.graph.users.get(row?.ent_id ?? '');
};

async function suspend(number: number): Promise<void> {
  const [row] = await bed.rows<{ account_id: string }>(
    'select account_id from account where person_id = $1',
    [idOf(number)],
  );
  await bed.decide.execute({
    ...{ accountId: row!.account_id, decision: 'SUSPEND', reason: 'SECURITE' },
    ...{ idempotencyKey: 'k', caller: callerOf({ roles: ['support-2'] }) },
  });
}

test('PRV-5: an ENT put back to an earlier state is brought to what it had, each difference by its own way', async () => {
  await backedUpWith([...pupils(uai, 8), relative([idOf(1)], 1)]);
  // Since then: one came, one was blocked, one changed class, one closed and was erased, a family changed.
  await bed.import(
    [
      aPupil(9, { uai }),
      aPupil(3, { uai, classLabel: 'CE2 B', revision: 2 }),
      aPupil(4, { uai, endsOn: '2022-09-05', revision: 2 }),
      relative([idOf(2), idOf(9)], 2),
    ],
    { on: '2022-09-05' },
  );
  await suspend(2);
  await bed.begin('2022-11-10');
  await bed.untilQuiet();
  expect(await compared()).toEqual([]);
  bed.ent.restoreBackup();
  const found = ['BACK 4', 'BLOCK 2', 'LINKS 90', 'MISSING 9', 'PLACE 3'];
  expect(await compared()).toEqual(found);
  await mend();
  await bed.untilQuiet();
  expect(await compared()).toEqual([]);
  expect(await countInBoth()).toBe(9);
  const [second, third, ninth] = [await userOf(2), await userOf(3), await userOf(9)];
  const parent = await userOf(90);
  expect([second?.blocked, second?.relativeIds, (await userOf(1))?.relativeIds]).toEqual([
    ...[true, [parent?.id], []],
  ]);
  expect(third?.classIds.map((id) => bed.ent.graph.classes.get(id)?.name)).toEqual(['CE2 B']);
  expect([ninth?.relativeIds, (await bed.historyOf(idOf(9))).slice(-2)]).toEqual([
    [parent?.id],
    ['PROVISIONING 2022-11-10 RECONCILIATION', 'PROVISIONED 2022-11-10 ENT'],
  ]);
  const journal = await bed.rows(
    `select action, subject, actor, details->>'reason' as reason, details->>'missing' as missing
     from platform.audit_entry where action like 'ent-school.%'`,
  );
  expect(journal).toEqual([
    ...[{ action: 'ent-school.mended', subject: `school:${uai}`, actor: 'operator' }].map(
      (entry) => ({
        ...entry,
        ...{ reason: 'ENT_RESTAURE SUP-42', missing: '1' },
      }),
    ),
  ]);
});

test('PRV-5: a suspended account that the ENT lost stays suspended, is made anew and blocked', async () => {
  await backedUpWith(pupils(uai, 8));
  await bed.import([aPupil(9, { uai })], { on: '2022-09-05' });
  await bed.untilQuiet();
  await suspend(9);
  await bed.untilQuiet();
  bed.ent.restoreBackup();
  expect(await compared()).toEqual(['MISSING 9']);
  await mend();
  await bed.untilQuiet();
  expect([await bed.stateOf(idOf(9)), (await userOf(9))?.blocked]).toEqual([['SUSPENDED'], true]);
});

test('PRV-5: who was in another school then is moved, not made a second time', async () => {
  await backedUpWith(pupils(uai, 4));
  await bed.import([aPupil(1, { uai: other, classLabel: 'CM1', revision: 2 })], {
    on: '2022-09-05',
  });
  await bed.import([aPupil(5, { uai: other, classLabel: 'CM1' })], { on: '2022-09-05' });
  await bed.untilQuiet();
  bed.ent.restoreBackup();
  // The whole other school is gone with its class.
  expect(await compared(other)).toEqual(['ELSEWHERE 1', 'MISSING 5']);
  expect(await compared(uai)).toEqual([]);
  await mend({ missing: 1 }, other);
  await bed.untilQuiet();
  expect([await compared(other), await countInBoth()]).toEqual([[], 5]);
  expect((await userOf(1))?.classIds.map((id) => bed.ent.graph.classes.get(id)?.name)).toEqual([
    'CM1',
  ]);
});

test('PRV-5: more than 30 % missing asks for the figure, and nothing is done without it', async () => {
  await backedUpWith(pupils(uai, 4));
  await bed.import(pupils(uai, 10).slice(4), { on: '2022-09-05' });
  await bed.untilQuiet();
  bed.ent.restoreBackup();
  const before = await books();
  for (const missing of [undefined, 5]) {
    const refused = mend(missing === undefined ? {} : { missing });
    await expect(refused).rejects.toMatchObject({
      code: 'ENT_MISSING_UNCONFIRMED',
      details: { missing: 6, compared: 10 },
    });
  }
  expect(await books()).toEqual(before);
  await mend({ missing: 6 });
  await bed.untilQuiet();
  expect([await compared(), await countInBoth()]).toEqual([[], 10]);
  const journal = await bed.rows(
    "select action from platform.audit_entry where action like 'ent-school.%' order by action",
  );
  expect(journal.map(({ action }) => action)).toEqual([
    'ent-school.mended',
    'ent-school.mended.refused',
    'ent-school.mended.refused',
  ]);
});

test('PRV-5: a school that the ENT emptied needs its whole figure', async () => {
  await bed.aMembership('m1', { ordered: 30, uais: [uai] });
  await bed.import(pupils(uai, 3), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  for (const { id } of [...bed.ent.graph.users.values()]) remove(bed.ent.graph, [id]);
  await expect(compared()).rejects.toMatchObject({
    code: 'ENT_NOT_COMPARED',
    details: { entCode: 'ENT_ANSWER_EMPTY', compared: 3 },
  });
  await expect(mend({ missing: 2 })).rejects.toMatchObject({ code: 'ENT_MISSING_UNCONFIRMED' });
  await mend({ missing: 3 });
  await bed.untilQuiet();
  expect(await countInBoth()).toBe(3);
});

const lists = 'GET /directory/(user/admin/list|structure/.*/users)';
const incidents = [
  ['page-200', lists],
  ['error-200', lists],
  ['redirect-302', lists],
  ['error-503', lists],
  ['throttled-429', lists],
  ['empty-list', lists],
  ['half-list', lists],
  ['empty-list', 'GET /directory/structure/admin/list'],
  ['half-list', 'GET /directory/user/admin/list'],
] as const;

test('PRV-5: no answer that cannot be believed is taken for a school that lost its people; who is deleted there and kept for a time is told, and left to a person', async () => {
  await backedUpWith(pupils(uai, 10));
  const before = await books();
  for (const [mode, calls] of incidents) {
    bed.ent.faults.set([{ mode, calls, retryAfter: '1' }]);
    await expect(compared()).rejects.toMatchObject({ code: 'ENT_NOT_COMPARED' });
    for (const missing of [0, 10]) {
      await expect(mend({ missing })).rejects.toMatchObject({ code: 'ENT_NOT_COMPARED' });
    }
  }
  bed.ent.faults.set([]);
  expect(await books()).toEqual(before);
  expect(await compared()).toEqual([]);
  const { id, login, activationCode } = (await userOf(3))!;
  activate(bed.ent.graph, login, activationCode!, 'mot de passe');
  remove(bed.ent.graph, [id]);
  expect(await compared()).toEqual(['PRE_DELETED 3']);
  await mend();
  expect([await books(), await compared()]).toEqual([before, ['PRE_DELETED 3']]);
});

test('AUT-1, PRV-5: whom the ENT has lost is made anew under the key that has come since; one with a key is found by it', async () => {
  await backedUpWith([aPupil(1, { uai }), aPupil(2, { uai, aafKey: '2' })]);
  await bed.import([aPupil(1, { uai, aafKey: '1', revision: 2 })], { on: '2022-09-05' });
  await bed.untilQuiet();
  remove(bed.ent.graph, [(await userOf(1))!.id]);
  // And our books have lost what the ENT calls the other.
  await bed.rows(
    `update account set ent_id = null, login = null where ent_external_id = 'NANTES-2'`,
  );
  expect(await compared()).toEqual(['MISSING 1', 'RENUMBERED 2']);
  await mend({ missing: 1 });
  await bed.untilQuiet();
  expect([await compared(), (await userOf(1))?.externalId, (await userOf(2))?.externalId]).toEqual([
    [],
    'NANTES-1',
    'NANTES-2',
  ]);
});

test('PRV-5, SUP-4: an account that closes and that the ENT lost is found by its key when the ENT is put back, and deleted on its day', async () => {
  await backedUpWith([...pupils(uai, 3), aPupil(4, { uai, aafKey: '4' })]);
  // No export states the key of a pupil who has left.
  await bed.import([aPupil(4, { uai, endsOn: '2022-09-05', revision: 2 })], { on: '2022-09-05' });
  await bed.untilQuiet();
  remove(bed.ent.graph, [(await userOf(4))!.id]);
  expect(await compared()).toEqual(['MISSING 4']);
  await mend();
  await bed.untilQuiet();
  expect(await compared()).toEqual([]);
  bed.ent.restoreBackup();
  expect(await compared()).toEqual(['RENUMBERED 4']);
  await mend();
  await bed.untilQuiet();
  expect([await compared(), (await userOf(4))?.blocked]).toEqual([[], true]);
  await bed.begin('2022-11-10');
  await bed.untilQuiet();
  expect([await bed.stateOf(idOf(4)), bed.ent.graph.users.size, await compared()]).toEqual([
    ...[['DELETED'], 3, []],
  ]);
});

test('PRV-5: after the ENT’s change of year everybody is put back into classes with their roles, families too: by hand school by school, since a night holds so many', async () => {
  const child = (number: number) => aPupil(number, { uai }).personId;
  const guardian = aPupil(201, {
    ...{ uai, profile: 'RELATIVE', birthDate: '', classLabel: '', childIds: [child(1)] },
  });
  await backedUpWith([...pupils(uai, 30), guardian]);
  const { graph } = bed.ent;
  const state = () =>
    [...graph.users.values()].map(({ id, login, activationCode, classIds }) => ({
      ...{ id, login, activationCode },
      classes: classIds.map((of) => graph.classes.get(of)?.name).sort(),
    }));
  const before = state();
  transition(graph, uai);
  expect(state().every(({ classes }) => classes.length === 0)).toBe(true);
  // As the guide says: what differs, in figures; the night would hold it.
  expect((await compared()).filter((line) => line.startsWith('PLACE'))).toHaveLength(31);
  await bed.begin('2022-11-10');
  await bed.untilQuiet();
  expect(
    await bed.rows(
      "select status, jsonb_array_length(differences) as found from ent_look where day = '2022-11-10'",
    ),
  ).toEqual([{ status: 'HELD', found: 31 }]);
  expect(graph.classes.size).toBe(0);
  await mend();
  await bed.untilQuiet();
  expect(state()).toEqual(before);
  expect([...graph.classes.values()].map(({ hasDefaultRoles }) => hasDefaultRoles)).toEqual(
    [...graph.classes.values()].map(() => true),
  );
  expect(await compared()).toEqual([]);
});
