import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Market, MarketChange } from '../markets/markets.reader.js';
import type { Amendment, MarketDocument } from '../markets/markets.module.js';

/** An amendment as it is kept: never changed afterwards. */
export type RecordedAmendment = Amendment & {
  readonly amendmentId: string;
  readonly marketCode: string;
  readonly document: MarketDocument;
  /** The market whole, as it leaves it. */
  readonly terms: Market;
  readonly changes: readonly MarketChange[];
  readonly by: string;
  readonly on: LocalDate;
};

/** Signed amendments of markets (MKT-6). */
export abstract class Amendments {
  abstract isNumberTaken(tx: Transaction, marketCode: string, number: string): Promise<boolean>;
  /** The one recorded last, in effect or not. */
  abstract last(tx: Transaction, marketCode: string): Promise<RecordedAmendment | undefined>;
  abstract add(tx: Transaction, amendment: RecordedAmendment): Promise<void>;
  /** Those that take effect by a day and have made no version yet, of all markets or one; in their order. */
  abstract due(tx: Transaction, day: LocalDate, marketCode?: string): Promise<RecordedAmendment[]>;
}
