import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import type {
  AcknowledgeOrderRequest,
  GetOrderPdfRequest,
  ListOrdersToAcknowledgeRequest,
} from '#libs/contracts';
import { pageLimitOf, pageOf } from '#libs/http';
import { type Caller, CurrentCaller } from '#libs/identity';
import { AcknowledgeOrder } from './acknowledge-order.js';
import { ListOrdersToAcknowledge } from './list-orders-to-acknowledge.js';
import { fromNoticeCursor, toOrderToAcknowledge } from '../order-life.dto.js';
import { toRecordedOrderMessage } from '../ledger/order-message.js';
import { PrintOrder } from './print-order.js';

@Controller()
export class OrderNoticesRpc {
  constructor(
    private readonly acknowledgeOrder: AcknowledgeOrder,
    private readonly listOrdersToAcknowledge: ListOrdersToAcknowledge,
    private readonly printOrder: PrintOrder,
  ) {}

  @GrpcMethod('OrderLifeService', 'ListOrdersToAcknowledge')
  async toAcknowledge(
    @Payload() { marketCode, page }: ListOrdersToAcknowledgeRequest,
    @CurrentCaller() caller: Caller,
  ) {
    const limit = pageLimitOf(page?.limit);
    const after = fromNoticeCursor(page?.cursor);
    const found = await this.listOrdersToAcknowledge.execute({
      marketCode,
      ...(after ? { after } : {}),
      limit,
      caller,
    });
    const { rows, nextCursor } = pageOf(found, limit, ({ recorded: { order, notifiedOn } }) => [
      notifiedOn ?? '',
      order.orderId,
    ]);
    return { orders: rows.map(toOrderToAcknowledge), page: { nextCursor } };
  }

  @GrpcMethod('OrderLifeService', 'AcknowledgeOrder')
  async acknowledge(
    @Payload() { orderId }: AcknowledgeOrderRequest,
    @CurrentCaller() caller: Caller,
  ) {
    return {
      order: toRecordedOrderMessage(await this.acknowledgeOrder.execute({ orderId, caller })),
    };
  }

  @GrpcMethod('OrderLifeService', 'GetOrderPdf')
  pdf(@Payload() { membershipId, orderId }: GetOrderPdfRequest, @CurrentCaller() caller: Caller) {
    return this.printOrder.execute({ membershipId, orderId, caller });
  }
}
