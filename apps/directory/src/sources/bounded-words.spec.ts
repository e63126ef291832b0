import { localDate } from '#libs/time';
import { bounded } from './bounded-words.js';
import type { SourcePupil, SourceStaff, SourceStructure } from './directory-source.js';

const [name, word] = ['n'.repeat(100), 'w'.repeat(250)];
const at = { file: 'a.xml', line: 7 };
const division = (id: string, label = id) => ({ structureKey: 's', id, label });
const pupil: SourcePupil = {
  ...({ ...at, kind: 'pupil', sourceKey: word, lastName: name, firstName: name } as const),
  ...{ birthDate: localDate('2016-03-09'), structureKey: 's', level: 'CP' },
  ...{ classId: word, classLabel: word, otherStructureKeys: [word] },
  ...{ classes: [division(word)], groups: [division(word)] },
  guardians: [{ sourceKey: word, relation: '1' }],
};
const teacher: SourceStaff = {
  ...({ ...at, kind: 'staff', sourceKey: word, lastName: name, firstName: name } as const),
  ...{ isTeacher: true, academicIdentifier: word, structureKeys: [word], headOf: [word] },
  ...{ classes: [division(word)], groups: [division(word)] },
};
const school: SourceStructure = {
  ...({ ...at, kind: 'structure', sourceKey: word, uai: '0440290B', name: 'É' } as const),
  ...{ insee: '', commune: '', postalCode: '', siren: '', contract: 'PUBLIC', isPublic: true },
  classes: [{ id: word, label: word, levels: [] }],
};
const remark = (subject: string) => ({ kind: 'remark', code: 'WORD_TOO_LONG', subject, ...at });

test('DIR-1, DIR-3: as long as may be, everything stays as it is', () => {
  for (const record of [pupil, teacher, school]) expect(bounded(record)).toEqual([record]);
  expect(bounded(pupil)[0]).toBe(pupil);
});

test.each([
  ['a key', { sourceKey: `${word}x` }],
  ['a last name', { lastName: `${name}x` }],
  ['a first name', { firstName: `${name}x` }],
])('who bears %s that is longer is left out, with a remark', (_what, longer) => {
  for (const one of [pupil, teacher]) {
    const record = { ...one, ...longer };
    expect(bounded(record)).toEqual([remark(record.sourceKey)]);
  }
});

test('a class, a group or a relative that is longer is left out alone, with a remark', () => {
  const longer = [division('CP'), division('CP', `${word}x`)];
  expect(
    bounded({
      ...{ ...pupil, classLabel: `${word}x`, classes: longer, groups: longer },
      otherStructureKeys: ['t', `${word}x`],
      guardians: [...pupil.guardians, { sourceKey: `${word}x`, relation: '2' }],
    }),
  ).toEqual([
    {
      ...{ ...pupil, classId: '', classLabel: '', otherStructureKeys: ['t'] },
      ...{ classes: [division('CP')], groups: [division('CP')] },
    },
    remark(word),
  ]);
  const { academicIdentifier: _none, ...anybody } = teacher;
  expect(
    bounded({
      ...{ ...teacher, academicIdentifier: `${word}x`, classes: longer },
      ...{ structureKeys: ['t', `${word}x`], headOf: [`${word}x`] },
    }),
  ).toEqual([
    { ...anybody, structureKeys: ['t'], headOf: [], classes: [division('CP')] },
    remark(word),
  ]);
  const classes = [{ id: `${word}x`, label: 'x', levels: [] }];
  expect(bounded({ ...school, classes })).toEqual([{ ...school, classes: [] }, remark(word)]);
});
