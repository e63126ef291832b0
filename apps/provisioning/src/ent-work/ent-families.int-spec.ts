import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { parisDateOf } from '#libs/time';
import { askEnt } from '../accounts/accounts.module.js';
import { AccountsOfPerson } from '../account-traces/accounts-of-person.js';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { aPupil, type APerson, personEvent } from '../../test/people.test-support.js';
import { activate } from '../../../../test/simulators/open-ent-ng/graph/users.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';
const children = pupils(uai, 2);
const guardian: APerson = {
  ...aPupil(1000, { uai }),
  profile: 'RELATIVE',
  classLabel: '',
  birthDate: '',
  childIds: children.map(({ personId }) => personId),
};

const askedOf = (personId: string) => ({
  ...{ personId, accountIds: [], askedBy: 'dpo-1', role: 'dpo', reason: 'DEMANDE_PERSONNE' },
});

/** The guardian with these children only, as the directory states it anew. */
async function restate(childIds: string[], revision: number): Promise<void> {
  await bed.import([{ ...guardian, childIds, revision }], { on: '2022-09-05' });
}

async function aFamily(): Promise<void> {
  await bed.aMembership('m1', { ordered: 2, uais: [uai] });
  await bed.import([...children, guardian], { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  expect(await childrenInEnt()).toEqual(['Prenom1', 'Prenom2']);
}

/** First names of the guardian's children in the ENT. */
async function childrenInEnt(): Promise<string[]> {
  const [relative] = await bed.rows<{ ent_id: string }>(
    "select ent_id from account where profile = 'RELATIVE'",
  );
  return [...bed.ent.graph.users.values()]
    .filter(({ relativeIds }) => relativeIds.includes(relative!.ent_id))
    .map(({ firstName }) => firstName)
    .sort();
}
const linksInBooks = () => bed.rows('select linked from ent_link');

test('PRV-4: a guardian’s link that the directory takes back goes from the ENT, the other child’s stays', async () => {
  await aFamily();
  await restate([children[1]!.personId], 2);
  await bed.untilQuiet();
  expect([await childrenInEnt(), await linksInBooks()]).toEqual([['Prenom2'], [{ linked: true }]]);
});

test('PRV-4: given back, the link is made again', async () => {
  await aFamily();
  await restate([], 2);
  await bed.untilQuiet();
  expect(await childrenInEnt()).toEqual([]);
  await restate(guardian.childIds!, 3);
  await bed.untilQuiet();
  expect(await childrenInEnt()).toEqual(['Prenom1', 'Prenom2']);
});

test.each([
  ['timeout-after-success', 2],
  ['error-503', 2],
  ['page-200', 4],
  ['throttled-429', 1],
] as const)(
  'PRV-4: answered %s, a link taken back is asked again until it is gone',
  async (mode, remaining) => {
    await aFamily();
    await bed.halt();
    bed.ent.faults.set([
      { mode, calls: 'DELETE /directory/user/.*/related/.*', remaining, waitMs: 600 },
    ]);
    bed.run({ timeoutMs: 300 });
    await restate([], 2);
    await bed.untilQuiet();
    expect([await childrenInEnt(), await linksInBooks(), await bed.states()]).toEqual([
      [],
      [],
      { PROVISIONED: 3 },
    ]);
  },
);

const accountIds = async () =>
  (await bed.rows<{ account_id: string }>('select account_id from account')).map(
    (row) => row.account_id,
  );

test('PRV-4: a guardian is made after its child, whose seat is allotted last, in one round; not behind a mark that waits for days', async () => {
  await bed.aMembership('m1', { ordered: 5, uais: [uai] });
  await bed.import([...children, guardian], { on: '2022-09-05' });
  await bed.assessPeople.execute();
  const whose = async (accountIds: readonly string[]) =>
    bed.rows('select distinct profile from account where account_id = any($1) order by 1', [
      accountIds,
    ]);
  // The guardian needs no seat, and is to be made at once; its children wait to be allotted.
  expect(await bed.rows('select profile from ent_task join account using (account_id)')).toEqual([
    { profile: 'RELATIVE' },
  ]);
  expect(await bed.work.due(10)).toEqual([]);
  await bed.settleAccounts();
  expect(await whose(await bed.work.due(2))).toEqual([{ profile: 'STUDENT' }]);
  expect(await whose(await bed.work.due(2))).toEqual([{ profile: 'RELATIVE' }]);
  await bed.work.requeueAll();
  // Somebody else's mark keeps guardians waiting who are to be made; other work of theirs never, nor for long.
  await bed.rows(`insert into person_mark (person_id, due_on, import_id, cause)
    values (gen_random_uuid(), '2022-09-05', '', 'IMPORT')`);
  expect(await whose(await bed.work.due(10))).toEqual([{ profile: 'STUDENT' }]);
  await bed.rows("update ent_task set not_before = now() - interval '10 minutes'");
  expect(await whose(await bed.work.due(10))).toEqual([{ profile: 'RELATIVE' }]);
  await bed.work.requeueAll();
  await bed.rows('update ent_task set not_before = now()');
  await bed.rows("update account set ent_id = 'u' where profile = 'RELATIVE'");
  await bed.becomes('PROVISIONED', "profile = 'RELATIVE'");
  await bed.becomes('SUSPENDED', "profile = 'RELATIVE'");
  await askEnt(bed.fresh.database, await accountIds());
  expect((await whose(await bed.work.due(10))).length).toBe(2);
  await bed.rows('delete from person_mark');
  await bed.work.requeueAll();
  // Of an import that is not all there yet.
  const [other] = children;
  await bed.import([{ ...other!, revision: 9 }], { on: '2022-09-05', isComplete: false });
  expect(await bed.rows('select from person_mark')).toHaveLength(1);
  expect(await bed.work.due(10)).toHaveLength(3);
});

test('PRV-4: refused, the link stays due with its code, and goes when a day begins', async () => {
  await aFamily();
  bed.ent.faults.set([{ mode: 'error-400', calls: 'DELETE /directory/user/.*/related/.*' }]);
  await restate([], 2);
  await bed.untilQuiet();
  expect([await childrenInEnt(), await bed.rows('select refused_code from ent_task')]).toEqual([
    ['Prenom1', 'Prenom2'],
    [{ refused_code: 'ENT_UNLINK_REFUSED' }],
  ]);
  bed.ent.faults.set([]);
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
  expect([await childrenInEnt(), await bed.rows('select refused_code from ent_task')]).toEqual([
    [],
    [],
  ]);
});

test('SUP-4: an erased guardian’s links go at once, not at the end of the grace', async () => {
  await aFamily();
  // All that is held of one of them (RGPD art. 15): its own accounts, and of its family nobody's.
  const told = await new AccountsOfPerson(bed.fresh.database).of(askedOf(guardian.personId));
  expect([told.accountIds, told.tables.map(({ rows }) => rows.length)]).toEqual([
    [expect.any(String)],
    // No letter of it was asked for.
    [1, 3, 0],
  ]);
  expect(JSON.stringify(told.tables)).toContain(told.tables[0]!.rows[0]![5]);
  expect(JSON.stringify(told)).not.toContain(children[0]!.personId);
  expect(told.tables[0]!.rows[0]!.at(-1)).toBe(`${uai} CE2 A, ${uai} Familles`);
  // Used, so that the ENT keeps it in its trash.
  const { login, activationCode } = [...bed.ent.graph.users.values()].find(
    ({ type }) => type === 'Relative',
  )!;
  activate(bed.ent.graph, login, activationCode!, 'mot de passe');
  const { body: _body, ...erased } = personEvent(guardian, '2022-09-05');
  await bed.fresh.unitOfWork.run((tx) => bed.people.erase(tx, [{ ...erased, body: undefined }]));
  await bed.untilQuiet();
  expect([await childrenInEnt(), await bed.states()]).toEqual([[], { PROVISIONED: 2, CLOSING: 1 }]);
  const { personId } = guardian;
  const closing = { state: 'CLOSING', closingEndsOn: '2022-11-04', hasLogin: true };
  const [traces] = await bed.traces([personId]);
  expect(traces).toMatchObject({ personId, ...closing, hasSourceKey: true, ent: 'PRESENT' });
  await bed.begin('2022-11-04');
  await bed.untilQuiet();
  const gone = { state: 'DELETED', closingEndsOn: '', hasSourceKey: false, hasLogin: false };
  const inTrash = { ent: 'PRE_DELETED', entDeletedOn: parisDateOf(new Date()), queued: false };
  expect(await bed.traces([personId])).toMatchObject([{ ...gone, ...inTrash }]);
  bed.ent.faults.set([{ mode: 'error-503', calls: 'GET /directory/user/.*' }]);
  expect(await bed.traces([personId])).toMatchObject([{ ent: 'UNKNOWN', entDeletedOn: '' }]);
  expect(await bed.traces([randomUUID()])).toEqual([]);
});

test('PRV-4: with a child’s account its links are gone, and nothing is due for them', async () => {
  await aFamily();
  await bed.import([{ ...children[0]!, endsOn: '2022-09-05', revision: 2 }], { on: '2022-09-05' });
  await bed.begin('2022-11-10');
  await bed.untilQuiet();
  await restate([children[1]!.personId], 2);
  await bed.untilQuiet();
  expect([await childrenInEnt(), await bed.rows('select 1 from ent_task')]).toEqual([
    ['Prenom2'],
    [],
  ]);
});
