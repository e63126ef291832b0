import { jest } from '@jest/globals';
import { bed, bedForEachTest, pupils } from '../../test/bed-of-each-test.test-support.js';
import { remove } from '../../../../test/simulators/open-ent-ng/graph/deletions.js';
import {
  createClass,
  createSchool,
} from '../../../../test/simulators/open-ent-ng/graph/schools.js';
import {
  activate,
  createUserInClass,
} from '../../../../test/simulators/open-ent-ng/graph/users.js';
import { personOf } from '../../../../test/simulators/open-ent-ng/sessions/federated-login.js';
import { AccountViews } from '../accounts/account-views.pg.js';
import { aPupil, type APerson } from '../../test/people.test-support.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';
const on = '2022-09-05';

async function aPupilInTheEnt(): Promise<void> {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import(pupils(uai, 1), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
}
async function restate(person: Partial<APerson>): Promise<void> {
  await bed.import([aPupil(1, { uai, ...person })], { on: '2022-09-05' });
  await bed.untilQuiet();
}
const inEnt = () =>
  [...bed.ent.graph.users.values()].map(({ login, displayName, birthDate }) => ({
    ...{ login, displayName, birthDate },
  }));
const updates = () => bed.ent.calls.get('update-user') ?? 0;

test('PRV-4: a new name or birth date reaches the ENT, the login stays, and an equal state sends nothing', async () => {
  await aPupilInTheEnt();
  await restate({ revision: 2, lastName: 'Épouse', birthDate: '2014-03-20' });
  const known = { login: 'prenom1.nom1', displayName: 'Épouse Prenom1', birthDate: '2014-03-20' };
  expect([inEnt(), updates()]).toEqual([[known], 1]);
  await restate({ revision: 3, lastName: 'Épouse', birthDate: '2014-03-20', sourceKey: 'x' });
  // The ENT keeps a birth date that the directory knows no more: its users of this profile must have one.
  await restate({ revision: 4, lastName: 'Épouse', firstName: 'Zoé', birthDate: '' });
  expect([inEnt(), updates()]).toEqual([[{ ...known, displayName: 'Épouse Zoé' }], 2]);
  expect(JSON.stringify(await bed.rows('select a::text from account a'))).not.toContain('Épouse');
});

test('PRV-4: refused, a name stays due with its code and is told when a day begins', async () => {
  await aPupilInTheEnt();
  bed.ent.faults.set([{ mode: 'error-400', calls: 'PUT /directory/user/[^/]*$' }]);
  await restate({ revision: 2, lastName: 'Neuf' });
  expect([inEnt()[0]?.displayName, await bed.rows('select refused_code from ent_task')]).toEqual([
    'Nom1 Prenom1',
    [{ refused_code: 'ENT_NAMES_REFUSED' }],
  ]);
  bed.ent.faults.set([]);
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
  expect([inEnt()[0]?.displayName, await bed.rows('select refused_code from ent_task')]).toEqual([
    'Neuf Prenom1',
    [],
  ]);
});

test.each(['timeout-after-success', 'disconnect'] as const)(
  'PRV-4: answered %s, a creation and the name that came after it end in one user with the name of now',
  async (mode) => {
    await bed.aMembership('m1', { ordered: 1, uais: [uai] });
    bed.ent.faults.set([
      { mode, calls: 'POST /directory/class/.*/user', waitMs: 400, remaining: 1 },
    ]);
    await bed.import(pupils(uai, 1), { on: '2022-09-05' });
    bed.run({ timeoutMs: 300 });
    await bed.until('it was asked', () => (bed.ent.calls.get('create-user') ?? 0) > 0);
    await restate({ revision: 2, lastName: 'Neuf' });
    expect([await bed.states(), inEnt().map(({ displayName }) => displayName)]).toEqual([
      { PROVISIONED: 1 },
      ['Neuf Prenom1'],
    ]);
  },
);

/** Who the ENT has, by which identifier, pre-deleted ones too. */
const identifiers = () =>
  [...bed.ent.graph.users.values()]
    .map(({ firstName, externalId }) => [firstName, externalId])
    .sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
const teacher = (number: number, changed: Partial<APerson> = {}): APerson =>
  aPupil(number, { uai, profile: 'TEACHER', classLabel: '', birthDate: '', ...changed });

test('AUT-1: a user is made under the key of the academy’s export, staff with their academic mail where the way in is the single sign-on; the two of one key are not one', async () => {
  await bed.aMembership('m1', { ordered: 9, uais: [uai] });
  await bed.import(
    [
      aPupil(1, { uai, aafKey: '4412345' }),
      aPupil(2, { uai, aafKey: '4412345' }),
      aPupil(3, { uai, academicIdentifier: 'prenom3@ac-nantes.example.org' }),
      teacher(4, { aafKey: '77', academicIdentifier: 'prenom4@ac-nantes.example.org' }),
      teacher(5, { academicIdentifier: 'prenom5' }),
    ],
    { on },
  );
  bed.run();
  await bed.untilQuiet();
  const accounts = await bed.rows<{ name: string; account_id: string }>(
    'select first_name as name, account_id from account join person using (person_id)',
  );
  const ours = new Map(accounts.map(({ name, account_id }) => [name, account_id]));
  const [[, first], [, second], ...others] = identifiers() as [
    [string, string],
    [string, string],
    ...string[][],
  ];
  expect(others).toEqual([
    ['Prenom3', ours.get('Prenom3')],
    ['Prenom4', 'NANTES-77'],
    ['Prenom5', ours.get('Prenom5')],
  ]);
  const [one, two] = [first, second].sort((a = '') => (a.startsWith('NANTES') ? -1 : 1));
  expect([one, [...ours.values()].includes(two!)]).toEqual(['NANTES-4412345', true]);
  expect(await bed.states()).toEqual({ PROVISIONED: 5 });
  const mails = [...bed.ent.graph.users.values()].flatMap(({ more }) => more['emailAcademy'] ?? []);
  expect(mails).toEqual(['prenom4@ac-nantes.example.org']);
  // By which the identity providers find them, and the other of the two by nothing.
  const found = (name: string, value: string) =>
    personOf(
      bed.ent.graph,
      `<Attribute Name="${name}"><AttributeValue>${value}</AttributeValue></Attribute>`,
    )?.firstName;
  expect([
    ['Prenom1', 'Prenom2'].includes(found('FrEduCtRefId', 'NANTES-4412345') ?? ''),
    found('FrEduIdENT', 'NANTES-77'),
    found('mail', 'prenom4@ac-nantes.example.org'),
    found('FrEduIdENT', 'prenom5'),
  ]).toEqual([true, 'Prenom4', 'Prenom4', undefined]);
});

/** Support's answer, by name: why the single sign-on of the academy finds nobody. */
const gaps = async () => {
  const views = await new AccountViews(bed.fresh.database).list({ uai }, undefined, undefined, 100);
  const people = await bed.rows<{ person_id: string; first_name: string }>(
    'select person_id, first_name from person',
  );
  const nameOf = new Map(people.map(({ person_id, first_name }) => [person_id, first_name]));
  return Object.fromEntries(
    views.map(({ personId, wayInGap }) => [nameOf.get(personId), wayInGap] as const),
  );
};

test('AUT-1: whom the single sign-on cannot find is told with the cause, and nobody who comes by login and code', async () => {
  await bed.aMembership('m1', { ordered: 9, uais: [uai] });
  const mail = { academicIdentifier: 'inventee@ac-nantes.example.org' };
  const before = [
    ...[teacher(1, { aafKey: '1' }), teacher(2, mail), teacher(3), teacher(4)],
    ...[teacher(5), aPupil(6, { uai })],
  ];
  await bed.import(before, { on });
  expect(await gaps()).toEqual({});
  bed.run();
  await bed.untilQuiet();
  const none = { Prenom1: '', Prenom2: '', Prenom6: '' };
  const missing = { Prenom3: 'KEY_MISSING', Prenom4: 'KEY_MISSING', Prenom5: 'KEY_MISSING' };
  expect(await gaps()).toEqual({ ...none, ...missing });
  const later = [
    teacher(3, { aafKey: '3', revision: 2 }),
    teacher(4, { ...mail, revision: 2 }),
    teacher(5, { aafKey: '1', revision: 2 }),
  ];
  const calls = [...bed.ent.calls];
  await bed.import(later, { on });
  await bed.untilQuiet();
  expect(await gaps()).toEqual({
    ...none,
    ...{ Prenom3: 'KEY_LATE', Prenom4: 'KEY_LATE', Prenom5: 'KEY_SHARED' },
  });
  expect([...bed.ent.calls]).toEqual(calls);
});

test('AUT-1: a key that comes before anything was asked of the ENT is used; after that it changes nothing there', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.import([aPupil(1, { uai, aafKey: '1' }), aPupil(2, { uai })], { on });
  bed.run();
  await bed.untilQuiet();
  expect(await bed.states()).toEqual({ PROVISIONED: 1, WAITING_SEAT: 1 });
  const later = [
    aPupil(1, { uai, aafKey: '1bis', revision: 2 }),
    aPupil(2, { uai, aafKey: '2', revision: 2 }),
  ];
  await bed.import(later, { on });
  await bed.order('m1', 1, on);
  await bed.untilQuiet();
  expect([identifiers(), await bed.states()]).toEqual([
    [
      ['Prenom1', 'NANTES-1'],
      ['Prenom2', 'NANTES-2'],
    ],
    { PROVISIONED: 2 },
  ]);
});

test('AUT-1: of two who wait and are given one key at once, one is made under it', async () => {
  await bed.aMembership('m1', { ordered: 0, uais: [uai] });
  await bed.import(pupils(uai, 2), { on });
  await bed.settleAccounts();
  const both = pupils(uai, 2).map((pupil) => ({ ...pupil, aafKey: '1', revision: 2 }));
  await bed.import(both, { on });
  await bed.order('m1', 2, on);
  bed.run();
  await bed.untilQuiet();
  expect(await bed.states()).toEqual({ PROVISIONED: 2 });
  const keys = identifiers().filter(([, externalId]) => externalId === 'NANTES-1');
  expect(keys.length).toBe(1);
});

test('AUT-1, PRV-4: made by a call without an answer, a user whose key changes meanwhile stays one, under the first', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  bed.ent.faults.set([
    {
      ...{ mode: 'timeout-after-success', waitMs: 400, remaining: 1 },
      calls: 'POST /directory/class/.*/user',
    },
    { mode: 'error-503', calls: 'GET /directory/user/admin/list' },
  ]);
  await bed.import([aPupil(1, { uai, aafKey: '1' })], { on });
  bed.run({ timeoutMs: 300 });
  await bed.until('it was made', () => bed.ent.graph.users.size > 0);
  await bed.import([aPupil(1, { uai, aafKey: '2', revision: 2, lastName: 'Neuf' })], { on });
  await bed.until(
    'it is assessed',
    async () => (await bed.rows('select from person_mark')).length === 0,
  );
  bed.ent.faults.set([]);
  await bed.untilQuiet();
  expect([identifiers(), inEnt()[0]?.displayName, await bed.states()]).toEqual([
    [['Prenom1', 'NANTES-1']],
    'Neuf Prenom1',
    { PROVISIONED: 1 },
  ]);
});

test('AUT-1: whose key somebody else bears in the ENT is FAILED with that, and made once it is free', async () => {
  await aPupilInTheEnt();
  const elsewhere = createSchool(bed.ent.graph, { name: 'Autre', UAI: '0440002B' });
  const schoolClass = createClass(bed.ent.graph, elsewhere.id, { name: 'CP' });
  const stranger = createUserInClass(bed.ent.graph, schoolClass.id, {
    ...{ firstName: 'Autre', lastName: 'Inventé', type: 'Student', birthDate: '2014-01-01' },
    externalId: 'NANTES-2',
  });
  await bed.order('m1', 1, on);
  await bed.import([aPupil(2, { uai, aafKey: '2' })], { on });
  await bed.untilQuiet();
  const failed = { state: 'FAILED', failure_code: 'ENT_IDENTIFIER_TAKEN' };
  const told = `select state, failure_code from account where state <> 'PROVISIONED'`;
  expect(await bed.rows(told)).toEqual([failed]);
  // Tried again each day, without a trace of it as long as nothing changes.
  const { personId } = aPupil(2, { uai });
  const before = await bed.historyOf(personId);
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
  expect([await bed.rows(told), await bed.historyOf(personId)]).toEqual([[failed], before]);
  remove(bed.ent.graph, [stranger!.id]);
  await bed.begin('2022-09-07');
  await bed.untilQuiet();
  expect((await bed.historyOf(personId)).slice(-3)).toEqual([
    expect.stringMatching(/^FAILED 2022-09-05/),
    'PROVISIONING 2022-09-07 ENT',
    'PROVISIONED 2022-09-07 ENT',
  ]);
  expect([await bed.states(), identifiers()[1]]).toEqual([
    { PROVISIONED: 2 },
    ['Prenom2', 'NANTES-2'],
  ]);
});

test.each(['answered', 'answered by nothing', 'killed after it'] as const)(
  'PRV-3, SUP-4: who comes back after the end gets the user that the ENT still keeps; who was deleted keeps no key (restored, %s)',
  async (how) => {
    await bed.aMembership('m1', { ordered: 1, uais: [uai] });
    await bed.import([aPupil(1, { uai, aafKey: '1' })], { on });
    bed.run({ timeoutMs: 300 });
    await bed.untilQuiet();
    const [user] = [...bed.ent.graph.users.values()];
    activate(bed.ent.graph, user!.login, user!.activationCode!, 'un mot de passe');
    await bed.import([aPupil(1, { uai, aafKey: '1', revision: 2, endsOn: '2022-09-06' })], { on });
    for (const day of ['2022-09-06', '2022-12-01']) {
      await bed.begin(day);
      await bed.untilQuiet();
    }
    expect([await bed.states(), bed.ent.graph.users.get(user!.id)?.deleteDate]).toEqual([
      { DELETED: 1 },
      expect.any(Number),
    ]);
    expect(JSON.stringify(await bed.rows('select a::text from account a'))).not.toContain(
      'NANTES-1',
    );
    const restoring = 'PUT /directory/restore/user';
    if (how === 'answered by nothing')
      bed.ent.faults.set([
        { mode: 'timeout-after-success', waitMs: 400, remaining: 1, calls: restoring },
      ]);
    // The user is back, and the books do not know.
    if (how === 'killed after it')
      bed.ent.faults.set([{ mode: 'error-503', remaining: 3, calls: 'PUT /auth/block/' }]);
    await bed.import([aPupil(1, { uai, aafKey: '1', revision: 3, startsOn: '2022-12-01' })], {
      on: '2022-12-01',
    });
    await bed.untilQuiet();
    expect(
      await bed.rows(
        `select ent_id, login, ent_external_id, ent_blocked from account where state <> 'DELETED'`,
      ),
    ).toEqual([
      { ent_id: user!.id, login: user!.login, ent_external_id: 'NANTES-1', ent_blocked: false },
    ]);
    expect(
      [...bed.ent.graph.users.values()].map(({ deleteDate, blocked }) => [deleteDate, blocked]),
    ).toEqual([[null, false]]);
  },
);
