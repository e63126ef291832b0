import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Market, VersionedMarket } from './domain/market.js';
import type { MarketChange } from './domain/market-change.js';

/** Why a version came to be. */
export type VersionCause =
  | { readonly cause: 'LOADED' }
  | { readonly cause: 'DATE_FIXED'; readonly document: MarketDocument }
  | { readonly cause: 'AMENDED'; readonly amendmentId: string };

/** A document as a decision names it: what proves it. */
export type MarketDocument = {
  readonly kind: string;
  readonly title: string;
  readonly sha256: string;
  readonly datedOn: string;
};

/** What is kept beside the terms themselves. */
export type VersionRecord = VersionCause & {
  readonly version: number;
  readonly sha256: string;
  readonly changes: readonly MarketChange[];
  readonly by: string;
  readonly on: LocalDate;
};

/** What is kept of markets. Everything is written in the caller's transaction. */
export abstract class Markets {
  /** Locks the code until the end of the transaction, whether the market exists or not. */
  abstract findForUpdate(
    tx: Transaction,
    code: string,
  ): Promise<(VersionedMarket & { readonly sha256: string }) | undefined>;
  /** Whether a membership of the market has been activated. */
  abstract isInForce(tx: Transaction, code: string): Promise<boolean>;
  /** Items that an annex 2 of the market already names. */
  abstract itemsInUse(tx: Transaction, code: string): Promise<string[]>;
  /** The market as it is from now on, and its version, which stays for ever. */
  abstract save(tx: Transaction, market: Market, record: VersionRecord): Promise<void>;
}
