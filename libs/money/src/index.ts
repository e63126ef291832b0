export { type Cents, AmountInvalid, parseCents, decimalOf } from './cents.js';
export { divideHalfAwayFromZero } from './rounding.js';
export {
  type UnitPrice,
  UnitPriceInvalid,
  parseUnitPrice,
  unitPriceDecimal,
  amountOf,
} from './unit-price.js';
export { vatOf, parseVatRate, VatRateInvalid, formatVatRate } from './vat.js';
export { formatEuros, formatUnitPrice, formatCount, plural } from './format.js';
