import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { RecordedOrder } from '../ledger/orders.reader.js';

/** An order that its supplier has to acknowledge, and who ordered. */
export type OrderToAcknowledge = {
  readonly recorded: RecordedOrder;
  readonly organisationName: string;
  readonly siren: string;
};

/** What became of an order after its signature (ORD-1): dated facts, each once, never changed. */
export abstract class OrderNotices {
  /** The market of an order; undefined where there is none. */
  abstract marketOf(tx: Transaction, orderId: string): Promise<string | undefined>;
  /** Keeps the first acknowledgement. Gives whether it was this one. */
  abstract acknowledge(
    tx: Transaction,
    orderId: string,
    on: LocalDate,
    by: string,
  ): Promise<boolean>;
  abstract find(tx: Transaction, orderId: string): Promise<RecordedOrder | undefined>;
  /** Notified and not acknowledged, the oldest notice first, after the notice given. */
  abstract toAcknowledge(page: {
    readonly marketCode: string;
    readonly after?: readonly [notifiedOn: string, orderId: string];
    readonly limit: number;
  }): Promise<OrderToAcknowledge[]>;
}
