import { type Transaction } from '#libs/persistence';
import { type PriceEntry } from './domain/price-schedule.js';

export type { PriceEntry } from './domain/price-schedule.js';

export type PriceList = {
  /** Highest version among the entries; 0 where there is none. */
  readonly version: number;
  readonly entries: readonly PriceEntry[];
};

/** The door to the prices, for the sibling features. */
export abstract class PriceReader {
  /** The prices in force as they stood at a version (default: now). */
  abstract priceList(tx: Transaction, marketCode: string, version?: number): Promise<PriceList>;
}
