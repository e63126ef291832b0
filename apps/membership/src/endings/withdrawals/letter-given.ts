import type { Transaction } from '#libs/persistence';
import type { DocumentReference } from '#libs/trade';
import { Documents, DocumentUnknown } from '../../documents/documents.module.js';
import type { RegisteredLetter } from './domain/withdrawal-notice.js';

type Dates = Omit<RegisteredLetter, 'document'>;

/** A letter as it is recorded: with a document kept before, or stated by its title, day and digest. */
export type LetterGiven = Dates &
  ({ readonly document: DocumentReference } | { readonly documentId: string });

/** The letter with what proves it. Throws DocumentUnknown unless the id names a letter of this member. */
export async function letterOf(
  tx: Transaction,
  documents: Documents,
  membershipId: string,
  given: LetterGiven,
): Promise<RegisteredLetter> {
  if ('document' in given) return given;
  const { documentId, ...dates } = given;
  const document = await documents.reference(documentId, { membershipId }, tx);
  if (document.kind !== 'LETTER') {
    throw new DocumentUnknown('Ce document n’est pas une lettre : déposez la lettre recommandée.', {
      documentId,
      kind: document.kind,
    });
  }
  return { ...dates, document };
}
