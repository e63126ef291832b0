import { EntDifferenceKind } from '#libs/contracts';
import type { BookedAccount, Pair, SeenUser } from './domain/school-comparison.js';
import type { EntSchool } from './look-at-ent-school.js';

/** Identifiers only: whom they name is asked of the directory or seen in the ENT (SUP-4). */
export function toEntSchool(school: EntSchool) {
  const { uai, structureId, comparison, absent, preDeleted, elsewhere } = school;
  const { users, compared, atWork, others } = comparison;
  const { renumbered, back, blocks, places, links, adoptable, unknown } = comparison;
  return {
    ...{ uai, isUnknown: structureId === undefined, users, compared, atWork, others },
    differences: [
      ...absent.map(ofAccount(EntDifferenceKind.MISSING)),
      ...elsewhere.map(ofAccount(EntDifferenceKind.ELSEWHERE)),
      ...preDeleted.map(ofAccount(EntDifferenceKind.PRE_DELETED)),
      ...renumbered.map(ofPair(EntDifferenceKind.RENUMBERED)),
      ...back.map(ofPair(EntDifferenceKind.BACK)),
      ...blocks.map(ofPair(EntDifferenceKind.BLOCK)),
      ...places.map(ofPair(EntDifferenceKind.PLACE)),
      ...links.map(ofPair(EntDifferenceKind.LINKS)),
      ...adoptable.map(ofPair(EntDifferenceKind.ADOPTABLE)),
      ...unknown.map((user) => ({
        kind: EntDifferenceKind.UNKNOWN,
        accountId: '',
        ...ofUser(user),
      })),
    ],
  };
}

const ofAccount =
  (kind: EntDifferenceKind) =>
  ({ accountId, entId, wasUsed }: BookedAccount) => ({
    ...{ kind, accountId, entId: entId ?? '', externalId: '', wasUsed, isBlocked: false },
  });

const ofPair =
  (kind: EntDifferenceKind) =>
  ({ account: { accountId, wasUsed }, user }: Pair) => ({
    ...{ kind, accountId, ...ofUser(user), wasUsed },
  });

const ofUser = ({ entId, externalId, isBlocked }: SeenUser) => ({
  ...{ entId, externalId, isBlocked, wasUsed: false },
});
