import { Injectable } from '@nestjs/common';
import { type Caller, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { MarketReader } from '../markets/markets.reader.js';
import { warnedFrom } from '../orders/orders.module.js';
import { ceilingOf } from './domain/ceiling.js';
import { type MarginKey, MarginReader, type MarginsAsked } from './margins.reader.js';

/** How near members are to their floor and maximum, and the group to its own (ORD-2, ORD-6). */
@Injectable()
export class ViewMargins {
  constructor(
    private readonly reader: MarginReader,
    private readonly markets: MarketReader,
    private readonly businessDate: BusinessDate,
  ) {}

  /** One row more than `limit` where there is one. */
  async margins({
    caller,
    limit,
    ...asked
  }: MarginsAsked & {
    readonly after: MarginKey | undefined;
    readonly limit: number;
    readonly caller: Caller;
  }) {
    requireMarket(caller, asked.marketCode);
    await this.markets.find(asked.marketCode);
    const on = await this.businessDate.today();
    return { on, margins: await this.reader.margins({ ...asked, on, limit: limit + 1 }) };
  }

  async ceilings({ marketCode, caller }: { marketCode: string; caller: Caller }) {
    requireMarket(caller, marketCode);
    await this.markets.find(marketCode);
    const on = await this.businessDate.today();
    const items = await this.reader.boundedItems(marketCode);
    return {
      on,
      ceilings: items.map((item) => ({ ...item, ...ceilingOf(item, on, warnedFrom) })),
    };
  }
}
