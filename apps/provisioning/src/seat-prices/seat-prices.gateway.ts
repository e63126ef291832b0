import type { SeatPrice } from './domain/year-cents.js';

/** What seats cost is billing's: it is asked where somebody reads, and nothing here rests on it. */
export abstract class SeatPrices {
  /** Of these markets; nothing where there is no answer. */
  abstract ofMarkets(marketCodes: readonly string[]): Promise<readonly SeatPrice[]>;
}
