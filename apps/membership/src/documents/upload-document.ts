import type { UploadDocumentRequest } from '#libs/contracts';
import { createHash, randomUUID } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Asked, NotVisible, requireMarket } from '#libs/identity';
import { type AuditSubject, UnitOfWork } from '#libs/persistence';
import { frenchDate, type LocalDate } from '#libs/time';
import { Commands } from '#libs/commands';
import { DocumentStore, storeOrUnavailable } from './document-store.js';
import {
  DocumentDateInvalid,
  type DocumentKind,
  type DocumentOwner,
  type DocumentQuota,
  requireRoom,
  type ResolvedOwner,
  type StoredDocument,
} from './domain/document.js';
import { cleanFileName, mediaTypeOf } from './media-type.js';
import { Documents } from './documents.pg.js';
import { depositsForGroup, mayDeposit } from './list-documents.js';

export const documentQuota = Symbol('document quota');

export type UploadDocumentInput = Asked<
  UploadDocumentRequest,
  { owner: DocumentOwner; kind: DocumentKind; datedOn: LocalDate }
>;

/** Keeps a document: its content in the store, what is known of it in the database (ADH-2). */
@Injectable()
export class UploadDocument {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly commands: Commands,
    private readonly documents: Documents,
    private readonly store: DocumentStore,
    @Inject(documentQuota) private readonly quota: DocumentQuota,
  ) {}

  /**
   * The same key gives the first answer again. The content is in the store before anything names it; what
   * an upload that failed left there is swept later. Throws NotVisible, DocumentTypeRefused, DocumentTooLarge…
   */
  async execute(input: UploadDocumentInput): Promise<StoredDocument> {
    const { owner, kind, title, content, caller, idempotencyKey } = input;
    const mediaType = await mediaTypeOf(content, kind);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const resolved = await this.unitOfWork.run(async (tx) => {
      const found = await this.documents.resolve(owner, tx);
      if (!found || !mayDeposit(caller, found, kind)) throw new NotVisible();
      requireMarket(caller, found.marketCode);
      await this.documents.requireMarket(tx, found.marketCode);
      const held = await this.documents.heldBy(tx, found, sha256);
      // Before anything is written, and again in turn. The same key with the same content has its answer already.
      if (!held.isKnown) this.requireRoom(held, found.marketCode, input);
      await this.documents.touchBlob(tx, sha256, content.length);
      return found;
    });
    await storeOrUnavailable(() => this.store.put(sha256, content));
    const { fileName, datedOn } = input;
    const known = { ...input, mediaType, sha256, fileName: cleanFileName(fileName, mediaType) };
    return this.commands.attempt(
      {
        operation: 'UploadDocument',
        request: { owner, kind, title, fileName, datedOn, sha256 },
        caller,
        idempotencyKey,
        action: 'document.uploaded',
        refused: {
          subject: subjectOf(resolved),
          restsOn: sha256,
          details: { kind, ...resolvedIds(resolved) },
        },
      },
      (tx, today) => this.record(tx, known, resolved, today),
      (document) => ({
        subject: `document:${document.documentId}`,
        restsOn: sha256,
        details: { kind, datedOn, mediaType, size: content.length, ...resolvedIds(document) },
      }),
    );
  }

  private async record(
    tx: Parameters<Documents['add']>[0],
    input: UploadDocumentInput & { mediaType: string; sha256: string },
    owner: ResolvedOwner,
    today: LocalDate,
  ): Promise<StoredDocument> {
    const { marketCode, organisationId, membershipId } = owner;
    const { kind, title, fileName, datedOn, mediaType, sha256, content, caller } = input;
    if (datedOn > today) {
      throw new DocumentDateInvalid(
        `Un document ne peut pas être daté après aujourd’hui, ${frenchDate(today)} : vérifiez la date qu’il porte.`,
        { datedOn, today },
      );
    }
    await this.documents.takeTurn(tx, owner);
    this.requireRoom(await this.documents.heldBy(tx, owner, sha256), marketCode, input);
    // Swept meanwhile, where the upload took a day: it would fail here, on the reference to its content.
    const document: StoredDocument = {
      documentId: randomUUID(),
      ...{ sha256, size: content.length, mediaType, fileName, title, kind, datedOn, marketCode },
      ...{ organisationId, membershipId, uploadedBy: caller.userId, uploadedOn: today },
    };
    await this.documents.add(tx, document);
    return document;
  }

  /** Throws DocumentQuotaReached. A member that fills its file must not keep a decision about it out. */
  private requireRoom(
    held: DocumentQuota,
    marketCode: string,
    { caller, content }: UploadDocumentInput,
  ): void {
    if (!depositsForGroup(caller, marketCode)) requireRoom(held, content.length, this.quota);
  }
}

const resolvedIds = ({ marketCode, organisationId, membershipId }: ResolvedOwner) => ({
  marketCode,
  organisationId,
  membershipId,
});

/** Whose file was asked to take a document that was refused: it has no identifier of its own. */
function subjectOf({ marketCode, organisationId, membershipId }: ResolvedOwner): AuditSubject {
  if (membershipId) return `membership:${membershipId}`;
  return organisationId ? `organisation:${organisationId}` : `market:${marketCode}`;
}
