import { Controller } from '@nestjs/common';
import {
  BillingService,
  type GetBilledTotalsRequest,
  type ListMarketInvoicesRequest,
} from '#libs/contracts';
import { pageLimitOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { toSummary } from '../invoices.events.js';
import type { BilledSums } from './market-invoices.pg.js';
import { ViewMarketInvoices } from './view-market-invoices.js';

@Controller()
export class MarketInvoicesRpc {
  constructor(private readonly invoices: ViewMarketInvoices) {}

  @Answers(BillingService.method.listMarketInvoices)
  async list({ limit, cursor, ...filter }: ListMarketInvoicesRequest, caller: Caller) {
    const found = await this.invoices.list(caller, filter, pageLimitOf(limit), cursor);
    const invoices = found.invoices.map((one) => ({ ...one, invoice: toSummary(one.invoice) }));
    return { ...found, invoices };
  }

  @Answers(BillingService.method.getBilledTotals)
  async totals({ marketCode }: GetBilledTotalsRequest, caller: Caller) {
    const { periods, all, on } = await this.invoices.totals(caller, marketCode);
    return {
      periods: periods.map(({ period: { start, end }, ...sums }) => ({
        ...{ period: { startsOn: start, endsOn: end }, ...toTotals(sums) },
      })),
      ...{ all: toTotals(all), on },
    };
  }
}

const toTotals = ({ netCents, vatCents, totalCents, ...sums }: BilledSums) => ({
  ...{ ...sums, issued: { netCents, vatCents, totalCents } },
});
