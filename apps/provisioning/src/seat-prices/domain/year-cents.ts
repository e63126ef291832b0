import { type Cents, divideHalfAwayFromZero, type UnitPrice } from '#libs/money';

/** Seats of one item of a market. */
export type SeatsOfItem = {
  readonly marketCode: string;
  readonly itemCode: string;
  readonly seats: number;
};

/** Of an account and a contract year, excluding VAT. */
export type SeatPrice = {
  readonly marketCode: string;
  readonly itemCode: string;
  readonly unitPrice: UnitPrice;
};

/**
 * What seats cost for a contract year, rounded once. Undefined where it is not known of which item one of them is, or what
 * that costs: a part of the sum would say less than it is.
 */
export function yearCentsOf(
  seats: number,
  items: readonly SeatsOfItem[],
  prices: readonly SeatPrice[],
): Cents | undefined {
  if (items.reduce((sum, item) => sum + item.seats, 0) !== seats) return undefined;
  let tenThousandths = 0n;
  for (const { marketCode, itemCode, seats: ofItem } of items) {
    const price = prices.find(
      (each) => each.marketCode === marketCode && each.itemCode === itemCode,
    );
    if (!price) return undefined;
    tenThousandths += BigInt(ofItem) * price.unitPrice;
  }
  return divideHalfAwayFromZero(tenThousandths, 100n);
}
