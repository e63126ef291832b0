import type { OrderLine } from '../domain/order.js';
import type { RecordedOrder } from '../ledger/orders.reader.js';

/** An order as the ledger holds it, with what its paper needs beside. */
export type OrderForPaper = {
  readonly recorded: RecordedOrder;
  readonly member: {
    readonly name: string;
    readonly siren: string;
    readonly address: string;
    readonly marketNumber: string;
  };
  /** Its lines with O at the end of their day, by the orders before it in the ledger. */
  readonly lines: readonly (OrderLine & { readonly before: number })[];
};

/** What the paper of an order is made of. */
export abstract class OrderPapers {
  /** Undefined also where the order is another membership's. */
  abstract find(membershipId: string, orderId: string): Promise<OrderForPaper | undefined>;
}
