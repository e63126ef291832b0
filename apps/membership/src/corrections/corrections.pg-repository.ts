import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { CorrectionReason } from '../orders/ledger/orders.module.js';
import { Corrections } from './corrections.repository.js';

@Injectable()
export class PgCorrections extends Corrections {
  async add(
    tx: Transaction,
    correction: { orderId: string; reason: CorrectionReason; documentId: string },
  ): Promise<void> {
    const { orderId, reason, documentId } = correction;
    await tx.query(
      'insert into order_correction (order_id, reason, document_id) values ($1, $2, $3)',
      [orderId, reason, documentId],
    );
  }
}
