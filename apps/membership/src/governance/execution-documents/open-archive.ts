import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, NotVisible } from '#libs/identity';
import { Documents, type StoredDocument } from '../../documents/documents.module.js';
import { Dispatches } from './dispatches.pg.js';
import { archiveEntriesMax, checkArchive, type Dispatch } from './domain/dispatch.js';
import { requireOwn } from './view-dispatches.js';

export type ArchiveEntry = {
  readonly document: Pick<
    StoredDocument,
    'documentId' | 'kind' | 'title' | 'sha256' | 'datedOn' | 'fileName' | 'size'
  >;
  readonly dispatch?: Dispatch;
};

const pageRows = 200;

/** What the file of a member holds: what was sent to it, and its own documents (GOV-4, art. 9). */
@Injectable()
export class OpenArchive {
  constructor(
    private readonly commands: Commands,
    private readonly dispatches: Dispatches,
    private readonly documents: Documents,
  ) {}

  /** Journalled: who takes it, when, with how many documents. Throws ArchiveTooLarge. */
  async execute({ membershipId, caller }: { membershipId: string; caller: Caller }) {
    const owner = await this.dispatches.ownerOf(membershipId);
    if (!owner) throw new NotVisible();
    requireOwn(caller, owner);
    const entries = await this.entriesOf(membershipId);
    checkArchive(entries.map(({ document }) => document));
    const on = await this.commands.attempt(
      { operation: 'OpenArchive', action: 'archive.opened', request: { membershipId }, caller },
      (_tx, today) => Promise.resolve(today),
      () => ({ subject: `membership:${membershipId}`, details: { documents: entries.length } }),
    );
    return { owner, on, entries };
  }

  private async entriesOf(membershipId: string): Promise<ArchiveEntry[]> {
    const sent = await this.dispatches.list(membershipId, undefined, archiveEntriesMax + 1);
    const byDocument = new Map(sent.map((dispatch) => [dispatch.documentId, dispatch]));
    const own = await this.ownDocuments(membershipId);
    const known = new Set(own.map(({ documentId }) => documentId));
    const entries: ArchiveEntry[] = own.map((document) => {
      const dispatch = byDocument.get(document.documentId);
      return dispatch ? { document, dispatch } : { document };
    });
    for (const dispatch of sent) {
      if (known.has(dispatch.documentId)) continue;
      const document = await this.documents.find(dispatch.documentId);
      if (document) entries.push({ document, dispatch });
    }
    return entries.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  }

  private async ownDocuments(membershipId: string): Promise<StoredDocument[]> {
    const owner = await this.documents.resolve({ membershipId });
    const found: StoredDocument[] = [];
    while (owner && found.length <= archiveEntriesMax) {
      const last = found.at(-1);
      const after = last ? { after: [last.datedOn, last.documentId] as const } : {};
      const page = await this.documents.list({ owner, kind: '', limit: pageRows, ...after });
      found.push(...page);
      if (page.length < pageRows) break;
    }
    return found;
  }
}

const keyOf = ({ document, dispatch }: ArchiveEntry) =>
  `${dispatch?.kind ?? document.kind} ${document.datedOn} ${document.documentId}`;
