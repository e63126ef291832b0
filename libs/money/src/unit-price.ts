import { defineProblem } from '#libs/problems';
import { type Cents, fixedPoint } from './cents.js';
import { divideHalfAwayFromZero } from './rounding.js';

/** A price excluding VAT per account and contract year, in ten-thousandths of a euro (BIL-2). */
export type UnitPrice = bigint;

export class UnitPriceInvalid extends defineProblem('UNIT_PRICE_INVALID', 'invalid') {}

const tenThousandthsPerCent = 100n;

/** Reads '2.35', '2.3500' or '2,3500'; at most four decimals, never negative. */
export function parseUnitPrice(text: string): UnitPrice {
  const match = /^(\d{1,9})(?:[.,](\d{1,4}))?$/.exec(text.trim());
  if (match === null) {
    throw new UnitPriceInvalid(
      `« ${text.slice(0, 30)} » n’est pas un prix unitaire : indiquez des euros hors taxes et quatre décimales au plus.`,
      { unitPrice: text.slice(0, 30) },
    );
  }
  return BigInt(match[1] as string) * 10_000n + BigInt((match[2] ?? '').padEnd(4, '0'));
}

/** '2.3500': the exact price for JSON, XML and SQL. */
export function unitPriceDecimal(unitPrice: UnitPrice): string {
  return fixedPoint(unitPrice, 4);
}

/**
 * The amount of one invoice line: account-days × price ÷ days of the contract year, rounded once to
 * the cent, halves away from zero (BIL-3).
 */
export function amountOf(
  accountDays: bigint,
  unitPrice: UnitPrice,
  daysInContractYear: number,
): Cents {
  return divideHalfAwayFromZero(
    accountDays * unitPrice,
    BigInt(daysInContractYear) * tenThousandthsPerCent,
  );
}
