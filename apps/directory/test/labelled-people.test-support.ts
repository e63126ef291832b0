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
export const academyKey = (random: Random) => `key-${random.between(1, 2 ** 40)}`;
const personId = (random: Random) => `person-${random.between(1, 2 ** 40)}`;

const dateBetween = (random: Random, from: number, to: number) =>
  `${random.between(from, to)}-${two(random.between(1, 12))}-${two(random.between(1, 28))}` as NonNullable<
    IdentityStatement['birthDate']
  >;

/** Two guardians of a pupil, of whom one at least bears its name. */
export function aFamily(random: Random, last: string) {
  const others = random.chance(0.5) ? last : lastName(random);
  return {
    relatives: [
      { personId: personId(random), relation: '10' },
      { personId: personId(random), relation: '20' },
    ],
    relativeNames: [`${others} ${firstName(random, 'MME')}`, `${last} ${firstName(random, 'M')}`],
  };
}
/** Nobody says whose child it is. */
export const noFamily = { relatives: [], relativeNames: [] } as const;

export function aPupil(random: Random): IdentityStatement {
  const last = lastName(random);
  const civility = random.chance(0.5) ? 'M' : 'MME';
  const birthDate = dateBetween(random, 2014, 2021);
  const first = firstName(random, civility);
  return {
    kind: 'PUPIL',
    lastName: last,
    firstName: random.chance(0.1) ? `${first}-${firstName(random, civility)}` : first,
    ...(random.chance(0.5) ? { otherFirstNames: [first, firstName(random, civility)] } : {}),
    birthDate,
    civility,
    ine: ine(random),
    uais: [school(random)],
    level: schoolLevels[2021 - Number(birthDate.slice(0, 4))]!,
    ...aFamily(random, last),
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

export const aTeacher = (random: Random) => ({
  ...anAdult(random, 'STAFF'),
  academyKeys: [academyKey(random)],
});

export function aGuardian(random: Random): IdentityStatement {
  const adult = anAdult(random, 'GUARDIAN');
  const relation = adult.civility === 'M' ? '20' : '10';
  return { ...adult, relatives: [{ personId: personId(random), relation }] };
}

/** What another source says of the same person: without the attributes that it does not carry, under no key of the academy. */
export function elsewhere(
  { ine: _ine, civility: _civility, academyKeys: _keys, ...rest }: IdentityStatement,
  changes: Partial<IdentityStatement> = {},
): IdentityStatement {
  return { ...rest, sources: ['onde'], ...changes };
}

export function withoutBirthDate({ birthDate: _birthDate, ...rest }: IdentityStatement) {
  return rest;
}
