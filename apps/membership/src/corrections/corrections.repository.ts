import type { Transaction } from '#libs/persistence';
import type { CorrectionReason } from '../orders/ledger/orders.module.js';

/** Why the past was changed, beside the order that changed it; kept for ever (ORD-4). */
export abstract class Corrections {
  abstract add(
    tx: Transaction,
    correction: {
      readonly orderId: string;
      readonly reason: CorrectionReason;
      readonly documentId: string;
    },
  ): Promise<void>;
}
