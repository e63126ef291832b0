import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { realPublicSchools } from '../../../../../test/support/data/schools.js';
import {
  academy,
  caller,
  current,
  ImportBed,
  uaiA,
} from '../../../test/import-bed.test-support.js';
import { aGuardian, aPupil, aSchool, deliver } from '../../../test/stated-people.test-support.js';
import { PersonData } from '../../person-exports/person-data.pg.js';
import { AttributeSources } from '../../person-views/attribute-sources.pg.js';

jest.setTimeout(120_000);

/**
 * Goal: what one source states no other one ends, and a person is what all of them say (DIR-5). Method: a second academy
 * states a pupil of the first one too, by the INE and the name, with a key of its own.
 */
const other = { ...academy, sourceCode: 'aaf1d-voisine', academyCode: '', priority: 20 };
const farUai = realPublicSchools()[9]!.uai;
const theirs = { seed: 8, schools: [{ uai: farUai, headcount: 40 }] };
const attributeOf = (name: string) => new RegExp(`<attr name="${name}"><value>[^<]+</value>`);
const ineOf = attributeOf('ENTEleveINE');
const whoIs = [
  ineOf,
  ...['ENTPersonNom', 'ENTPersonPrenom', 'ENTPersonDateNaissance'].map(attributeOf),
];
const isOfPupils = (file: string) => /_\d+_Eleve_/.test(file);

let bed: ImportBed;
beforeEach(async () => {
  bed = await ImportBed.start();
  await bed.parts().declare.execute(other, caller);
});
afterEach(() => bed.stop());

/** Their export: its first pupil is this one. */
async function stateTogether(name: string, pupil: readonly string[], exportedOn = '2022-09-01') {
  const { files } = await bed.generate(name, { ...theirs, exportedOn });
  bed.edit(name, files.filter(isOfPupils), (text) =>
    whoIs.reduce((said, attribute, at) => said.replace(attribute, () => pupil[at]!), text),
  );
}

/** Who the first pupil of our export is, as it stands in the files. */
async function ours(name: string, exportedOn = '2022-09-01'): Promise<readonly string[]> {
  const { files } = await bed.generate(name, { exportedOn });
  let pupil: readonly string[] = [];
  bed.edit(name, files.filter(isOfPupils).slice(0, 1), (text) => {
    pupil = whoIs.map((attribute) => attribute.exec(text)![0]);
    return text;
  });
  return pupil;
}

const both = async () =>
  (await bed.emitted()).people.filter(
    (person) =>
      new Set(current(person)).size === 2 &&
      person.enrolments.every(({ profile }) => profile === 1),
  );

test('AUT-1: told is the key by which an academy’s export names each profile, and none of a source that has no academy', async () => {
  const pupilOfBoth = await ours('a1');
  const keysInFiles = new Set<string>();
  bed.edit('a1', readdirSync(join(bed.root, 'a1')), (text) => {
    for (const [, key] of text.matchAll(/"ENTPersonJointure"><value>([^<]+)</g))
      keysInFiles.add(key!);
    return text;
  });
  await bed.import('a1');
  const { people } = await bed.emitted();
  const told = people.flatMap(({ academyKeys }) => academyKeys);
  expect(new Set(told.map(({ key }) => key))).toEqual(keysInFiles);
  expect(new Set(told.map(({ academy: code }) => code))).toEqual(new Set(['17']));
  const profiles = (person: (typeof people)[number]) =>
    [...new Set(person.enrolments.map(({ profile }) => profile))].sort();
  for (const person of people)
    expect(person.academyKeys.map(({ profile }) => profile).sort()).toEqual(profiles(person));
  await stateTogether('b1', pupilOfBoth);
  await bed.import('b1', { source: other.sourceCode });
  const later = (await bed.emitted()).people.filter(({ academyKeys }) => academyKeys.length > 0);
  expect(later.map((person) => [new Set(current(person)).size, person.academyKeys.length])).toEqual(
    // The pupil of both.
    [[2, 1]],
  );
});

test('DIR-2, DIR-5: a pupil whom two academies state is one person with two places, whoever delivers again', async () => {
  const pupilOfBoth = await ours('a1');
  await bed.import('a1');
  await bed.emitted();
  await stateTogether('b1', pupilOfBoth);
  await bed.import('b1', { source: other.sourceCode });
  const [pupil] = await both();
  expect(current(pupil!).sort()).toEqual([farUai, uaiA].sort());
  // Whose word counts is the first source's.
  const named = await bed.db.database.query<{ source: string; last_name: string }>(
    'select source, last_name from person where person_id = $1',
    [pupil!.personId],
  );
  expect(named.rows[0]).toMatchObject({ source: academy.sourceCode, last_name: pupil!.lastName });
  const before = await bed.stored();
  for (const round of ['2', '3']) {
    await ours(`a${round}`, `2022-09-0${round}`);
    expect(await bed.import(`a${round}`)).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
    await stateTogether(`b${round}`, pupilOfBoth, `2022-09-0${round}`);
    expect(await bed.import(`b${round}`, { source: other.sourceCode })).toMatchObject({
      ...{ state: 'COMPLETED', peopleApplied: 0 },
    });
  }
  expect(await bed.stored()).toEqual(before);
});

test('DIR-5: a place ends when no source states it any more; the other one’s stays', async () => {
  const pupilOfBoth = await ours('a1');
  await bed.import('a1');
  await stateTogether('b1', pupilOfBoth);
  await bed.import('b1', { source: other.sourceCode });
  const [pupil] = await both();
  await bed.onDay('2022-09-09');
  const { files } = await bed.generate('b2', { ...theirs, exportedOn: '2022-09-09' });
  bed.edit('b2', files.filter(isOfPupils), (text) =>
    text.replace(/<addRequest>[\s\S]*?<\/addRequest>\n/, ''),
  );
  const report = await bed.import('b2', { source: other.sourceCode });
  expect(report).toMatchObject({ state: 'COMPLETED' });
  const told = (await bed.emitted()).people.find(({ personId }) => personId === pupil!.personId)!;
  expect(current(told)).toEqual([uaiA]);
  const ended = told.enrolments.find(({ uai }) => uai === farUai)!;
  expect(ended.period!.endsOn).toBe('2022-09-09');
  expect(await bed.count(`plan_change where kind = 'END' and reason = 'STATED_BY_ANOTHER'`)).toBe(
    1,
  );
});

test('DIR-2: an INE that its rightful owner has is not taken by a second statement of it', async () => {
  const [ine] = await ours('a1');
  await bed.import('a1');
  const { people } = await bed.emitted();
  const { files } = await bed.generate('a2', { exportedOn: '2022-09-02' });
  let owner = '';
  // The second pupil of the file gets the INE of the first one, who keeps it.
  bed.edit('a2', files.filter(isOfPupils).slice(0, 1), (text) => {
    owner = /<id>([^<]+)<\/id>/.exec(text)![1]!;
    const second = text.indexOf('<addRequest>', text.indexOf('<addRequest>') + 1);
    return text.slice(0, second) + text.slice(second).replace(ineOf, () => ine!);
  });
  const report = await bed.import('a2');
  expect(report.remarks.map(({ code }) => code)).toContain('INE_TWICE');
  const { rows } = await bed.db.database.query<{ holders: number }>(
    'select max(n)::int as holders from (select count(*) as n from person where ine_hash is not null group by ine_hash) x',
  );
  expect(rows).toEqual([{ holders: 1 }]);
  for (const table of ['person', 'stated_person'])
    expect(await bed.count(`${table} where source_key = '${owner}' and ine_hash is not null`)).toBe(
      1,
    );
  await bed.generate('a3', { exportedOn: '2022-09-03' });
  await bed.import('a3');
  const ids = new Set(people.map(({ personId }) => personId));
  expect((await bed.emitted()).people.every(({ personId }) => ids.has(personId))).toBe(true);
  expect(await bed.count('person')).toBe(people.length);
});

test('DIR-5: only its own schools and profiles are taken from a source', async () => {
  await bed
    .parts()
    .declare.execute({ ...academy, uais: [uaiA], profiles: ['STUDENT', 'TEACHER'] }, caller);
  await ours('narrow');
  const report = await bed.import('narrow');
  expect(report.remarks.map(({ code }) => code)).toContain('OUTSIDE_PERIMETER');
  const { rows } = await bed.db.database.query(
    'select distinct uai, profile from enrolment order by profile',
  );
  expect(rows).toEqual([
    { uai: uaiA, profile: 'STUDENT' },
    { uai: uaiA, profile: 'TEACHER' },
  ]);
});

test('SCH-1, DIR-5: a source that does not say whether a school is public, or where, leaves what another one says', async () => {
  const said = aSchool(farUai);
  await deliver(bed, academy.sourceCode, '2022-09-01', [said]);
  await bed.parts().declare.execute({ ...other, priority: 1 }, caller);
  const unsure = { ...said, name: 'École nouvelle', contract: 'UNKNOWN', isPublic: false } as const;
  await deliver(bed, other.sourceCode, '2022-09-01', [{ ...unsure, insee: '', postalCode: '' }]);
  const stored = async () => {
    const { rows } = await bed.db.database.query(
      'select name, insee, postal_code, is_public from structure where uai = $1',
      [farUai],
    );
    return rows;
  };
  const facts = { insee: said.insee, postal_code: said.postalCode, is_public: true };
  expect(await stored()).toEqual([{ name: 'École nouvelle', ...facts }]);
  // First for people, and not for schools: what was derived otherwise is derived anew.
  await bed.parts().declare.execute({ ...other, priority: 1, priorities: { SCHOOLS: 30 } }, caller);
  await bed.emitted();
  while (await bed.parts().anew.someOf());
  expect([await stored(), (await bed.emitted()).structures]).toEqual([
    [{ name: said.name, ...facts }],
    1,
  ]);
});

test('RGPD 15, DIR-5: of each attribute that is held the source that gave it is told', async () => {
  const { declare } = bed.parts();
  await declare.execute({ ...other, title: 'ONDE', priorities: { PLACES: 1, INE: 1 } }, caller);
  const third = { ...other, sourceCode: 'ldap', title: 'LDAP', priority: 30 };
  await declare.execute({ ...third, priorities: { BIRTH_DATE: 1, RELATIONS: 1 } }, caller);
  const says = (key: string, more: Parameters<typeof aPupil>[3]) => [
    aSchool(uaiA),
    aPupil(`p${key}`, 'Maëlys Le Montrieux', uaiA, {
      guardians: { [`g${key}`]: '1', [`h${key}`]: '2' },
      ...more,
    }),
    aGuardian(`g${key}`, 'Ana Le Montrieux'),
    aGuardian(`h${key}`, 'Luc Le Montrieux'),
  ];
  await deliver(bed, academy.sourceCode, '2022-09-01', says('1', {}));
  await deliver(bed, other.sourceCode, '2022-09-01', says('2', { ine: '9' }));
  await deliver(bed, 'ldap', '2022-09-01', says('3', {}));
  const [id] = await bed.db.database.column<string>(
    `select person_id from person_key where source_key in ('p1', 'p2', 'p3') group by 1 having count(*) = 3`,
  );
  expect(await new AttributeSources(bed.db.database).of(id!)).toEqual([
    { attribute: 'NAMES', profile: '', uai: '', sources: [academy.title] },
    { attribute: 'BIRTH_DATE', profile: '', uai: '', sources: ['LDAP'] },
    { attribute: 'INE', profile: '', uai: '', sources: ['ONDE'] },
    { attribute: 'PLACE', profile: 'STUDENT', uai: uaiA, sources: ['ONDE', academy.title, 'LDAP'] },
  ]);
  const held = (await new PersonData(bed.db.database).of(id!))!;
  const of = (title: string) => held.tables.find((table) => table.title === title)!.rows;
  expect(of('Identité').map((row) => row.at(-1))).toEqual([
    ...[academy.title, academy.title, 'LDAP', 'ONDE'],
  ]);
  expect(of('Écoles').map((row) => row.at(-1))).toEqual([`ONDE, ${academy.title}, LDAP`]);
  expect(of('Liens de famille')).toEqual([
    ['A pour responsables', '2 personnes', `LDAP, ${academy.title}, ONDE`],
  ]);
});
