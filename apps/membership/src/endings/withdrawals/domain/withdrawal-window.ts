import { type LocalDate, addDays, addMonths } from '#libs/time';

/** What the market's calendar says about withdrawal (WDR-1). */
export type WithdrawalTerms = {
  /** First day of the market in force; planned until it is fixed. */
  readonly effectiveOn: LocalDate;
  /** First day out of force. */
  readonly endsOn: LocalDate;
  /** Months without withdrawal. */
  readonly lockInMonths: number;
  /** Months before their end in which a notice counts. */
  readonly noticeWindowMonths: number;
};

/** A notice counts if it was sent on a day of `[opensOn, closesOn)`; it takes effect on `closesOn`. */
export type WithdrawalWindow = { readonly opensOn: LocalDate; readonly closesOn: LocalDate };

/** Undefined where the market has no window: it ends with the lock-in, or knows no months of notice. */
export function windowOf(terms: WithdrawalTerms): WithdrawalWindow | undefined {
  const closesOn = addMonths(terms.effectiveOn, terms.lockInMonths);
  const opensOn = addMonths(closesOn, -terms.noticeWindowMonths);
  if (closesOn >= terms.endsOn || opensOn >= closesOn) return undefined;
  return { opensOn, closesOn };
}

export type ReminderKind = 'FIVE_MONTHS' | 'TWO_MONTHS' | 'FIFTEEN_DAYS';
export type DueReminder = { readonly kind: ReminderKind; readonly dueOn: LocalDate };

/** Reminders that have fallen due by a day while the window was not closed yet: councils must meet (WDR-1). */
export function remindersDue({ closesOn }: WithdrawalWindow, today: LocalDate): DueReminder[] {
  if (today >= closesOn) return [];
  const reminders: DueReminder[] = [
    { kind: 'FIVE_MONTHS', dueOn: addMonths(closesOn, -5) },
    { kind: 'TWO_MONTHS', dueOn: addMonths(closesOn, -2) },
    { kind: 'FIFTEEN_DAYS', dueOn: addDays(closesOn, -15) },
  ];
  return reminders.filter(({ dueOn }) => dueOn <= today);
}
