import { addDays, addMonths, type LocalDate, localDate, yearOf } from '#libs/time';

export type TermsReminderKind = 'THREE_MONTHS' | 'ONE_MONTH' | 'FIFTEEN_DAYS';

/** On which day members are reminded of what the invoices of a civil year would lack. */
export type DueTermsReminder = {
  readonly kind: TermsReminderKind;
  readonly yearBeginsOn: LocalDate;
  readonly dueOn: LocalDate;
};

const campaignBefore = (yearBeginsOn: LocalDate): DueTermsReminder[] => [
  { kind: 'THREE_MONTHS', yearBeginsOn, dueOn: addMonths(yearBeginsOn, -3) },
  { kind: 'ONE_MONTH', yearBeginsOn, dueOn: addMonths(yearBeginsOn, -1) },
  { kind: 'FIFTEEN_DAYS', yearBeginsOn, dueOn: addDays(yearBeginsOn, -15) },
];

/** Three a year at most (ours): on 1 October, 1 December and 17 December; undefined on any other day. */
export const termsReminderOn = (day: LocalDate): DueTermsReminder | undefined =>
  campaignBefore(newYearAfter(day)).find(({ dueOn }) => dueOn === day);

/** The first day after a day on which members are reminded. */
export const nextTermsReminderAfter = (day: LocalDate): LocalDate =>
  [newYearAfter(day), newYearAfter(newYearAfter(day))]
    .flatMap((begins) => campaignBefore(begins).map(({ dueOn }) => dueOn))
    .find((dueOn) => dueOn > day)!;

const newYearAfter = (day: LocalDate): LocalDate => localDate(`${yearOf(day) + 1}-01-01`);
