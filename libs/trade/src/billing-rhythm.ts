import { inForceOn, type LocalDate } from '#libs/time';

/** How often a member is invoiced: by quarter of the contract year, or once for all of it (BIL-3). */
export type BillingRhythm = 'QUARTER' | 'YEAR';

/** What a member chose for contract years that begin on a day or later, until the next. */
export type RhythmFrom = { readonly from: LocalDate; readonly rhythm: BillingRhythm };

/**
 * The rhythm of the contract year that begins on `start`, of the choices in the order of their days, of one day the last
 * recorded last. In a market by the year there is nothing to choose; who has chosen nothing has the market's.
 */
export const rhythmOfYear = (
  ofMarket: BillingRhythm,
  chosen: readonly RhythmFrom[],
  start: LocalDate,
): BillingRhythm => (ofMarket === 'YEAR' ? 'YEAR' : (inForceOn(chosen, start)?.rhythm ?? ofMarket));
