import { type Transaction } from '#libs/persistence';
import { type LocalDate } from '#libs/time';
import { type PriceEntry } from './domain/price-schedule.js';

export type PriceImport = {
  readonly importId: string;
  readonly marketCode: string;
  readonly sha256: string;
  readonly content: string;
  readonly importedOn: LocalDate;
  readonly importedBy: string;
};

/** The BPU, append-only (BIL-2): a later entry for the same item and day takes the place of an earlier one. */
export abstract class Prices {
  abstract current(tx: Transaction, marketCode: string): Promise<PriceEntry[]>;
  /** Entries get the market's next versions; the caller holds the market's import lock. */
  abstract append(
    tx: Transaction,
    source: PriceImport,
    entries: readonly PriceEntry[],
  ): Promise<void>;
}
