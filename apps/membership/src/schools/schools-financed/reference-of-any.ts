import type { Transaction } from '#libs/persistence';
import type { KeptDocument } from '#libs/trade';
import {
  type DocumentOwner,
  type Documents,
  DocumentUnknown,
} from '../../documents/documents.module.js';

/**
 * The document of the first of the files that holds it: a paper about a school may lie in the file of either
 * member, or in the market's own. Throws DocumentUnknown where none does.
 */
export async function referenceOfAny(
  documents: Documents,
  documentId: string,
  [owner, ...others]: readonly [DocumentOwner, ...DocumentOwner[]],
  tx: Transaction,
): Promise<KeptDocument> {
  try {
    return await documents.reference(documentId, owner, tx);
  } catch (error) {
    const [next, ...rest] = others;
    if (!(error instanceof DocumentUnknown) || !next) throw error;
    return referenceOfAny(documents, documentId, [next, ...rest], tx);
  }
}
