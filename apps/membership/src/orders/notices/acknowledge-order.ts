import { Injectable } from '@nestjs/common';
import { Commands } from '#libs/commands';
import { type Caller, NotVisible, requireMarket } from '#libs/identity';
import type { AuditSubject } from '#libs/persistence';
import { OrderNotices } from './order-notices.pg.js';
import type { RecordedOrder } from '../ledger/recorded-orders.pg.js';

/** The supplier acknowledges an order that was notified to it (ORD-1). */
@Injectable()
export class AcknowledgeOrder {
  constructor(
    private readonly commands: Commands,
    private readonly notices: OrderNotices,
  ) {}

  /** Acknowledged already: the first day stands. Throws NotVisible, also for an order of another market. */
  execute({ orderId, caller }: { orderId: string; caller: Caller }): Promise<RecordedOrder> {
    return this.commands.attempt(
      {
        operation: 'AcknowledgeOrder',
        action: 'order.acknowledged',
        request: { orderId },
        caller,
      },
      async (tx, today, journal) => {
        const marketCode = await this.notices.marketOf(tx, orderId);
        if (marketCode === undefined) throw new NotVisible();
        requireMarket(caller, marketCode);
        const isFirst = await this.notices.acknowledge(tx, orderId, today, caller.userId);
        const recorded = await this.notices.find(tx, orderId);
        if (!recorded) throw new RangeError(`order ${orderId} is gone`);
        const { membershipId, number } = recorded.order;
        const subject: AuditSubject = `membership:${membershipId}`;
        if (isFirst) await journal({ subject, restsOn: orderId, details: { number } });
        return recorded;
      },
    );
  }
}
