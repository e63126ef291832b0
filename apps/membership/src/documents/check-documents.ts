import { Injectable } from '@nestjs/common';
import { type Caller, requireMarket } from '#libs/identity';
import { DocumentStore, readIntact, storeOrUnavailable } from './document-store.js';
import { Documents, type DocumentToCheck } from './documents.pg.js';

/** ABSENT and DAMAGED are the content's; NOT_UPLOADED: the journal has no sealed line of its upload. */
export type DocumentFault = 'ABSENT' | 'DAMAGED' | 'NOT_UPLOADED';
export type DocumentAtFault = Omit<DocumentToCheck, 'isUploaded'> & {
  readonly fault: DocumentFault;
};
export type CheckedDocuments = {
  readonly checked: number;
  readonly atFault: readonly DocumentAtFault[];
  /** Where the next page begins; empty: all were checked. */
  readonly next: string;
};

const pageMax = 50;

/** Compares documents with the store and the journal (ADH-2, ADH-5), a page at a time and one content in memory. */
@Injectable()
export class CheckDocuments {
  constructor(
    private readonly documents: Documents,
    private readonly store: DocumentStore,
  ) {}

  /** Of one market. Throws NotVisible, DocumentStoreUnavailable. */
  execute(input: {
    readonly marketCode: string;
    readonly after: string;
    readonly caller: Caller;
  }): Promise<CheckedDocuments> {
    requireMarket(input.caller, input.marketCode);
    return this.page(input.after, input.marketCode);
  }

  /** `marketCode` empty: of all. */
  async page(after: string, marketCode: string): Promise<CheckedDocuments> {
    const page = await this.documents.toCheck(after, marketCode, pageMax);
    const atFault: DocumentAtFault[] = [];
    for (const { isUploaded, ...document } of page) {
      const kept = await storeOrUnavailable(() => readIntact(this.store, document.sha256));
      if ('fault' in kept) atFault.push({ ...document, fault: kept.fault });
      else if (!isUploaded) atFault.push({ ...document, fault: 'NOT_UPLOADED' });
    }
    const next = page.length < pageMax ? '' : page[pageMax - 1]!.documentId;
    return { checked: page.length, atFault, next };
  }
}
