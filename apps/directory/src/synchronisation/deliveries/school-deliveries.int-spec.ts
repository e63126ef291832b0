import { jest } from '@jest/globals';
import { Profile } from '#libs/contracts';
import type { SourceDeclaration } from '../domain/source-declaration.js';
import { Plans } from '../plans/plans.pg.js';
import {
  academy,
  caller,
  current,
  ImportBed,
  schools,
  uaiA,
  uaiB,
  uaiC,
} from '../../../test/import-bed.test-support.js';
import { aPupil, aSchool, deliver } from '../../../test/stated-people.test-support.js';

jest.setTimeout(120_000);

/**
 * Goal: a delivery speaks of one school, or of some kinds of people, and nobody else leaves by absence from it (DIR-5).
 * Method: ONDE extractions and tables of two schools, of one source each, on an academy whose AAF states schools alone.
 */
const onde: SourceDeclaration = {
  ...academy,
  ...{ sourceCode: 'onde', kind: 'ONDE', title: 'ONDE', academyCode: '', priority: 20 },
};
const tables: SourceDeclaration = { ...onde, sourceCode: 'csv', kind: 'ENT_CSV', priority: 30 };

type Child = readonly [family: string, first: string, born: string, guardian?: string];
/** Of another name in each test: they share one directory. */
const familyOf = (name: string) => ({
  lila: [name, 'Lila', '2016-03-09', 'Nora'] as Child,
  milo: [name, 'Milo', '2019-11-21', 'Nora'] as Child,
  tim: [name, 'Tim', '2017-05-05', 'Nora'] as Child,
  zoe: [name, 'Zoé', '2015-01-02'] as Child,
});

const pupilsFile = (children: readonly Child[]) =>
  [
    'Nom élève;Prénom élève;Date naissance;Niveau;Libellé classe;Identifiant classe',
    ...children.map(([family, first, born]) => `${family};${first};${born};CE2;CE2 bleu;812`),
  ].join('\n');
const guardiansFile = (children: readonly Child[]) =>
  [
    "Nom responsable;Prénom responsable;Adresse responsable;Nom d'usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants",
    ...children.flatMap(([family, first, , guardian]) =>
      guardian === undefined ? [] : [`${family};${guardian};1 rue;;${family};${first};CE2 bleu`],
    ),
  ].join('\n');

let bed: ImportBed;
let deliveries = 0;
beforeAll(async () => {
  bed = await ImportBed.start();
  const { declare } = bed.parts();
  await declare.execute({ ...academy, profiles: ['PERSONNEL'] }, caller);
  await bed.generate('schools', { schools: schools.map(({ uai }) => ({ uai, headcount: 5 })) });
  await bed.import('schools');
  await declare.execute(onde, caller);
  await declare.execute(tables, caller);
  await bed.emitted();
});
afterAll(() => bed.stop());

async function extraction(uai: string, children: readonly Child[], withGuardians = true) {
  const name = `onde-${(deliveries += 1)}`;
  bed.lay(name, {
    'eleves.csv': pupilsFile(children),
    ...(withGuardians ? { 'responsables.csv': guardiansFile(children) } : {}),
  });
  const report = await bed.import(name, { source: 'onde', datedOn: '2022-09-02', uai });
  expect(report.state).toBe('COMPLETED');
  return report;
}

async function table(files: Readonly<Record<string, string>>, uai = uaiA, datedOn = '2022-09-02') {
  const name = `csv-${(deliveries += 1)}`;
  bed.lay(name, files);
  return bed.import(name, { source: 'csv', datedOn, uai });
}

/** Who of a family is where now: first name, schools, children who are there. */
async function present(name: string): Promise<string[]> {
  const { rows } = await bed.db.database.query<{ text: string }>(
    `select p.first_name || ' ' || string_agg(distinct e.uai, ' ' order by e.uai) || coalesce(' (' || (
         select string_agg(c.first_name, ', ' order by c.first_name) from guardian_link l
         join person c on c.person_id = l.child_id where l.guardian_id = p.person_id and c.left_on is null) || ')', '') as text
     from person p join enrolment e using (person_id) where e.ends_on is null and p.last_name = $1 group by p.person_id order by 1`,
    [name],
  );
  return rows.map(({ text }) => text.replaceAll(uaiA, 'A').replaceAll(uaiB, 'B'));
}

test('DIR-1: one school’s extraction ends nobody of another school, also no guardian of the same name', async () => {
  const { lila, milo, tim, zoe } = familyOf('DURAND');
  await extraction(uaiA, [lila, milo, zoe]);
  await extraction(uaiB, [tim]);
  // Nora of A and of B bear one name, which is not enough to be one person (DIR-2).
  const both = ['Lila A', 'Milo A', 'Nora A (Lila, Milo)', 'Nora B (Tim)', 'Tim B', 'Zoé A'];
  expect(await present('DURAND')).toEqual(both);
  expect(await extraction(uaiA, [zoe, lila, milo])).toMatchObject({ peopleApplied: 0 });
  expect(await extraction(uaiB, [tim])).toMatchObject({ peopleApplied: 0 });
  await extraction(uaiA, [milo, zoe]);
  expect(await present('DURAND')).toEqual([
    ...['Milo A', 'Nora A (Milo)', 'Nora B (Tim)', 'Tim B', 'Zoé A'],
  ]);
});

test.each([
  ['MARTIN', [uaiA, uaiB]],
  ['PETIT', [uaiB, uaiA]],
])(
  'DIR-2: a pupil who moves from one school’s file to another’s stays one person with the guardian, in any order: %s',
  async (name, order) => {
    const { lila, milo, tim, zoe } = familyOf(name);
    await extraction(uaiA, [lila, milo, zoe]);
    const who = (await bed.emitted()).people.find(
      ({ lastName, firstName }) => lastName === name && firstName === 'Lila',
    )!;
    for (const uai of order) await extraction(uai, uai === uaiA ? [milo, zoe] : [lila, tim]);
    expect(await present(name)).toEqual([
      ...['Lila B', 'Milo A', 'Nora A B (Lila, Milo, Tim)', 'Tim B', 'Zoé A'],
    ]);
    const told = (await bed.emitted()).people.filter(({ personId }) => personId === who.personId);
    expect(current(told.at(-1)!)).toEqual([uaiB]);
  },
);

test('DIR-2: a guardian stays who it is when one of the same name comes, moves house or goes', async () => {
  const [lila, tom] = ['GALLO;Lila;2016-03-09', 'KERGUELEN;Tom;2016-05-09'];
  const ofLila = (street: string) => `KERGUELEN;Ali;${street};;GALLO;Lila;CE2 bleu`;
  const ofTom = 'KERGUELEN;Ali;2 rue;;KERGUELEN;Tom;CE2 bleu';
  const deliver = async (
    day: string,
    children: readonly string[],
    guardians: readonly string[],
  ) => {
    const name = `homonyms-${day}`;
    const [pupils, header] = [pupilsFile([]), guardiansFile([])];
    bed.lay(name, {
      'eleves.csv': [pupils, ...children.map((child) => `${child};CE2;CE2 bleu;812`)].join('\n'),
      'responsables.csv': [header, ...guardians].join('\n'),
    });
    const report = await bed.import(name, { source: 'onde', datedOn: day, uai: uaiC });
    expect(report.state).toBe('COMPLETED');
  };
  const guardianOf = (child: string) =>
    bed.db.database.column<string>(
      `select l.guardian_id from guardian_link l join person c on c.person_id = l.child_id
       join person g on g.person_id = l.guardian_id
       where c.first_name = $1 and c.last_name in ('GALLO', 'KERGUELEN') and g.left_on is null and c.left_on is null`,
      [child],
    );
  await deliver('2022-09-02', [lila], [ofLila('1 rue')]);
  const [ali] = await guardianOf('Lila');
  await deliver('2022-09-03', [lila, tom], [ofLila('1 rue'), ofTom]);
  const [other] = await guardianOf('Tom');
  expect(await guardianOf('Lila')).toEqual([ali]);
  expect(other).not.toBe(ali);
  await deliver('2022-09-04', [lila, tom], [ofLila('7 quai'), ofTom]);
  expect([await guardianOf('Lila'), await guardianOf('Tom')]).toEqual([[ali], [other]]);
  await deliver('2022-09-05', [lila], [ofLila('7 quai')]);
  expect(await guardianOf('Lila')).toEqual([ali]);
});

test('DIR-2: the first extraction after an academy’s export knows a pupil by the number, and no classmate on whom it was typed', async () => {
  const aaf = { ...academy, sourceCode: 'aaf-eleves', academyCode: '' };
  await bed.parts().declare.execute(aaf, caller);
  const known = [
    aPupil('1', 'Lila Quemener', uaiB, { born: '2016-03-09', ine: '120045678HK' }),
    aPupil('2', 'Zoé Quemener', uaiA, { born: '2015-01-02', ine: '120045679HK' }),
  ];
  await deliver(bed, aaf.sourceCode, '2022-09-01', [aSchool(uaiA), aSchool(uaiB), ...known]);
  bed.lay('onde-numbers', {
    'eleves.csv': [
      'Nom élève;Prénom élève;Date naissance;INE;Niveau;Libellé classe',
      'QUEMENER-LE BRAS;Lila;09/03/2016;120045678HK;CE2;CE2 bleu',
      'TANGUY;Yanis;03/04/2015;120045679HK;CE2;CE2 bleu',
    ].join('\n'),
  });
  const options = { source: 'onde', datedOn: '2022-09-02', uai: uaiA };
  const report = await bed.import('onde-numbers', options);
  expect(report).toMatchObject({ state: 'COMPLETED', peopleCreated: 1, peopleChanged: 1 });
  const asked = await bed.db.database.rows(
    `select n.first_name as newcomer, k.first_name as known, reasons from doubtful_pair d
     join person n on n.person_id = newcomer_id join person k on k.person_id = known_id where answer is null and plan_id = $1`,
    [report.planId],
  );
  expect(asked).toMatchObject([
    { newcomer: 'Yanis', known: 'Zoé', reasons: expect.arrayContaining(['INE_EQUAL']) },
  ]);
  bed.lay('onde-numbers-again', {
    'eleves.csv': [
      'Nom élève;Prénom élève;Date naissance;INE;Niveau;Libellé classe',
      'TANGUY;Yanis;03/04/2015;120045679HK;CE2;CE2 bleu',
      'QUEMENER-LE BRAS;Lila;09/03/2016;120045678HK;CE2;CE2 bleu',
    ].join('\n'),
  });
  expect(await bed.import('onde-numbers-again', options)).toMatchObject({ peopleApplied: 0 });
});

test('ids of newcomers follow each other in the order of the plan, as those of an academy’s export do', async () => {
  const { lila, milo, tim, zoe } = familyOf('LEFORT');
  await extraction(uaiA, [zoe, tim, lila, milo]);
  const { rows } = await bed.db.database.query<{ id: string }>(
    `select person_id::text as id from person where last_name = 'LEFORT' order by import_id, (
       select min(seq) from plan_change c where c.person_id = person.person_id)`,
  );
  const ids = rows.map(({ id }) => id);
  expect(ids).toHaveLength(5);
  expect(ids).toEqual([...ids].sort());
  // The version of RFC 9562, in its place.
  expect(ids.filter((id) => id[14] !== '7')).toEqual([]);
});

test('an extraction of pupils alone says nothing of their guardians', async () => {
  const { lila, milo } = familyOf('MOREAU');
  await extraction(uaiA, [lila, milo]);
  expect(await extraction(uaiA, [lila, milo], false)).toMatchObject({ peopleApplied: 0 });
  await extraction(uaiA, [milo], false);
  expect(await present('MOREAU')).toEqual(['Milo A', 'Nora A (Milo)']);
});

test('tables add the adults of a school, a post says who is a guest, and a file of some ends none of the others', async () => {
  const { lila } = familyOf('GIRARD');
  await extraction(uaiA, [lila]);
  const people = {
    'Enseignants.csv': 'Nom;Prénom;Directeur;Classe\nGIRARD;Ana;oui;CE2 bleu',
    'Partenaires.csv': 'Nom;Prénom;Organisme\nGIRARD;Bob;Chorale',
    'ATSEM.csv': 'Nom;Prénom\nGIRARD;Cora',
  };
  expect(await table(people)).toMatchObject({ state: 'COMPLETED', peopleCreated: 3 });
  expect(await table(people)).toMatchObject({ peopleApplied: 0 });
  expect(await table({ 'Enseignants.csv': 'Nom;Prénom\nGIRARD;Dan' })).toMatchObject({
    ...{ peopleCreated: 1, peopleRemoved: 0 },
  });
  const { people: told } = await bed.emitted();
  const of = (first: string) => told.find(({ firstName }) => firstName === first)!.enrolments[0]!;
  expect(of('Ana')).toMatchObject({ profile: Profile.TEACHER, head: true, uai: uaiA });
  expect(of('Ana').post).toBeUndefined();
  expect(of('Bob')).toMatchObject({
    ...{ profile: Profile.GUEST, post: { role: 'PARTNER', organisation: 'Chorale' } },
  });
  expect(of('Cora')).toMatchObject({ profile: Profile.PERSONNEL, post: { role: 'ATSEM' } });
  expect(await present('GIRARD')).toEqual([
    ...['Ana A', 'Bob A', 'Cora A', 'Dan A', 'Lila A', 'Nora A (Lila)'],
  ]);
});

test('DIR-5: a teacher’s classes begin and end by files that speak of classes, and by no other', async () => {
  const links = async (file: string, day: string) => {
    await bed.onDay(day);
    await table({ 'Enseignants.csv': file }, uaiA, day);
    const { rows } = await bed.db.database.query<{ text: string }>(
      `select concat_ws(' ', source_key, class_id, starts_on, ends_on) as text from class_link order by 1`,
    );
    return rows.map(({ text }) => text.slice(text.indexOf('-') - 1).replace(/^\S+ /, ''));
  };
  const ana = (...classes: string[]) =>
    `Nom;Prénom;Classe;Classe\nBODIN;Ana;${[classes[0] ?? '', classes[1] ?? ''].join(';')}`;
  await bed.db.asOwner('truncate class_link');
  expect(await links(ana('CE2 bleu', 'CM1'), '2022-09-05')).toEqual([
    ...['CE2 bleu 2022-09-05', 'CM1 2022-09-05'],
  ]);
  // A file without the column, and one of others, say nothing of them.
  const kept = ['CE2 bleu 2022-09-05', 'CM1 2022-09-05'];
  expect(await links('Nom;Prénom;Directeur\nBODIN;Ana;oui', '2022-09-06')).toEqual(kept);
  expect(await links('Nom;Prénom;Classe\nBODIN;Eve;', '2022-09-07')).toEqual(kept);
  expect(await links(ana('CM1'), '2022-09-08')).toEqual([
    ...['CE2 bleu 2022-09-05 2022-09-08', 'CM1 2022-09-05'],
  ]);
  // Twice on one day: what begins again on its first day had not ended.
  await links(ana('CM1', 'CP'), '2022-09-09');
  expect(await links(ana('CM1'), '2022-09-09')).toContain('CP 2022-09-09 2022-09-09');
  expect(await links(ana('CM1', 'CP'), '2022-09-09')).toEqual([
    ...['CE2 bleu 2022-09-05 2022-09-08', 'CM1 2022-09-05', 'CP 2022-09-09'],
  ]);
});

test('DIR-1, DIR-4: a table’s further classes, groups and schools are kept; a further school is no place of another delivery', async () => {
  const header = 'Nom;Prénom;Date de naissance;UAI;Classe;Classe';
  const row = `BLIN;Zoé;2015-01-02;${uaiA} ${uaiB};CE2 bleu;ULIS`;
  const told = async () => (await bed.emitted()).people.find(({ lastName }) => lastName === 'BLIN');
  await table({ 'Student.csv': `${header};Regroupement\n${row};Chorale` });
  const place = {
    ...{ uai: uaiA, classId: 'CE2 bleu', furtherClasses: [{ classId: 'ULIS' }] },
    groups: [{ groupId: 'Chorale' }],
  };
  expect(await told()).toMatchObject({ enrolments: [place], furtherSchools: [{ uai: uaiB }] });
  // Without the column nothing is said of groups, and of the other school's pupils nothing at all.
  await table({ 'Student.csv': `${header}\n${row.replace('ULIS', '')}` });
  expect(await told()).toMatchObject({
    ...{ enrolments: [{ ...place, furtherClasses: [] }], furtherSchools: [{ uai: uaiB }] },
  });
  await table({ 'Student.csv': `${header}\nBLIN;Tim;2016-01-02;${uaiB};CP;` }, uaiB);
  expect((await told())!.firstName).toBe('Tim');
  await table({ 'Student.csv': `${header}\n${row.replace('ULIS', 'CP')}` });
  expect(await present('BLIN')).toEqual(['Tim B', 'Zoé A B']);
  await table({ 'Student.csv': `${header}\n${row.replace(` ${uaiB}`, '')}` });
  expect(await present('BLIN')).toEqual(['Tim B', 'Zoé A']);
});

test('DIR-5: an inspector is in the schools of the circonscription, and ends nobody of them', async () => {
  const { lila } = familyOf('RIO');
  const header = 'Nom;Prénom;Date de naissance;Classe';
  await table({ 'Student.csv': `${header}\nRIO;Bea;2016-01-02;CP` }, uaiB);
  await bed.db.database.query(
    `update structure set circonscription = case uai when $1 then 'Nantes-Nord' when $2 then 'NANTES NORD' else 'Angers' end`,
    [uaiA, uaiB],
  );
  const inspection = (row: string) => `Nom;Prénom;Fonction;Circonscription\n${row}`;
  // Younger than what the school's adults were said to be before.
  await bed.onDay('2022-09-10');
  const files = {
    'Student.csv': `${header}\n${lila[0]};Lila;2016-03-09;CP`,
    'Inspecteurs.csv': inspection(
      'RIO;Line;Inspectrice;Nantes Nord\nRIO;Guy;Conseiller pédagogique;Cholet',
    ),
  };
  const report = await table(files, uaiA, '2022-09-10');
  expect(report).toMatchObject({ state: 'COMPLETED' });
  expect(report.remarks).toContainEqual(
    expect.objectContaining({ code: 'CIRCONSCRIPTION_UNKNOWN', count: 1 }),
  );
  // One person in both schools; who is in B by another delivery stays.
  expect(await present('RIO')).toEqual(['Bea B', 'Lila A', 'Line A B']);
  const line = (await bed.emitted()).people.find(({ firstName }) => firstName === 'Line');
  expect(line!.enrolments).toMatchObject(
    [uaiA, uaiB].sort().map((uai) => ({
      ...{ uai, profile: Profile.GUEST },
      post: { role: 'INSPECTOR', circonscription: 'Nantes Nord' },
    })),
  );
});

test('DIR-3: the plan says of the school of a delivery how many of its rows came in nowhere', async () => {
  await bed.onDay('2022-09-12');
  const header = 'Nom;Prénom;Date de naissance;Classe';
  const rows = [
    'REF;Ann;2016-01-02;CP',
    'REF;;2016-01-02;CP',
    'REF;Bo;demain;CP',
    'REF;Cy;2016-01-02;CP;x',
  ];
  const { planId } = await table(
    { 'Student.csv': [header, ...rows].join('\n') },
    uaiA,
    '2022-09-12',
  );
  const page = { state: '', changingOnly: false, seen: undefined, limit: 5, after: undefined };
  const [school, ...others] = await new Plans(bed.db.database).schools(planId, page);
  expect([school, others]).toMatchObject([{ uai: uaiA, refused: 3, figures: { added: 1 } }, []]);
  // Of the export of an academy no school is told the rows of another.
  const { planId: ofAll } = await deliver(bed, academy.sourceCode, '2022-09-12', [
    aSchool(uaiA),
    aSchool(uaiB),
  ]);
  for (const { refused } of await new Plans(bed.db.database).schools(ofAll, page))
    expect(refused).toBe(0);
});

test('DIR-5: a representative of a commune is in its public schools, found by its code', async () => {
  for (const table of ['structure', 'stated_structure'])
    await bed.db.asOwner(
      `update ${table} set insee = case when uai in ('${uaiA}', '${uaiB}', '${uaiC}') then '44109' else '44184' end,
         is_public = uai <> '${uaiC}', commune = 'NANTES'`,
    );
  const communes = (rows: string) => ({ 'Elus.csv': `Nom;Prénom;Commune;Code INSEE;UAI\n${rows}` });
  const report = await table(
    communes(
      [
        ...['ELU;Ada;;44109;', 'ELU;Ben;Nantes;44109;', `ELU;Cid;Nantes;44109;${uaiB}`],
        ...['ELU;Dov;Nantes;;', 'ELU;Eva;Angers;49007;', `ELU;Fay;Nantes;;${uaiA}`],
      ].join('\n'),
    ),
    uaiA,
    '2022-09-11',
  );
  expect(report).toMatchObject({ state: 'COMPLETED' });
  // By name alone it could be another commune; where schools are named, these are meant.
  expect(await present('ELU')).toEqual(['Ada A B', 'Ben A B', 'Cid B', 'Fay A']);
  for (const code of ['COMMUNE_UNKNOWN', 'COMMUNE_CODE_MISSING'])
    expect(report.remarks).toContainEqual(expect.objectContaining({ code, count: 1 }));
  const told = (await bed.emitted()).people.filter(({ lastName }) => lastName === 'ELU');
  const ada = told.find(({ firstName }) => firstName === 'Ada')!;
  expect(ada.enrolments).toMatchObject(
    [uaiA, uaiB].sort().map((uai) => ({
      ...{ uai, profile: Profile.GUEST },
      post: { role: 'COMMUNE_REPRESENTATIVE', commune: 'NANTES' },
    })),
  );
  // The same again writes nothing; a source of one school speaks of that school alone.
  const again = await table(communes('ELU;Ada;;44109;'), uaiA, '2022-09-11');
  expect(again).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
  await bed.parts().declare.execute({ ...tables, sourceCode: 'csv-b', uais: [uaiB] }, caller);
  bed.lay('elus-b', communes('ELU;Gil;;44109;'));
  await bed.import('elus-b', { source: 'csv-b', datedOn: '2022-09-11', uai: uaiB });
  expect(await present('ELU')).toContain('Gil B');
});

test('refuses an extraction whose school nobody names, or that is none of the source’s', async () => {
  bed.lay('unnamed', { 'eleves.csv': pupilsFile([familyOf('ROUX').zoe]) });
  const start = (uai?: string) =>
    bed.import('unnamed', { source: 'onde', datedOn: '2022-09-02', ...(uai ? { uai } : {}) });
  await expect(start()).rejects.toMatchObject({ code: 'SCHOOL_NOT_NAMED' });
  await expect(start('0440001M')).rejects.toMatchObject({ code: 'SCHOOL_NOT_OF_SOURCE' });
  await bed.parts().declare.execute({ ...onde, uais: [uaiB] }, caller);
  await expect(start(uaiA)).rejects.toMatchObject({ code: 'SCHOOL_NOT_OF_SOURCE' });
  expect(await start()).toMatchObject({ state: 'COMPLETED' });
  expect(await present('ROUX')).toEqual(['Zoé B']);
});
