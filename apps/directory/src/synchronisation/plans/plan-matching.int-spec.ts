import { afterAll, beforeAll, expect, test, jest } from '@jest/globals';
import type { ImportReport } from '../imports.pg.js';
import { academy, caller, ImportBed, uaiA, uaiB } from '../../../test/import-bed.test-support.js';
import {
  aGuardian,
  aPupil,
  aSchool,
  aTeacher,
  deliver,
} from '../../../test/stated-people.test-support.js';

jest.setTimeout(60_000);

/**
 * Goal: DIR-2 while planning. Method: the academy states people, then other sources state some of them, and some who
 * look like them, under identifiers of their own, with or without an INE; each case has people of its own.
 */
const day = '2022-09-01';
const schools = [aSchool(uaiA), aSchool(uaiB)];
let bed: ImportBed;
let sources = 0;
let firstPlan: string;
/** In which two may be one. */
let twice: ImportReport;

beforeAll(async () => {
  bed = await ImportBed.start(day);
  const known = await deliver(bed, academy.sourceCode, day, [
    ...schools,
    aPupil('p1', 'Maëlys Le Montrieux', uaiA, { guardians: { g1: '1', g2: '2' } }),
    aGuardian('g1', 'Ana Le Montrieux'),
    aGuardian('g2', 'Luc Le Montrieux'),
    aPupil('p2', 'Léa Garville', uaiA, { ine: '2', guardians: { g3: '1' } }),
    aGuardian('g3', 'Rose Garville'),
    aPupil('p4', 'Enzo Tarvel', uaiA, { level: 'CP', ine: '4' }),
    aTeacher('t1', 'Nora Vasseroy', [uaiA], '1980-05-06'),
    aPupil('p5', 'Jade Orsolin', uaiB),
    aPupil('p6', 'Tom Ardisson', uaiA),
    aPupil('p9', 'Ondine Vaugrat', uaiA, { ine: '9', guardians: { g9: '1' } }),
    aGuardian('g9', 'Rose Vaugrat'),
    // Teachers, and parents of the same names: in the same school, and in another one.
    aTeacher('t2', 'Omar Lestrade', [uaiA]),
    aTeacher('t3', 'Yves Corbigny', [uaiA]),
    aPupil('p7', 'Inès Lestrade', uaiA, { guardians: { g7: '1' } }),
    aGuardian('g7', 'Omar LESTRADE'),
    aPupil('p8', 'Loup Corbigny', uaiB, { guardians: { g8: '1' } }),
    aGuardian('g8', 'Yves Corbigny'),
    // Twins, of whom one has a number here, a classmate, and two who have one each.
    aPupil('p11', 'Noé Hardouin', uaiA, { ine: '11' }),
    aPupil('p12', 'Zoé Hardouin', uaiA),
    aPupil('p13', 'Paul Quimerch', uaiA, { born: '2015-11-20', ine: '13' }),
    aPupil('p14', 'Lise Abgrall', uaiB, { ine: '14' }),
    aPupil('p15', 'Ana Kerdoncuf', uaiA, { ine: '15' }),
    aPupil('p16', 'Loïc Kerdoncuf', uaiA, { ine: '16' }),
  ]);
  expect(known).toMatchObject({ state: 'COMPLETED', peopleCreated: 23 });
  firstPlan = known.planId;
});
afterAll(() => bed.stop());

/** Another source states these. */
async function another(...records: Parameters<typeof deliver>[3][number][]) {
  const sourceCode = `other-${(sources += 1)}`;
  const declaration = { ...academy, sourceCode, academyCode: '', priority: 20 };
  await bed.parts().declare.execute(declaration, caller);
  const report = await deliver(bed, sourceCode, day, [...schools, ...records]);
  const { rows } = await bed.db.database.query<{
    source_key: string;
    kind: string;
    reason: string;
    known: string | null;
    match_reasons: string[] | null;
  }>(
    `select c.source_key, c.kind, c.reason, k.source_key as known, c.match_reasons from plan_change c
     left join person_key k on k.person_id = c.person_id and k.source = $2
     where plan_id = $1 order by c.source_key`,
    [report.planId, academy.sourceCode],
  );
  return { report, changes: rows };
}

const doubts = async (planId: string) =>
  (
    await bed.db.database.query<{ newcomer: string; known: string; reasons: string[] }>(
      `select n.source_key as newcomer, k.source_key as known, reasons from doubtful_pair d
       join person n on n.person_id = newcomer_id join person k on k.person_id = known_id
       where plan_id = $1 order by 1, 2`,
      [planId],
    )
  ).rows;

test('DIR-2: pupil and guardians of another source are who they are, and the plan says what decided', async () => {
  const { report, changes } = await another(
    aPupil('1', 'Maelys LE MONTRIEUX', uaiA, { guardians: { 11: '1', 12: '2' } }),
    aGuardian('11', 'ANA LE MONTRIEUX'),
    aGuardian('12', 'LUC LE MONTRIEUX'),
  );
  expect(report).toMatchObject({ state: 'COMPLETED', peopleCreated: 0 });
  expect(changes).toMatchObject([
    { source_key: '1', kind: 'CHANGE', reason: 'MATCHED', known: 'p1' },
    { source_key: '11', reason: 'MATCHED', known: 'g1' },
    { source_key: '12', reason: 'MATCHED', known: 'g2' },
  ]);
  expect(changes[0]!.match_reasons).toEqual(
    expect.arrayContaining(['LAST_NAME_EQUAL', 'BIRTH_DATE_EQUAL', 'SCHOOL_SHARED']),
  );
  expect(changes[1]!.match_reasons).toEqual(
    expect.arrayContaining(['RELATIVE_SHARED', 'RELATION_EQUAL']),
  );
  expect(
    await bed.count(
      `plan_school where plan_id = '${report.planId}' and matched = 3 and doubtful = 0`,
    ),
  ).toBe(1);
});

test('DIR-2: a twin, a homonym elsewhere and another level come as new; who may be meant is asked', async () => {
  const { report, changes } = await another(
    aPupil('2', 'Léo Garville', uaiA, { guardians: { 21: '1' } }),
    aGuardian('21', 'Rosine Garville'),
    // Found by the child alone: the name sounds otherwise.
    aPupil('22', 'Léa Garville', uaiA, { ine: '2', guardians: { 23: '1' } }),
    aGuardian('23', 'Rose Gabville'),
    aPupil('4', 'Enzo Tarvel', uaiA, { level: 'CM2' }),
    aPupil('5', 'Jade Orsolin', uaiA),
  );
  expect(changes.filter(({ kind }) => kind !== 'NEW')).toMatchObject([{ known: 'p2' }]);
  const asked = await doubts(report.planId);
  expect(asked.map(({ newcomer, known }) => [newcomer, known])).toEqual([
    // Léo is nobody else’s question: the source states Léa beside him.
    ['23', 'g3'],
    ['4', 'p4'],
    ['5', 'p5'],
  ]);
  expect(asked[1]!.reasons).toContain('LEVEL_DIFFERENT');
  expect(
    await bed.count(
      `plan_school where plan_id = '${report.planId}' and matched = 1 and doubtful = 3`,
    ),
  ).toBe(1);
});

test('DIR-2: a number leads to whoever has it where the name and the birth date agree', async () => {
  const { report, changes } = await another(
    // Another usual name, in another school: nobody would be certain without it.
    aPupil('141', 'Lise Le Bihan', uaiA, { ine: '14' }),
  );
  expect(report).toMatchObject({ state: 'COMPLETED', peopleCreated: 0 });
  expect(changes).toMatchObject([{ kind: 'CHANGE', reason: 'MATCHED', known: 'p14' }]);
  expect(changes[0]!.match_reasons).toEqual(
    expect.arrayContaining(['INE_EQUAL', 'LAST_NAME_OTHER', 'BIRTH_DATE_EQUAL']),
  );
  expect(await doubts(report.planId)).toEqual([]);
});

test('DIR-2: a number of a twin or a classmate makes nobody one; who bears it is new, and both are asked about', async () => {
  const { report, changes } = await another(
    aPupil('111', 'Zoé HARDOUIN', uaiA, { ine: '11' }),
    aPupil('131', 'Nine Postec', uaiA, { born: '2014-05-06', ine: '13' }),
  );
  expect(report).toMatchObject({ state: 'COMPLETED', peopleCreated: 2 });
  expect(changes.map(({ kind, reason }) => [kind, reason])).toEqual([
    ['NEW', 'FIRST_STATED'],
    ['NEW', 'FIRST_STATED'],
  ]);
  expect(await doubts(report.planId)).toMatchObject([
    { newcomer: '111', known: 'p11', reasons: expect.arrayContaining(['INE_EQUAL']) },
    // Whom the name means, were it not for the number.
    { newcomer: '111', known: 'p12', reasons: expect.arrayContaining(['FIRST_NAME_EQUAL']) },
    { newcomer: '131', known: 'p13', reasons: expect.arrayContaining(['INE_EQUAL']) },
  ]);
  // The number stays with whoever had it, and the plan was made once.
  const holders = await bed.db.database.column<string>(
    `select source_key from person where ine_hash is not null order by 1`,
  );
  expect(holders).toEqual(['p11', 'p13', 'p14', 'p15', 'p16', 'p2', 'p4', 'p9']);
  expect(await bed.count(`plan where import_id = '${report.importId}'`)).toBe(1);
});

test('DIR-2: one number typed on both of two twins is neither’s: who is meant by the name is asked', async () => {
  const { report, changes } = await another(
    aPupil('151', 'Ana KERDONCUF', uaiA, { ine: '15' }),
    aPupil('152', 'Loic KERDONCUF', uaiA, { ine: '15' }),
  );
  expect(report.remarks.map(({ code }) => code)).toEqual(['INE_TWICE']);
  expect(changes.map(({ kind }) => kind)).toEqual(['NEW', 'NEW']);
  const asked = await doubts(report.planId);
  expect(asked.map(({ newcomer, known }) => [newcomer, known])).toEqual([
    ['151', 'p15'],
    ['152', 'p16'],
  ]);
});

test('DIR-2: one name, birth date, school and class are not enough: a homonym has them too, and is asked about', async () => {
  const { report, changes } = await another(
    aPupil('71', 'Omblin Quélard', uaiA, { classes: ['CE1 B'] }),
    aTeacher('t71', 'Nora Vasseroy', [uaiA], '1980-05-06'),
  );
  expect(report).toMatchObject({ state: 'COMPLETED', peopleCreated: 2 });
  const third = await another(
    aPupil('711', 'Omblin Quelard', uaiA, { classes: ['CE1 B'], guardians: { 712: '1' } }),
    aGuardian('712', 'Paul Quélard'),
  );
  expect([...changes, ...third.changes].map(({ kind }) => kind)).not.toContain('CHANGE');
  expect(await doubts(report.planId)).toMatchObject([{ newcomer: 't71', known: 't1' }]);
  expect(await doubts(third.report.planId)).toMatchObject([
    { newcomer: '711', known: '71', reasons: expect.arrayContaining(['SCHOOL_SHARED']) },
  ]);
});

test('DIR-2, DIR-3: a list of pupils without INE and guardians waits for a person: applied, each would be there twice', async () => {
  const names = 'Ada Bea Cid Dov Eve Fay Gil Hua Ida Jan Kim'.split(' ');
  const list = (key: string, more = {}) =>
    names.map((name) => aPupil(`${key}${name}`, `${name} Trévarez`, uaiB, more));
  expect((await another(...list('k'))).report).toMatchObject({
    state: 'COMPLETED',
    peopleCreated: 11,
  });
  const { report } = await another(...list('l'));
  expect(report).toMatchObject({ state: 'HELD', peopleApplied: 0 });
  expect(report.remarks.map(({ code }) => code)).toContain('BRAKE');
  expect(
    await bed.count(
      `plan_school where plan_id = '${report.planId}' and state = 'HELD' and over and doubtful = 11`,
    ),
  ).toBe(1);
  expect(await bed.decide(report.importId, 'REJECTED')).toMatchObject({ peopleApplied: 0 });
  expect(await bed.count(`person where last_name = 'Trévarez'`)).toBe(11);
});

test('DIR-2: staff that two registers of the academy state under one key is one person', async () => {
  const { changes } = await another(aTeacher('t1', 'NORA VASSEROY', [uaiB], '1980-05-06'));
  expect(changes).toMatchObject([{ kind: 'CHANGE', reason: 'MATCHED', known: 't1' }]);
  expect(changes[0]!.match_reasons).toContain('ACADEMY_KEY_EQUAL');
});

test('DIR-2: a teacher who is a parent is asked about', async () => {
  const { report, changes } = await another(
    aPupil('3', 'Ilan Vasseroy', uaiA, { guardians: { 31: '1' } }),
    aGuardian('31', 'Nora Vasseroy', '1980-05-06'),
  );
  expect(changes.map(({ kind }) => kind)).toEqual(['NEW', 'NEW']);
  expect(await doubts(report.planId)).toContainEqual({
    ...{ newcomer: '31', known: 't1' },
    reasons: expect.arrayContaining(['KIND_DIFFERENT', 'BIRTH_DATE_EQUAL']),
  });
});

test('DIR-2: a teacher who comes together with a parent of one name in one school is asked about', async () => {
  expect(await doubts(firstPlan)).toMatchObject([
    { newcomer: 't2', known: 'g7', reasons: expect.arrayContaining(['KIND_DIFFERENT']) },
  ]);
});

test('DIR-2: two who may be the same person are both asked about', async () => {
  const { report, changes } = await another(
    aPupil('61', 'Tom Ardisson', uaiA),
    aPupil('62', 'Tom Ardisson', uaiA),
  );
  twice = report;
  expect(changes.map(({ kind }) => kind)).toEqual(['NEW', 'NEW']);
  expect(await doubts(report.planId)).toMatchObject([
    { newcomer: '61', known: 'p6' },
    { newcomer: '62', known: 'p6' },
  ]);
});

test('DIR-2: two who would certainly be the same person are certainly neither, and both are asked about', async () => {
  const { report, changes } = await another(
    aPupil('91', 'Ondine Vaugrat', uaiA, { ine: '9', guardians: { 911: '1', 912: '1' } }),
    aGuardian('911', 'ROSE VAUGRAT'),
    aGuardian('912', 'Rose Vaugrat'),
  );
  expect(changes.map(({ kind }) => kind)).toEqual(['CHANGE', 'NEW', 'NEW']);
  expect(await doubts(report.planId)).toMatchObject([
    { newcomer: '911', known: 'g9', reasons: expect.arrayContaining(['SEVERAL_CANDIDATES']) },
    { newcomer: '912', known: 'g9', reasons: expect.arrayContaining(['SEVERAL_CANDIDATES']) },
  ]);
});

test('DIR-2: what a rejected plan recognised and asked is forgotten, so that the next one judges anew', async () => {
  const declaration = { ...academy, sourceCode: 'rejected', academyCode: '', priority: 20 };
  await bed.parts().declare.execute(declaration, caller);
  const stated = [
    aPupil('91', 'Tom Ardisson', uaiB),
    aPupil('92', 'Enzo Tarvel', uaiA, { level: 'CP', ine: '4' }),
  ];
  const { importId, planId, state } = await deliver(bed, 'rejected', day, [...schools, ...stated], {
    planOnly: true,
  });
  const reserved = `person_key where source = 'rejected'`;
  const asked = `doubtful_pair where plan_id = '${planId}'`;
  expect([state, await bed.count(reserved), await bed.count(asked)]).toEqual(['HELD', 2, 3]);
  expect(await bed.count(`plan_change where plan_id = '${planId}' and reason = 'MATCHED'`)).toBe(1);
  await bed.decide(importId, 'REJECTED');
  while (await bed.parts().ended.removeSome());
  expect([await bed.count(reserved), await bed.count(asked)]).toEqual([0, 0]);
});

test('DIR-2: the same again asks nothing again', async () => {
  const before = await bed.count('doubtful_pair');
  const people = await bed.count('person');
  const report = await deliver(bed, twice.source, '2022-09-02', [
    ...schools,
    aPupil('61', 'Tom Ardisson', uaiA, { level: 'CE2' }),
    aPupil('62', 'Tom Ardisson', uaiA),
  ]);
  expect(report).toMatchObject({ state: 'COMPLETED', peopleChanged: 1 });
  expect([await bed.count('doubtful_pair'), await bed.count('person')]).toEqual([before, people]);
});
