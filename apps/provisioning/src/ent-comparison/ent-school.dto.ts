import { EntDifferenceKind } from '#libs/contracts';
import { differencesOf } from './domain/differences.js';
import type { EntSchool } from './domain/ent-school.js';

/** Identifiers only: whom they name is asked of the directory or seen in the ENT (SUP-4). */
export function toEntSchool(school: EntSchool) {
  const { uai, structureId, comparison } = school;
  const { users, compared, atWork, others } = comparison;
  return {
    ...{ uai, isUnknown: structureId === undefined, users, compared, atWork, others },
    differences: differencesOf(school).map(({ kind, holdsSeat: _, ...difference }) => ({
      ...difference,
      kind: EntDifferenceKind[kind],
    })),
  };
}
