import type { Random } from '../../../test/support/generator/random.js';
import type { IdentityStatement } from '../src/identities/domain/identity-statement.js';
import {
  academyKey,
  aFamily,
  aGuardian,
  aPupil,
  aTeacher,
  elsewhere,
  firstName,
  ine,
  lastName,
  noFamily,
  school,
  withoutBirthDate,
} from './labelled-people.test-support.js';
import type { Pair, PairsOfKind } from './labelled-true-pairs.test-support.js';

const likeNames = [
  ['Léa', 'Léo'],
  ['Emma', 'Emmy'],
  ['Marie', 'Marie-Lou'],
  ['Jean-Pierre', 'Jean-Paul'],
  ['Louis', 'Louise'],
  ['Nathan', 'Nathanaël'],
  ['Mathis', 'Mathias'],
  ['Lina', 'Lena'],
] as const;

const pupilWithout = (random: Random): IdentityStatement => {
  const { ine: _ine, otherFirstNames: _others, ...one } = aPupil(random);
  return one;
};
const anotherFirstName = (one: IdentityStatement, random: Random): string => {
  for (;;) {
    const name = firstName(random, one.civility);
    if (!one.firstName.includes(name) && !name.includes(one.firstName)) return name;
  }
};
const anotherSchool = (one: IdentityStatement, random: Random): string[] => {
  for (;;) {
    const uai = school(random);
    if (!one.uais.includes(uai)) return [uai];
  }
};

/** People whom a hasty eye takes for one. */
export const labelledFalsePairs: PairsOfKind = {
  twins: (random) => {
    const one = pupilWithout(random);
    return [one, elsewhere(one, { firstName: anotherFirstName(one, random) })];
  },
  'twins of like names': (random) => {
    const [a, b] = random.pick(likeNames);
    const one = { ...pupilWithout(random), firstName: a };
    return [one, elsewhere(one, { firstName: b })];
  },
  'twins of like names, stated beside each other': (random) => {
    const [a, b] = random.pick(likeNames);
    const one = { ...pupilWithout(random), firstName: a };
    return [one, { ...one, firstName: b }];
  },
  'twins, one number copied to the other': (random) => {
    const [a, b] = random.pick(likeNames);
    const one = { ...aPupil(random), firstName: a };
    return [one, elsewhere(one, { firstName: b, ine: one.ine! })];
  },
  'classmates, one number copied to the other': (random) => {
    const [one, other] = [aPupil(random), aPupil(random)];
    return [one, elsewhere(other, { uais: one.uais, ine: one.ine! })];
  },
  siblings: (random) => {
    const one = pupilWithout(random);
    const { birthDate } = aPupil(random);
    return [
      one,
      elsewhere(one, { firstName: anotherFirstName(one, random), birthDate: birthDate! }),
    ];
  },
  'siblings of like names, a digit apart': (random) => {
    const [a, b] = random.pick(likeNames);
    const one = { ...pupilWithout(random), firstName: a };
    const year = Number(one.birthDate!.slice(0, 4));
    const birthDate =
      `${year + (year % 10 > 7 ? -2 : 2)}${one.birthDate!.slice(4)}` as typeof one.birthDate;
    return [one, elsewhere(one, { firstName: b, birthDate: birthDate! })];
  },
  'homonyms in two schools': (random) => {
    const one = pupilWithout(random);
    return [
      one,
      elsewhere(one, { uais: anotherSchool(one, random), ...aFamily(random, one.lastName) }),
    ];
  },
  'homonyms in two schools, two numbers': (random) => {
    const one = aPupil(random);
    return [
      one,
      elsewhere(one, {
        uais: anotherSchool(one, random),
        ...aFamily(random, one.lastName),
        ine: ine(random),
      }),
    ];
  },
  'homonyms in one school, one source': (random) => {
    const one = pupilWithout(random);
    return [one, { ...one, ...aFamily(random, one.lastName) }];
  },
  'homonyms in one school, two numbers': (random) => {
    const one = aPupil(random);
    return [one, elsewhere(one, { ...aFamily(random, one.lastName), ine: ine(random) })];
  },
  'homonyms in one school, two levels': (random) => {
    const one = pupilWithout(random);
    return [one, elsewhere(one, { ...aFamily(random, one.lastName), level: 'ULIS' })];
  },
  'homonyms in one school, other further first names': (random) => {
    const one = { ...pupilWithout(random), otherFirstNames: ['Aldric', 'Balthazar'] };
    return [
      one,
      elsewhere(one, { ...aFamily(random, one.lastName), otherFirstNames: ['Cyprien'] }),
    ];
  },
  'homonyms in one school, nothing else said': (random) => {
    const one = { ...pupilWithout(random), ...(random.chance(0.5) ? noFamily : {}) };
    return [one, elsewhere(one, noFamily)];
  },
  'homonyms in one school, guardians told': (random) => {
    const one = pupilWithout(random);
    return [one, elsewhere(one, aFamily(random, one.lastName))];
  },
  // Somebody else is the father, or nobody says who.
  'homonyms in one school, mothers of one name': (random) => {
    const one = pupilWithout(random);
    const [mother = '', father = ''] = one.relativeNames ?? [];
    const { relatives } = aFamily(random, one.lastName);
    const another = random.chance(0.5) ? [`${father}-Marie`] : [];
    return [one, elsewhere(one, { relatives, relativeNames: [mother, ...another] })];
  },
  'homonyms in one school, each with one guardian of one name': (random) => {
    const one = pupilWithout(random);
    const alone = { ...one, relativeNames: one.relativeNames?.slice(0, 1) ?? [] };
    return [alone, elsewhere(alone, { relatives: aFamily(random, '').relatives.slice(0, 1) })];
  },
  'cousins of one birth date in one school': (random) => {
    const one = pupilWithout(random);
    return [
      one,
      elsewhere(one, {
        firstName: anotherFirstName(one, random),
        ...aFamily(random, one.lastName),
      }),
    ];
  },
  'one first name and birth date in one school': (random) => {
    const one = pupilWithout(random);
    return [one, elsewhere(one, { lastName: lastName(random) + 'ard', relatives: [] })];
  },
  'one name, birth dates a digit apart, in one school': (random) => {
    const one = pupilWithout(random);
    const birthDate = `2012${one.birthDate!.slice(4)}` as typeof one.birthDate;
    return [one, elsewhere(one, { birthDate: birthDate!, relatives: [] })];
  },
  'father and grandfather of one name': (random) => {
    const one = withoutBirthDate(aGuardian(random));
    const relatives = one.relatives.map((relative) => ({ ...relative, relation: '38' }));
    return [one, elsewhere(one, { relatives })];
  },
  'father and grandfather of one name, relation unsaid': (random) => {
    const one = withoutBirthDate(aGuardian(random));
    const relatives = one.relatives.map(({ personId }) => ({ personId }));
    return [one, elsewhere(one, { relatives })];
  },
  'guardians of one name in one school': (random) => {
    const one = withoutBirthDate(aGuardian(random));
    return [one, elsewhere(one, { relatives: aGuardian(random).relatives })];
  },
  'guardians of one name and birth date': (random) => {
    const one = aGuardian(random);
    return [one, elsewhere(one, { relatives: [], uais: anotherSchool(one, random) })];
  },
  'mother and daughter of one name': (random) => {
    const one = aPupil(random);
    return [one, { ...withoutBirthDate(elsewhere(one)), kind: 'GUARDIAN' }];
  },
  'a pupil and a teacher of one name': (random) => {
    const one = aPupil(random);
    return [one, { ...elsewhere(one), kind: 'STAFF' }];
  },
  'a teacher and a parent of one name': (random) => {
    const one = aTeacher(random);
    return [one, { ...withoutBirthDate(elsewhere(one)), kind: 'GUARDIAN' }];
  },
  'a teacher and a parent of one name and birth date': (random) => {
    const one = aTeacher(random);
    return [one, elsewhere(one, { kind: 'GUARDIAN', uais: anotherSchool(one, random) })];
  },
  'teachers of one name and birth date': (random) => {
    const one = aTeacher(random);
    return [one, elsewhere(one, { uais: anotherSchool(one, random) })];
  },
  'teachers of one name and birth date in one school': (random) => {
    const one = aTeacher(random);
    return [one, elsewhere(one, random.chance(0.5) ? { academyKeys: [academyKey(random)] } : {})];
  },
  'a teacher and a parent of one name and birth date in one school': (random) => {
    const one = aTeacher(random);
    return [one, elsewhere(one, { kind: 'GUARDIAN' })];
  },
  'two pupils': (random): Pair => [aPupil(random), elsewhere(aPupil(random))],
  'two guardians': (random): Pair => [aGuardian(random), elsewhere(aGuardian(random))],
};
