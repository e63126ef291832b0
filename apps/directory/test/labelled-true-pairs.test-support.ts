import { Random } from '../../../test/support/generator/random.js';
import type { IdentityStatement } from '../src/identities/domain/identity-statement.js';
import {
  aGuardian,
  aPupil,
  aTeacher,
  elsewhere,
  lastName,
  noFamily,
  school,
  withoutBirthDate,
} from './labelled-people.test-support.js';

export type Pair = readonly [IdentityStatement, IdentityStatement];
export type PairsOfKind = Readonly<Record<string, (random: Random) => Pair>>;

/** One slip of the hand, anywhere: a letter more, less or other, or two exchanged. */
function slipped(name: string, random: Random): string {
  const at = random.between(0, name.length - 2);
  const letter = random.pick([...'aeinrstlou']);
  switch (random.between(0, 3)) {
    case 0:
      return name.slice(0, at) + letter + name.slice(at);
    case 1:
      return name.slice(0, at) + name.slice(at + 1);
    case 2:
      return name.slice(0, at) + letter + name.slice(at + 1);
    default:
      return name.slice(0, at) + name[at + 1]! + name[at]! + name.slice(at + 2);
  }
}

const plain = (name: string) => name.normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();
const respelled = (name: string) =>
  plain(name)
    .replace(/PH/g, 'F')
    .replace(/Y/g, 'I')
    .replace(/EAU/g, 'AU')
    .replace(/TH/g, 'T')
    .replace(/NN/g, 'N');
type Birth = NonNullable<IdentityStatement['birthDate']>;
const digitOff = (date: Birth, random: Random) => {
  const [year, month, day] = date.split('-') as [string, string, string];
  const digit = String((Number(day[1]) + random.between(1, 8)) % 10);
  return (
    random.chance(0.5)
      ? `${year.slice(0, 3)}${(Number(year[3]) + 1) % 10}-${month}-${day}`
      : `${year}-${month}-${day[0]}${digit}`
  ) as Birth;
};
/** Only a day that may be a month can be taken for one. */
const exchanged = (date: Birth) => {
  const [year, month, day] = date.split('-') as [string, string, string];
  return (Number(day) > 12 ? date : `${year}-${day}-${month}`) as Birth;
};

/** What happens to one statement between two sources; each takes and gives a statement. */
const drifts: Readonly<
  Record<string, (one: IdentityStatement, random: Random) => Partial<IdentityStatement>>
> = {
  nothing: () => ({}),
  'accents and case': (one) => ({ lastName: plain(one.lastName), firstName: plain(one.firstName) }),
  'hyphens and apostrophes': (one) => ({
    lastName: one.lastName.replace(/['’-]/g, ' '),
    firstName: one.firstName.replace(/-/g, ''),
  }),
  'first name first': (one) => ({ lastName: one.firstName, firstName: one.lastName }),
  'slip in the last name': (one, random) => ({ lastName: slipped(one.lastName, random) }),
  'slip in the first name': (one, random) => ({ firstName: slipped(one.firstName, random) }),
  'as it is spoken': (one) => ({
    lastName: respelled(one.lastName),
    firstName: respelled(one.firstName),
  }),
  'a double last name': (one, random) => ({ lastName: `${one.lastName}-${lastName(random)}` }),
  'a double first name': (one) => ({ firstName: `${one.firstName}-Marie` }),
  'a particle': (one) => ({ lastName: `de ${one.lastName}` }),
  'a usual name': (one, random) => ({ lastName: lastName(random), birthName: one.lastName }),
  'a further first name in use': (one) => ({
    firstName: 'Camille',
    otherFirstNames: [one.firstName, 'Camille'],
  }),
  'day and month': (one) => (one.birthDate ? { birthDate: exchanged(one.birthDate) } : {}),
  'a digit of the birth date': (one, random) =>
    one.birthDate ? { birthDate: digitOff(one.birthDate, random) } : {},
  'another school': (_one, random) => ({ uais: [school(random)] }),
  'another school and no relative known': (_one, random) => ({
    uais: [school(random)],
    ...noFamily,
  }),
};

/** Every drift of a pupil, a guardian and a teacher; pupils also with the number kept, and with two drifts at once. */
export const labelledTruePairs: PairsOfKind = Object.fromEntries(
  Object.entries(drifts).flatMap(([name, drift]) => [
    [
      `pupil: ${name}`,
      (random: Random): Pair => {
        const one = aPupil(random);
        return [one, elsewhere(one, drift(one, random))];
      },
    ],
    [
      `pupil with INE: ${name}`,
      (random: Random): Pair => {
        const one = aPupil(random);
        return [one, elsewhere(one, { ine: one.ine!, ...drift(one, random) })];
      },
    ],
    [
      `pupil, nobody related: ${name}`,
      (random: Random): Pair => {
        const one = { ...aPupil(random), ...noFamily };
        return [one, elsewhere(one, drift(one, random))];
      },
    ],
    // As two sources know it before they know that its guardians are the same.
    [
      `pupil, guardians by their names: ${name}`,
      (random: Random): Pair => {
        const one = { ...aPupil(random), relatives: [] };
        return [one, elsewhere(one, drift(one, random))];
      },
    ],
    [
      `pupil, accents and: ${name}`,
      (random: Random): Pair => {
        const one = aPupil(random);
        const other = elsewhere(one, drift(one, random));
        return [one, { ...other, ...drifts['accents and case']!(other, random) }];
      },
    ],
    [
      `guardian: ${name}`,
      (random: Random): Pair => {
        const one = aGuardian(random);
        return [one, elsewhere(one, drift(one, random))];
      },
    ],
    // A family's second school knows neither a birth date nor the other child.
    ...(name.startsWith('another school and')
      ? []
      : [
          [
            `guardian without a birth date: ${name}`,
            (random: Random): Pair => {
              const one = aGuardian(random);
              return [one, withoutBirthDate(elsewhere(one, drift(one, random)))];
            },
          ] as const,
        ]),
    [
      `teacher: ${name}`,
      (random: Random): Pair => {
        const one = aTeacher(random);
        return [one, elsewhere(one, drift(one, random))];
      },
    ],
    [
      `teacher, by the academy’s LDAP: ${name}`,
      (random: Random): Pair => {
        const one = aTeacher(random);
        return [one, elsewhere(one, { academyKeys: one.academyKeys, ...drift(one, random) })];
      },
    ],
    [
      `teacher who is a parent: ${name}`,
      (random: Random): Pair => {
        const one = aTeacher(random);
        return [one, elsewhere(one, { kind: 'GUARDIAN', ...drift(one, random) })];
      },
    ],
  ]),
);
