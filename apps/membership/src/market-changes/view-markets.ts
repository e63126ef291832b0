import { Injectable } from '@nestjs/common';
import { type Caller, marketsOf, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import type { LocalDate } from '#libs/time';
import { type DueDate, whatIsDue } from '../contract/markets/markets.module.js';
import { MarketViews } from './market-views.pg.js';

/** Markets, their versions and amendments, and what is due: for whoever belongs to the market (SUP-1). */
@Injectable()
export class ViewMarkets {
  constructor(
    private readonly views: MarketViews,
    private readonly businessDate: BusinessDate,
  ) {}

  list({ caller, after, limit }: { caller: Caller; after: string; limit: number }) {
    return this.views.list({ codes: marketsOf(caller), after, limit });
  }

  /** Throws MarketUnknown, NotVisible. */
  show({ caller, code, version }: { caller: Caller; code: string; version?: number }) {
    requireMarket(caller, code);
    return this.views.show(code, version);
  }

  versions(page: { caller: Caller; code: string; before: number; limit: number }) {
    requireMarket(page.caller, page.code);
    return this.views.versions(page.code, page.before, page.limit);
  }

  amendments(page: { caller: Caller; code: string; before: number; limit: number }) {
    requireMarket(page.caller, page.code);
    return this.views.amendments(page.code, page.before, page.limit);
  }

  /** Counted from the service's own day (MKT-4). */
  async due(asked: {
    caller: Caller;
    code: string;
    horizonDays: number;
  }): Promise<{ today: LocalDate; due: DueDate[] }> {
    requireMarket(asked.caller, asked.code);
    const { market } = await this.views.show(asked.code);
    const pending = await this.views.pending(asked.code);
    const today = await this.businessDate.today();
    return { today, due: whatIsDue(market.calendar, pending, today, asked.horizonDays) };
  }
}
