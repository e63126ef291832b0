import { Controller } from '@nestjs/common';
import {
  type AcknowledgeDispatchRequest,
  ExecutionDocumentsService,
  type ListDispatchesRequest,
  type ListUnacknowledgedRequest,
  type OpenArchiveRequest,
  plain,
  type SendDocumentRequest,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { AcknowledgeDispatch } from './acknowledge-dispatch.js';
import type { Dispatch } from './domain/dispatch.js';
import { OpenArchive } from './open-archive.js';
import { SendDocument } from './send-document.js';
import { ViewDispatches } from './view-dispatches.js';

@Controller()
export class ExecutionDocumentsRpc {
  constructor(
    private readonly sendDocumentUseCase: SendDocument,
    private readonly acknowledgeDispatchUseCase: AcknowledgeDispatch,
    private readonly openArchiveUseCase: OpenArchive,
    private readonly view: ViewDispatches,
  ) {}

  @Answers(ExecutionDocumentsService.method.sendDocument)
  sendDocument(request: SendDocumentRequest, caller: Caller) {
    return this.sendDocumentUseCase.execute({ ...plain(request), caller });
  }

  @Answers(ExecutionDocumentsService.method.listDispatches)
  async listDispatches({ membershipId, ...page }: ListDispatchesRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'text'],
      (part) => this.view.list({ membershipId, ...part, caller }),
      keyOf,
    );
    return { dispatches: rows.map(toDispatchMessage), nextCursor };
  }

  @Answers(ExecutionDocumentsService.method.acknowledgeDispatch)
  async acknowledgeDispatch(request: AcknowledgeDispatchRequest, caller: Caller) {
    const input = { ...plain(request), caller };
    return { dispatch: toDispatchMessage(await this.acknowledgeDispatchUseCase.execute(input)) };
  }

  @Answers(ExecutionDocumentsService.method.listUnacknowledged)
  async listUnacknowledged({ marketCode, ...page }: ListUnacknowledgedRequest, caller: Caller) {
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'text'],
      (part) => this.view.unacknowledged({ marketCode, ...part, caller }),
      keyOf,
    );
    return { dispatches: rows.map(toDispatchMessage), nextCursor };
  }

  @Answers(ExecutionDocumentsService.method.openArchive)
  async openArchive({ membershipId }: OpenArchiveRequest, caller: Caller) {
    const { owner, on, entries } = await this.openArchiveUseCase.execute({ membershipId, caller });
    return {
      ...owner,
      on,
      entries: entries.map(({ document, dispatch }) => ({
        ...dispatch,
        documentId: document.documentId,
        document: { ...document, kind: dispatch?.kind ?? document.kind },
        fileName: document.fileName,
        size: document.size,
      })),
    };
  }
}

const keyOf = ({ sentOn, dispatchId }: Dispatch) => [sentOn, dispatchId] as const;

// What the document is stands in the row, beside what became of it.
const toDispatchMessage = (dispatch: Dispatch) => ({ ...dispatch, document: dispatch });
