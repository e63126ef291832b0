import type { EntSchool } from './ent-school.js';
import type { BookedAccount, Pair, SeenUser } from './school-comparison.js';

export const differenceKinds = [
  'MISSING',
  'ELSEWHERE',
  'PRE_DELETED',
  'RENUMBERED',
  'BACK',
  'BLOCK',
  'PLACE',
  'NAME',
  'LINKS',
  'ADOPTABLE',
  'UNKNOWN',
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

/** Identifiers only: whom they name is asked of the directory or seen in the ENT (SUP-4). */
export type Difference = {
  readonly kind: DifferenceKind;
  /** Empty for a user that the books do not know. */
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
  const { renumbered, back, blocks, places, named, links, adoptable, unknown } = comparison;
  return [
    ...absent.map(ofAccount('MISSING')),
    ...elsewhere.map(ofAccount('ELSEWHERE')),
    ...preDeleted.map(ofAccount('PRE_DELETED')),
    ...renumbered.map(ofPair('RENUMBERED')),
    ...back.map(ofPair('BACK')),
    ...blocks.map(ofPair('BLOCK')),
    ...places.map(ofPair('PLACE')),
    ...named.map(ofPair('NAME')),
    ...links.map(ofPair('LINKS')),
    ...adoptable.map(ofPair('ADOPTABLE')),
    ...unknown.map((user) => ({
      ...{ kind: 'UNKNOWN' as const, accountId: '', holdsSeat: false, ...ofUser(user) },
      wasUsed: user.isActivated,
    })),
  ];
}

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
