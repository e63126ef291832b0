import type { KeptDifference } from './domain/differences.js';
import type { EntLookView } from './ent-look-views.pg.js';

/** Figures alone. */
export function toEntSchoolLook({ differences, ...look }: EntLookView) {
  const { uai, schoolName, day, status, incidentCode, compared, seatItems } = look;
  const byKind = Map.groupBy(differences, ({ kind }) => kind);
  return {
    ...{ uai, schoolName, day, status, incidentCode, compared, seatItems },
    differences: [...byKind]
      .map(([kind, all]) => ({ kind, count: all.length }))
      .sort((a, b) => (a.kind < b.kind ? -1 : 1)),
    seats: new Set(differences.filter(({ holdsSeat }) => holdsSeat).map((each) => each.accountId))
      .size,
    held: differences.filter(({ fate }) => fate === 'HELD').length,
  };
}

/** Of a school: how many of each kind, by what becomes of them. */
export function toSchoolDifferences({ differences }: EntLookView) {
  const all = Map.groupBy(differences, ({ kind, fate }) => `${kind} ${fate}`);
  return [...all.values()].map((some) => ({
    ...{ kind: some[0]!.kind, fate: some[0]!.fate, count: some.length },
  }));
}

/** Identifiers only: whom they name is asked of the directory, by who may (SUP-4). */
export const toFoundDifference = ({ kind, accountId, entId, wasUsed, fate }: KeptDifference) => ({
  ...{ kind, accountId, entId, wasUsed, fate },
});
