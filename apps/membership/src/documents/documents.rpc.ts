import { Controller } from '@nestjs/common';
import {
  type CheckDocumentsRequest,
  DocumentService,
  type DownloadDocumentRequest,
  type GetDocumentRequest,
  type ListDocumentsRequest,
  type UploadDocumentRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { CheckDocuments } from './check-documents.js';
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
    private readonly check: CheckDocuments,
  ) {}

  @Answers(DocumentService.method.uploadDocument)
  async uploadDocument(request: UploadDocumentRequest, caller: Caller) {
    const document = await this.uploadDocumentUseCase.execute({ ...fromUpload(request), caller });
    return { document };
  }

  @Answers(DocumentService.method.getDocument)
  async getDocument({ documentId }: GetDocumentRequest, caller: Caller) {
    return { document: await this.documents.find({ documentId, caller }) };
  }

  @Answers(DocumentService.method.listDocuments)
  async listDocuments({ owner, kind, ...page }: ListDocumentsRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'text'],
      (part) => this.documents.list({ owner: fromOwner(owner), kind, ...part, caller }),
      ({ datedOn, documentId }) => [datedOn, documentId],
    );
    return { documents: rows.filter((document) => isVisibleTo(caller, document)), nextCursor };
  }

  @Answers(DocumentService.method.checkDocuments)
  checkDocuments({ marketCode, after }: CheckDocumentsRequest, caller: Caller) {
    return this.check.execute({ marketCode, after, caller });
  }

  @Answers(DocumentService.method.downloadDocument)
  downloadDocument({ documentId }: DownloadDocumentRequest, caller: Caller) {
    return this.downloadDocumentUseCase.execute({ documentId, caller });
  }
}
