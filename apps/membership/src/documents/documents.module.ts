import { Module } from '@nestjs/common';
import { MarketsModule } from '../markets/markets.module.js';
import { PgDocumentReader } from './documents.pg-reader.js';
import { PgDocuments } from './documents.pg-repository.js';
import { DocumentReader } from './documents.reader.js';
import { Documents } from './documents.repository.js';
import { DocumentsRpc } from './documents.rpc.js';
import { DownloadDocument } from './download-document.js';
import { ListDocuments } from './list-documents.js';
import { SweepDocuments } from './sweep-documents.js';
import { UploadDocument } from './upload-document.js';

export { DocumentReader } from './documents.reader.js';

/** Siblings import this module and ask `DocumentReader.reference`. */
@Module({
  imports: [MarketsModule],
  controllers: [DocumentsRpc],
  providers: [
    { provide: Documents, useClass: PgDocuments },
    { provide: DocumentReader, useClass: PgDocumentReader },
    DownloadDocument,
    ListDocuments,
    SweepDocuments,
    UploadDocument,
  ],
  exports: [DocumentReader],
})
export class DocumentsModule {}
