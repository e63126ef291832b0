import { jest } from '@jest/globals';
import {
  bed,
  bedForEachTest,
  countInBoth,
  pupils,
} from '../../test/bed-of-each-test.test-support.js';
import { aPupil, type APerson } from '../../test/people.test-support.js';
import {
  createClass,
  createSchool,
} from '../../../../test/simulators/open-ent-ng/graph/schools.js';
import { createUserInClass } from '../../../../test/simulators/open-ent-ng/graph/users.js';
import { feed } from '../../../../test/simulators/open-ent-ng/graph/feed.js';
import type { Fault } from '../../../../test/simulators/open-ent-ng/faults.js';

jest.setTimeout(180_000);
bedForEachTest();

const uai = '0440001A';
const on = '2022-09-05';
const never = () => new AbortController().signal;
const called = (name: string) => bed.ent.calls.get(name) ?? 0;
const sources = () => Map.groupBy(bed.ent.graph.users.values(), ({ source }) => source);

/** Two children each; the last one's second child is in no file. */
const guardians = (count: number): APerson[] =>
  Array.from({ length: count }, (_, at) => ({
    ...aPupil(1_000 + at, { uai }),
    ...{ profile: 'RELATIVE', classLabel: '', birthDate: '' },
    childIds: [aPupil(2 * at + 1, { uai }), aPupil(2 * at + 2, { uai })].map(
      (child) => child.personId,
    ),
  }));

async function aSchool(people: readonly APerson[]): Promise<void> {
  await bed.aMembership('m1', { ordered: 200, uais: [uai] });
  await bed.import(people, { on });
  await bed.settleAccounts();
}
async function relatedInEnt(): Promise<number> {
  return [...bed.ent.graph.users.values()].reduce((sum, each) => sum + each.relativeIds.length, 0);
}
/** As after a kill: nobody extends the lease of what was at work. */
const endLeases = () => bed.asOwner('update ent_task set not_before = now()');

it('PRV-4: a school of many goes by one file, families and all; whom a file cannot say by calls', async () => {
  const teacher = {
    ...aPupil(2_000, { uai, classLabel: '', birthDate: '' }),
    ...{ profile: 'TEACHER' as const, academicIdentifier: 'prenom.nom@example.org' },
  };
  const quoted = aPupil(50, { uai, lastName: 'Le "Bihan' });
  await aSchool([...pupils(uai, 40), quoted, ...guardians(20), teacher]);
  bed.run({ fileLeast: 20 });
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth(), await relatedInEnt()]).toEqual([
    ...[{ PROVISIONED: 62 }, 62, 40],
  ]);
  expect([called('wizard-import'), called('create-user'), sources().get('CSV')?.length]).toEqual([
    ...[1, 2, 60],
  ]);
  expect(called('relate') + called('update-user')).toBe(0);
  expect(await bed.rows('select from ent_task')).toEqual([]);
});

it('PRV-4: a few go by calls, and so do all where it is off', async () => {
  await aSchool(pupils(uai, 19));
  bed.run({ fileLeast: 20 });
  await bed.untilQuiet();
  expect([await bed.states(), called('wizard-validate')]).toEqual([{ PROVISIONED: 19 }, 0]);
});

it('PRV-4: what an earlier process kept for a file goes by calls once files are off', async () => {
  await aSchool(pupils(uai, 20));
  await bed.schoolFiles({ fileLeast: 20 }).reserve();
  expect(await bed.work.due(100)).toEqual([]);
  bed.run();
  await bed.untilQuiet();
  expect([await bed.states(), called('wizard-validate')]).toEqual([{ PROVISIONED: 20 }, 0]);
});

it('PRV-4: further files take the rest of a school of more than one file holds', async () => {
  await aSchool(pupils(uai, 100));
  await bed.asOwner('update ent_task set priority = 1');
  const files = bed.schoolFiles({ fileLeast: 20 });
  await files.reserve();
  expect(await files.execute(never())).toBe(true);
  expect(await files.execute(never())).toBe(false);
  expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 100 }, 100]);
});

it('PRV-4: whom the ENT leaves out has a cause of its own, and the others go on', async () => {
  await aSchool([...pupils(uai, 30), aPupil(31, { uai, birthDate: '' })]);
  bed.run({ fileLeast: 20 });
  await bed.untilQuiet();
  expect([
    await bed.states(),
    await bed.rows("select failure_code from account where state = 'FAILED'"),
  ]).toEqual([{ PROVISIONED: 30, FAILED: 1 }, [{ failure_code: 'ENT_BIRTH_DATE_MISSING' }]]);
  expect([called('wizard-import'), called('create-user')]).toEqual([1, 0]);
  await bed.import([aPupil(31, { uai, revision: 2 })], { on });
  await bed.untilQuiet();
  expect(await bed.states()).toEqual({ PROVISIONED: 31 });
});

it('PRV-4: whoever bears an identifier in another school is not written over', async () => {
  const { graph } = bed.ent;
  const other = createSchool(graph, { name: 'Autre', UAI: '0440009Z', externalId: '0440009Z' });
  const schoolClass = createClass(graph, other.id, { name: 'CP' });
  const names = { firstName: 'Tout', lastName: 'Autre', birthDate: '2013-01-01' };
  createUserInClass(graph, schoolClass.id, { ...names, type: 'Student', externalId: 'NANTES-77' });
  await aSchool([...pupils(uai, 30), aPupil(31, { uai, aafKey: '77' })]);
  bed.run({ fileLeast: 20 });
  await bed.untilQuiet();
  expect([
    await bed.states(),
    await bed.rows("select failure_code from account where state = 'FAILED'"),
    [...graph.users.values()].find(({ externalId }) => externalId === 'NANTES-77'),
  ]).toMatchObject([
    { PROVISIONED: 30, FAILED: 1 },
    [{ failure_code: 'ENT_IDENTIFIER_TAKEN' }],
    { lastName: 'Autre', structureIds: [other.id] },
  ]);
});

it('PRV-4: a file that one fed identifier stops as a whole goes by calls, each with its own end', async () => {
  feed(bed.ent.graph, {
    academy: 'NANTES',
    schools: [{ key: '1', uai: '0440009Z', name: 'Autre' }],
    people: [
      {
        ...{ key: '77', profile: 'Student', firstName: 'Tout', lastName: 'Autre' },
        ...{ birthDate: '2013-01-01', school: '1', className: 'CP' },
      },
    ],
  });
  await aSchool([...pupils(uai, 30), aPupil(31, { uai, aafKey: '77' })]);
  bed.run({ fileLeast: 20 });
  await bed.untilQuiet();
  expect([await bed.states(), called('wizard-import'), called('create-user') >= 31]).toEqual([
    ...[{ PROVISIONED: 30, FAILED: 1 }, 0, true],
  ]);
});

it('PRV-4: a school whose name no file survives goes by calls', async () => {
  await aSchool(pupils(uai, 30));
  await bed.asOwner(
    'insert into school (uai, name, revision) values ($1, $2, 1) on conflict (uai) do update set name = excluded.name',
    [uai, 'École_Jules'],
  );
  bed.run({ fileLeast: 20 });
  await bed.untilQuiet();
  expect([await bed.states(), called('wizard-validate')]).toEqual([{ PROVISIONED: 30 }, 0]);
});

const hostile: readonly (readonly [string, Partial<Fault>])[] = [
  ['a page with 200 at the check', { mode: 'page-200', calls: 'wizard/validate' }],
  ['a page with 200 at the import', { mode: 'page-200', calls: 'wizard/import' }],
  ['an answer cut short at the check', { mode: 'cut-json', calls: 'wizard/validate' }],
  ['an answer cut short at the import', { mode: 'cut-json', calls: 'wizard/import' }],
  ['201 {} at the check', { mode: 'empty-201', calls: 'wizard/validate' }],
  ['201 {} at the import', { mode: 'empty-201', calls: 'wizard/import' }],
  ['503 at the import', { mode: 'error-503', calls: 'wizard/import' }],
  ['a storm of 429', { mode: 'throttled-429', calls: 'wizard', retryAfter: '1' }],
  ['a connection cut before the import', { mode: 'disconnect', calls: 'wizard/import' }],
  ['an importer at work', { mode: 'importer-busy', calls: 'wizard/import', waitMs: 50 }],
  ['a list of nobody afterwards', { mode: 'empty-list', calls: 'user/admin/list' }],
  ['half a list afterwards', { mode: 'half-list', calls: 'user/admin/list' }],
  ['an ended session', { mode: 'redirect-302', calls: 'wizard' }],
];
it.each(hostile)('PRV-5: %s is not believed, and nobody is there twice', async (_what, fault) => {
  await aSchool([...pupils(uai, 30), ...guardians(5)]);
  bed.ent.faults.set([{ ...fault, remaining: 1 }]);
  bed.run({ fileLeast: 20 });
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth(), await relatedInEnt()]).toEqual([
    ...[{ PROVISIONED: 35 }, 35, 10],
  ]);
});

it.each([
  ['redirect-mfa', 'ENT_SECOND_FACTOR'],
  ['redirect-terms', 'ENT_TERMS'],
  ['right-401', 'ENT_RIGHT_MISSING'],
] as const)(
  'PRV-4: where files alone are not let through (%s), it is said, and nobody is given up',
  async (mode, code) => {
    await aSchool(pupils(uai, 30));
    bed.ent.faults.set([{ mode, calls: 'wizard' }]);
    const files = bed.schoolFiles({ fileLeast: 20 });
    await files.reserve();
    await files.execute(never());
    expect(
      await bed.rows('select distinct refused_code, not_before > now() as later from ent_task'),
    ).toEqual([{ refused_code: code, later: true }]);
    expect(await bed.states()).toEqual({ PROVISIONING: 30 });
    for (let again = 0; again < 2; again += 1) {
      await endLeases();
      await files.reserve();
      await files.execute(never());
    }
    await endLeases();
    bed.run({ fileLeast: 20 });
    await bed.untilQuiet();
    expect([await bed.states(), called('create-user')]).toEqual([{ PROVISIONED: 30 }, 30]);
  },
);

it.each([
  ['before its import', 'disconnect'],
  ['after its import, unheard', 'timeout-after-success'],
] as const)('PRV-4: killed %s and repeated, nobody is there twice', async (_when, mode) => {
  await aSchool([...pupils(uai, 40), ...guardians(20)]);
  bed.ent.faults.set([
    { mode, calls: 'PUT /directory/wizard/import', waitMs: 60_000, remaining: 1 },
  ]);
  // Whoever is killed writes nothing down.
  const record = () => new Promise<void>(() => undefined);
  const work = Object.assign(Object.create(bed.work) as typeof bed.work, { record });
  const killed = bed.schoolFiles({ fileLeast: 20 }, work);
  await killed.reserve();
  const end = new AbortController();
  void killed.execute(end.signal);
  await bed.until('at the import', () => called('wizard-import') > 0);
  await bed.until('written', () => mode === 'disconnect' || bed.ent.graph.users.size === 60);
  end.abort();
  await endLeases();
  bed.run({ fileLeast: 20 });
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth(), await relatedInEnt()]).toEqual([
    ...[{ PROVISIONED: 60 }, 60, 40],
  ]);
  expect([called('create-user'), called('update-user')]).toEqual([0, 0]);
});

it('PRV-4: two processes send no pupil twice, and a school that grows meanwhile is whole', async () => {
  await aSchool(pupils(uai, 120));
  bed.run({ fileLeast: 20 });
  bed.run({ fileLeast: 20 });
  await bed.import([...pupils(uai, 150).slice(120), ...guardians(60)], { on });
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth(), await relatedInEnt()]).toEqual([
    ...[{ PROVISIONED: 210 }, 210, 120],
  ]);
});
