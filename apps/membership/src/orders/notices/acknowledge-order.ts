import { Injectable } from '@nestjs/common';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import { BusinessDate } from '#libs/messaging';
import { audit, UnitOfWork } from '#libs/persistence';
import { OrderNotices } from './order-notices.pg.js';
import type { RecordedOrder } from '../ledger/recorded-orders.pg.js';

/** The supplier acknowledges an order that was notified to it (ORD-1). */
@Injectable()
export class AcknowledgeOrder {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly notices: OrderNotices,
    private readonly businessDate: BusinessDate,
  ) {}

  /** Acknowledged already: the first day stands. Throws NotVisible, also for an order of another market. */
  execute({ orderId, caller }: { orderId: string; caller: Caller }): Promise<RecordedOrder> {
    return this.unitOfWork.run(async (tx) => {
      const today = await this.businessDate.today(tx);
      const marketCode = await this.notices.marketOf(tx, orderId);
      if (marketCode === undefined) throw new NotVisible();
      requireMarket(caller, marketCode);
      const isFirst = await this.notices.acknowledge(tx, orderId, today, caller.userId);
      const order = await this.notices.find(tx, orderId);
      if (!order) throw new RangeError(`order ${orderId} is gone`);
      if (isFirst) {
        await audit(tx, {
          action: 'order.acknowledged',
          subject: `membership:${order.order.membershipId}`,
          actor: caller.userId,
          restsOn: orderId,
          businessDate: today,
          details: { number: order.order.number },
        });
      }
      return order;
    });
  }
}
