import { Injectable } from '@nestjs/common';
import { type Document, DocumentSchema, ListDocumentsResponseSchema } from '#libs/contracts';
import { mayIn, NotVisible, requireMarket, requireOrganisation } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import { OwnMembership } from '../members/members.module.js';
import { tell } from '../tell.js';
import type { Visitor } from '../visitor.js';
import type { DocumentsQuery, UploadQuery } from './adhesion.dto.js';

const uploadDeadlineMs = 60_000;

/** Documents as a visitor may see them: the owner judges, and the console once more (SUP-3). */
@Injectable()
export class GroupDocuments {
  constructor(
    private readonly clients: Clients,
    private readonly own: OwnMembership,
  ) {}

  async upload(visitor: Visitor, query: UploadQuery, content: Uint8Array, idempotencyKey: string) {
    const owner = await this.ownerOf(visitor, query);
    const { kind, title, fileName, datedOn } = query;
    const { document } = await this.clients
      .of(visitor)
      .documents.uploadDocument(
        { idempotencyKey, owner, kind, title, fileName, datedOn, content },
        { deadlineMs: uploadDeadlineMs },
      );
    if (!document) throw new NotVisible();
    return tell(DocumentSchema, document);
  }

  async list(visitor: Visitor, query: DocumentsQuery) {
    const owner = await this.ownerOf(visitor, query);
    const { kind, limit, cursor } = query;
    const page = await this.clients
      .of(visitor)
      .documents.listDocuments({ owner, kind, limit, cursor });
    const documents = page.documents.filter((document) => isVisible(visitor, document));
    return tell(ListDocumentsResponseSchema, { ...page, documents });
  }

  async show(visitor: Visitor, documentId: string) {
    return tell(DocumentSchema, await this.document(visitor, documentId));
  }

  async content(visitor: Visitor, documentId: string) {
    const { mediaType, fileName } = await this.document(visitor, documentId);
    const { content } = await this.clients
      .of(visitor)
      .documents.downloadDocument({ documentId }, { deadlineMs: uploadDeadlineMs });
    return { mediaType, fileName, content };
  }

  private async document(visitor: Visitor, documentId: string): Promise<Document> {
    const { document } = await this.clients.of(visitor).documents.getDocument({ documentId });
    if (!document || !isVisible(visitor, document)) throw new NotVisible();
    requireMarket(visitor, document.marketCode);
    return document;
  }

  private async ownerOf(visitor: Visitor, query: UploadQuery | DocumentsQuery) {
    const { membership: membershipId, market: marketCode, organisation: organisationId } = query;
    if (membershipId !== '') {
      await this.own.require(visitor, membershipId);
      return { membershipId };
    }
    requireMarket(visitor, marketCode);
    if (organisationId !== '') requireOrganisation(visitor, marketCode, organisationId);
    return { marketCode, organisationId };
  }
}

function isVisible(visitor: Visitor, { organisationId, marketCode }: Document): boolean {
  if (organisationId === '' || visitor.organisationId === organisationId) return true;
  return mayIn(visitor, marketCode, 'coordinator');
}
