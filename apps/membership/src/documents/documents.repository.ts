import type { Transaction } from '#libs/persistence';
import type { DocumentOwner, ResolvedOwner, StoredDocument } from './domain/document.js';

export abstract class Documents {
  /** The owner with its market and organisation; undefined for an unknown membership. */
  abstract resolve(tx: Transaction, owner: DocumentOwner): Promise<ResolvedOwner | undefined>;
  /** Says that a content is on its way or in the store, so that the sweep leaves it alone for a day. */
  abstract touchBlob(tx: Transaction, sha256: string, size: number): Promise<void>;
  abstract add(tx: Transaction, document: StoredDocument): Promise<void>;
  abstract find(tx: Transaction, documentId: string): Promise<StoredDocument | undefined>;
  /**
   * Takes away rows of contents that no document names and nobody touched for a day, at most `limit`;
   * an upload of the same content waits until the transaction ends, and then begins anew.
   */
  abstract forgetOrphans(tx: Transaction, limit: number): Promise<string[]>;
}
