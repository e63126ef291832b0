import { setTimeout as sleep } from 'node:timers/promises';
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

const pupilsFrom = (first: number, school: string, count: number): APerson[] =>
  Array.from({ length: count }, (_, at) => aPupil(first + at + 1, { uai: school }));
/** Two children each, who have the first numbers. */
const guardiansFrom = (first: number, school: string, count: number): APerson[] =>
  Array.from({ length: count }, (_, at) => ({
    ...aPupil(first + 500 + at, { uai: school }),
    ...{ profile: 'RELATIVE', classLabel: '', birthDate: '' },
    childIds: pupilsFrom(first + 2 * at, school, 2).map((child) => child.personId),
  }));
const guardians = (count: number) => guardiansFrom(0, uai, count);
const aSchoolful = (school: string, first: number): APerson[] => [
  ...pupilsFrom(first, school, 30),
  ...guardiansFrom(first, school, 5),
];

async function aSchool(people: readonly APerson[]): Promise<void> {
  await bed.aMembership('m1', { ordered: 200, uais: [uai] });
  await bed.import(people, { on });
  await bed.settleAccounts();
}
async function relatedInEnt(): Promise<number> {
  return [...bed.ent.graph.users.values()].reduce((sum, each) => sum + each.relativeIds.length, 0);
}
/** As after a kill: nobody extends the lease of what was at work; and no wait is left. */
const endLeases = () => bed.asOwner('update ent_task set not_before = now(), file_until = null');
/** Whom the ENT lets in, by first name and class. */
const openInEnt = () => {
  const { users, classes } = bed.ent.graph;
  const open = [...users.values()].filter(({ blocked }) => !blocked);
  const classOf = (ids: readonly string[]) => ids.map((id) => classes.get(id)?.name).join();
  return open.map(({ firstName, classIds }) => `${firstName} ${classOf(classIds)}`).sort();
};
/** A school whose places are made, and whose import the ENT begins when its importer ends. */
async function aSchoolWhoseImportWaits(): Promise<void> {
  await aSchool(pupils(uai, 30));
  bed.ent.faults.set([{ mode: 'error-503', calls: 'wizard/validate', remaining: 1 }]);
  const files = bed.schoolFiles({ fileLeast: 20 });
  await files.reserve();
  await files.execute(never());
  await endLeases();
  bed.ent.importer.begin(600_000);
}
/** A file whose process is killed once it has sent it, and what else is waited for has come. */
async function killedOnceSent(isThere: () => boolean = () => true): Promise<void> {
  // Whoever is killed writes nothing down.
  const record = () => new Promise<void>(() => undefined);
  const work = Object.assign(Object.create(bed.work) as typeof bed.work, { record });
  const killed = bed.schoolFiles({ fileLeast: 20 }, work);
  await killed.reserve();
  const end = new AbortController();
  void killed.execute(end.signal);
  await bed.until('at the import', () => called('wizard-import') > 0);
  await bed.until('written', isThere);
  end.abort();
}

test('PRV-4: a school of many goes by one file, families and all; whom a file cannot say by calls', async () => {
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

test('PRV-4: a few go by calls, and so do all where it is off', async () => {
  await aSchool(pupils(uai, 19));
  bed.run({ fileLeast: 20 });
  await bed.untilQuiet();
  expect([await bed.states(), called('wizard-validate')]).toEqual([{ PROVISIONED: 19 }, 0]);
});

test('PRV-4: what an earlier process kept for a file goes by calls once files are off', async () => {
  await aSchool(pupils(uai, 20));
  await bed.schoolFiles({ fileLeast: 20 }).reserve();
  expect(await bed.work.due(100)).toEqual([]);
  bed.run();
  await bed.untilQuiet();
  expect([await bed.states(), called('wizard-validate')]).toEqual([{ PROVISIONED: 20 }, 0]);
});

test('PRV-4: further files take the rest of a school of more than one file holds', async () => {
  await aSchool(pupils(uai, 100));
  await bed.asOwner('update ent_task set priority = 1');
  const files = bed.schoolFiles({ fileLeast: 20 });
  await files.reserve();
  expect(await files.execute(never())).toBe(true);
  expect(await files.execute(never())).toBe(false);
  expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 100 }, 100]);
});

test('PRV-4: whom the ENT leaves out has a cause of its own, and the others go on', async () => {
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

test.each([
  ['of the whole platform, whose file goes without that line', false],
  ['of this school alone, whose file the check stops: all by calls', true],
])(
  'PRV-4: whoever bears an identifier in another school is not written over by an account %s',
  async (_whose, isLocal) => {
    const { graph, sessions } = bed.ent;
    const other = createSchool(graph, { name: 'Autre', UAI: '0440009Z', externalId: '0440009Z' });
    const schoolClass = createClass(graph, other.id, { name: 'CP' });
    const names = { firstName: 'Tout', lastName: 'Autre', birthDate: '2013-01-01' };
    createUserInClass(graph, schoolClass.id, {
      ...names,
      type: 'Student',
      externalId: 'NANTES-77',
    });
    if (isLocal) {
      const own = createSchool(graph, { name: 'École', UAI: uai, externalId: uai });
      sessions.technical.administration = { is: 'ADML', scope: [own.id] };
    }
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
    expect([called('wizard-import'), called('create-user') > 30]).toEqual([
      isLocal ? 0 : 1,
      isLocal,
    ]);
  },
);

test('PRV-4: a file that one fed identifier stops as a whole goes by calls, each with its own end', async () => {
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

test('PRV-4: a school whose name no file survives goes by calls', async () => {
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
test('PRV-5: no fault of an answer is believed, and nobody is there twice', async () => {
  const uaiOf = (at: number) => `04401${String(at).padStart(2, '0')}A`;
  await bed.aMembership('m1', { ordered: 1_000, uais: hostile.map((_, at) => uaiOf(at)) });
  for (const [at, [what, fault]] of hostile.entries()) {
    await bed.import(aSchoolful(uaiOf(at), 1_000 * at), { on });
    await bed.settleAccounts();
    bed.ent.faults.set([{ ...fault, remaining: 1 }]);
    const files = bed.schoolFiles({ fileLeast: 20 });
    await files.reserve();
    expect([what, await files.execute(never())]).toEqual([what, true]);
    expect([what, bed.ent.faults.list()[0]?.remaining]).toEqual([what, 0]);
    // The next file is the next school's.
    await bed.asOwner("update ent_task set not_before = now() + interval '1 hour'");
    // What was believed is there.
    const known = await bed.rows(
      "select ent_id from account where uai = $1 and state <> 'PROVISIONING'",
      [uaiOf(at)],
    );
    const there = [...bed.ent.graph.users.values()].map(({ id }) => ({ ent_id: id }));
    expect(there).toEqual(expect.arrayContaining(known));
  }
  await endLeases();
  bed.run({ fileLeast: 20 });
  await bed.untilQuiet();
  const all = hostile.length;
  expect([await bed.states(), await countInBoth(), await relatedInEnt()]).toEqual([
    ...[{ PROVISIONED: 35 * all }, 35 * all, 10 * all],
  ]);
});

test('PRV-4: where files alone are not let through, it is said, and nobody is given up', async () => {
  const closed = [
    ['0440001A', 'redirect-mfa', 'ENT_SECOND_FACTOR'],
    ['0440002B', 'redirect-terms', 'ENT_TERMS'],
    ['0440003C', 'right-401', 'ENT_RIGHT_MISSING'],
  ] as const;
  await bed.aMembership('m1', { ordered: 90, uais: closed.map(([school]) => school) });
  for (const [at, [school, mode, code]] of closed.entries()) {
    await bed.import(pupilsFrom(100 * at, school, 30), { on });
    await bed.settleAccounts();
    bed.ent.faults.set([{ mode, calls: 'wizard' }]);
    const files = bed.schoolFiles({ fileLeast: 20 });
    await files.reserve();
    await files.execute(never());
    expect(
      await bed.rows(
        'select distinct refused_code, not_before > now() as later from ent_task join account using (account_id) where uai = $1',
        [school],
      ),
    ).toEqual([{ refused_code: code, later: true }]);
  }
  expect(await bed.states()).toEqual({ PROVISIONING: 90 });
  for (let again = 0; again < 2 * closed.length; again += 1) {
    await endLeases();
    const files = bed.schoolFiles({ fileLeast: 20 });
    await files.reserve();
    await files.execute(never());
  }
  await endLeases();
  bed.run({ fileLeast: 20 });
  await bed.untilQuiet();
  expect([await bed.states(), called('create-user')]).toEqual([{ PROVISIONED: 90 }, 90]);
});

test.each([
  ['before the ENT has the file', 'disconnect', 60],
  ['after the import, without an answer', 'timeout-after-success', 0],
] as const)(
  'PRV-4: killed %s, a file is compared and never sent again',
  async (_when, mode, byCalls) => {
    bed.ent.deadlocks.isOn = false;
    await aSchool([...pupils(uai, 40), ...guardians(20)]);
    bed.ent.faults.set([
      { mode, calls: 'PUT /directory/wizard/import', waitMs: 60_000, remaining: 1 },
    ]);
    await killedOnceSent(() => mode === 'disconnect' || bed.ent.graph.users.size === 60);
    await endLeases();
    bed.run({ fileLeast: 20 });
    await bed.untilQuiet();
    expect([await bed.states(), await countInBoth(), await relatedInEnt()]).toEqual([
      ...[{ PROVISIONED: 60 }, 60, 40],
    ]);
    expect([called('wizard-import'), called('create-user'), called('update-user')]).toEqual([
      ...[1, byCalls, 0],
    ]);
  },
);

test.each([
  ['lost', { mode: 'disconnect' }, 1],
  ['that refuses the request', { mode: 'throttled-429', retryAfter: '0' }, 2],
  // Restarted after the check: it has the checked file no more.
  ['404', { mode: 'odd-json', status: 404, answer: {} }, 2],
] as const)(
  'PRV-4: after an answer %s, files sent: as many as the ENT has not read',
  async (_what, fault, files) => {
    await aSchool(pupils(uai, 30));
    bed.ent.faults.set([{ ...fault, calls: 'PUT /directory/wizard/import', remaining: 1 }]);
    for (let round = 0; round < 2; round += 1) {
      const send = bed.schoolFiles({ fileLeast: 20 });
      await send.reserve();
      await send.execute(never());
      await endLeases();
    }
    expect(called('wizard-import')).toBe(files);
    bed.run({ fileLeast: 20 });
    await bed.untilQuiet();
    expect([await bed.states(), await countInBoth()]).toEqual([{ PROVISIONED: 30 }, 30]);
  },
);

test('PRV-4: two processes send no pupil twice, and a school that grows meanwhile is whole', async () => {
  await aSchool(pupils(uai, 120));
  bed.run({ fileLeast: 20 });
  bed.run({ fileLeast: 20 });
  await bed.import([...pupils(uai, 150).slice(120), ...guardians(60)], { on });
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth(), await relatedInEnt()]).toEqual([
    ...[{ PROVISIONED: 210 }, 210, 120],
  ]);
});

test('PRV-4: who leaves, changes or loses its seat while its file is under way ends as if there had been none', async () => {
  await aSchoolWhoseImportWaits();
  bed.run({ fileLeast: 20 });
  await bed.until('at the import', () => called('wizard-import') > 0);
  await bed.import(
    [
      aPupil(1, { uai, endsOn: on, revision: 2 }),
      aPupil(2, { uai, firstName: 'Autrement', revision: 2 }),
      aPupil(3, { uai, classLabel: 'CM2', revision: 2 }),
    ],
    { on },
  );
  await bed.order('m1', 28 - 200, on);
  await bed.until('they changed', async () => {
    const { CLOSING, WAITING_SEAT } = await bed.states();
    return CLOSING === 1 && WAITING_SEAT === 1;
  });
  // A call of its own would find nobody within that time.
  await sleep(1_000);
  bed.ent.importer.end();
  await bed.untilQuiet();
  expect([await bed.states(), openInEnt().length]).toEqual([
    ...[{ PROVISIONED: 28, WAITING_SEAT: 1, CLOSING: 1 }, 28],
  ]);
  expect(openInEnt()).toEqual(
    expect.arrayContaining(['Autrement CE2 A', 'Prenom3 CM2', 'Prenom4 CE2 A']),
  );
  expect(openInEnt()).not.toContain('Prenom1 CE2 A');
});

test('PRV-4: who leaves a file whose process is killed is blocked, though the ENT makes it when nobody finds it any more', async () => {
  await aSchoolWhoseImportWaits();
  await killedOnceSent();
  await bed.import([aPupil(1, { uai, endsOn: on, revision: 2 })], { on });
  await bed.settleAccounts();
  await endLeases();
  bed.run({ fileLeast: 20 });
  const lookedFor = "select from ent_task where refused_code = 'ENT_CREATION_UNHEARD'";
  await bed.until('it was looked for', async () => (await bed.rows(lookedFor)).length === 1);
  bed.ent.importer.end();
  await bed.until('it was found', async () => (await bed.rows(lookedFor)).length === 0);
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth(), openInEnt().length]).toEqual([
    ...[{ PROVISIONED: 29, CLOSING: 1 }, 30, 29],
  ]);
});

test('PRV-4: who is in a file under way is its alone, and with it what it told; after the lease anybody’s', async () => {
  await aSchoolWhoseImportWaits();
  await killedOnceSent();
  await bed.import([aPupil(1, { uai, firstName: 'Autrement', revision: 2 })], { on });
  await bed.settleAccounts();
  const all = await bed.rows<{ account_id: string }>('select account_id from ent_task');
  const accountIds = all.map(({ account_id }) => account_id);
  expect([await bed.work.due(100), (await bed.work.take(accountIds)).length]).toEqual([[], 0]);
  await bed.asOwner("update ent_task set file_until = now() - interval '1 second'");
  bed.ent.importer.end();
  bed.run();
  await bed.untilQuiet();
  expect([await bed.states(), await countInBoth(), openInEnt()]).toMatchObject([
    ...[{ PROVISIONED: 30 }, 30, expect.arrayContaining(['Autrement CE2 A'])],
  ]);
});
