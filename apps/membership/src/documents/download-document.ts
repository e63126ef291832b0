import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { type Logger, loggerToken } from '#libs/observability';
import { DocumentStore, storeOrUnavailable } from './document-store.js';
import { DocumentCorrupt, type StoredDocument } from './domain/document.js';
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
    const content = await storeOrUnavailable(() => this.store.read(document.sha256));
    if (content && digestOf(content) === document.sha256) return { document, content };
    const { sha256 } = document;
    this.logger.error(
      { documentId, sha256, absent: !content },
      'a document is corrupt: restore it',
    );
    throw new DocumentCorrupt(
      'Le contenu de ce document est endommagé. L’exploitant est prévenu : il le rétablira depuis la sauvegarde.',
      { documentId },
    );
  }
}

const digestOf = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
