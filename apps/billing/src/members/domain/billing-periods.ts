import { type LocalDate, type Period, addMonths, minDate } from '#libs/time';
import { type BillingRhythm, type RhythmFrom, rhythmOfYear } from '#libs/trade';
import { contractYearsOf, type MarketTerms } from './member.js';

type Terms = Pick<MarketTerms, 'effectiveOn' | 'endsOn' | 'contractYearStarts' | 'rhythm'>;

/**
 * The billing periods of a market, or of a membership by what it chose, in order: together they cover the market, each day
 * once (BIL-3). A contract year keeps the rhythm in force on its first day, and in a market by the year nobody has another.
 */
export function billingPeriodsOf(terms: Terms, chosen: readonly RhythmFrom[] = []): Period[] {
  return contractYearsOf(terms).flatMap((year) => {
    const months = rhythmOfYear(terms.rhythm, chosen, year.start) === 'YEAR' ? [0] : [0, 3, 6, 9];
    const end = minDate(year.end, terms.endsOn);
    const starts = months.map((m) => addMonths(year.start, m)).filter((start) => start < end);
    return starts.map((start, index) => ({ start, end: starts[index + 1] ?? end }));
  });
}

/** What a membership is invoiced for as a period of its market ends; undefined while its own goes on. */
export const ownPeriodEndingOn = (
  terms: Terms,
  chosen: readonly RhythmFrom[],
  endsOn: LocalDate,
): Period | undefined => billingPeriodsOf(terms, chosen).find(({ end }) => end === endsOn);

/** Of the contract year that a day lies in; before the first one, of that. */
export function rhythmOn(
  terms: Terms,
  chosen: readonly RhythmFrom[],
  day: LocalDate,
): BillingRhythm {
  const began = contractYearsOf(terms).findLast(({ start }) => start <= day);
  return rhythmOfYear(terms.rhythm, chosen, began?.start ?? terms.effectiveOn);
}
