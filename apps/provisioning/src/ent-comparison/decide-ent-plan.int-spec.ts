import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import { localDate } from '#libs/time';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { books, parts, uai } from '../../test/ent-comparison.test-support.js';
import { looks, night, seen, userIdOf, userOf } from '../../test/ent-nights.test-support.js';
import { aPupil } from '../../test/people.test-support.js';
import { remove } from '../../../../test/simulators/open-ent-ng/graph/deletions.js';
import { block } from '../../../../test/simulators/open-ent-ng/graph/users.js';

jest.setTimeout(180_000);
bedForEachTest();

test('PRV-8: what is held is done on a person’s word, exactly that; another market’s, a stale, a decided or an old plan is refused, a rejected one not asked again', async () => {
  bed.thresholds = { ...bed.thresholds, least: 0 };
  await seen(pupils(uai, 40));
  const change = async (numbers: readonly number[]) => {
    for (const number of numbers) block(bed.ent.graph, (await userOf(number)).id, true);
  };
  const isBlocked = async (number: number) => (await userOf(number)).blocked;
  // Three of 40 is more than 5 %.
  await change([1, 2, 3]);
  await night('2022-11-11');
  const held = (status: string) => `${status} BLOCK HELD 1, BLOCK HELD 2, BLOCK HELD 3`;
  expect((await looks()).at(-1)).toBe(`11-11 1A ${held('HELD')}`);
  const { decide } = parts();
  const input = (day: string, changed: { markets?: string[]; idempotencyKey?: string } = {}) => ({
    ...{ uai, day: localDate(day), reason: 'CONTROLE SUP-7' },
    idempotencyKey: changed.idempotencyKey ?? randomUUID(),
    caller: callerOf({
      roles: ['support-3'],
      userId: 'u3',
      ...(changed.markets ? { markets: changed.markets } : {}),
    }),
  });
  const before = await books();
  const others = input('2022-11-11', { markets: ['autre'] });
  await expect(decide.approve(others)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(decide.reject(others)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(decide.approve(input('2022-11-09'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(decide.approve(input('2022-11-10'))).rejects.toMatchObject({
    code: 'ENT_PLAN_DECIDED',
  });
  await expect(
    decide.approve({ ...input('2022-11-11'), reason: 'Léa Martin' }),
  ).rejects.toMatchObject({
    code: 'INPUT_INVALID',
  });
  // One of them was put right by hand since, another came.
  block(bed.ent.graph, (await userOf(3)).id, false);
  await change([4]);
  await expect(decide.approve(input('2022-11-11'))).rejects.toMatchObject({
    ...{ code: 'ENT_PLAN_STALE', details: { gone: 1 } },
  });
  bed.ent.faults.set([{ mode: 'page-200', calls: 'GET /directory/user/admin/list' }]);
  await expect(decide.approve(input('2022-11-11'))).rejects.toMatchObject({
    code: 'ENT_NOT_COMPARED',
  });
  bed.ent.faults.set([]);
  expect(await books()).toEqual(before);
  // As it was; the fourth is of no plan.
  await change([3]);
  const key = randomUUID();
  const approved = await decide.approve(input('2022-11-11', { idempotencyKey: key }));
  expect(approved.status).toBe('APPROVED');
  await decide.approve(input('2022-11-11', { idempotencyKey: key }));
  await bed.untilQuiet();
  expect(await Promise.all([1, 2, 3, 4].map(isBlocked))).toEqual([false, false, false, true]);
  await expect(decide.reject(input('2022-11-11'))).rejects.toMatchObject({
    code: 'ENT_PLAN_DECIDED',
  });
  await night('2022-11-12');
  expect((await looks()).at(-1)).toBe('11-12 1A REPAIRED BLOCK REPAIRED 4');
  await change([1, 2, 3]);
  await night('2022-11-13');
  expect((await decide.reject(input('2022-11-13'))).status).toBe('REJECTED');
  await night('2022-11-14');
  expect((await looks()).at(-1)).toBe(`11-14 1A ${held('REJECTED')}`);
  // Another one beside them makes it another plan.
  await change([5]);
  await night('2022-11-15');
  await night('2022-11-16');
  await expect(decide.approve(input('2022-11-15'))).rejects.toMatchObject({
    code: 'ENT_PLAN_EXPIRED',
  });
  expect(await isBlocked(1)).toBe(true);
  const journal = await bed.rows(
    "select action, actor from platform.audit_entry where action like 'ent-plan.%' order by id",
  );
  expect(journal.map(({ action }) => action)).toEqual([
    'ent-plan.approved.refused',
    'ent-plan.approved.refused',
    'ent-plan.approved',
    'ent-plan.rejected.refused',
    'ent-plan.rejected',
    'ent-plan.approved.refused',
  ]);
});

test('PRV-8: who was deleted and is there again is not deleted by a night, but on a person’s word', async () => {
  await seen(pupils(uai, 8));
  bed.ent.makeBackup();
  await bed.import([aPupil(4, { uai, endsOn: '2022-11-10', revision: 2 })], { on: '2022-11-10' });
  await bed.untilQuiet();
  await night('2023-01-20');
  const deleted = await userIdOf(4);
  expect(bed.ent.graph.users.has(deleted)).toBe(false);
  bed.ent.restoreBackup();
  await night('2023-01-21');
  expect((await looks()).at(-1)).toMatch(/^01-21 1A HELD BACK HELD 4/);
  expect(bed.ent.graph.users.has(deleted)).toBe(true);
  await parts().decide.approve({
    ...{ uai, day: localDate('2023-01-21'), reason: 'CONTROLE', idempotencyKey: randomUUID() },
    caller: callerOf({ roles: ['support-3'], userId: 'u3' }),
  });
  await bed.untilQuiet();
  expect(bed.ent.graph.users.has(deleted)).toBe(false);
});

test('PRV-8: whose closing waits for a word is looked at each night: what changes meanwhile is told, and left until then', async () => {
  await seen(pupils(uai, 40));
  const leaving = pupils(uai, 30).map((pupil) => ({ ...pupil, endsOn: '2022-11-10', revision: 2 }));
  await bed.import(leaving, { on: '2022-11-10' });
  await bed.untilQuiet();
  await night('2022-11-11');
  expect((await looks()).at(-1)).toBe('11-11 1A MATCHED');
  remove(bed.ent.graph, [(await userOf(1)).id]);
  block(bed.ent.graph, (await userOf(2)).id, true);
  await night('2022-11-12');
  expect((await looks()).at(-1)).toBe('11-12 1A TOLD BLOCK TOLD 2, MISSING TOLD 1');
  const blocked = [...bed.ent.graph.users.values()].filter((user) => user.blocked);
  expect([blocked.length, await bed.approveHeld()]).toEqual([1, true]);
  await bed.untilQuiet();
  await night('2022-11-13');
  expect([...bed.ent.graph.users.values()].filter((user) => user.blocked).length).toBe(29);
});
