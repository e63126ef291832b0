import { Controller } from '@nestjs/common';
import {
  type CancelDraftRequest,
  type ChangeDraftRequest,
  type GetDraftRequest,
  type ListDraftsRequest,
  OrderLifeService,
  plain,
  type PrepareDraftRequest,
  type SignDraftRequest,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { Answers } from '#libs/rpc';
import type { LocalDate } from '#libs/time';
import { CancelDraft } from './cancel-draft.js';
import { ChangeDraft } from './change-draft.js';
import { type Draft, linesOn } from '../domain/draft.js';
import { toOrderMessage } from '../ledger/order-message.js';
import { fromLines, requiredKey } from '../ledger/orders.dto.js';
import { PrepareDraft } from './prepare-draft.js';
import { SignDraft } from './sign-draft.js';
import { ViewDrafts } from './view-drafts.js';

// The supplier and the support see what is ordered, not what a member thinks of ordering.

@Controller()
export class DraftsRpc {
  constructor(
    private readonly prepareDraft: PrepareDraft,
    private readonly changeDraft: ChangeDraft,
    private readonly cancelDraft: CancelDraft,
    private readonly signDraft: SignDraft,
    private readonly viewDrafts: ViewDrafts,
    private readonly businessDate: BusinessDate,
  ) {}

  @Answers(OrderLifeService.method.prepareDraft)
  async prepare(request: PrepareDraftRequest, caller: Caller) {
    const draft = await this.prepareDraft.execute({
      ...plain(request),
      idempotencyKey: requiredKey(request.idempotencyKey),
      lines: fromLines(request.lines),
      caller,
    });
    return { draft: toDraftMessage(draft, draft.preparedOn) };
  }

  @Answers(OrderLifeService.method.changeDraft)
  async change(request: ChangeDraftRequest, caller: Caller) {
    const lines = fromLines(request.lines);
    const draft = await this.changeDraft.execute({ ...plain(request), lines, caller });
    return { draft: toDraftMessage(draft, await this.businessDate.today()) };
  }

  @Answers(OrderLifeService.method.cancelDraft)
  async cancel(request: CancelDraftRequest, caller: Caller) {
    const draft = await this.cancelDraft.execute({ ...plain(request), caller });
    return { draft: toDraftMessage(draft, await this.businessDate.today()) };
  }

  @Answers(OrderLifeService.method.signDraft)
  async sign(request: SignDraftRequest, caller: Caller) {
    const { order, ledgerHead, warnings } = await this.signDraft.execute({
      ...plain(request),
      idempotencyKey: requiredKey(request.idempotencyKey),
      caller,
    });
    return { order: toOrderMessage(order), ledgerHead, warnings: [...(warnings ?? [])] };
  }

  @Answers(OrderLifeService.method.listDrafts)
  async list(request: ListDraftsRequest, caller: Caller) {
    const limit = pageLimitOf(request.limit);
    const [before] = decodeCursor(request.cursor, 'integer') ?? [];
    const { on, drafts } = await this.viewDrafts.list({
      membershipId: request.membershipId,
      ...(request.status === '' ? {} : { status: request.status as Draft['status'] }),
      ...(before === undefined ? {} : { before }),
      limit,
      caller,
    });
    const { rows, nextCursor } = pageOf(drafts, limit, ({ position }) => [position]);
    return { drafts: rows.map(({ draft }) => toDraftMessage(draft, on)), nextCursor };
  }

  @Answers(OrderLifeService.method.getDraft)
  async get({ membershipId, draftId }: GetDraftRequest, caller: Caller) {
    const { on, draft } = await this.viewDrafts.find(membershipId, draftId, caller);
    return { draft: toDraftMessage(draft, on) };
  }
}

/** A draft with its lines as they would be signed on that day. */
function toDraftMessage(draft: Draft, on: LocalDate) {
  const { orderId, itemCode: _itemCode, changedBy: _changedBy, ...shown } = draft;
  return {
    ...shown,
    lines: linesOn(draft, on),
    orderId: orderId ?? '',
  };
}
