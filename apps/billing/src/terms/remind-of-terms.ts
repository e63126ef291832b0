import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { BillingTermsOfMembers } from './billing-terms-of-members.pg.js';
import { nextTermsReminderAfter, termsReminderOn } from './domain/terms-campaign.js';

/**
 * Reminds members, before a civil year begins, of what its invoices would lack (ADH-1): on its day each once, with what is
 * missing then. Whoever has completed his terms is not reminded again.
 */
@Injectable()
export class RemindOfTerms extends DayHandler {
  constructor(private readonly terms: BillingTermsOfMembers) {
    super();
  }

  async onDay(tx: Transaction, day: LocalDate): Promise<void> {
    const due = termsReminderOn(day);
    if (due === undefined) return;
    const terms = await this.terms.on(due.yearBeginsOn, 'EVERY_MARKET', tx);
    await this.terms.addReminders(
      tx,
      due,
      terms.filter(({ missing }) => missing.length > 0),
    );
  }

  override nextDay(_tx: Transaction, day: LocalDate): Promise<LocalDate | undefined> {
    return Promise.resolve(nextTermsReminderAfter(day));
  }
}
