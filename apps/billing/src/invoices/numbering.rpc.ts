import { type MessageInitShape } from '@bufbuild/protobuf';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import {
  type ListNumberingFailuresRequest,
  type ListNumberingFailuresResponseSchema,
  type RetryNumberingRequest,
  type RetryNumberingResponseSchema,
} from '#libs/contracts';
import { type Caller, CurrentCaller, requireMarket } from '#libs/identity';
import { rowOf, toSummary } from './invoices.events.js';
import { NumberingFailures } from './numbering-failures.pg.js';
import { RetryNumbering } from './retry-numbering.js';
import { ViewInvoices } from './view-invoices.js';

const failuresMax = 200;

@Controller()
export class NumberingRpc {
  constructor(
    private readonly failures: NumberingFailures,
    private readonly retryNumbering: RetryNumbering,
    private readonly invoices: ViewInvoices,
  ) {}

  @GrpcMethod('BillingService', 'ListNumberingFailures')
  async list(
    @Payload() { marketCode }: ListNumberingFailuresRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof ListNumberingFailuresResponseSchema>> {
    requireMarket(caller, marketCode);
    const { failures, total } = await this.failures.ofMarket(marketCode, failuresMax);
    return {
      failures: failures.map((failure) => ({ ...failure, invoice: toSummary(failure.invoice) })),
      total,
    };
  }

  @GrpcMethod('BillingService', 'RetryNumbering')
  async retry(
    @Payload() { invoiceId }: RetryNumberingRequest,
    @CurrentCaller() caller: Caller,
  ): Promise<MessageInitShape<typeof RetryNumberingResponseSchema>> {
    await this.retryNumbering.execute(caller, invoiceId);
    return { invoice: toSummary(rowOf(await this.invoices.get(caller, invoiceId))) };
  }
}
