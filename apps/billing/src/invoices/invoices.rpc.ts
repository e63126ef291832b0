import { Controller } from '@nestjs/common';
import {
  BillingService,
  type CheckInvoicesRequest,
  type ExplainInvoiceRequest,
  type GetInvoicedUntilRequest,
  type GetInvoicePdfRequest,
  type GetInvoiceRequest,
  type GetInvoiceXmlRequest,
  type ListInvoicesRequest,
  type ReplayInvoiceRequest,
  type WithdrawDraftRequest,
} from '#libs/contracts';
import { pageLimitOf } from '#libs/http';
import { type Caller, requireMarket } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { CheckInvoices } from './check-invoices.js';
import { violationInFrench } from './domain/invoice-violation.js';
import { toExplanation, toInvoiceResponse } from './invoices.dto.js';
import { toSummary } from './invoices.events.js';
import { rowOf } from './invoices.mapping.js';
import { IssuedDocuments } from './document/issued-documents.pg.js';
import { ViewInvoices } from './view-invoices.js';
import { ReplayInvoice } from './why/replay-invoice.js';
import { WithdrawDraft } from './drafts/withdraw-draft.js';

const replayViolationsMax = 20;

@Controller()
export class InvoicesRpc {
  constructor(
    private readonly invoices: ViewInvoices,
    private readonly checkInvoices: CheckInvoices,
    private readonly withdrawDraft: WithdrawDraft,
    private readonly documents: IssuedDocuments,
    private readonly replayInvoice: ReplayInvoice,
  ) {}

  @Answers(BillingService.method.listInvoices)
  async list({ membershipId, marketCode, cursor, ...page }: ListInvoicesRequest, caller: Caller) {
    const limit = pageLimitOf(page.limit);
    const asked = { membershipId, marketCode, limit, cursor };
    const { rows, ...found } = await this.invoices.list(caller, asked);
    return { invoices: rows.map(toSummary), ...found };
  }

  @Answers(BillingService.method.getInvoice)
  async get({ invoiceId }: GetInvoiceRequest, caller: Caller) {
    const invoice = await this.invoices.get(caller, invoiceId);
    const refusals = await this.invoices.refusalsOf(invoice);
    const digest = await this.documents.digestOf(invoice.id);
    return toInvoiceResponse(invoice, digest, refusals, await this.invoices.correcting(invoice));
  }

  /** Why this amount (BIL-7). */
  @Answers(BillingService.method.explainInvoice)
  async explain({ invoiceId }: ExplainInvoiceRequest, caller: Caller) {
    const { invoice, correction } = await this.invoices.explain(caller, invoiceId);
    return toExplanation(invoice, correction);
  }

  @Answers(BillingService.method.replayInvoice)
  async replay({ invoiceId }: ReplayInvoiceRequest, caller: Caller) {
    const { invoice, violations, sentences, ...amounts } = await this.replayInvoice.execute(
      caller,
      invoiceId,
    );
    return {
      ...{ holds: violations.length === 0, sentences: [...sentences], ...amounts },
      membershipId: invoice.membershipId,
      violations: violations.slice(0, replayViolationsMax).map(violationInFrench),
    };
  }

  @Answers(BillingService.method.getInvoicePdf)
  pdf({ invoiceId }: GetInvoicePdfRequest, caller: Caller) {
    return this.invoices.pdf(caller, invoiceId);
  }

  @Answers(BillingService.method.getInvoiceXml)
  xml({ invoiceId }: GetInvoiceXmlRequest, caller: Caller) {
    return this.invoices.xml(caller, invoiceId);
  }

  @Answers(BillingService.method.withdrawDraft)
  async withdraw({ invoiceId, reason, idempotencyKey }: WithdrawDraftRequest, caller: Caller) {
    await this.withdrawDraft.execute({ invoiceId, reason, caller, idempotencyKey });
    return { invoice: toSummary(rowOf(await this.invoices.get(caller, invoiceId))) };
  }

  @Answers(BillingService.method.getInvoicedUntil)
  async invoicedUntil({ marketCode }: GetInvoicedUntilRequest, caller: Caller) {
    return { invoicedUntil: (await this.invoices.invoicedUntil(caller, marketCode)) ?? '' };
  }

  @Answers(BillingService.method.checkInvoices)
  async check({ marketCode }: CheckInvoicesRequest, caller: Caller) {
    requireMarket(caller, marketCode);
    const { invoices, drafts, violations, ...sums } = await this.checkInvoices.execute(marketCode);
    return {
      invoices,
      drafts,
      ...sums,
      violations: violations.map(violationInFrench),
    };
  }
}
