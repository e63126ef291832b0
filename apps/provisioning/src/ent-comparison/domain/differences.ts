import type { EntSchool } from './ent-school.js';
import type {
  BookedAccount,
  Pair,
  SchoolComparison,
  SeenUser,
  Waiting,
} from './school-comparison.js';

export const differenceKinds = [
  'MISSING',
  'ELSEWHERE',
  'PRE_DELETED',
  'RENUMBERED',
  'BACK',
  'BLOCK',
  'PLACE',
  'NAME',
  'KEY',
  'LINKS',
  'ADOPTABLE',
  'UNKNOWN',
  'DUPLICATE',
  'CLASS',
  'SCHOOL',
  'BY_HAND',
  'ACTIVATION',
  'EXCHANGED',
  'IDENTIFIER',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** Identifiers only: whom they name is asked of the directory or seen in the ENT (SUP-4). */
export type Difference = {
  readonly kind: DifferenceKind;
  /** Empty for a user that the books do not know, a class and a school. */
  readonly accountId: string;
  readonly entId: string;
  /** Empty for who is not there. */
  readonly externalId: string;
  /** By the books, or of an unknown user by the ENT: whoever has it knows a password. */
  readonly wasUsed: boolean;
  readonly holdsSeat: boolean;
  /** Of an unknown user: blocked already. */
  readonly isBlocked: boolean;
};

export function differencesOf({
  comparison,
  absent,
  preDeleted,
  elsewhere,
}: EntSchool): Difference[] {
  const { renumbered, back, blocks, places, named, lateKeys, links, adoptable, unknown } =
    comparison;
  const { strays, duplicates } = comparison;
  const ofWaiting = ({ kind, account, user }: Waiting) =>
    user ? ofPair(kind)({ account, user }) : ofAccount(kind)(account);
  return [
    ...absent.map(ofAccount('MISSING')),
    ...elsewhere.map(ofAccount('ELSEWHERE')),
    ...preDeleted.map(ofAccount('PRE_DELETED')),
    ...renumbered.map(ofPair('RENUMBERED')),
    ...back.map(ofPair('BACK')),
    ...blocks.map(ofPair('BLOCK')),
    ...[...places, ...strays].map(ofPair('PLACE')),
    ...[...named, ...comparison.fedNames].map(ofPair('NAME')),
    ...lateKeys.map(ofPair('KEY')),
    ...[...links, ...comparison.restoredLinks].map(ofPair('LINKS')),
    ...adoptable.map(ofPair('ADOPTABLE')),
    ...unknown.map(ofUnknown),
    ...duplicates.map(ofSecond),
    ...comparison.lostActivations.map(ofPair('ACTIVATION')),
    ...comparison.exchanged.map(ofPair('EXCHANGED')),
    ...comparison.misnamed.map(ofPair('IDENTIFIER')),
    ...comparison.waiting.map(ofWaiting),
    ...comparison.foundClasses.map(ofClass),
    ...comparison.handMade.map(ofHandMade),
    ...ofNames(comparison),
  ];
}

/** Of a school that is like the books but for what a person decides (`isAlike`): users beyond them, labels and names. */
export const leftToAPerson = (comparison: SchoolComparison): FoundDifference[] =>
  [
    ...comparison.unknown.map(ofUnknown),
    ...comparison.duplicates.map(ofSecond),
    ...comparison.handMade.map(ofHandMade),
    ...comparison.fedNames.map(ofPair('NAME')),
    ...ofNames(comparison),
  ].map((each) => ({
    ...{ ...each, fate: 'TOLD' },
  }));

const ofHandMade = (user: SeenUser): Difference => ({ ...ofUnknown(user), kind: 'BY_HAND' });

const ofPlace = (kind: 'CLASS' | 'SCHOOL', entId: string): Difference => ({
  ...{ kind, accountId: '', entId, externalId: '' },
  ...{ wasUsed: false, holdsSeat: false, isBlocked: false },
});
const ofClass = ({ entId }: { readonly entId: string }): Difference => ofPlace('CLASS', entId);
const ofNames = ({ renamedClasses, renamedStructures }: SchoolComparison): Difference[] => [
  ...renamedClasses.map(ofClass),
  ...renamedStructures.map((entId) => ofPlace('SCHOOL', entId)),
];

const ofUnknown = (user: SeenUser): Difference => ({
  ...{ kind: 'UNKNOWN', accountId: '', holdsSeat: false, ...ofUser(user) },
  wasUsed: user.isActivated,
});

/** The account is the person's, and stays as it is; all else is said of the second user. It takes nobody's seat. */
const ofSecond = ({ account: { accountId }, user }: Pair): Difference => ({
  ...{ kind: 'DUPLICATE', accountId, holdsSeat: false, ...ofUser(user) },
  wasUsed: user.isActivated,
});

const ofAccount =
  (kind: DifferenceKind) =>
  ({ accountId, entId, wasUsed, holdsSeat }: BookedAccount): Difference => ({
    ...{ kind, accountId, entId: entId ?? '', externalId: '' },
    ...{ wasUsed, holdsSeat, isBlocked: false },
  });

const ofPair =
  (kind: DifferenceKind) =>
  ({ account: { accountId, wasUsed, holdsSeat }, user }: Pair): Difference => ({
    ...{ kind, accountId, ...ofUser(user), wasUsed, holdsSeat },
  });

const ofUser = ({ entId, externalId, isBlocked }: SeenUser) => ({ entId, externalId, isBlocked });

/** What becomes of one: TOLD where a person alone can put it right, in the ENT. */
export type Fate = 'REPAIRED' | 'HELD' | 'TOLD';
export type FoundDifference = Difference & { readonly fate: Fate };
/** As it is kept: a person's key in the academy's export goes to the ENT and nowhere else (AUT-1). */
export type KeptDifference = Omit<FoundDifference, 'externalId' | 'isBlocked'>;

export const differenceKey = ({
  kind,
  accountId,
  entId,
}: Pick<Difference, 'kind' | 'accountId' | 'entId'>): string => `${kind} ${accountId} ${entId}`;

/** All that was found, and what becomes of each. */
export function foundIn(
  school: EntSchool,
  { now, held }: { readonly now: EntSchool; readonly held: EntSchool },
): FoundDifference[] {
  const keysNow = new Set(differencesOf(now).map(differenceKey));
  const keysHeld = new Set(differencesOf(held).map(differenceKey));
  return differencesOf(school).map((difference) => {
    const key = differenceKey(difference);
    const fate = keysNow.has(key) ? 'REPAIRED' : keysHeld.has(key) ? 'HELD' : 'TOLD';
    return { ...difference, fate };
  });
}

/** The keys of what is held. */
export const heldKeys = (found: readonly KeptDifference[]): Set<string> =>
  new Set(found.filter(({ fate }) => fate === 'HELD').map(differenceKey));

/** Whether the same is held: the same kinds about the same accounts and users. */
export function isSamePlan(
  one: readonly KeptDifference[],
  other: readonly KeptDifference[],
): boolean {
  const [a, b] = [heldKeys(one), heldKeys(other)];
  return a.size === b.size && [...a].every((key) => b.has(key));
}
