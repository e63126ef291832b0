import { type MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import {
  type CheckInvoicesRequest,
  type CheckInvoicesResponseSchema,
  type ExplainInvoiceRequest,
  type ExplainInvoiceResponseSchema,
  type GetInvoicedUntilRequest,
  type GetInvoicedUntilResponseSchema,
  type GetInvoicePdfRequest,
  type GetInvoicePdfResponseSchema,
  type GetInvoiceRequest,
  type GetInvoiceResponseSchema,
  type ListInvoicesRequest,
  type ListInvoicesResponseSchema,
} from '#libs/contracts';
import { pageLimitOf } from '#libs/http';
import { type Caller, CurrentCaller, requireMarket } from '#libs/identity';
import { CheckInvoices } from './check-invoices.js';
import { invoicePdf, pdfFileName } from './document/invoice-pdf.js';
import { violationInFrench } from './domain/invoice-violation.js';
import { toExplanation, toInvoiceResponse } from './invoices.dto.js';
import { toSummary } from './invoices.events.js';
import { ViewInvoices } from './view-invoices.js';

@Controller()
export class InvoicesRpc {
  constructor(
    private readonly invoices: ViewInvoices,
    private readonly checkInvoices: CheckInvoices,
  ) {}

  @GrpcMethod('BillingService', 'ListInvoices')
  async list(
    @Payload() { membershipId, marketCode, cursor, ...page }: ListInvoicesRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof ListInvoicesResponseSchema>> {
    const limit = pageLimitOf(page.limit);
    const asked = { membershipId, marketCode, limit, cursor };
    const { rows, ...found } = await this.invoices.list(caller, asked);
    return { invoices: rows.map(toSummary), ...found };
  }

  @GrpcMethod('BillingService', 'GetInvoice')
  async get(
    @Payload() { invoiceId }: GetInvoiceRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof GetInvoiceResponseSchema>> {
    return toInvoiceResponse(await this.invoices.get(caller, invoiceId));
  }

  /** Why this amount (BIL-7). */
  @GrpcMethod('BillingService', 'ExplainInvoice')
  async explain(
    @Payload() { invoiceId }: ExplainInvoiceRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof ExplainInvoiceResponseSchema>> {
    return toExplanation(await this.invoices.get(caller, invoiceId));
  }

  @GrpcMethod('BillingService', 'GetInvoicePdf')
  async pdf(
    @Payload() { invoiceId }: GetInvoicePdfRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof GetInvoicePdfResponseSchema>> {
    const invoice = await this.invoices.get(caller, invoiceId);
    return { fileName: pdfFileName(invoice), content: await invoicePdf(invoice) };
  }

  @GrpcMethod('BillingService', 'GetInvoicedUntil')
  async invoicedUntil(
    @Payload() { marketCode }: GetInvoicedUntilRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof GetInvoicedUntilResponseSchema>> {
    return { invoicedUntil: (await this.invoices.invoicedUntil(caller, marketCode)) ?? '' };
  }

  @GrpcMethod('BillingService', 'CheckInvoices')
  async check(
    @Payload() { marketCode }: CheckInvoicesRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof CheckInvoicesResponseSchema>> {
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
