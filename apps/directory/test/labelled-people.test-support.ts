import { firstNamesBySex, lastNames } from '../../../test/support/generator/names.js';
import type { Random } from '../../../test/support/generator/random.js';
import type { IdentityStatement } from '../src/identities/domain/identity-statement.js';

const schoolLevels = ['PS', 'MS', 'GS', 'CP', 'CE1', 'CE2', 'CM1', 'CM2'] as const;
const two = (n: number) => String(n).padStart(2, '0');

export const lastName = (random: Random) => random.pick(lastNames);
export const firstName = (random: Random, civility?: string) =>
  random.pick(firstNamesBySex[civility === 'M' ? 'M' : 'F']);
export const school = (random: Random) => `044${two(random.between(0, 99))}00A`;
export const ine = (random: Random) => `digest-${random.between(1, 2 ** 40)}`;
const personId = (random: Random) => `person-${random.between(1, 2 ** 40)}`;

const dateBetween = (random: Random, from: number, to: number) =>
  `${random.between(from, to)}-${two(random.between(1, 12))}-${two(random.between(1, 28))}` as NonNullable<
    IdentityStatement['birthDate']
  >;

export function aPupil(random: Random): IdentityStatement {
  const civility = random.chance(0.5) ? 'M' : 'MME';
  const birthDate = dateBetween(random, 2014, 2021);
  const first = firstName(random, civility);
  return {
    kind: 'PUPIL',
    lastName: lastName(random),
    firstName: random.chance(0.1) ? `${first}-${firstName(random, civility)}` : first,
    ...(random.chance(0.5) ? { otherFirstNames: [first, firstName(random, civility)] } : {}),
    birthDate,
    civility,
    ine: ine(random),
    uais: [school(random)],
    level: schoolLevels[2021 - Number(birthDate.slice(0, 4))]!,
    relatives: [
      { personId: personId(random), relation: '10' },
      { personId: personId(random), relation: '20' },
    ],
    sources: ['aaf'],
  };
}

function anAdult(random: Random, kind: 'GUARDIAN' | 'STAFF'): IdentityStatement {
  const civility = random.chance(0.5) ? 'M' : 'MME';
  return {
    kind,
    lastName: lastName(random),
    firstName: firstName(random, civility),
    birthDate: dateBetween(random, 1960, 1998),
    civility,
    uais: [school(random)],
    relatives: [],
    sources: ['aaf'],
  };
}

export const aTeacher = (random: Random) => anAdult(random, 'STAFF');

export function aGuardian(random: Random): IdentityStatement {
  const adult = anAdult(random, 'GUARDIAN');
  const relation = adult.civility === 'M' ? '20' : '10';
  return { ...adult, relatives: [{ personId: personId(random), relation }] };
}

/** What another source says of the same person: without the attributes that it does not carry. */
export function elsewhere(
  { ine: _ine, civility: _civility, ...rest }: IdentityStatement,
  changes: Partial<IdentityStatement> = {},
): IdentityStatement {
  return { ...rest, sources: ['onde'], ...changes };
}

export function withoutBirthDate({ birthDate: _birthDate, ...rest }: IdentityStatement) {
  return rest;
}
