import { entcore } from './case.js';
import type { CaseOutcome } from './run-contract.js';

type Row = { readonly row: string; readonly asks: string; readonly caseIds: readonly string[] };

/** Rows of the addendum of 2 December 2026, where the running code differed from its description, and their cases. */
export const rows: readonly Row[] = [
  { row: 'A', asks: 'huit créations à la fois dans une classe', caseIds: ['create-at-once'] },
  { row: 'B', asks: 'sortie d’une école', caseIds: ['unlink-structure'] },
  { row: 'C', asks: 'import d’un fichier vérifié', caseIds: ['csv-import-validated'] },
  { row: 'D', asks: 'import envoyé aussitôt la vérification', caseIds: ['csv-import-too-early'] },
  {
    ...{ row: 'E', asks: 'lecture de quelqu’un qui n’est plus là' },
    caseIds: ['user-unknown', 'delete-never-used', 'restore-nobody', 'scope-nobody'],
  },
  {
    ...{ row: 'F', asks: 'classes sur la fiche d’une personne' },
    caseIds: ['link-class', 'unlink-class', 'relate', 'transition'],
  },
  {
    ...{ row: 'G', asks: 'administrateur local sans droits applicatifs' },
    caseIds: ['bare-adml-class', 'bare-adml-users'],
  },
  {
    ...{ row: 'H', asks: 'personne sortie d’une école, puis alimentation' },
    caseIds: ['fed-detached', 'fed-detached-joins-class', 'fed-detached-linked'],
  },
  {
    ...{ row: 'I', asks: 'alimentation à côté de nos comptes' },
    caseIds: [
      'fed-school-known-by-uai',
      'fed-pupil',
      'fed-own-class',
      'fed-takes-over',
      'fed-twin',
    ],
  },
  { row: 'J', asks: 'liens de famille après une restauration', caseIds: ['restore'] },
  { row: 'K', asks: 'code de renouvellement d’un inconnu', caseIds: ['renewal-code-of-nobody'] },
  {
    ...{ row: 'L', asks: 'connexion refusée' },
    caseIds: ['login-of-blocked', 'ban', 'mail-not-validated'],
  },
  {
    ...{ row: 'M', asks: 'école inconnue, session après sa déconnexion' },
    caseIds: ['create-class-nowhere', 'ended-session'],
  },
  {
    ...{ row: 'N', asks: 'fichier de responsables, enfants par leurs noms' },
    caseIds: ['csv-child-without-class'],
  },
  { row: 'O', asks: 'création pendant un import', caseIds: ['importer-waits'] },
  {
    ...{ row: 'P', asks: 'changement d’année' },
    caseIds: ['transition', 'create-user-in-gone-class', 'link-to-gone-class'],
  },
];

/** Of a row: all of its cases that were run answered as the version that was measured; one as another version; one as none. */
export type RowOutcome = {
  readonly row: string;
  readonly asks: string;
  readonly verdict: 'AS_MEASURED' | 'ACCEPTED' | 'DIFFERENT' | 'UNKNOWN';
  /** Other versions that answer so. */
  readonly variants: readonly string[];
  readonly cases: readonly CaseOutcome[];
};

export function rowOutcomes(outcomes: readonly CaseOutcome[]): RowOutcome[] {
  return rows.map(({ row, asks, caseIds }) => {
    const cases = caseIds.flatMap((id) => outcomes.filter((one) => one.id === id));
    const run = cases.filter(({ verdict }) => verdict !== 'UNKNOWN');
    const variants = [
      ...new Set(
        cases.flatMap((one) =>
          one.verdict === 'CONFIRMED' ? one.variants.filter((version) => version !== entcore) : [],
        ),
      ),
    ];
    const verdict = run.some((one) => one.verdict === 'DIFFERENT')
      ? 'DIFFERENT'
      : run.length === 0
        ? 'UNKNOWN'
        : variants.length > 0
          ? 'ACCEPTED'
          : 'AS_MEASURED';
    return { row, asks, verdict, variants, cases };
  });
}
