import { Controller } from '@nestjs/common';
import {
  BillingService,
  type ListNumberingFailuresRequest,
  type RetryNumberingRequest,
} from '#libs/contracts';
import { type Caller, requireMarket } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { toSummary } from '../invoices.events.js';
import { rowOf } from '../invoices.mapping.js';
import { NumberingFailures } from './numbering-failures.pg.js';
import { RetryNumbering } from './retry-numbering.js';
import { ViewInvoices } from '../view-invoices.js';

const failuresMax = 200;

@Controller()
export class NumberingRpc {
  constructor(
    private readonly failures: NumberingFailures,
    private readonly retryNumbering: RetryNumbering,
    private readonly invoices: ViewInvoices,
  ) {}

  @Answers(BillingService.method.listNumberingFailures)
  async list({ marketCode }: ListNumberingFailuresRequest, caller: Caller) {
    requireMarket(caller, marketCode);
    const { failures, total } = await this.failures.ofMarket(marketCode, failuresMax);
    return {
      failures: failures.map((failure) => ({ ...failure, invoice: toSummary(failure.invoice) })),
      total,
    };
  }

  @Answers(BillingService.method.retryNumbering)
  async retry({ invoiceId }: RetryNumberingRequest, caller: Caller) {
    await this.retryNumbering.execute(caller, invoiceId);
    return { invoice: toSummary(rowOf(await this.invoices.get(caller, invoiceId))) };
  }
}
