import { spokenOfAdult } from './source-declaration.js';

const adult = {
  ...{ isTeacher: true, structureKeys: ['1'], headOf: [], sourceKey: 'a' },
  inspects: [{ role: 'ADVISER' }],
};
const atSchool = { isTeacher: true, structureKeys: ['1'], headOf: [], sourceKey: 'a' };
const nowhere = { ...adult, structureKeys: [] };

test.each([
  ['any profile', [], adult, adult],
  ['teachers alone', ['TEACHER'], adult, atSchool],
  ['guests alone', ['GUEST'], adult, nowhere],
  ['both', ['GUEST', 'TEACHER'], adult, adult],
  ['pupils', ['STUDENT'], adult, undefined],
  ['guests alone, of a teacher', ['GUEST'], atSchool, undefined],
  [
    'guests alone, of an inspector',
    ['GUEST'],
    { ...nowhere, isTeacher: false },
    { ...nowhere, isTeacher: false },
  ],
])('DIR-5: a source of %s says of an adult what is its own', (_title, profiles, said, spoken) => {
  expect(spokenOfAdult({ profiles }, said)).toEqual(spoken);
});
