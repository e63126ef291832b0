import { type Evidence, evidenceOf } from './evidence.js';
import type { IdentityStatement } from './identity-statement.js';
import type { MatchReason, MatchVerdict } from './match-verdict.js';

/** From here on a person is asked. Set by the labelled pairs (README of this feature). */
const doubtfulFrom = 70;

/**
 * Are two statements of one person? The same answer whichever comes first. It knows these two
 * only: who is SAME as two people is doubtful (`judgeCandidates`).
 */
export function judgePair(a: IdentityStatement, b: IdentityStatement): MatchVerdict {
  const evidence = evidenceOf(a, b);
  const score = scoreOf(evidence);
  const reasons = reasonsOf(evidence);
  if (isImpossible(a, b, evidence)) return { verdict: 'DIFFERENT', score: 0, reasons };
  if (isCertain(a, b, evidence)) return { verdict: 'SAME', score, reasons };
  // One number for two who have little in common: somebody has to find out whose it is.
  const doubtful = score >= doubtfulFrom || evidence.ine === 'EQUAL';
  return { verdict: doubtful ? 'DOUBTFUL' : 'DIFFERENT', score, reasons };
}

/**
 * Whether names, birth date and INE leave the question open, whatever else is known of the two: so
 * that nobody's places and relatives are read in vain.
 */
export function couldBeOne(
  a: IdentityStatement,
  b: Pick<IdentityStatement, 'lastName' | 'firstName' | 'birthDate' | 'ine'>,
): boolean {
  const bare = { kind: a.kind, uais: [], relatives: [], sources: [] };
  const other = { ...bare, ...b };
  const evidence = evidenceOf({ ...a, uais: [], relatives: [], sources: [] }, other);
  if (isImpossible(a, other, evidence)) return false;
  const most = scoreOf({ ...evidence, relativeShared: true, schoolShared: true });
  return most >= doubtfulFrom || evidence.ine === 'EQUAL';
}

/**
 * One statement against everybody who might be it: two who are certain are no longer certain, nor is anybody where the
 * number is of somebody else.
 */
export function judgeCandidates(
  one: IdentityStatement,
  others: readonly IdentityStatement[],
): readonly MatchVerdict[] {
  const verdicts = others.map((other) => judgePair(one, other));
  const certain = verdicts.filter(({ verdict }) => verdict === 'SAME');
  const isAnothersNumber = verdicts.some(
    ({ verdict, reasons }) => verdict !== 'SAME' && reasons.includes('INE_EQUAL'),
  );
  if (certain.length < 2 && !isAnothersNumber) return verdicts;
  return verdicts.map((judged) =>
    judged.verdict === 'SAME'
      ? { ...judged, verdict: 'DOUBTFUL', reasons: [...judged.reasons, 'SEVERAL_CANDIDATES'] }
      : judged,
  );
}

/** Whom nobody should be asked about, however alike they look. */
function isImpossible(a: IdentityStatement, b: IdentityStatement, evidence: Evidence): boolean {
  // Whoever has a number is or was a pupil, also where no place is left that says so.
  if (evidence.ine === 'EQUAL') return false;
  // A pupil of a primary school is nobody's guardian and no member of staff.
  if (evidence.kindDiffers && [a.kind, b.kind].includes('PUPIL')) return true;
  if (evidence.birthDate === 'OTHER') return true;
  // Twins and siblings share all the rest.
  if (evidence.firstName === 'OTHER' && !evidence.namesSwapped) return true;
  // Twins of names like Léa and Léo: the source that states both knows them apart.
  if (evidence.statedBesideEachOther && evidence.firstName !== 'EQUAL') return true;
  // Father and grandfather of one name, where a source tells what each is to the child.
  if (evidence.relation === 'DIFFERENT' && evidence.birthDate === 'UNSAID') return true;
  // Two numbers, and something else that differs too.
  return evidence.ine === 'DIFFERENT' && !(namesEqual(evidence) && evidence.birthDate === 'EQUAL');
}

/** Acted on without asking. Each line needs the names, and two things more that are rarely shared by chance. */
function isCertain(a: IdentityStatement, b: IdentityStatement, evidence: Evidence): boolean {
  if (evidence.statedBesideEachOther || evidence.ine === 'DIFFERENT') return false;
  if (evidence.civilityDiffers || evidence.otherFirstNamesDiffer) return false;
  if (evidence.relation === 'DIFFERENT') return false;
  if (evidence.ine === 'EQUAL') return isCertainByIne(evidence);
  if (!namesEqual(evidence)) return false;
  // A teacher whose child is in the own school, or a parent of the teacher's name.
  if (evidence.kindDiffers) return false;
  switch (a.kind) {
    case 'PUPIL':
      if (evidence.birthDate !== 'EQUAL') return false;
      return (
        evidence.relativeShared ||
        // A school and a class are a homonym's too: born on one day, they are in one class where a level has one.
        (evidence.schoolShared &&
          evidence.relativeNamesEqual &&
          !evidence.levelDiffers &&
          !evidence.throughBirthName)
      );
    case 'GUARDIAN':
      if (!evidence.relativeShared) return false;
      return (
        evidence.birthDate === 'EQUAL' ||
        (evidence.birthDate === 'UNSAID' && evidence.relation === 'EQUAL') ||
        // A list of a school says neither, and its key changes with an address, or with a namesake.
        (evidence.birthDate === 'UNSAID' && evidence.identifierReplaced)
      );
    case 'STAFF':
      return (
        evidence.birthDate === 'EQUAL' && evidence.academyKeyShared && !evidence.throughBirthName
      );
  }
}

/** The number is unique, but a clerk may type it on a twin: the first name has to be the same when spoken. */
function isCertainByIne(evidence: Evidence): boolean {
  const first = evidence.firstName;
  if (first !== 'EQUAL' && first !== 'SOUND') return false;
  if (evidence.birthDate === 'EQUAL') return true;
  const mayDiffer =
    evidence.birthDate === 'SWAPPED' || (evidence.birthDate === 'UNSAID' && first === 'EQUAL');
  return mayDiffer && evidence.lastName === 'EQUAL';
}

const namesEqual = (evidence: Evidence): boolean =>
  evidence.lastName === 'EQUAL' && evidence.firstName === 'EQUAL';

const lastName = { EQUAL: 30, PART: 25, SOUND: 25, SLIP: 22, OTHER: 0 } as const;
const firstName = {
  EQUAL: 30,
  AMONG_OTHERS: 20,
  PART: 25,
  SOUND: 25,
  SLIP: 22,
  SHORT_FORM: 20,
  OTHER: 0,
} as const;
const birthDate = { EQUAL: 35, SWAPPED: 25, DIGIT: 20, UNSAID: 0, OTHER: 0 } as const;

/**
 * What agrees, added up. A name without a birth date, and a first name with a birth date beside
 * another last name, are a question only where a school or a relative is shared too.
 */
function scoreOf(evidence: Evidence): number {
  const names = evidence.namesSwapped
    ? 50
    : lastName[evidence.lastName] + firstName[evidence.firstName];
  const sum =
    names +
    birthDate[evidence.birthDate] +
    (evidence.ine === 'EQUAL' ? 45 : 0) +
    (evidence.relativeShared ? 20 : 0) +
    (evidence.schoolShared ? 10 : 0) -
    (evidence.civilityDiffers ? 10 : 0) -
    (evidence.ine === 'DIFFERENT' ? 15 : 0);
  return Math.max(0, Math.min(100, sum));
}

function reasonsOf(evidence: Evidence): readonly MatchReason[] {
  const said: readonly (MatchReason | false)[] = [
    evidence.ine !== 'UNSAID' && `INE_${evidence.ine}`,
    evidence.namesSwapped && 'NAMES_SWAPPED',
    !evidence.namesSwapped && `LAST_NAME_${evidence.lastName}`,
    evidence.throughBirthName && 'LAST_NAME_IS_BIRTH_NAME',
    !evidence.namesSwapped && `FIRST_NAME_${evidence.firstName}`,
    evidence.otherFirstNamesDiffer && 'OTHER_FIRST_NAMES_DIFFERENT',
    `BIRTH_DATE_${evidence.birthDate}`,
    evidence.civilityDiffers && 'CIVILITY_DIFFERENT',
    evidence.schoolShared && 'SCHOOL_SHARED',
    evidence.levelDiffers && 'LEVEL_DIFFERENT',
    evidence.relativeShared && 'RELATIVE_SHARED',
    evidence.relativeNamesEqual && 'RELATIVE_NAMES_EQUAL',
    evidence.academyKeyShared && 'ACADEMY_KEY_EQUAL',
    evidence.identifierReplaced && 'IDENTIFIER_REPLACED',
    evidence.relation !== 'UNSAID' && `RELATION_${evidence.relation}`,
    evidence.kindDiffers && 'KIND_DIFFERENT',
    evidence.statedBesideEachOther && 'STATED_BESIDE_EACH_OTHER',
  ];
  return said.filter((reason) => reason !== false);
}
