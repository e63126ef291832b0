import { Controller } from '@nestjs/common';
import {
  type DecideCorrectionRequest,
  InvoiceCorrectionService,
  type ListInvoicesToMendRequest,
  type ProposeCorrectionRequest,
  type SettleInvoiceRequest,
} from '#libs/contracts';
import { pageLimitOf } from '#libs/http';
import { type Caller, requireMarket } from '#libs/identity';
import type { ProposalOutcome } from '#libs/proposals';
import { Answers } from '#libs/rpc';
import { localDate } from '#libs/time';
import type { Settlement } from '../domain/invoice.js';
import { toSummary } from '../invoices.events.js';
import { rowOf } from '../invoices.mapping.js';
import { Invoices } from '../invoices.pg.js';
import { ViewInvoices } from '../view-invoices.js';
import { toInvoiceToMend } from './corrections.dto.js';
import { DecideCorrection } from './decide-correction.js';
import { ProposeCorrection } from './propose-correction.js';
import { SettleInvoice } from './settle-invoice.js';
import { ViewInvoicesToMend } from './view-invoices-to-mend.js';

@Controller()
export class CorrectionsRpc {
  constructor(
    private readonly settling: SettleInvoice,
    private readonly toMend: ViewInvoicesToMend,
    private readonly proposing: ProposeCorrection,
    private readonly deciding: DecideCorrection,
    private readonly view: ViewInvoices,
    private readonly invoices: Invoices,
  ) {}

  @Answers(InvoiceCorrectionService.method.settleInvoice)
  async settle({ invoiceId, ...said }: SettleInvoiceRequest, caller: Caller) {
    const { reason, idempotencyKey } = said;
    const state = said.state as Settlement['state'];
    const settledOn = localDate(said.settledOn);
    await this.settling.execute({ invoiceId, state, settledOn, reason, caller, idempotencyKey });
    return { invoice: toSummary(rowOf(await this.view.get(caller, invoiceId))) };
  }

  @Answers(InvoiceCorrectionService.method.listInvoicesToMend)
  async list({ marketCode, cursor, ...page }: ListInvoicesToMendRequest, caller: Caller) {
    requireMarket(caller, marketCode);
    const limit = pageLimitOf(page.limit);
    const { found, ...more } = await this.toMend.execute(marketCode, limit, cursor);
    return { invoices: found.map((one) => toInvoiceToMend(one, caller)), ...more };
  }

  @Answers(InvoiceCorrectionService.method.proposeCorrection)
  propose({ invoiceId, reason, idempotencyKey }: ProposeCorrectionRequest, caller: Caller) {
    return this.proposing.execute({ invoiceId, reason, caller, idempotencyKey });
  }

  @Answers(InvoiceCorrectionService.method.decideCorrection)
  async decide({ proposalId, digest, ...said }: DecideCorrectionRequest, caller: Caller) {
    const { reason, idempotencyKey } = said;
    const outcome = said.outcome as ProposalOutcome;
    const decision = { proposalId, outcome, digest, reason, caller, idempotencyKey };
    const invoiceId = await this.deciding.execute(decision);
    const documents = await this.invoices.correctingWithComplements(invoiceId);
    return { documents: documents.map(toSummary) };
  }
}
