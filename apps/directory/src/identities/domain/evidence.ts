import { type BirthDateAgreement, birthDateAgreementOf } from './birth-date-agreement.js';
import type { IdentityStatement } from './identity-statement.js';
import { agreementOf, areShortForms, better, type NameAgreement } from './name-agreement.js';
import { joined, wordsOf } from './written-name.js';

/** What two statements have in common, attribute by attribute. */
export type Evidence = {
  readonly lastName: NameAgreement;
  /** The best agreement crosses a usual and a birth name. */
  readonly throughBirthName: boolean;
  readonly firstName: NameAgreement | 'AMONG_OTHERS' | 'SHORT_FORM';
  /** First and last name in each other's place. */
  readonly namesSwapped: boolean;
  readonly otherFirstNamesDiffer: boolean;
  readonly birthDate: BirthDateAgreement;
  readonly ine: 'EQUAL' | 'DIFFERENT' | 'UNSAID';
  readonly civilityDiffers: boolean;
  readonly schoolShared: boolean;
  readonly levelDiffers: boolean;
  readonly relativeShared: boolean;
  /** Two guardians at least bear one name on both sides. */
  readonly relativeNamesEqual: boolean;
  readonly academyKeyShared: boolean;
  /** The source of one gives up the other's identifier at once, as where a key is made of what people type. */
  readonly identifierReplaced: boolean;
  readonly relation: 'EQUAL' | 'DIFFERENT' | 'UNSAID';
  readonly kindDiffers: boolean;
  readonly statedBesideEachOther: boolean;
};

export function evidenceOf(a: IdentityStatement, b: IdentityStatement): Evidence {
  const straight = agreementOf(a.lastName, b.lastName);
  const crossed = crossedAgreement(a, b);
  const lastName = better(straight, crossed);
  const shared = a.relatives.flatMap((one) =>
    b.relatives.filter((other) => other.personId === one.personId).map((other) => [one, other]),
  );
  const relations = shared.filter(([one, other]) => one!.relation && other!.relation);
  return {
    lastName,
    throughBirthName: lastName !== straight,
    firstName: firstNameAgreement(a, b),
    namesSwapped:
      agreementOf(a.lastName, b.firstName) === 'EQUAL' &&
      agreementOf(a.firstName, b.lastName) === 'EQUAL' &&
      agreementOf(a.lastName, b.lastName) !== 'EQUAL',
    otherFirstNamesDiffer: otherFirstNamesDiffer(a, b),
    birthDate: birthDateAgreementOf(a.birthDate, b.birthDate),
    ine: !a.ine || !b.ine ? 'UNSAID' : a.ine === b.ine ? 'EQUAL' : 'DIFFERENT',
    civilityDiffers:
      a.civility !== undefined && b.civility !== undefined && a.civility !== b.civility,
    schoolShared: a.uais.some((uai) => b.uais.includes(uai)),
    levelDiffers: Boolean(a.level && b.level && a.level !== b.level),
    relativeShared: shared.length > 0,
    relativeNamesEqual: relativeNamesEqual(a, b),
    identifierReplaced: givesUp(a, b) || givesUp(b, a),
    academyKeyShared: (a.academyKeys ?? []).some((key) => b.academyKeys?.includes(key)),
    relation:
      relations.length === 0
        ? 'UNSAID'
        : relations.every(([one, other]) => one!.relation === other!.relation)
          ? 'EQUAL'
          : 'DIFFERENT',
    kindDiffers: a.kind !== b.kind,
    statedBesideEachOther: a.sources.some((source) => b.sources.includes(source)),
  };
}

function crossedAgreement(a: IdentityStatement, b: IdentityStatement): NameAgreement {
  const pairs: readonly (readonly [string | undefined, string | undefined])[] = [
    [a.birthName, b.birthName],
    [a.birthName, b.lastName],
    [a.lastName, b.birthName],
  ];
  return pairs.reduce<NameAgreement>(
    (best, [one, other]) => (one && other ? better(best, agreementOf(one, other)) : best),
    'OTHER',
  );
}

function firstNameAgreement(a: IdentityStatement, b: IdentityStatement): Evidence['firstName'] {
  const agreement = agreementOf(a.firstName, b.firstName);
  if (agreement !== 'OTHER') return agreement;
  if (areAmong(a.firstName, b.otherFirstNames) || areAmong(b.firstName, a.otherFirstNames))
    return 'AMONG_OTHERS';
  return areShortForms(a.firstName, b.firstName) ? 'SHORT_FORM' : 'OTHER';
}

function relativeNamesEqual(a: IdentityStatement, b: IdentityStatement): boolean {
  const names = (statement: IdentityStatement) =>
    new Set((statement.relativeNames ?? []).map((name) => joined(wordsOf(name))));
  const [left, right] = [names(a), names(b)];
  return [...left].filter((name) => right.has(name)).length > 1;
}

const givesUp = (one: IdentityStatement, { sources }: IdentityStatement): boolean =>
  (one.givenUpBy ?? []).some((source) => sources.includes(source));

const areAmong = (name: string, others: readonly string[] = []): boolean =>
  others.some((other) => agreementOf(name, other) === 'EQUAL');

/** Both say further first names, and none of one side's is among the other's. */
function otherFirstNamesDiffer(a: IdentityStatement, b: IdentityStatement): boolean {
  const further = (statement: IdentityStatement) =>
    (statement.otherFirstNames ?? [])
      .map((name) => joined(wordsOf(name)))
      .filter((name) => name !== '' && name !== joined(wordsOf(statement.firstName)));
  const left = further(a);
  const right = further(b);
  return left.length > 0 && right.length > 0 && !left.some((name) => right.includes(name));
}
