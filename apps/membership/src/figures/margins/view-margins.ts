import { Injectable } from '@nestjs/common';
import { type Caller, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { Markets } from '../../contract/markets/markets.module.js';
import { warnedFrom } from '../../orders/ledger/orders.module.js';
import { ceilingOf } from './domain/ceiling.js';
import { Margins, type MarginsPage } from './margins.pg.js';

/** How near members are to their floor and maximum, and the group to its own (ORD-2, ORD-6). */
@Injectable()
export class ViewMargins {
  constructor(
    private readonly read: Margins,
    private readonly markets: Markets,
    private readonly businessDate: BusinessDate,
  ) {}

  /** One row more than `limit` where there is one. */
  async margins(input: Omit<MarginsPage, 'on'> & { readonly caller: Caller }) {
    const { caller, limit, ...asked } = input;
    requireMarket(caller, asked.marketCode);
    await this.markets.find(asked.marketCode);
    const on = await this.businessDate.today();
    return { on, margins: await this.read.list({ ...asked, on, limit: limit + 1 }) };
  }

  async ceilings({ marketCode, caller }: { marketCode: string; caller: Caller }) {
    requireMarket(caller, marketCode);
    await this.markets.find(marketCode);
    const on = await this.businessDate.today();
    const items = await this.read.boundedItems(marketCode);
    return { on, ceilings: items.map((item) => ({ ...item, ...ceilingOf(item, on, warnedFrom) })) };
  }
}
