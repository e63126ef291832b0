import { type Cents, fixedPoint } from './cents.js';
import type { UnitPrice } from './unit-price.js';

const noBreakSpace = '\u00a0';

/** '1 234,56 €', all spaces no-break (U+00A0 only: fonts often lack the narrow U+202F). */
export function formatEuros(cents: Cents): string {
  return frenchDecimal(fixedPoint(cents, 2)) + `${noBreakSpace}€`;
}

/** '2,3500 €': a price keeps its four decimals. */
export function formatUnitPrice(unitPrice: UnitPrice): string {
  return frenchDecimal(fixedPoint(unitPrice, 4)) + `${noBreakSpace}€`;
}

/** '37 904'. */
export function formatCount(count: bigint | number): string {
  return frenchDecimal(count.toString());
}

/** '1 compte', '37 904 comptes'. */
export const plural = (count: bigint | number, one: string, many: string): string =>
  `${formatCount(count)} ${count < 2 && count > -2 ? one : many}`;

function frenchDecimal(decimal: string): string {
  const [whole = '', decimals] = decimal.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, noBreakSpace);
  return decimals === undefined ? grouped : `${grouped},${decimals}`;
}
