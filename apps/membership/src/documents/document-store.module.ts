import { type DynamicModule, Global, Module } from '@nestjs/common';
import { FsDocumentStore } from './document-store.fs-gateway.js';
import { DocumentStore } from './document-store.js';
import { S3DocumentStore, type S3Settings } from './document-store.s3-gateway.js';

/** Files below a folder, or an S3-compatible store. */
export type DocumentStoreSettings = { readonly folder: string } | S3Settings;

/** The one store of the process, chosen by its settings. */
@Global()
@Module({})
export class DocumentStoreModule {
  static with(settings: DocumentStoreSettings): DynamicModule {
    const store =
      'folder' in settings ? new FsDocumentStore(settings.folder) : new S3DocumentStore(settings);
    return {
      module: DocumentStoreModule,
      providers: [{ provide: DocumentStore, useValue: store }],
      exports: [DocumentStore],
    };
  }
}
