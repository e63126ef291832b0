import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import { type LocalDate, addDays } from '#libs/time';
import { nextDayOfReminders, remindersDue, windowOf } from './domain/withdrawal-notice.js';
import { Withdrawals } from './withdrawals.pg.js';

/**
 * Reminds members that the window of withdrawal will close (WDR-1). What fell due on an earlier day and was
 * not recorded then is recorded now; each reminder exists once, so a day looked at twice changes nothing.
 */
@Injectable()
export class RemindOfWindow extends DayHandler {
  constructor(private readonly withdrawals: Withdrawals) {
    super();
  }

  async onDay(tx: Transaction, day: LocalDate): Promise<void> {
    for (const { marketCode, terms } of await this.withdrawals.terms(tx)) {
      const window = windowOf(terms);
      const due = window ? remindersDue(window, day) : [];
      if (!window || due.length === 0) continue;
      const { closesOn } = window;
      const lastDay = addDays(closesOn, -1);
      await this.withdrawals.addReminders(tx, marketCode, due, { closesOn, lastDay }, day);
    }
  }

  override async nextDay(tx: Transaction, day: LocalDate): Promise<LocalDate | undefined> {
    const windows = (await this.withdrawals.terms(tx)).flatMap(
      ({ terms }) => windowOf(terms) ?? [],
    );
    return windows.flatMap((window) => nextDayOfReminders(window, day) ?? []).sort()[0];
  }
}
