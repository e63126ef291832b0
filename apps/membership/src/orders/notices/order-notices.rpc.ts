import { Controller } from '@nestjs/common';
import {
  type AcknowledgeOrderRequest,
  type GetOrderPdfRequest,
  type ListOrdersToAcknowledgeRequest,
  OrderLifeService,
} from '#libs/contracts';
import { readPage } from '#libs/http';
import type { Caller } from '#libs/identity';
import { Answers } from '#libs/rpc';
import { AcknowledgeOrder } from './acknowledge-order.js';
import { ListOrdersToAcknowledge } from './list-orders-to-acknowledge.js';
import { toRecordedOrderMessage } from '../ledger/order-message.js';
import type { OrderToAcknowledge } from './order-notices.pg.js';
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
    const { rows, nextCursor } = await readPage(
      page,
      ['day', 'text'],
      (part) => this.listOrdersToAcknowledge.execute({ marketCode, ...part, caller }),
      ({ recorded: { order, notifiedOn } }) => [notifiedOn, order.orderId],
    );
    return { orders: rows.map(toMessage), nextCursor };
  }

  @Answers(OrderLifeService.method.acknowledgeOrder)
  async acknowledge({ orderId }: AcknowledgeOrderRequest, caller: Caller) {
    const recorded = await this.acknowledgeOrder.execute({ orderId, caller });
    return { order: toRecordedOrderMessage(recorded) };
  }

  @Answers(OrderLifeService.method.getOrderPdf)
  pdf({ membershipId, orderId }: GetOrderPdfRequest, caller: Caller) {
    return this.printOrder.execute({ membershipId, orderId, caller });
  }
}

const toMessage = ({ recorded, ...of }: OrderToAcknowledge) => ({
  ...of,
  membershipId: recorded.order.membershipId,
  order: toRecordedOrderMessage(recorded),
});
