import { plural } from '#libs/money';
import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { ArchiveTooLarge } from '#libs/trade';

export class NotForExecution extends defineProblem('DOCUMENT_NOT_FOR_EXECUTION', 'invalid') {}
export class RecipientUnknown extends defineProblem('RECIPIENT_UNKNOWN', 'invalid') {}
export class NoRecipient extends defineProblem('NO_RECIPIENT', 'conflict') {}

/** What each member needs to execute its market (art. 4.1), and the kind of the document deposited. */
export const dispatchKinds = {
  ACTE_ENGAGEMENT: 'ACTE_ENGAGEMENT',
  CCAP: 'CCAP',
  CCTP: 'CCTP',
  BPU: 'BPU',
  BPU_REVISION: 'BPU',
  NOTIFICATION: 'NOTIFICATION',
  CONVENTION: 'CONVENTION',
  DELIBERATION: 'DELIBERATION',
  ANNEXE2: 'ANNEXE2',
  ORDER: 'ORDER',
  AMENDMENT: 'AMENDMENT',
} as const;
export type DispatchKind = keyof typeof dispatchKinds;

export type Dispatch = {
  readonly dispatchId: string;
  readonly membershipId: string;
  readonly organisationName: string;
  readonly documentId: string;
  readonly kind: DispatchKind;
  readonly title: string;
  readonly sha256: string;
  readonly datedOn: LocalDate | '';
  readonly sentOn: LocalDate;
  /** Both empty: not yet. */
  readonly acknowledgedOn: LocalDate | '';
  readonly acknowledgedBy: string;
};

/** Throws NotForExecution where the document is of another kind than it is sent as. */
export function checkKind(kind: string, documentKind: string): DispatchKind {
  const known = Object.keys(dispatchKinds).find((one) => one === kind) as DispatchKind | undefined;
  if (known && dispatchKinds[known] === documentKind) return known;
  throw new NotForExecution(
    'Ce document n’est pas une pièce d’exécution de ce type (convention, art. 4.1) : acte d’engagement, CCAP, CCTP, BPU et révisions, notification, convention, délibération, annexe 2, bon de commande ou avenant.',
    { kind, documentKind },
  );
}

/**
 * Whom a document goes to. `concerned`: memberships accepted or in force that may have it (all of the
 * market, or those of its own organisation). Throws RecipientUnknown, NoRecipient.
 */
export function recipientsOf(
  concerned: readonly string[],
  wanted: readonly string[],
): readonly string[] {
  const unknown = wanted.filter((id) => !concerned.includes(id));
  if (unknown.length > 0) {
    throw new RecipientUnknown(
      `${plural(unknown.length, 'destinataire n’est pas concerné', 'destinataires ne sont pas concernés')} par ce document : corrigez la liste.`,
      { membershipIds: unknown.slice(0, 50) },
    );
  }
  if (concerned.length === 0) {
    throw new NoRecipient('Aucun membre accepté n’est concerné par ce document.');
  }
  return wanted.length > 0 ? [...new Set(wanted)] : concerned;
}

export const archiveEntriesMax = 2_000;
/** A ZIP without its 64-bit extension ends here. */
const archiveBytesMax = 4_000_000_000;

/** Throws ArchiveTooLarge. */
export function checkArchive(entries: readonly { readonly size: number }[]): void {
  const bytes = entries.reduce((total, { size }) => total + size, 0);
  if (entries.length <= archiveEntriesMax && bytes <= archiveBytesMax) return;
  throw new ArchiveTooLarge(
    'Ce dossier est trop volumineux pour une seule archive : téléchargez ses documents un à un.',
    { entries: entries.length, bytes },
  );
}
