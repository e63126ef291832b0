import type { MessageInitShape } from '@bufbuild/protobuf';
import type { OrderSchema } from '#libs/contracts';
import type { Order } from '../domain/order.js';
import type { RecordedOrder } from './recorded-orders.pg.js';

/** An order as other services read it in its event, and its signer in the answer: the fact of signing. */
export function toOrderMessage(order: Order): MessageInitShape<typeof OrderSchema> {
  return {
    ...order,
    status: 'SIGNED',
    lines: order.lines.map((line) => ({ ...line })),
    restsOn: order.restsOn.map((document) => ({ ...document })),
  };
}

/** An order as it stands, with what became of it since (ORD-1). */
export function toRecordedOrderMessage({
  order,
  notifiedOn,
  acknowledgedOn,
}: RecordedOrder): MessageInitShape<typeof OrderSchema> {
  return {
    ...toOrderMessage(order),
    status: acknowledgedOn ? 'ACKNOWLEDGED' : 'NOTIFIED',
    notifiedOn,
    acknowledgedOn: acknowledgedOn ?? '',
  };
}
