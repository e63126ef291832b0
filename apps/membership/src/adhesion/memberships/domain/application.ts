import { defineProblem } from '#libs/problems';
import { type LocalDate, frenchDate } from '#libs/time';
import type { DocumentReference, KeptDocument, Letter } from '#libs/trade';

export class ApplicationIncomplete extends defineProblem('APPLICATION_INCOMPLETE', 'conflict') {}
export class AdhesionClosed extends defineProblem('ADHESION_CLOSED', 'conflict') {}
export class AlreadyMember extends defineProblem('ALREADY_MEMBER', 'conflict') {}

export type Timeliness = {
  readonly verdict: 'IN_TIME' | 'COORDINATOR_DECIDES' | 'LATE';
  /** French, each citing its article. */
  readonly reasons: readonly string[];
};

/** The deadline (ADH-3): art. 2 counts the sending, art. 6 the reception; the market says which one binds. */
export function timelinessOf(
  { sentOn, receivedOn }: Letter,
  deadline: LocalDate,
  basis: 'SENT' | 'RECEIVED',
): Timeliness {
  const sentLate =
    `Convention envoyée le ${frenchDate(sentOn)}, après la date limite d’inscription du ` +
    `${frenchDate(deadline)} : l’adhésion n’est plus possible jusqu’à la fin du marché (convention, art. 2).`;
  const receivedLate =
    `Convention reçue le ${frenchDate(receivedOn)}, après la date limite de réception du ` +
    `${frenchDate(deadline)} (convention, art. 6).`;
  if (sentOn > deadline) return { verdict: 'LATE', reasons: [sentLate] };
  if (receivedOn <= deadline) return { verdict: 'IN_TIME', reasons: [] };
  if (basis === 'RECEIVED') return { verdict: 'LATE', reasons: [receivedLate] };
  return {
    verdict: 'COORDINATOR_DECIDES',
    reasons: [
      receivedLate,
      `Elle a été envoyée le ${frenchDate(sentOn)}, dans le délai d’inscription (convention, art. 2) : le coordonnateur décide.`,
    ],
  };
}

/** The convention signed first of those deposited up to today: a title alone proves no signature (ADH-2, MKT-3). */
export function signedConventionOf(
  kept: readonly KeptDocument[],
  today: LocalDate,
): KeptDocument | undefined {
  return kept
    .filter(({ kind, datedOn }) => kind === 'CONVENTION' && datedOn <= today)
    .sort((a, b) => (a.datedOn < b.datedOn ? -1 : 1))[0];
}

/** The pieces of a complete application, in French with the article. */
export const pieces = {
  CONVENTION: 'la convention signée (convention, art. 2)',
  DELIBERATION:
    'la délibération visée par le contrôle de légalité (convention, art. 2 et annexe 1)',
  ANNEXE2: 'l’annexe 2, tableau d’engagement (convention, art. 4.1)',
} as const;
export type Piece = keyof typeof pieces;

/** What a complete application still lacks, in French with the article (ADH-2). */
export function missingPieces(
  organisationKind: string,
  documents: readonly DocumentReference[],
  hasVerifiedAnnexe2: boolean,
): string[] {
  const has = (kind: string) => documents.some((document) => document.kind === kind);
  // The rectorat has no délibération; its annex 2 is optional.
  const wanted =
    organisationKind === 'STATE'
      ? (['CONVENTION'] as const)
      : (['CONVENTION', 'DELIBERATION', 'ANNEXE2'] as const);
  const missing: string[] = wanted
    .filter((kind) => !has(kind))
    .map((kind) => `Il manque ${pieces[kind]}.`);
  const needsAnnexe2 = organisationKind !== 'STATE' || has('ANNEXE2');
  if (needsAnnexe2 && !hasVerifiedAnnexe2) {
    missing.push('L’annexe 2 n’a pas été saisie puis vérifiée par une seconde personne.');
  }
  return missing;
}
