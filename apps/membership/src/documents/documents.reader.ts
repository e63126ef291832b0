import type { Transaction } from '#libs/persistence';
import type { KeptDocument } from '#libs/trade';
import type { DocumentOwner, ResolvedOwner, StoredDocument } from './domain/document.js';

export type { DocumentKind, DocumentOwner, StoredDocument } from './domain/document.js';
export { DocumentUnknown } from './domain/document.js';

export type DocumentPage = {
  readonly owner: ResolvedOwner;
  /** Empty: all. */
  readonly kind: string;
  /** Of the last row seen. */
  readonly after?: readonly [datedOn: string, documentId: string];
  readonly limit: number;
};

/** The door for sibling features: turns an id that a person gave into what proves the document. */
export abstract class DocumentReader {
  /**
   * The document, if it belongs to this owner: its own, or its organisation's in the same market. With
   * `tx` it is read in that transaction. Throws DocumentUnknown.
   */
  abstract reference(
    documentId: string,
    owner: DocumentOwner,
    tx?: Transaction,
  ): Promise<KeptDocument>;
  abstract find(documentId: string): Promise<StoredDocument | undefined>;
  abstract resolve(owner: DocumentOwner): Promise<ResolvedOwner | undefined>;
  /** The newest first by the day printed on them. */
  abstract list(page: DocumentPage): Promise<StoredDocument[]>;
}
