import { Module } from '@nestjs/common';
import { Prices } from './prices.pg.js';

// The door: what a price is, for which days, and which new ones a file may bring.
export {
  daysPricedBy,
  newEntries,
  type PriceEntry,
  type PriceFault,
  type PriceLine,
  priceOn,
  PricesInvalid,
} from './domain/price-schedule.js';
export {
  factorText,
  revisedPrice,
  RevisionBaseMissing,
  revisionFactor,
  type RevisionFormula,
} from './domain/price-revision.js';
export { Prices };
export type { PriceList } from './prices.pg.js';

/** Knows nothing of invoices: they rest on prices. */
@Module({ providers: [Prices], exports: [Prices] })
export class PricesModule {}
