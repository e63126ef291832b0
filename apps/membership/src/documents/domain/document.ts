import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';

/** What a document is. Those of the second line are the market's own, the others a member's. */
export const documentKinds = [
  'CONVENTION',
  'DELIBERATION',
  'ANNEXE2',
  'LETTER',
  'DELEGATION',
  'STATUTES',
  'DECISION',
  'COURT_DECISION',
  'CONTROLLER_DECISION',
  'CORRECTION_AGREEMENT',
  'INVOICE_CONTEST',
  'ORDER',
  'INVITATION',
  'OFFER',
  'AMENDMENT',
  'MINUTES',
  'ACTE_ENGAGEMENT',
  'CCAP',
  'CCTP',
  'BPU',
  'RIB',
  'REGLEMENT_CONSULTATION',
  'NOTIFICATION',
  'OTHER',
] as const;
export type DocumentKind = (typeof documentKinds)[number];

/** Whose document it is: a membership's, an organisation's in a market (before it applies), or the market's own. */
export type DocumentOwner =
  | { readonly membershipId: string }
  | { readonly organisationId: string; readonly marketCode: string }
  | { readonly marketCode: string };

/** A document kept: what is known of it, its content lies in the store under its digest. */
export type StoredDocument = {
  readonly documentId: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  readonly mediaType: string;
  readonly fileName: string;
  readonly title: string;
  readonly kind: DocumentKind;
  /** Day printed on it. */
  readonly datedOn: LocalDate;
  readonly marketCode: string;
  readonly organisationId?: string | undefined;
  readonly membershipId?: string | undefined;
  readonly uploadedBy: string;
  readonly uploadedOn: LocalDate;
};

export class DocumentUnknown extends defineProblem('DOCUMENT_UNKNOWN', 'invalid') {}
export class DocumentTooLarge extends defineProblem('DOCUMENT_TOO_LARGE', 'invalid') {}
export class DocumentEmpty extends defineProblem('DOCUMENT_EMPTY', 'invalid') {}
export class DocumentHasActiveContent extends defineProblem(
  'DOCUMENT_HAS_ACTIVE_CONTENT',
  'invalid',
) {}
export class DocumentTypeRefused extends defineProblem('DOCUMENT_TYPE_REFUSED', 'invalid') {}
export class DocumentDateInvalid extends defineProblem('DOCUMENT_DATE_INVALID', 'invalid') {}
export class DocumentQuotaReached extends defineProblem('DOCUMENT_QUOTA_REACHED', 'conflict') {}
export class DocumentCorrupt extends defineProblem('DOCUMENT_CORRUPT', 'unavailable') {}

export const corruptDocument = (documentId: string): DocumentCorrupt =>
  new DocumentCorrupt(
    'Le contenu de ce document est endommagé. L’exploitant est prévenu : il le rétablira depuis la sauvegarde.',
    { documentId },
  );

/** How much a member's file takes from the member itself; the group deposits what it must. */
export type DocumentQuota = { readonly documents: number; readonly bytes: number };

/** Throws DocumentQuotaReached where one more would be too much for a file that holds so many. */
export function requireRoom(held: DocumentQuota, size: number, quota: DocumentQuota): void {
  if (held.documents < quota.documents && held.bytes + size <= quota.bytes) return;
  const megabytes = Math.round(held.bytes / 1_000_000);
  throw new DocumentQuotaReached(
    `Votre dossier contient déjà ${held.documents} documents (${megabytes} Mo) : celui-ci n’y entre plus. Demandez au coordinateur de le déposer.`,
    {
      documents: held.documents,
      documentsMax: quota.documents,
      bytes: held.bytes,
      bytesMax: quota.bytes,
    },
  );
}

/** Documents needed by every member to execute the market (GOV-4), or published to them (GOV-5). */
const shared: readonly DocumentKind[] = [
  'AMENDMENT',
  'MINUTES',
  'ACTE_ENGAGEMENT',
  'CCAP',
  'CCTP',
  'BPU',
  'RIB',
  'NOTIFICATION',
];
/** What the supplier proposes by, verified by the coordinator: its prices, and the account that members pay to. */
const ofSupplier: readonly DocumentKind[] = ['BPU', 'RIB'];

export const mayComeFromSupplier = (
  kind: DocumentKind,
  { organisationId }: ResolvedOwner,
): boolean => organisationId === undefined && ofSupplier.includes(kind);
/** What a member's finance lays beside the contest of a draft (BIL-9). */
export const mayComeFromFinance = (kind: DocumentKind): boolean => kind === 'INVOICE_CONTEST';
/** What the supplier executes or invoices by, and what it answers (SUP-3). */
const executed: readonly DocumentKind[] = [
  ...(['ANNEXE2', 'ORDER', 'CORRECTION_AGREEMENT', 'INVOICE_CONTEST'] as const),
];

/**
 * Whether a document may be read (SUP-3): a member its own and what the market shares, the supplier what it
 * executes, the coordinator all. Offers and letters of others are nobody else's.
 */
export function mayRead(
  document: Pick<StoredDocument, 'kind' | 'organisationId'>,
  reader: { readonly as: 'GROUP' | 'SUPPLIER' | 'MEMBER'; readonly organisationId?: string },
): boolean {
  const isMarkets = document.organisationId === undefined;
  switch (reader.as) {
    case 'GROUP':
      return true;
    case 'SUPPLIER':
      return (isMarkets ? shared : executed).includes(document.kind);
    case 'MEMBER':
      return isMarkets
        ? shared.includes(document.kind)
        : document.organisationId === reader.organisationId;
  }
}

/** An owner with its market, and its organisation where there is one. */
export type ResolvedOwner = {
  readonly marketCode: string;
  readonly organisationId?: string;
  readonly membershipId?: string;
};

/** Whether the document may prove something about this owner: its own, or its organisation's in the same market. */
export function belongsTo(
  document: Pick<StoredDocument, 'marketCode' | 'organisationId' | 'membershipId'>,
  owner: ResolvedOwner,
): boolean {
  return (
    document.marketCode === owner.marketCode &&
    document.organisationId === owner.organisationId &&
    (document.membershipId === undefined || document.membershipId === owner.membershipId)
  );
}
