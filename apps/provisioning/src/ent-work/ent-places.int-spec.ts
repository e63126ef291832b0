import { readFileSync } from 'node:fs';
import { jest } from '@jest/globals';
import {
  bed,
  bedForEachTest,
  countInBoth,
  pupils,
} from '../../test/bed-of-each-test.test-support.js';
import { aPupil, type APerson, personEvent } from '../../test/people.test-support.js';
import { activate } from '../../../../test/simulators/open-ent-ng/graph/users.js';
import { transition } from '../../../../test/simulators/open-ent-ng/graph/schools.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';

/** Labels of the classes, with whom each has. */
const classesInEnt = () =>
  Object.fromEntries(
    [...bed.ent.graph.classes.values()].map(({ id, name, hasDefaultRoles }) => [
      `${name}${hasDefaultRoles ? '' : ' without roles'}`,
      bed.ent.graph.usersOfClass(id).map(({ firstName }) => firstName),
    ]),
  );

async function aClassInTheEnt(): Promise<void> {
  await bed.aMembership('m1', { ordered: 100, uais: [uai] });
  await bed.import(pupils(uai, 2), { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  expect(classesInEnt()).toEqual({ 'CE2 A': ['Prenom1', 'Prenom2'] });
}

test('PRV-4: a class that the ENT’s new year has taken away is made anew once, with its roles and whoever was in it', async () => {
  await aClassInTheEnt();
  transition(bed.ent.graph, uai);
  const added = Array.from({ length: 30 }, (_, index) => aPupil(index + 3, { uai }));
  await bed.import(added, { on: '2022-09-05' });
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth(), bed.ent.calls.get('create-class')]).toEqual([
    { PROVISIONED: 32 },
    32,
    2,
  ]);
  expect([bed.ent.graph.classes.size, classesInEnt()['CE2 A']?.length]).toEqual([1, 32]);
});

test('PRV-4: an answer that says a class is gone which is there is none: it is asked again, and nobody ends FAILED', async () => {
  await aClassInTheEnt();
  bed.ent.faults.set([
    { mode: 'empty-201', calls: 'POST /directory/class/[^/]*/user', remaining: 1 },
    { mode: 'empty-201', calls: 'PUT /directory/class/[^/]*/link/', remaining: 1 },
  ]);
  const teaches = [{ uai, classLabel: 'CE2 A' }];
  await bed.import([aPupil(3, { uai }), teacher({ teaches })], { on: '2022-09-05' });
  await bed.untilQuiet();
  expect(bed.ent.faults.list().map(({ remaining }) => remaining)).toEqual([0, 0]);
  expect([await bed.states(), await bed.rows('select 1 from ent_task')]).toEqual([
    { PROVISIONED: 4 },
    [],
  ]);
  expect(classesInEnt()['CE2 A']).toEqual(['Prenom1', 'Prenom2', 'Prenom3', 'Maitre']);
});

test('PRV-4: who moves into a class that is gone is in the one made instead', async () => {
  await aClassInTheEnt();
  await bed.import([aPupil(3, { uai, classLabel: 'CM1' })], { on: '2022-09-05' });
  await bed.untilQuiet();
  transition(bed.ent.graph, uai);
  await bed.import([aPupil(1, { uai, classLabel: 'CM1', revision: 2 })], { on: '2022-09-05' });
  await bed.untilQuiet();
  expect(classesInEnt()).toEqual({ CM1: ['Prenom1', 'Prenom3'] });
});

test('PRV-4: a school that the ENT has no more is made anew for who comes', async () => {
  const before = bed.ent.graph.backup();
  await aClassInTheEnt();
  bed.ent.graph.restoreBackup(before);
  await bed.import([aPupil(3, { uai })], { on: '2022-09-05' });
  await bed.untilQuiet();
  expect(bed.ent.graph.structures.size).toBe(1);
  expect(classesInEnt()['CE2 A']).toEqual(['Prenom3']);
  // Whom it has lost with the school is found by the comparison.
  expect(await bed.rows('select distinct refused_code from ent_task')).toEqual([
    { refused_code: 'ENT_MOVE_REFUSED' },
  ]);
});

const other = '0440002B';
/** Labels of schools and classes that a person is in, by the ENT. */
const placesOf = (firstName: string) => {
  const { structures, classes, users } = bed.ent.graph;
  const user = [...users.values()].find((each) => each.firstName === firstName);
  return [
    ...(user?.structureIds ?? []).map((id) => structures.get(id)?.UAI ?? ''),
    ...(user?.classIds ?? []).map((id) => classes.get(id)?.externalId ?? ''),
  ].sort();
};
/** UAIs of the schools out of which the next feed takes a person. */
const removedFrom = (firstName: string) =>
  [...bed.ent.graph.users.values()].find((each) => each.firstName === firstName)
    ?.removedFromStructures;
const guardianOf = (children: readonly APerson[], home: string): APerson => ({
  ...aPupil(1000, { uai: home, firstName: 'Garde' }),
  ...{ profile: 'RELATIVE', classLabel: '', birthDate: '' },
  childIds: children.map(({ personId }) => personId),
});

test('PRV-1, PRV-4: who comes for the commune or the academy is a guest of each school, without a seat, in no class of pupils, though a source says so (art. 5)', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai, other] });
  const guest = (number: number, post: string): APerson => ({
    ...aPupil(number, { uai, firstName: post, birthDate: '' }),
    ...{ profile: 'GUEST', post, classLabel: 'CE2 A' },
    alsoIn: [{ uai: other, classLabel: 'CM1' }],
    teaches: [{ uai, classLabel: 'CE2 A' }],
  });
  const posts = ['COMMUNE_REPRESENTATIVE', 'INSPECTOR', 'ADVISER', 'PARTNER'];
  await bed.import([aPupil(1, { uai }), ...posts.map((post, index) => guest(index + 2, post))], {
    on: '2022-09-05',
  });
  bed.run();
  await bed.untilQuiet();
  const partners = (of: string) => [of, `${of}$Partenaires`];
  for (const post of posts.slice(0, 3))
    expect(placesOf(post)).toEqual([...partners(uai), ...partners(other)]);
  // A partner works with the class that it is said to be in.
  expect(placesOf('PARTNER')).toEqual([uai, `${uai}$CE2 A`, other, `${other}$CM1`]);
  const users = [...bed.ent.graph.users.values()].filter(({ firstName }) =>
    posts.includes(firstName),
  );
  expect(users.map(({ type }) => type)).toEqual(posts.map(() => 'Guest'));
  expect(Object.keys(classesInEnt()).filter((label) => label.includes('without roles'))).toEqual(
    [],
  );
  expect(await bed.rows('select held::int, ordered::int from seat_pool')).toEqual([
    { held: 1, ordered: 1 },
  ]);
});

const markedByMigration = readFileSync(
  'apps/provisioning/prisma/migrations/20261201130000_copy_guests_anew/migration.sql',
  'utf8',
).replace(/^[^]*(?=^update person)/m, '');

test('PRV-1, PRV-5: a guest who was copied by the rule of before leaves the classes of pupils by itself, once, and no other (art. 5)', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai, other] });
  const guest = (number: number, post: string): APerson => ({
    ...aPupil(number, { uai, firstName: `Guest${number}`, birthDate: '' }),
    ...{ profile: 'GUEST', post, classLabel: 'CE2 A' },
    alsoIn: [{ uai: other, classLabel: 'CM1' }],
  });
  // Nobody knew then what they are; a younger state of the third is still on its way.
  const copied = [1, 2, 3].map((number) => guest(number, ''));
  await bed.import(copied, { on: '2022-09-05' });
  const told = [guest(1, 'INSPECTOR'), guest(2, 'PARTNER'), guest(3, 'INSPECTOR')];
  for (const [at, person] of told.entries())
    bed.topicOfPeople.set(
      person.personId,
      personEvent({ ...person, revision: at < 2 ? 1 : 2 }, '2022-09-05', 'an import'),
    );
  bed.run();
  await bed.untilQuiet();
  const inClasses = [uai, `${uai}$CE2 A`, other, `${other}$CM1`];
  expect([1, 2, 3].map((number) => placesOf(`Guest${number}`))).toEqual(
    [1, 2, 3].map(() => inClasses),
  );
  await bed.fresh.asOwner(markedByMigration);
  await bed.begin('2022-09-06');
  await bed.until('they are copied anew', async () => {
    const outdated = await bed.rows<{ person_id: string }>(
      'select person_id from person where is_outdated',
    );
    return outdated.length === 1;
  });
  await bed.untilQuiet();
  const partners = [uai, `${uai}$Partenaires`, other, `${other}$Partenaires`];
  expect([1, 2, 3].map((number) => placesOf(`Guest${number}`))).toEqual([
    partners,
    inClasses,
    inClasses,
  ]);
  await bed.fresh.unitOfWork.run((tx) =>
    bed.people.replace(tx, [bed.topicOfPeople.get(told[2]!.personId)!]),
  );
  await bed.complete('an import', 1, '2022-09-06');
  await bed.untilQuiet();
  expect(placesOf('Guest3')).toEqual(partners);
  // Counted once each, whatever was told again.
  expect(
    await bed.rows("select consumed::int from import_progress where import_id = 'an import'"),
  ).toEqual([{ consumed: 1 }]);
});

test('PRV-4: a guardian is in the classes of all children, follows one who moves, and both leave the old school', async () => {
  await bed.aMembership('m1', { ordered: 9, uais: [uai, other] });
  const children = [aPupil(1, { uai }), aPupil(2, { uai, classLabel: 'CM2' })];
  await bed.import(children, { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  // After them, so that its creation names them.
  await bed.import([guardianOf(children, uai)], { on: '2022-09-05' });
  await bed.untilQuiet();
  expect(placesOf('Garde')).toEqual([uai, `${uai}$CE2 A`, `${uai}$CM2`, `${uai}$Familles`]);
  const moved = aPupil(1, { uai: other, classLabel: 'CM1', revision: 2 });
  await bed.import([moved], { on: '2022-09-05' });
  await bed.untilQuiet();
  expect(placesOf('Prenom1')).toEqual([other, `${other}$CM1`]);
  // The other child keeps the guardian in the old school, not in the old class.
  const both = [uai, `${uai}$CM2`, `${uai}$Familles`, other, `${other}$CM1`].sort();
  expect(placesOf('Garde')).toEqual(both);
  const second = aPupil(2, { uai: other, classLabel: 'CM1', revision: 2 });
  const guardian = { ...guardianOf(children, other), revision: 2 };
  await bed.import([second, guardian], { on: '2022-09-05' });
  await bed.untilQuiet();
  expect([placesOf('Garde'), placesOf('Prenom2')]).toEqual([
    [other, `${other}$CM1`, `${other}$Familles`],
    [other, `${other}$CM1`],
  ]);
  // Back in a school that it left, it stays there through the next feed (row H).
  await bed.import(
    [aPupil(1, { uai, revision: 3 }), { ...guardianOf(children, uai), revision: 3 }],
    {
      on: '2022-09-05',
    },
  );
  await bed.untilQuiet();
  expect(placesOf('Prenom1')).toEqual([uai, `${uai}$CE2 A`]);
  expect([removedFrom('Prenom1'), removedFrom('Garde')]).toEqual([[other], []]);
});

const staffRoom = 'Équipe de l’école';
const teacher = (changed: Partial<APerson> = {}): APerson => ({
  ...aPupil(50, { uai, firstName: 'Maitre', birthDate: '', classLabel: '' }),
  ...{ profile: 'TEACHER', ...changed },
});

test('PRV-4: a teacher of two schools is in both and in each class taught, until the day each ends; a school that nobody finances is unknown to the ENT', async () => {
  await bed.aMembership('m1', { ordered: 1, uais: [uai] });
  await bed.aMembership('m2', { ordered: 1, uais: [other] });
  const both = {
    alsoIn: [{ uai: other, endsOn: '2022-09-20' }, { uai: '0440003C' }],
    teaches: [
      { uai, classLabel: 'CE2 A', endsOn: '2022-09-10' },
      { uai, classLabel: 'CM2', startsOn: '2022-09-10' },
      { uai: other, classLabel: 'CP', endsOn: '2022-09-20' },
      { uai: '0440003C', classLabel: 'CP' },
    ],
  };
  await bed.import([teacher(both)], { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const inOther = [other, `${other}$CP`, `${other}$${staffRoom}`];
  const at = (...classes: string[]) => [uai, ...classes.map((label) => `${uai}$${label}`)];
  expect(placesOf('Maitre')).toEqual([...at('CE2 A', staffRoom), ...inOther]);
  const calls = bed.ent.calls.get('link-class');
  // A creation and a join for each further class, and no more where nothing changes.
  expect([bed.ent.calls.get('create-user'), calls]).toEqual([1, 3]);
  await bed.import([teacher({ ...both, revision: 2 })], { on: '2022-09-05' });
  await bed.untilQuiet();
  expect(bed.ent.calls.get('link-class')).toBe(calls);
  await bed.begin('2022-09-10');
  await bed.untilQuiet();
  expect(placesOf('Maitre')).toEqual([...at('CM2', staffRoom), ...inOther]);
  await bed.begin('2022-09-20');
  await bed.untilQuiet();
  expect(placesOf('Maitre')).toEqual(at('CM2', staffRoom));
  expect(bed.ent.graph.structures.size).toBe(2);
});

test('PRV-4: a pupil is in further classes and schools without a further account, the guardian too, and both leave them', async () => {
  await bed.aMembership('m1', { ordered: 9, uais: [uai, other] });
  const further = { furtherClasses: ['ULIS'], furtherSchools: [{ uai: other, classLabel: 'CE2' }] };
  const pupil = aPupil(1, { uai });
  await bed.import([{ ...pupil, ...further }, guardianOf([pupil], uai)], { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const where = [uai, `${uai}$CE2 A`, `${uai}$ULIS`, other, `${other}$CE2`].sort();
  expect([placesOf('Prenom1'), placesOf('Garde'), await bed.states()]).toEqual([
    where,
    [...where, `${uai}$Familles`].sort(),
    { PROVISIONED: 2 },
  ]);
  await bed.import([{ ...pupil, revision: 2 }], { on: '2022-09-05' });
  await bed.untilQuiet();
  expect([placesOf('Prenom1'), placesOf('Garde')]).toEqual([
    [uai, `${uai}$CE2 A`],
    [uai, `${uai}$CE2 A`, `${uai}$Familles`],
  ]);
});

test('PRV-4: a guardian leaves the school of a child whose account ends, and keeps that of the other', async () => {
  await bed.aMembership('m1', { ordered: 9, uais: [uai, other] });
  const children = [aPupil(1, { uai: other }), aPupil(2, { uai })];
  await bed.import([...children, guardianOf(children, uai)], { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const kept = [uai, `${uai}$CE2 A`, `${uai}$Familles`];
  expect(placesOf('Garde')).toEqual([...kept, other, `${other}$CE2 A`]);
  const gone = aPupil(1, { uai: other, endsOn: '2022-09-06', revision: 2 });
  await bed.import([gone], { on: '2022-09-05' });
  for (const day of ['2022-09-06', '2022-12-01']) {
    await bed.begin(day);
    await bed.untilQuiet();
  }
  expect(placesOf('Garde')).toEqual(kept);
});

test('PRV-4: after lost answers the books have the classes of the school’s list, read once for many guardians', async () => {
  await bed.aMembership('m1', { ordered: 90, uais: [uai] });
  const families = Array.from({ length: 20 }, (_, at) => {
    const children = [aPupil(1 + at, { uai }), aPupil(31 + at, { uai, classLabel: 'CM1' })];
    return [
      ...children,
      { ...guardianOf(children, uai), personId: aPupil(61 + at, { uai }).personId },
    ];
  });
  const related = { calls: 'PUT /directory/user/.*/related/', remaining: 20 };
  bed.ent.faults.set([{ mode: 'timeout-after-success', waitMs: 2_500, ...related }]);
  await bed.import(families.flat(), { on: '2022-09-05' });
  // Long enough for a busy machine: no other answer is lost.
  bed.run({ timeoutMs: 2_000 });
  await bed.untilQuiet();
  const guardians = `select p.class_label, count(*)::int from ent_place p join account using (account_id)
    where profile = 'RELATIVE' group by 1 order by 1`;
  expect(await bed.rows(guardians)).toEqual(
    ['CE2 A', 'CM1', 'Familles'].map((label) => ({ class_label: label, count: 20 })),
  );
  // A class that the books missed would be joined again.
  expect(bed.ent.calls.get('link-class')).toBeUndefined();
  expect(bed.ent.calls.get('admin-list-users')).toBeLessThan(20);
});

test('PRV-4: refused one class, an account is open all the same, and joins it when a day begins', async () => {
  await bed.aMembership('m1', { ordered: 9, uais: [uai, other] });
  const link = 'PUT /directory/class/[^/]*/link/';
  bed.ent.faults.set([{ mode: 'error-400', calls: link }]);
  await bed.import([teacher({ alsoIn: [{ uai: other }] })], { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const home = [uai, `${uai}$${staffRoom}`];
  expect([placesOf('Maitre'), await bed.states()]).toEqual([home, { PROVISIONED: 1 }]);
  expect(await bed.rows('select refused_code from ent_task')).toEqual([
    { refused_code: 'ENT_MOVE_REFUSED' },
  ]);
  bed.ent.faults.set([]);
  await bed.begin('2022-09-06');
  await bed.untilQuiet();
  expect(placesOf('Maitre')).toEqual([...home, other, `${other}$${staffRoom}`]);
});

test('PRV-3: who comes back into another school is taken out of the one of before', async () => {
  await bed.aMembership('m1', { ordered: 9, uais: [uai, other] });
  await bed.import([aPupil(1, { uai, endsOn: '2022-09-06' })], { on: '2022-09-05' });
  bed.run();
  await bed.untilQuiet();
  const [user] = bed.ent.graph.users.values();
  activate(bed.ent.graph, user!.login, user!.activationCode!, 'mot de passe');
  for (const day of ['2022-09-06', '2022-12-01']) {
    await bed.begin(day);
    await bed.untilQuiet();
  }
  expect(placesOf('Prenom1')).toEqual([]);
  const change = jest.spyOn(bed.ent.graph, 'change');
  const back = aPupil(1, { uai: other, classLabel: 'CM1', startsOn: '2022-12-01', revision: 2 });
  await bed.import([back], { on: '2022-12-01' });
  await bed.untilQuiet();
  expect([placesOf('Prenom1'), bed.ent.graph.users.size]).toEqual([[other, `${other}$CM1`], 1]);
  // In none, an administrator of schools could neither read nor block it.
  const schools = change.mock.calls.flatMap(([, { structureIds }]) => structureIds?.length ?? []);
  expect(Math.min(...schools)).toBe(1);
  expect(await bed.rows('select uai, class_label from ent_place')).toEqual([
    { uai: other, class_label: 'CM1' },
  ]);
});

test.each([true, false])(
  'PRV-3: who comes back has the guardians of now, not those of before (still one: %s)',
  async (isStill) => {
    await bed.aMembership('m1', { ordered: 9, uais: [uai, other] });
    const [gone, stays] = [aPupil(1, { uai, endsOn: '2022-09-06' }), aPupil(2, { uai })];
    await bed.import([gone, stays, guardianOf([gone, stays], uai)], { on: '2022-09-05' });
    bed.run();
    await bed.untilQuiet();
    const users = [...bed.ent.graph.users.values()];
    const [pupil, guardian] = ['Prenom1', 'Garde'].map((name) =>
      users.find(({ firstName }) => firstName === name),
    );
    expect(pupil!.relativeIds).toEqual([guardian!.id]);
    activate(bed.ent.graph, pupil!.login, pupil!.activationCode!, 'mot de passe');
    for (const day of ['2022-09-06', '2022-12-01']) {
      await bed.begin(day);
      await bed.untilQuiet();
    }
    const back = aPupil(1, { uai, startsOn: '2022-12-01', revision: 2 });
    const family = { ...guardianOf(isStill ? [gone, stays] : [stays], uai), revision: 2 };
    await bed.import([back, family], { on: '2022-12-01' });
    await bed.untilQuiet();
    expect(bed.ent.graph.users.get(pupil!.id)?.relativeIds).toEqual(isStill ? [guardian!.id] : []);
  },
);

test.each([
  ['school', { uai: other, classLabel: 'CM1' }],
  ['class', { uai, classLabel: 'CM1' }],
] as const)(
  'PRV-4: made by a call without an answer, and moved to another %s since, a pupil is one user, there alone',
  async (_what, place) => {
    await bed.aMembership('m1', { ordered: 9, uais: [uai, other] });
    bed.ent.faults.set([
      {
        ...{ mode: 'timeout-after-success', waitMs: 400, remaining: 1 },
        calls: 'POST /directory/class/.*/user',
      },
      // Nobody looks until the pupil has moved.
      { mode: 'error-503', calls: 'GET /directory/user/admin/list' },
    ]);
    await bed.import([aPupil(1, { uai })], { on: '2022-09-05' });
    bed.run({ timeoutMs: 300 });
    await bed.until('it was made', () => bed.ent.graph.users.size > 0);
    await bed.import([aPupil(1, { ...place, revision: 2 })], { on: '2022-09-05' });
    await bed.until('it has moved', async () => {
      const [row] = await bed.rows<{ class_label: string }>('select class_label from account');
      return row?.class_label === 'CM1';
    });
    bed.ent.faults.set([]);
    await bed.untilQuiet();
    expect([await bed.states(), await countInBoth(), placesOf('Prenom1')]).toEqual([
      { PROVISIONED: 1 },
      1,
      [place.uai, `${place.uai}$CM1`],
    ]);
  },
);
