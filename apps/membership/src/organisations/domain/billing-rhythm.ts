import { defineProblem } from '#libs/problems';
import { type LocalDate, frenchDate } from '#libs/time';
import { type BillingRhythm, type RhythmFrom, rhythmOfYear } from '#libs/trade';

/** What a choice is made within. */
export type RhythmTerms = {
  /** Of a market by the year there is nothing to choose. */
  readonly ofMarket: BillingRhythm;
  /** First days of the contract years, ascending. */
  readonly contractYears: readonly LocalDate[];
  /** Ascending by first day, of one day the last recorded last. */
  readonly chosen: readonly RhythmFrom[];
};

/** As a file shows it on a day. */
export type BillingRhythms = {
  /** Of the contract year that the day lies in, of the first one before it. */
  readonly current: BillingRhythm;
  /** First day of the next contract year, with its rhythm as chosen until now; absent where none begins any more. */
  readonly nextFrom?: LocalDate;
  readonly next?: BillingRhythm;
  readonly ofMarket: boolean;
};

export class BillingRhythmOfMarket extends defineProblem('BILLING_RHYTHM_OF_MARKET', 'conflict') {}
export class BillingRhythmTooLate extends defineProblem('BILLING_RHYTHM_TOO_LATE', 'conflict') {}

export function rhythmsOn(terms: RhythmTerms, day: LocalDate): BillingRhythms {
  const { contractYears, ofMarket, chosen } = terms;
  const began = contractYears.findLast((start) => start <= day) ?? contractYears[0] ?? day;
  const nextFrom = contractYears.find((start) => start > day);
  return {
    current: rhythmOfYear(ofMarket, chosen, began),
    ...(nextFrom && { nextFrom, next: rhythmOfYear(ofMarket, chosen, nextFrom) }),
    ofMarket: ofMarket === 'YEAR',
  };
}

/**
 * From when a choice of a day holds: a contract year that has begun keeps its rhythm, since a part of it may be invoiced.
 * Throws BillingRhythmOfMarket, BillingRhythmTooLate.
 */
export function chosenFrom({ contractYears, ofMarket }: RhythmTerms, day: LocalDate): LocalDate {
  if (ofMarket === 'YEAR') {
    throw new BillingRhythmOfMarket(
      'Ce marché se facture déjà une fois par an : il n’y a rien à choisir.',
    );
  }
  const next = contractYears.find((start) => start > day);
  if (next !== undefined) return next;
  throw new BillingRhythmTooLate(
    `La dernière année de contrat a commencé le ${frenchDate(contractYears.at(-1) ?? day)} et garde son rythme : plus aucune ne commence.`,
  );
}
