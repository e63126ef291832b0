import { expect, test } from '@jest/globals';
import { localDate } from '#libs/time';
import { keptKeys, soughtKeys } from './blocking-keys.js';
import type { IdentityStatement } from './identity-statement.js';

const pupil: IdentityStatement = {
  kind: 'PUPIL',
  lastName: 'Le Montrieux',
  firstName: 'Maëlys',
  birthDate: localDate('2015-03-04'),
  uais: ['0440290B'],
  relatives: [],
  sources: ['aaf'],
};
const { birthDate: _birthDate, ...undated } = pupil;
const guardian: IdentityStatement = { ...undated, kind: 'GUARDIAN' };
const meet = (one: IdentityStatement, other: Partial<IdentityStatement>) => {
  const kept = new Set(keptKeys(one));
  return soughtKeys({ ...one, ...other }).some((key) => kept.has(key));
};

test.each<[string, IdentityStatement, Partial<IdentityStatement>]>([
  ['another last name', pupil, { lastName: 'Garville' }],
  ['another first name', pupil, { firstName: 'Enora' }],
  [
    'day and month exchanged beside another last name',
    pupil,
    { birthDate: localDate('2015-04-03'), lastName: 'Garville' },
  ],
  ['another year', pupil, { birthDate: localDate('2016-03-04') }],
  ['another day', pupil, { birthDate: localDate('2015-03-24') }],
  [
    'names in each other’s place, another year',
    pupil,
    {
      ...{ lastName: 'Maëlys', firstName: 'Le Montrieux' },
      birthDate: localDate('2016-03-04'),
    },
  ],
  ['no birth date, in one school', guardian, {}],
])('two who differ by %s are laid beside each other', (_case, one, other) => {
  expect(meet(one, other)).toBe(true);
});

test.each<[string, IdentityStatement, Partial<IdentityStatement>]>([
  [
    'another birth date and first name',
    pupil,
    {
      birthDate: localDate('2016-03-09'),
      firstName: 'Enora',
    },
  ],
  [
    'no birth date, another last name in one school',
    guardian,
    {
      lastName: 'Garville',
    },
  ],
])('two who differ by %s are not', (_case, one, other) => {
  expect(meet(one, other)).toBe(false);
});
