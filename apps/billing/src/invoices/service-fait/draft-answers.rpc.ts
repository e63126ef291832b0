import { Controller } from '@nestjs/common';
import {
  type AcceptDraftRequest,
  type ContestDraftRequest,
  DraftAnswerService,
  type ListDraftsToSettleRequest,
  type MaintainDraftRequest,
} from '#libs/contracts';
import { type Caller, requireMarket } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { AcceptDraft } from './accept-draft.js';
import { ContestDraft } from './contest-draft.js';
import { toAnswers, toRefusals } from '../invoices.dto.js';
import { toSummary } from '../invoices.events.js';
import { rowOf } from '../invoices.mapping.js';
import { MaintainDraft } from './maintain-draft.js';
import { ViewDraftsToSettle } from './view-drafts-to-settle.js';
import { ViewInvoices } from '../view-invoices.js';

const draftsMax = 200;

@Controller()
export class DraftAnswersRpc {
  constructor(
    private readonly acceptDraft: AcceptDraft,
    private readonly contestDraft: ContestDraft,
    private readonly maintainDraft: MaintainDraft,
    private readonly toSettle: ViewDraftsToSettle,
    private readonly invoices: ViewInvoices,
  ) {}

  @Answers(DraftAnswerService.method.acceptDraft)
  async accept({ invoiceId, idempotencyKey }: AcceptDraftRequest, caller: Caller) {
    await this.acceptDraft.execute({ invoiceId, caller, idempotencyKey });
    return this.shown(caller, invoiceId);
  }

  @Answers(DraftAnswerService.method.contestDraft)
  async contest({ invoiceId, ...said }: ContestDraftRequest, caller: Caller) {
    const { reason, documentId, idempotencyKey } = said;
    await this.contestDraft.execute({ invoiceId, reason, documentId, caller, idempotencyKey });
    return this.shown(caller, invoiceId);
  }

  @Answers(DraftAnswerService.method.maintainDraft)
  async maintain({ invoiceId, reason, idempotencyKey }: MaintainDraftRequest, caller: Caller) {
    await this.maintainDraft.execute({ invoiceId, reason, caller, idempotencyKey });
    return this.shown(caller, invoiceId);
  }

  @Answers(DraftAnswerService.method.listDraftsToSettle)
  async list({ marketCode }: ListDraftsToSettleRequest, caller: Caller) {
    requireMarket(caller, marketCode);
    const { drafts, ...counts } = await this.toSettle.execute(marketCode, draftsMax);
    return {
      ...counts,
      drafts: drafts.map(({ draft, refusals }) => ({
        invoice: toSummary(rowOf(draft)),
        organisationName: draft.buyer.name,
        answers: toAnswers(draft),
        refusals: toRefusals(refusals),
      })),
    };
  }

  private async shown(caller: Caller, invoiceId: string) {
    return { invoice: toSummary(rowOf(await this.invoices.get(caller, invoiceId))) };
  }
}
