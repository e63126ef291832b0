import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import { localDate } from '#libs/time';
import { bed, bedForEachTest } from '../../test/bed-of-each-test.test-support.js';
import { aLostUser, parts, uai } from '../../test/ent-comparison.test-support.js';
import { aPupil } from '../../test/people.test-support.js';
import { activate, block } from '../../../../test/simulators/open-ent-ng/graph/users.js';

jest.setTimeout(180_000);
bedForEachTest();

const pupils = (more: { aafKey?: boolean; revision?: number } = {}) =>
  [1, 2, 3].map((number) => {
    const { aafKey = false, revision = 1 } = more;
    return aPupil(number, { uai, revision, ...(aafKey ? { aafKey: String(number) } : {}) });
  });
const userOf = (firstName: string) =>
  [...bed.ent.graph.users.values()].find((user) => user.firstName === firstName)!;
async function night(day: string): Promise<string> {
  await bed.begin(day);
  await bed.untilQuiet();
  const [row] = await bed.rows<{ line: string }>(
    `select concat_ws(' ', status, (select string_agg(concat_ws(' ', d->>'kind', d->>'fate'), ', ')
       from jsonb_array_elements(differences) d)) as line from ent_look order by day desc limit 1`,
  );
  return row!.line;
}
const approve = (day: string) =>
  parts().decide.approve({
    ...{ uai, day: localDate(day), reason: 'CONTROLE', idempotencyKey: randomUUID() },
    caller: callerOf({ roles: ['support-3'], userId: 'u3' }),
  });

test('AUT-1, PRV-8: an account never used, whose key came late, is made anew under it on a person’s word, and never one that was used', async () => {
  await bed.aMembership('m1', { ordered: 10, uais: [uai] });
  await bed.rows(
    "insert into market_way_in (market_code, profile, way) values ('e-primo-2022', 'STUDENT', 'EDUCONNECT')",
  );
  await bed.import(pupils(), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  await bed.import(pupils({ aafKey: true, revision: 2 }), { on: '2022-09-05' });
  await bed.untilQuiet();
  const before = { ...userOf('Prenom1') };
  const enter = (firstName: string) => {
    const { login, activationCode } = userOf(firstName);
    activate(bed.ent.graph, login, activationCode!, 'mot de passe');
  };
  enter('Prenom2');
  expect(await night('2022-11-10')).toBe('HELD KEY HELD, KEY HELD');
  // One of the two came in since it was held.
  enter('Prenom3');
  await expect(approve('2022-11-10')).rejects.toMatchObject({ code: 'ENT_PLAN_STALE' });
  expect(await night('2022-11-11')).toBe('HELD KEY HELD');
  await approve('2022-11-11');
  await bed.untilQuiet();
  const now = userOf('Prenom1');
  expect([now.externalId, now.id === before.id, now.classIds]).toEqual([
    ...['NANTES-1', false, before.classIds],
  ]);
  expect(['Prenom2', 'Prenom3'].map((name) => userOf(name).externalId)).not.toContain('NANTES-2');
  expect([bed.ent.graph.users.size, await bed.states(), await bed.faults()]).toEqual([
    ...[3, { PROVISIONED: 1, ACTIVATED: 2 }, []],
  ]);
  // It was there all day: nothing of it was lost, and nothing is told.
  expect(await bed.historyOf(pupils()[0]!.personId)).toHaveLength(3);
  expect(await night('2022-11-12')).toBe('MATCHED');
});

test('PRV-5: an unknown user who is blocked already is told each night from one list, and a free one is blocked', async () => {
  await bed.aMembership('m1', { ordered: 10, uais: [uai] });
  await bed.import(pupils(), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const lost = aLostUser(500);
  block(bed.ent.graph, lost.entId, true);
  bed.ent.calls.clear();
  for (const day of ['2022-11-10', '2022-11-11'])
    expect(await night(day)).toBe('TOLD UNKNOWN TOLD');
  expect([bed.ent.calls.get('admin-list-users'), bed.ent.calls.get('list-users')]).toEqual([
    2,
    undefined,
  ]);
  block(bed.ent.graph, lost.entId, false);
  expect(await night('2022-11-12')).toBe('REPAIRED UNKNOWN REPAIRED');
  expect(bed.ent.graph.users.get(lost.entId)?.blocked).toBe(true);
});
