import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import { localDate } from '#libs/time';
import { remove } from '../../../../test/simulators/open-ent-ng/graph/deletions.js';
import { block } from '../../../../test/simulators/open-ent-ng/graph/users.js';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { compared, parts, uai } from '../../test/ent-comparison.test-support.js';
import { everythingWaits } from '../../test/ent-parts.test-support.js';
import { type APerson, aPupil } from '../../test/people.test-support.js';

/**
 * Goal: what a night holds after the ENT was put back can be approved, though its own repairs go on beside: a child that is
 * made anew brings its guardian into the class in which the night had missed it. Method: a family with a younger child, a mover
 * and somebody blocked, all since the backup; whatever may wait waits.
 */
jest.setTimeout(180_000);
bedForEachTest();

const day = '2022-09-06';
const idOf = (number: number) => aPupil(number, { uai }).personId;
const guardian = (childIds: string[], revision: number): APerson =>
  aPupil(90, { uai, profile: 'RELATIVE', birthDate: '', classLabel: '', childIds, revision });
const userOf = async (number: number) => {
  const sql = 'select ent_id from account where person_id = $1';
  const [row] = await bed.rows<{ ent_id: string }>(sql, [idOf(number)]);
  return bed.ent.graph.users.get(row?.ent_id ?? '')!;
};
const classesOf = async (number: number) =>
  (await userOf(number)).classIds.map((id) => bed.ent.graph.classes.get(id)?.name).sort();
const approve = () =>
  parts().decide.approve({
    ...{ uai, day: localDate(day), reason: 'ENT_RESTAURE', idempotencyKey: randomUUID() },
    caller: callerOf({ roles: ['support-3'], userId: 'u3' }),
  });
const found = async () => {
  const sql = `select d->>'kind' || ' ' || right(person_id::text, 2) || ' ' || (d->>'fate') as line from ent_look
    cross join jsonb_array_elements(differences) d join account a on a.account_id::text = d->>'accountId'
    where day = $1 order by 1`;
  return (await bed.rows<{ line: string }>(sql, [day])).map(({ line }) => line);
};

beforeEach(async () => {
  await bed.aMembership('m1', { ordered: 30, uais: [uai] });
  const pupils = [1, 2, 3, 5, 6].map((number) => aPupil(number, { uai }));
  await bed.import([...pupils, guardian([idOf(1)], 1)], { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  bed.ent.makeBackup();
  const since = [
    aPupil(4, { uai, classLabel: 'CP' }),
    aPupil(3, { uai, classLabel: 'CM1', revision: 2 }),
    guardian([idOf(1), idOf(4)], 2),
  ];
  await bed.import(since, { on: '2022-09-05' });
  await bed.untilQuiet();
  bed.ent.restoreBackup();
  await bed.halt();
  bed.thresholds = everythingWaits;
  bed.run();
  await bed.begin(day);
  await bed.untilQuiet();
});

test('PRV-5, PRV-8: after a restore what waits is done on a word, though the same night’s repairs have put a part of it right', async () => {
  expect(await found()).toEqual(['MISSING 04 REPAIRED', 'PLACE 03 HELD', 'PLACE 90 HELD']);
  // Its child was made anew, and it followed.
  expect([await classesOf(90), await classesOf(3)]).toEqual([
    ['CE2 A', 'CP', 'Familles'],
    ['CE2 A'],
  ]);
  expect((await approve()).status).toBe('APPROVED');
  await bed.untilQuiet();
  expect([await compared(), await classesOf(3)]).toEqual([[], ['CM1']]);
});

test('PRV-8, PRV-5: who was shut out by hand comes in again by night, and what a plan holds of it goes on waiting', async () => {
  expect((await approve()).status).toBe('APPROVED');
  await bed.untilQuiet();
  await bed.import([aPupil(2, { uai, lastName: 'Nouveau', revision: 2 })], { on: day });
  await bed.untilQuiet();
  // Opening somebody again is within what the season allows; a name is not.
  bed.thresholds = { ...everythingWaits, least: 1 };
  block(bed.ent.graph, (await userOf(2)).id, true);
  await bed.halt();
  bed.run();
  await bed.begin('2022-09-07');
  await bed.untilQuiet();
  expect([(await userOf(2)).blocked, (await userOf(2)).lastName]).toEqual([false, 'Nom2']);
  const waits =
    'select kind, gate from ent_task join account using (account_id) where person_id = $1';
  expect(await bed.rows(waits, [idOf(2)])).toEqual([{ kind: 'RENAME', gate: 'HELD' }]);
  expect(await compared()).toEqual([]);
});

test('PRV-8, PRV-5: who is suspended and was let in by hand is blocked again by night, though a plan holds its name', async () => {
  expect((await approve()).status).toBe('APPROVED');
  await bed.untilQuiet();
  await bed.decide.execute({
    ...{ accountId: (await userOf(2)).externalId, decision: 'SUSPEND', reason: 'SECURITE' },
    ...{ idempotencyKey: randomUUID(), caller: callerOf({ roles: ['support-2'], userId: 'u2' }) },
  });
  await bed.import([aPupil(2, { uai, lastName: 'Nouveau', revision: 2 })], { on: day });
  await bed.untilQuiet();
  expect((await userOf(2)).blocked).toBe(true);
  block(bed.ent.graph, (await userOf(2)).id, false);
  await bed.begin('2022-09-07');
  await bed.untilQuiet();
  expect([(await userOf(2)).blocked, (await userOf(2)).lastName]).toEqual([true, 'Nom2']);
});

test('PRV-8: what somebody else has changed since is refused all the same, and nothing is done', async () => {
  remove(bed.ent.graph, [(await userOf(3)).id]);
  await expect(approve()).rejects.toMatchObject({ code: 'ENT_PLAN_STALE', details: { gone: 1 } });
  expect(await bed.rows('select status from ent_look where day = $1', [day])).toEqual([
    { status: 'HELD' },
  ]);
});
