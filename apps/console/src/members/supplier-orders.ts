import { Injectable } from '@nestjs/common';
import { NotVisible, requireMarket } from '#libs/identity';
import { Clients } from '../clients/clients.module.js';
import type { Visitor } from '../visitor.js';
import type { ToAcknowledgeQuery } from './drafts.dto.js';
import { toOrder } from './members.mapping.js';

/** Orders as the titulaire receives and acknowledges them (ORD-1). */
@Injectable()
export class SupplierOrders {
  constructor(private readonly clients: Clients) {}

  async toAcknowledge(visitor: Visitor, { market, ...page }: ToAcknowledgeQuery) {
    requireMarket(visitor, market);
    const answer = await this.clients.of(visitor).orderLife.listOrdersToAcknowledge({
      marketCode: market,
      page,
    });
    return {
      orders: answer.orders.flatMap(({ membershipId, organisationName, siren, order }) =>
        order ? [{ membershipId, memberName: organisationName, siren, ...toOrder(order) }] : [],
      ),
      nextCursor: answer.page?.nextCursor ?? '',
    };
  }

  /** Acknowledged already: the first day stands. */
  async acknowledge(visitor: Visitor, orderId: string) {
    const { order } = await this.clients.of(visitor).orderLife.acknowledgeOrder({ orderId });
    if (!order) throw new NotVisible();
    return toOrder(order);
  }
}
