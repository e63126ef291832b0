import { expect, test } from '@jest/globals';
import { classesOf, profilesOf } from './school-words.js';

const some = (profile: string, classLabel: string, people: number) => ({
  ...{ profile, classLabel, people },
});
const classes = [
  some('RELATIVE', '', 40),
  some('STUDENT', '', 29),
  some('STUDENT', 'CM10', 3),
  some('STUDENT', 'CM2', 20),
  some('STUDENT', 'École des loups', 7),
  some('TEACHER', '', 3),
  some('TEACHER', 'CM2', 1),
];

test('pupils come first and families last, each counted once whatever the classes', () => {
  expect(profilesOf(classes)).toEqual([
    { profile: 'STUDENT', people: 29 },
    { profile: 'TEACHER', people: 3 },
    { profile: 'RELATIVE', people: 40 },
  ]);
});

test('classes stand in the order of their names as a person reads them', () => {
  const labels = classesOf(classes, 'STUDENT').map(({ classLabel }) => classLabel);
  expect(labels).toEqual(['CM2', 'CM10', 'École des loups']);
});
