import { Controller } from '@nestjs/common';
import {
  type AcknowledgeOrderRequest,
  type GetOrderPdfRequest,
  type ListOrdersToAcknowledgeRequest,
  OrderLifeService,
} from '#libs/contracts';
import { decodeCursor, pageLimitOf, pageOf } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { AcknowledgeOrder } from './acknowledge-order.js';
import { ListOrdersToAcknowledge } from './list-orders-to-acknowledge.js';
import { toOrderToAcknowledge } from '../order-life.dto.js';
import { toRecordedOrderMessage } from '../ledger/order-message.js';
import { PrintOrder } from './print-order.js';

@Controller()
export class OrderNoticesRpc {
  constructor(
    private readonly acknowledgeOrder: AcknowledgeOrder,
    private readonly listOrdersToAcknowledge: ListOrdersToAcknowledge,
    private readonly printOrder: PrintOrder,
  ) {}

  @Answers(OrderLifeService.method.listOrdersToAcknowledge)
  async toAcknowledge({ marketCode, ...page }: ListOrdersToAcknowledgeRequest, caller: Caller) {
    const limit = pageLimitOf(page.limit);
    const after = decodeCursor(page.cursor, 'day', 'text');
    const found = await this.listOrdersToAcknowledge.execute({
      marketCode,
      ...(after ? { after } : {}),
      limit,
      caller,
    });
    const { rows, nextCursor } = pageOf(found, limit, ({ recorded: { order, notifiedOn } }) => [
      notifiedOn,
      order.orderId,
    ]);
    return { orders: rows.map(toOrderToAcknowledge), nextCursor };
  }

  @Answers(OrderLifeService.method.acknowledgeOrder)
  async acknowledge({ orderId }: AcknowledgeOrderRequest, caller: Caller) {
    return {
      order: toRecordedOrderMessage(await this.acknowledgeOrder.execute({ orderId, caller })),
    };
  }

  @Answers(OrderLifeService.method.getOrderPdf)
  pdf({ membershipId, orderId }: GetOrderPdfRequest, caller: Caller) {
    return this.printOrder.execute({ membershipId, orderId, caller });
  }
}
