import { type DynamicModule, Global, Module } from '@nestjs/common';
import { CheckDocuments } from './check-documents.js';
import { CheckDocumentsScheduler } from './check-documents.scheduler.js';
import { Documents } from './documents.pg.js';
import { DocumentsRpc } from './documents.rpc.js';
import { DownloadDocument } from './download-document.js';
import { ListDocuments } from './list-documents.js';
import { SweepDocuments } from './sweep-documents.js';
import { documentQuota, UploadDocument } from './upload-document.js';
import { FsDocumentStore } from './document-store.fs-gateway.js';
import { DocumentStore } from './document-store.js';
import { S3DocumentStore, type S3Settings } from './document-store.s3-gateway.js';

export { documentOf, Documents } from './documents.pg.js';
export { type DocumentQuota, DocumentUnknown, type StoredDocument } from './domain/document.js';
import type { DocumentQuota } from './domain/document.js';

/** Siblings import this module and ask `Documents.reference`. */
@Module({
  controllers: [DocumentsRpc],
  providers: [
    CheckDocuments,
    Documents,
    CheckDocumentsScheduler,
    DownloadDocument,
    ListDocuments,
    SweepDocuments,
    UploadDocument,
  ],
  exports: [Documents],
})
export class DocumentsModule {}

/** Files below a folder, or an S3-compatible store. */
export type DocumentStoreSettings = { readonly folder: string } | S3Settings;

/** The one store of the process and what it takes, chosen by its settings. */
@Global()
@Module({})
export class DocumentStoreModule {
  static with(settings: DocumentStoreSettings, quota: DocumentQuota): DynamicModule {
    const store =
      'folder' in settings ? new FsDocumentStore(settings.folder) : new S3DocumentStore(settings);
    return {
      module: DocumentStoreModule,
      providers: [
        { provide: DocumentStore, useValue: store },
        { provide: documentQuota, useValue: quota },
      ],
      exports: [DocumentStore, documentQuota],
    };
  }
}
