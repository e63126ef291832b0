import { Inject, Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { type Logger, loggerToken } from '#libs/observability';
import { DocumentStore, readIntact, storeOrUnavailable } from './document-store.js';
import { corruptDocument, type StoredDocument } from './domain/document.js';
import { Documents } from './documents.pg.js';
import { isVisibleTo } from './list-documents.js';

/** Gives a document's content, once it is written down who takes it (GOV-4). */
@Injectable()
export class DownloadDocument {
  constructor(
    private readonly commands: Commands,
    private readonly documents: Documents,
    private readonly store: DocumentStore,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** Throws NotVisible, DocumentCorrupt where the content is not, or no longer, what was uploaded. */
  async execute(input: {
    documentId: string;
    caller: Caller;
  }): Promise<{ document: StoredDocument; content: Uint8Array }> {
    const { documentId, caller } = input;
    const document = await this.commands.attempt(
      {
        operation: 'DownloadDocument',
        action: 'document.downloaded',
        request: { documentId },
        caller,
      },
      async (tx) => {
        const found = await this.documents.find(documentId, tx);
        if (!found || !isVisibleTo(caller, found)) throw new NotVisible();
        requireMarket(caller, found.marketCode);
        return found;
      },
      ({ sha256 }) => ({ subject: `document:${documentId}`, restsOn: sha256 }),
    );
    const { sha256 } = document;
    const kept = await storeOrUnavailable(() => readIntact(this.store, sha256));
    if ('content' in kept) return { document, content: kept.content };
    this.logger.error(
      { documentId, sha256, fault: kept.fault },
      'a document is corrupt: restore it',
    );
    throw corruptDocument(documentId);
  }
}
