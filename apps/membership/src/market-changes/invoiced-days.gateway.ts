import type { LocalDate } from '#libs/time';

/** What `billing` knows and nobody else does: up to which day a market is invoiced (MKT-6). */
export abstract class InvoicedDays {
  /**
   * The first day that no invoice covers; undefined where nothing is invoiced. Asked before a transaction, never
   * inside it. Throws a refusal of kind `unavailable` where billing does not answer.
   */
  abstract invoicedUntil(marketCode: string): Promise<LocalDate | undefined>;
}
