import { Controller } from '@nestjs/common';
import { Payload } from '@nestjs/microservices';
import {
  DocumentService,
  type DownloadDocumentRequest,
  type GetDocumentRequest,
  type ListDocumentsRequest,
  type UploadDocumentRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import { type Caller, CurrentCaller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { fromOwner, fromUpload } from './documents.dto.js';
import { DownloadDocument } from './download-document.js';
import { isVisibleTo, ListDocuments } from './list-documents.js';
import { UploadDocument } from './upload-document.js';

@Controller()
export class DocumentsRpc {
  constructor(
    private readonly uploadDocumentUseCase: UploadDocument,
    private readonly downloadDocumentUseCase: DownloadDocument,
    private readonly documents: ListDocuments,
  ) {}

  @Answers(DocumentService.method.uploadDocument)
  async uploadDocument(@Payload() request: UploadDocumentRequest, @CurrentCaller() caller: Caller) {
    const document = await this.uploadDocumentUseCase.execute({ ...fromUpload(request), caller });
    return { document };
  }

  @Answers(DocumentService.method.getDocument)
  async getDocument(
    @Payload() { documentId }: GetDocumentRequest,
    @CurrentCaller() caller: Caller,
  ) {
    return { document: await this.documents.find({ documentId, caller }) };
  }

  @Answers(DocumentService.method.listDocuments)
  async listDocuments(
    @Payload() { owner, kind, ...page }: ListDocumentsRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'text'],
      (part) => this.documents.list({ owner: fromOwner(owner), kind, ...part, caller }),
      ({ datedOn, documentId }) => [datedOn, documentId],
    );
    return { documents: rows.filter((document) => isVisibleTo(caller, document)), nextCursor };
  }

  @Answers(DocumentService.method.downloadDocument)
  downloadDocument(
    @Payload() { documentId }: DownloadDocumentRequest,
    @CurrentCaller() caller: Caller,
  ) {
    return this.downloadDocumentUseCase.execute({ documentId, caller });
  }
}
