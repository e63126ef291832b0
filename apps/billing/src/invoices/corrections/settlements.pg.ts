import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Settlement } from '../domain/invoice.js';

/** What became of issued invoices, one statement after the other; the database takes none of what was corrected (BIL-8). */
@Injectable()
export class Settlements {
  /** The invoice is locked. */
  async add(
    tx: Transaction,
    invoiceId: string,
    { state, settledOn, reason }: Settlement,
    today: LocalDate,
  ): Promise<void> {
    await tx.query(
      `insert into settlement (invoice_id, position, state, settled_on, recorded_on, reason)
       select $1, count(*) + 1, $2, $3, $4, $5 from settlement where invoice_id = $1`,
      [invoiceId, state, settledOn, today, reason],
    );
  }
}
