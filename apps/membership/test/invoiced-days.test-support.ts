import { defineProblem } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { InvoicedDays } from '../src/market-changes/invoiced-days.gateway.js';

export class BillingSilent extends defineProblem('SERVICE_UNAVAILABLE', 'unavailable') {}

/** Billing as a test states it: a day, nothing, or no answer at all. */
export class InMemoryInvoicedDays extends InvoicedDays {
  until: LocalDate | undefined;
  isSilent = false;

  async invoicedUntil(): Promise<LocalDate | undefined> {
    if (this.isSilent) throw new BillingSilent('Un service est momentanément indisponible.');
    return this.until;
  }
}
