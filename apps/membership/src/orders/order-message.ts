import type { MessageInitShape } from '@bufbuild/protobuf';
import type { OrderSchema } from '#libs/contracts';
import type { Order } from './domain/order.js';

/** An order as other services read it: in events and answers alike. */
export function toOrderMessage(order: Order): MessageInitShape<typeof OrderSchema> {
  return {
    orderId: order.orderId,
    number: order.number,
    kind: order.kind,
    status: 'SIGNED',
    signedOn: order.signedOn,
    signedBy: order.signedBy,
    lines: order.lines.map(({ itemCode, effectiveFrom, delta }) => ({
      itemCode,
      effectiveFrom,
      delta: BigInt(delta),
    })),
    restsOn: order.restsOn.map((document) => ({ ...document })),
    ledgerPosition: BigInt(order.ledgerPosition),
  };
}
