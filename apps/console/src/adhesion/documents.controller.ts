import { Controller, Get, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { validated } from '#libs/http';
import { IdempotencyKey } from '../idempotency-key.js';
import { UploadedBytes } from '../uploaded-bytes.js';
import { AllowPeople, CurrentVisitor, type Visitor } from '../visitor.js';
import {
  documentBytesMax,
  documentsQuery,
  type DocumentsQuery,
  uploadQuery,
  type UploadQuery,
} from './adhesion.dto.js';
import { GroupDocuments } from './group-documents.js';

@Controller('api/documents')
export class DocumentsController {
  constructor(private readonly documents: GroupDocuments) {}

  @AllowPeople('coordinator', 'member-orderer', 'member-finance', 'supplier')
  @Post()
  upload(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(uploadQuery)) query: UploadQuery,
    @IdempotencyKey() idempotencyKey: string,
    @UploadedBytes(documentBytesMax) content: Uint8Array,
  ) {
    return this.documents.upload(visitor, query, content, idempotencyKey);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier')
  @Get()
  list(
    @CurrentVisitor() visitor: Visitor,
    @Query(validated(documentsQuery)) query: DocumentsQuery,
  ) {
    return this.documents.list(visitor, query);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier')
  @Get(':documentId')
  show(@CurrentVisitor() visitor: Visitor, @Param('documentId') documentId: string) {
    return this.documents.show(visitor, documentId);
  }

  @AllowPeople('member-reader', 'member-orderer', 'member-finance', 'coordinator', 'supplier')
  @Get(':documentId/content')
  async content(@CurrentVisitor() visitor: Visitor, @Param('documentId') documentId: string) {
    const { mediaType, fileName, content } = await this.documents.content(visitor, documentId);
    return new StreamableFile(content, {
      type: mediaType,
      // Always to disk: what others sent in is never shown inside our pages.
      disposition: `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
    });
  }
}
