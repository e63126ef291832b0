import type { Transaction } from '#libs/persistence';
import type { DocumentReference } from '#libs/trade';
import { Documents, DocumentUnknown } from '../../documents/documents.module.js';
import type { CourtDecision } from './domain/court-decision.js';

type Terms = Omit<CourtDecision, 'document'>;

/** A decision as it is recorded: with a document kept before, or stated by its title, day and digest. */
export type DecisionGiven = Terms &
  ({ readonly document: DocumentReference } | { readonly documentId: string });

/** The decision with what proves it. Throws DocumentUnknown unless the id names a court decision about this member. */
export async function decisionOf(
  tx: Transaction,
  documents: Documents,
  membershipId: string,
  given: DecisionGiven,
): Promise<CourtDecision> {
  if ('document' in given) return given;
  const { documentId, ...terms } = given;
  const document = await documents.reference(documentId, { membershipId }, tx);
  if (document.kind !== 'COURT_DECISION') {
    throw new DocumentUnknown(
      'Ce document n’est pas une décision de justice : déposez la décision du juge compétent.',
      { documentId, kind: document.kind },
    );
  }
  return { ...terms, document };
}
