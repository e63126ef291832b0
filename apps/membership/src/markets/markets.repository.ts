import type { Transaction } from '#libs/persistence';
import type { Market, VersionedMarket } from './domain/market.js';

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
  abstract save(tx: Transaction, market: Market, version: number, sha256: string): Promise<void>;
}
