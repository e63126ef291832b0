import { defineProblem } from '#libs/problems';
import { type LocalDate, addDays, addMonths, addYears, daysBetween, frenchDate } from '#libs/time';
import { dayOf, type Market, type MarketCalendar } from './market.js';

export class CalendarDateInvalid extends defineProblem('CALENDAR_DATE_INVALID', 'conflict') {}

/** The dates that art. 6 calls *prévisionnel*. */
export type FixableDate = 'NOTIFICATION' | 'EFFECTIVE';

/**
 * The market with a planned date fixed (MKT-3). The end and the contract years follow the effective date, since
 * the duration is what the convention states (art. 2, 6). Throws CalendarDateInvalid for an order of dates
 * that cannot be.
 */
export function withDateFixed(market: Market, which: FixableDate, on: LocalDate): Market {
  const { calendar } = market;
  if (which === 'NOTIFICATION') {
    const effectiveOn = dayOf(calendar.effectiveOn);
    refuseUnless(
      calendar.tenderEarliestOn <= on && on <= effectiveOn,
      `La notification se place entre le ${frenchDate(calendar.tenderEarliestOn)} (début de la consultation, convention, art. 8) et le ${frenchDate(effectiveOn)} (entrée en vigueur).`,
    );
    const notificationOn = { planned: calendar.notificationOn.planned, actual: on };
    return { ...market, calendar: { ...calendar, notificationOn } };
  }
  const notifiedOn = dayOf(calendar.notificationOn);
  refuseUnless(
    notifiedOn <= on,
    `L’entrée en vigueur ne précède pas la notification du ${frenchDate(notifiedOn)} (convention, art. 6).`,
  );
  const years = Math.ceil(calendar.durationMonths / 12);
  return {
    ...market,
    calendar: {
      ...calendar,
      effectiveOn: { planned: calendar.effectiveOn.planned, actual: on },
      endsOn: addMonths(on, calendar.durationMonths),
      contractYears: Array.from({ length: years }, (_, index) => addYears(on, index)),
    },
  };
}

function refuseUnless(holds: boolean, message: string): void {
  if (!holds) throw new CalendarDateInvalid(message);
}

export type DueKind =
  | 'ADHESION_DEADLINE'
  | 'TENDER_EARLIEST'
  | 'NOTIFICATION'
  | 'EFFECTIVE'
  | 'CONTRACT_YEAR'
  | 'WITHDRAWAL_OPENS'
  | 'WITHDRAWAL_LAST_DAY'
  | 'LOCK_IN_ENDS'
  | 'AMENDMENT'
  | 'LAST_DAY'
  | 'END';

/** A day of the calendar. */
export type DueDate = {
  readonly kind: DueKind;
  readonly on: LocalDate;
  /** A planned date is only foreseen until it is fixed; one that follows it is planned as well. */
  readonly certainty: 'PLANNED' | 'ACTUAL';
  /** Days from today; negative for a planned date that has passed without being fixed. */
  readonly daysLeft: number;
  /** For a contract year its number, for an amendment its number as printed. */
  readonly detail: string;
};

/**
 * What is due within `horizonDays` of today, today included, soonest first (MKT-1, MKT-3). A planned date that
 * has passed without being fixed stays due. `amendments`: those that have not taken effect.
 */
export function whatIsDue(
  calendar: MarketCalendar,
  amendments: readonly { readonly number: string; readonly effectiveOn: LocalDate }[],
  today: LocalDate,
  horizonDays: number,
): DueDate[] {
  const until = addDays(today, horizonDays);
  return datesOf(calendar, amendments)
    .filter(({ on, certainty, kind }) => on <= until && (on >= today || isUnfixed(kind, certainty)))
    .map((due) => ({ ...due, daysLeft: daysBetween(today, due.on) }))
    .sort((a, b) => (a.on < b.on ? -1 : a.on > b.on ? 1 : 0));
}

const isUnfixed = (kind: DueKind, certainty: DueDate['certainty']) =>
  certainty === 'PLANNED' && (kind === 'NOTIFICATION' || kind === 'EFFECTIVE');

function datesOf(
  calendar: MarketCalendar,
  amendments: readonly { readonly number: string; readonly effectiveOn: LocalDate }[],
): Omit<DueDate, 'daysLeft'>[] {
  const effectiveOn = dayOf(calendar.effectiveOn);
  const follows = calendar.effectiveOn.actual === undefined ? 'PLANNED' : 'ACTUAL';
  const notified = calendar.notificationOn.actual === undefined ? 'PLANNED' : 'ACTUAL';
  const due = (kind: DueKind, on: LocalDate, certainty: DueDate['certainty'], detail = '') => ({
    kind,
    on,
    certainty,
    detail,
  });
  const lockInEndsOn = addMonths(effectiveOn, calendar.lockInMonths);
  const opensOn = addMonths(lockInEndsOn, -calendar.noticeWindowMonths);
  // WDR-1: no window where the lock-in lasts as long as the market, or no months of notice are given.
  const withdrawal =
    lockInEndsOn >= calendar.endsOn || opensOn >= lockInEndsOn
      ? []
      : [
          due('WITHDRAWAL_OPENS', opensOn, follows),
          due('WITHDRAWAL_LAST_DAY', addDays(lockInEndsOn, -1), follows),
          due('LOCK_IN_ENDS', lockInEndsOn, follows),
        ];
  return [
    due('ADHESION_DEADLINE', calendar.adhesionDeadline, 'ACTUAL'),
    due('TENDER_EARLIEST', calendar.tenderEarliestOn, 'ACTUAL'),
    due('NOTIFICATION', dayOf(calendar.notificationOn), notified),
    due('EFFECTIVE', effectiveOn, follows),
    ...calendar.contractYears
      .slice(1)
      .map((on, index) => due('CONTRACT_YEAR', on, follows, `${index + 2}`)),
    ...withdrawal,
    ...amendments.map(({ number, effectiveOn: on }) => due('AMENDMENT', on, 'ACTUAL', number)),
    due('LAST_DAY', addDays(calendar.endsOn, -1), follows),
    due('END', calendar.endsOn, follows),
  ];
}
