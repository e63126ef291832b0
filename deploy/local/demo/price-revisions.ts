import { formatUnitPrice } from '#libs/money';
import { frenchDate, type LocalDate } from '#libs/time';

/** Of the one item of the demo's market: from a day on, in ten-thousandths of a euro, with its VAT in percent. */
export type YearPrice = {
  readonly from: string;
  readonly tenThousandths: bigint;
  readonly vatPercent: bigint;
  /** What a revision has taken the place of. */
  readonly wasBefore?: YearPrice;
};

/** The market's clause with what was published: P = P0 × (constant + coefficient × current ÷ base), the factor to four decimals. */
export type PriceRevision = {
  /** The day whose price is P0. */
  readonly baseOn: LocalDate;
  readonly effectiveFrom: LocalDate;
  readonly constant: string;
  readonly coefficient: string;
  readonly index: string;
  readonly base: PublishedValue;
  readonly current: PublishedValue;
};

type PublishedValue = { readonly value: string; readonly on: LocalDate };

/** What it makes of the prices, by a calculation that shares no code with billing's. */
export function revised(prices: readonly YearPrice[], revision: PriceRevision): YearPrice[] {
  const { baseOn, effectiveFrom, constant, coefficient, base, current } = revision;
  const [before, now] = [millionths(base.value), millionths(current.value)];
  const top = millionths(constant) * before + millionths(coefficient) * now;
  const factor = rounded(top, before * 100n);
  const priceOfBase = prices.findLast(({ from }) => from <= baseOn)?.tenThousandths ?? 0n;
  const tenThousandths = rounded(priceOfBase * factor, 10_000n);
  return prices.map((price) =>
    price.from === effectiveFrom ? { ...price, tenThousandths, wasBefore: price } : price,
  );
}

/** « de 2,4182 € à 2,5222 € au 19 juillet 2023 »; empty where none was revised. */
export const revisionsTold = (prices: readonly YearPrice[]): string =>
  prices
    .flatMap(({ from, tenThousandths, wasBefore }) =>
      wasBefore === undefined
        ? []
        : [
            `de ${formatUnitPrice(wasBefore.tenThousandths)} à ${formatUnitPrice(tenThousandths)} au ${frenchDate(from as LocalDate)}`,
          ],
    )
    .join(', ');

/** Half away from zero; nothing here is negative. */
const rounded = (top: bigint, bottom: bigint): bigint => (2n * top + bottom) / (2n * bottom);

function millionths(text: string): bigint {
  const [whole = '0', decimals = ''] = text.split('.');
  return BigInt(whole + decimals.padEnd(6, '0'));
}
