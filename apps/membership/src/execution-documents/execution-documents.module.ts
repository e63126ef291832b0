import { Module } from '@nestjs/common';
import { DocumentsModule } from '../documents/documents.module.js';
import { AcknowledgeDispatch } from './acknowledge-dispatch.js';
import { PgDispatches, PgDispatchReader } from './dispatches.pg-repository.js';
import { DispatchReader } from './dispatches.reader.js';
import { Dispatches } from './dispatches.repository.js';
import { ExecutionDocumentsRpc } from './execution-documents.rpc.js';
import { OpenArchive } from './open-archive.js';
import { SendDocument } from './send-document.js';
import { ViewDispatches } from './view-dispatches.js';

@Module({
  imports: [DocumentsModule],
  controllers: [ExecutionDocumentsRpc],
  providers: [
    { provide: Dispatches, useClass: PgDispatches },
    { provide: DispatchReader, useClass: PgDispatchReader },
    AcknowledgeDispatch,
    OpenArchive,
    SendDocument,
    ViewDispatches,
  ],
})
export class ExecutionDocumentsModule {}
