import { Injectable } from '@nestjs/common';
import { type Caller, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import type { LocalDate, Period } from '#libs/time';
import { type BilledSums, type MarketInvoiceFilter, MarketInvoices } from './market-invoices.pg.js';

export type BilledTotals = {
  readonly periods: readonly (BilledSums & { readonly period: Period })[];
  readonly all: BilledSums;
  /** The day by which what is overdue is judged. */
  readonly on: LocalDate;
};

/** All that a market was invoiced, for the coordinator and the supplier (SUP-3). Throws NotVisible for another market. */
@Injectable()
export class ViewMarketInvoices {
  constructor(
    private readonly invoices: MarketInvoices,
    private readonly businessDate: BusinessDate,
  ) {}

  async list(caller: Caller, filter: MarketInvoiceFilter, limit: number, cursor: string) {
    requireMarket(caller, filter.marketCode);
    return this.invoices.list(filter, limit, cursor);
  }

  async totals(caller: Caller, marketCode: string): Promise<BilledTotals> {
    requireMarket(caller, marketCode);
    const periods = await this.invoices.sums(marketCode);
    return {
      ...{ periods, all: periods.reduce(added, nothingBilled) },
      on: await this.businessDate.today(),
    };
  }
}

const nothingBilled: BilledSums = {
  ...{ drafts: 0, draftsCents: 0n, contested: 0, invoices: 0, creditNotes: 0 },
  ...{ netCents: 0n, vatCents: 0n, totalCents: 0n, paidCents: 0n, toPayCents: 0n },
  ...{ overdueCents: 0n, overdue: 0, rejectedCents: 0n, toGiveBackCents: 0n },
};

function added(sum: BilledSums, one: BilledSums): BilledSums {
  return {
    drafts: sum.drafts + one.drafts,
    draftsCents: sum.draftsCents + one.draftsCents,
    contested: sum.contested + one.contested,
    invoices: sum.invoices + one.invoices,
    creditNotes: sum.creditNotes + one.creditNotes,
    netCents: sum.netCents + one.netCents,
    vatCents: sum.vatCents + one.vatCents,
    totalCents: sum.totalCents + one.totalCents,
    paidCents: sum.paidCents + one.paidCents,
    toPayCents: sum.toPayCents + one.toPayCents,
    overdueCents: sum.overdueCents + one.overdueCents,
    overdue: sum.overdue + one.overdue,
    rejectedCents: sum.rejectedCents + one.rejectedCents,
    toGiveBackCents: sum.toGiveBackCents + one.toGiveBackCents,
  };
}
