import { Injectable } from '@nestjs/common';
import { insertRow, type Transaction } from '#libs/persistence';
import type { CorrectionReason } from '../orders/ledger/orders.module.js';

/** Why the past was changed, beside the order that changed it; kept for ever (ORD-4). */
@Injectable()
export class Corrections {
  async add(tx: Transaction, orderId: string, reason: CorrectionReason, documentId: string) {
    await insertRow(tx, 'order_correction', { orderId, reason, documentId });
  }
}
