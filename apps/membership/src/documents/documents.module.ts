import { Module } from '@nestjs/common';
import { Documents } from './documents.pg.js';
import { DocumentsRpc } from './documents.rpc.js';
import { DownloadDocument } from './download-document.js';
import { ListDocuments } from './list-documents.js';
import { SweepDocuments } from './sweep-documents.js';
import { UploadDocument } from './upload-document.js';

export { Documents } from './documents.pg.js';
export {
  type DocumentGiven,
  documentGiven,
  type DocumentOwner,
  DocumentUnknown,
  type StoredDocument,
} from './domain/document.js';

/** Siblings import this module and ask `Documents.reference`. */
@Module({
  controllers: [DocumentsRpc],
  providers: [Documents, DownloadDocument, ListDocuments, SweepDocuments, UploadDocument],
  exports: [Documents],
})
export class DocumentsModule {}
