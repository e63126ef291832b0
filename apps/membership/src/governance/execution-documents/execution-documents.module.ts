import { Module } from '@nestjs/common';
import { DocumentsModule } from '../../documents/documents.module.js';
import { AcknowledgeDispatch } from './acknowledge-dispatch.js';
import { Dispatches } from './dispatches.pg.js';
import { ExecutionDocumentsRpc } from './execution-documents.rpc.js';
import { OpenArchive } from './open-archive.js';
import { SendDocument } from './send-document.js';
import { ViewDispatches } from './view-dispatches.js';

@Module({
  imports: [DocumentsModule],
  controllers: [ExecutionDocumentsRpc],
  providers: [Dispatches, AcknowledgeDispatch, OpenArchive, SendDocument, ViewDispatches],
})
export class ExecutionDocumentsModule {}
