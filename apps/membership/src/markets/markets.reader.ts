import type { Transaction } from '#libs/persistence';
import type { VersionedMarket } from './domain/market.js';

export type { Market, Item, VersionedMarket } from './domain/market.js';
export type { MarketChange } from './domain/market-change.js';
export { dayOf, covers } from './domain/market.js';
export { toMarketMessage } from './market-message.js';

/** The door for sibling features. */
export abstract class MarketReader {
  /** Throws MarketUnknown. With `tx` the market stays as it is until the transaction ends. */
  abstract find(code: string, tx?: Transaction): Promise<VersionedMarket>;
}
