import { Injectable } from '@nestjs/common';
import type { ListOrdersToAcknowledgeRequest } from '#libs/contracts';
import { type AskedPage, requireMarket } from '#libs/identity';
import { OrderNotices, type OrderToAcknowledge } from './order-notices.pg.js';

/** What the supplier of a market has received and not acknowledged yet. */
@Injectable()
export class ListOrdersToAcknowledge {
  constructor(private readonly notices: OrderNotices) {}

  /** Gives one order more than `limit` where there is one. Throws NotVisible for another market. */
  async execute(asked: AskedPage<ListOrdersToAcknowledgeRequest>): Promise<OrderToAcknowledge[]> {
    const { caller, ...page } = asked;
    requireMarket(caller, page.marketCode);
    return this.notices.toAcknowledge({ ...page, limit: page.limit + 1 });
  }
}
