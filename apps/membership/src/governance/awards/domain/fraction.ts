import { divideHalfAwayFromZero } from '#libs/money';

/** An exact figure; the denominator is above zero. */
export type Fraction = { readonly n: bigint; readonly d: bigint };

/** In lowest terms, so that equal figures look alike. */
export function fraction(n: bigint, d: bigint): Fraction {
  if (d <= 0n) throw new RangeError('A fraction needs a denominator above zero');
  const divisor = greatestCommonDivisor(n < 0n ? -n : n, d);
  return { n: n / divisor, d: d / divisor };
}

export function sum(parts: readonly Fraction[]): Fraction {
  return parts.reduce((a, b) => fraction(a.n * b.d + b.n * a.d, a.d * b.d), fraction(0n, 1n));
}

/** Negative where `a` is less than `b`, zero where they are equal. */
export function compare(a: Fraction, b: Fraction): number {
  const difference = a.n * b.d - b.n * a.d;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** Half away from zero, once. */
export function roundTo({ n, d }: Fraction, decimals: number): Fraction {
  const scale = 10n ** BigInt(decimals);
  return fraction(divideHalfAwayFromZero(n * scale, d), scale);
}

/** `87.25`: a figure of that many decimals, already rounded. */
export function decimalText({ n, d }: Fraction, decimals: number): string {
  const scale = 10n ** BigInt(decimals);
  const digits = ((n * scale) / d).toString().padStart(decimals + 1, '0');
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}
