import { EntDifferenceKind } from '#libs/contracts';
import { isUuid } from '../accounts/accounts.module.js';
import { type Difference, differencesOf, type Fate } from './domain/differences.js';
import type { EntSchool } from './domain/ent-school.js';

/** Identifiers only: whom they name is asked of the directory or seen in the ENT (SUP-4). */
export function toEntSchool(
  school: EntSchool,
  differences: readonly (Difference & { fate?: Fate })[] = differencesOf(school),
) {
  const { uai, structureId, comparison } = school;
  const { users, compared, atWork, others } = comparison;
  return {
    ...{ uai, isUnknown: structureId === undefined, users, compared, atWork, others },
    differences: differences.map(({ kind, holdsSeat: _, externalId, ...difference }) => ({
      ...difference,
      kind: EntDifferenceKind[kind],
      // A person's key in the academy's export goes to the ENT and nowhere else (AUT-1): whoever it is, `entId` says.
      externalId: isUuid(externalId) ? externalId : '',
    })),
  };
}
