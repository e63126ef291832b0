import { expect, test } from '@jest/globals';
import { localDate } from '#libs/time';
import type { IdentityStatement } from './identity-statement.js';
import { judgeCandidates, judgePair } from './judge-pair.js';

/** By hand, beside the generated pairs: one line for each rule. */
const pupil: IdentityStatement = {
  kind: 'PUPIL',
  lastName: 'Évenoux-Bellerieux',
  firstName: 'Maëlys',
  birthDate: localDate('2015-03-04'),
  uais: ['0440290B'],
  level: 'CE2',
  relatives: [],
  sources: ['aaf'],
};
const mother: IdentityStatement = {
  kind: 'GUARDIAN',
  lastName: 'Bellerieux',
  firstName: 'Anne-Laure',
  uais: ['0440290B'],
  relatives: [{ personId: 'child', relation: '10' }],
  sources: ['aaf'],
};
const teacher: IdentityStatement = {
  kind: 'STAFF',
  lastName: 'Kervaulieu',
  firstName: 'Loïc',
  birthDate: localDate('1980-05-06'),
  uais: ['0440290B'],
  relatives: [],
  sources: ['aaf'],
};
const elsewhere = (one: IdentityStatement, changes: Partial<IdentityStatement> = {}) => ({
  ...one,
  sources: ['onde'],
  ...changes,
});
const withFamily = { ...pupil, relativeNames: ['Bellerieux Anne-Laure', 'Évenoux Yann'] };
const verdict = (one: IdentityStatement, changes: Partial<IdentityStatement>) =>
  judgePair(one, elsewhere(one, changes)).verdict;
const child = [{ personId: 'guardian' }];

test.each<[string, IdentityStatement, Partial<IdentityStatement>, string]>([
  [
    'marks and case in one school, guardians of the same names',
    withFamily,
    {
      ...{ lastName: 'EVENOUX BELLERIEUX', firstName: 'MAELYS' },
      relativeNames: ['EVENOUX Yann', 'BELLERIEUX Anne Laure'],
    },
    'SAME',
  ],
  ['one school, nothing else', pupil, {}, 'DOUBTFUL'],
  [
    'one school, and one guardian of one name',
    { ...pupil, relativeNames: ['Bellerieux Anne-Laure'] },
    {},
    'DOUBTFUL',
  ],
  [
    'one school, and one of two guardians of one name',
    withFamily,
    { relativeNames: ['Bellerieux Anne-Laure', 'Évenoux Ronan'] },
    'DOUBTFUL',
  ],
  ['guardians of the same names in two schools', withFamily, { uais: ['0440358A'] }, 'DOUBTFUL'],
  ['guardians of the same names and another level', withFamily, { level: 'CM2' }, 'DOUBTFUL'],
  ['two schools, nothing else', pupil, { uais: ['0440358A'] }, 'DOUBTFUL'],
  ['a mover with its guardian', { ...pupil, relatives: child }, { uais: ['0440358A'] }, 'SAME'],
  [
    'one number, two schools',
    { ...pupil, ine: 'x' },
    { uais: ['0440358A'], lastName: 'Bellerieux' },
    'SAME',
  ],
  [
    'one number, day and month exchanged',
    { ...pupil, ine: 'x' },
    { birthDate: localDate('2015-04-03') },
    'SAME',
  ],
  ['one number on a twin', { ...pupil, ine: 'x' }, { firstName: 'Maël' }, 'DOUBTFUL'],
  [
    'one number, nothing else',
    { ...pupil, ine: 'x' },
    { lastName: 'Gar', firstName: 'Tom', birthDate: localDate('2012-01-01') },
    'DOUBTFUL',
  ],
  [
    'one number, no birth date and another usual name',
    { ...pupil, ine: 'x' },
    { birthDate: undefined, lastName: 'Gar' } as Partial<IdentityStatement>,
    'DOUBTFUL',
  ],
  [
    'one number and name, no birth date',
    { ...pupil, ine: 'x' },
    { birthDate: undefined } as unknown as Partial<IdentityStatement>,
    'SAME',
  ],
  ['one number, and no place that says pupil', { ...pupil, ine: 'x' }, { kind: 'STAFF' }, 'SAME'],
  ['two numbers, all else equal', { ...pupil, ine: 'x' }, { ine: 'y' }, 'DOUBTFUL'],
  [
    'two numbers, a name alike',
    { ...pupil, ine: 'x' },
    { ine: 'y', firstName: 'Maëlis' },
    'DIFFERENT',
  ],
  ['two levels in one school', pupil, { level: 'CM2' }, 'DOUBTFUL'],
  ['one source states both', pupil, { sources: ['aaf'] }, 'DOUBTFUL'],
  [
    'twins of like names, by one source',
    { ...pupil, firstName: 'Marie' },
    { firstName: 'Marie-Lou', sources: ['aaf'] },
    'DIFFERENT',
  ],
  ['twins', { ...pupil, relatives: child }, { firstName: 'Enora' }, 'DIFFERENT'],
  ['a sister', { ...pupil, relatives: child }, { birthDate: localDate('2017-11-20') }, 'DIFFERENT'],
  ['M. and Mme', { ...pupil, civility: 'MME' }, { civility: 'M' }, 'DOUBTFUL'],
  ['part of a double name', pupil, { lastName: 'Bellerieux' }, 'DOUBTFUL'],
  [
    'names in each other’s place',
    pupil,
    { lastName: 'Maëlys', firstName: 'Évenoux-Bellerieux' },
    'DOUBTFUL',
  ],
  ['as it is spoken', pupil, { firstName: 'Maélis' }, 'DOUBTFUL'],
  ['day and month exchanged', pupil, { birthDate: localDate('2015-04-03') }, 'DOUBTFUL'],
  ['a digit of the year', pupil, { birthDate: localDate('2016-03-04') }, 'DOUBTFUL'],
  ['a pupil as a guardian', pupil, { kind: 'GUARDIAN' }, 'DIFFERENT'],
  ['a mother stated twice by her child', mother, {}, 'SAME'],
  [
    'a mother whose source gives her another identifier, and says of no relation',
    { ...mother, relatives: [{ personId: 'child' }], sources: [], givenUpBy: ['onde'] },
    {},
    'SAME',
  ],
  [
    'a mother whom another source gives up',
    { ...mother, relatives: [{ personId: 'child' }], sources: [], givenUpBy: ['aaf'] },
    { givenUpBy: [] },
    'DOUBTFUL',
  ],
  [
    'a grandmother of her name, where relations are told',
    { ...mother, sources: [], givenUpBy: ['onde'] },
    { relatives: [{ personId: 'child', relation: '38' }] },
    'DIFFERENT',
  ],
  [
    'a mother by another child',
    mother,
    { relatives: [{ personId: 'other', relation: '10' }] },
    'DOUBTFUL',
  ],
  [
    'a mother by another child elsewhere',
    mother,
    { uais: ['0440358A'], relatives: [] },
    'DIFFERENT',
  ],
  ['what she is to the child unsaid', mother, { relatives: [{ personId: 'child' }] }, 'DOUBTFUL'],
  [
    'a grandmother of her name',
    mother,
    { relatives: [{ personId: 'child', relation: '38' }] },
    'DIFFERENT',
  ],
  ['a teacher whose child is in the school', teacher, { kind: 'GUARDIAN' }, 'DOUBTFUL'],
  ['a homonym among the staff', teacher, {}, 'DOUBTFUL'],
  [
    'one key of the academy, in another school',
    { ...teacher, academyKeys: ['1001', '7'] },
    { academyKeys: ['1001'], uais: ['0440358A'] },
    'SAME',
  ],
  [
    'one key of the academy, and another birth date',
    { ...teacher, academyKeys: ['1001'] },
    { birthDate: localDate('1981-07-19') },
    'DIFFERENT',
  ],
  [
    'one key of the academy, and another name',
    { ...teacher, academyKeys: ['1001'] },
    { lastName: 'Prélieu' },
    'DOUBTFUL',
  ],
  [
    'a teacher whose child is elsewhere',
    teacher,
    { kind: 'GUARDIAN', uais: ['0440358A'] },
    'DOUBTFUL',
  ],
  ['a teacher in two schools', teacher, { uais: ['0440358A'] }, 'DOUBTFUL'],
  [
    'a teacher by the birth name',
    { ...teacher, birthName: 'Prélieu' },
    { lastName: 'Prélieu' },
    'DOUBTFUL',
  ],
])('DIR-2: %s', (_case, one, changes, expected) => {
  expect(verdict(one, changes)).toBe(expected);
});

test('DIR-2: two who are both certain are asked about', () => {
  const verdicts = judgeCandidates(withFamily, [
    elsewhere(withFamily, { relatives: child }),
    elsewhere(withFamily),
    elsewhere(pupil, { uais: ['0440358A'] }),
  ]);
  expect(verdicts.map((judged) => judged.verdict)).toEqual(['DOUBTFUL', 'DOUBTFUL', 'DOUBTFUL']);
  expect(verdicts.map(({ reasons }) => reasons.includes('SEVERAL_CANDIDATES'))).toEqual([
    true,
    true,
    false,
  ]);
});

test('DIR-2: whose number is somebody else’s is certainly nobody', () => {
  const twin = elsewhere(pupil, { firstName: 'Enora', ine: 'x' });
  const verdicts = judgeCandidates({ ...withFamily, ine: 'x' }, [elsewhere(withFamily), twin]);
  expect(verdicts.map((judged) => judged.verdict)).toEqual(['DOUBTFUL', 'DOUBTFUL']);
  expect(judgeCandidates(withFamily, [elsewhere(withFamily), twin])[0]!.verdict).toBe('SAME');
});

test('a verdict tells what speaks for and against it', () => {
  const judged = judgePair(
    { ...pupil, ine: 'x' },
    elsewhere(pupil, { ine: 'y', level: 'CM1', uais: ['0440290B', '0440358A'] }),
  );
  expect(judged).toEqual({
    verdict: 'DOUBTFUL',
    score: 90,
    reasons: [
      'INE_DIFFERENT',
      'LAST_NAME_EQUAL',
      'FIRST_NAME_EQUAL',
      'BIRTH_DATE_EQUAL',
      'SCHOOL_SHARED',
      'LEVEL_DIFFERENT',
    ],
  });
});
