import { type Transaction } from '#libs/persistence';
import { type LocalDate } from '#libs/time';
import { type DraftInvoice, type FinalisedInvoice, type Invoice } from './domain/invoice.js';
import { type InvoiceSeries } from './domain/invoice-number.js';

/** The write side of invoices. What it promises is also enforced by the database. */
export abstract class Invoices {
  /** False where the membership has an invoice of this period and revision already (BIL-5). */
  abstract insertDraft(tx: Transaction, draft: DraftInvoice, runId: string): Promise<boolean>;
  /** Locked until the transaction ends. Throws InvoiceUnknown. */
  abstract findForFinalising(tx: Transaction, invoiceId: string): Promise<Invoice>;
  /**
   * The next number of a series. The row stays locked until the transaction ends, so a rollback
   * gives the number back and a concurrent run waits: no gap (BIL-4). Throws IssueDateGoesBack.
   */
  abstract nextSequence(
    tx: Transaction,
    series: InvoiceSeries,
    issuedOn: LocalDate,
  ): Promise<number>;
  abstract saveFinalised(tx: Transaction, invoice: FinalisedInvoice): Promise<void>;
}
