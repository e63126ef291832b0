import { defineProblem } from '#libs/problems';
import { type LocalDate, daysBetween, localDate, maxDate, minDate } from './local-date.js';

/** Days from `start` inclusive to `end` exclusive (MKT-2). Never empty. */
export type Period = { readonly start: LocalDate; readonly end: LocalDate };

export class PeriodInvalid extends defineProblem('PERIOD_INVALID', 'invalid') {}

/** Throws PeriodInvalid unless `start` comes before `end`. */
export function periodOf(start: string, end: string): Period {
  const period = { start: localDate(start), end: localDate(end) };
  if (period.start >= period.end) {
    throw new PeriodInvalid('La fin de la période doit suivre son début : corrigez les dates.', {
      start,
      end,
    });
  }
  return period;
}

export function contains(period: Period, date: LocalDate): boolean {
  return period.start <= date && date < period.end;
}

export function overlaps(left: Period, right: Period): boolean {
  return left.start < right.end && right.start < left.end;
}

/** The days in both periods, or undefined where there is none. */
export function intersection(left: Period, right: Period): Period | undefined {
  const start = maxDate(left.start, right.start);
  const end = minDate(left.end, right.end);
  return start < end ? { start, end } : undefined;
}

export function daysIn(period: Period): number {
  return daysBetween(period.start, period.end);
}

/** The period cut at those of the dates that fall strictly inside it; parts in order, none empty. */
export function splitAt(period: Period, dates: readonly LocalDate[]): Period[] {
  const cuts = [...new Set(dates)].filter((date) => period.start < date && date < period.end);
  const bounds = [period.start, ...cuts.sort(), period.end];
  return bounds.slice(1).map((end, index) => ({ start: bounds[index] as LocalDate, end }));
}
