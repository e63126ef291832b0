import type { AwardMethod } from './award-method.js';
import type { Offer } from './offer.js';
import { divideHalfAwayFromZero } from '#libs/money';

/** Exact, as text, and rounded as the method says. */
export type Score = {
  readonly numerator: string;
  readonly denominator: string;
  readonly rounded: string;
};
export type RankedOffer = {
  /** 1 upwards; offers that tie have the same, and the next ones are skipped. */
  readonly rank: number;
  readonly tied: boolean;
  readonly offerId: string;
  readonly bidder: string;
  readonly price: Score;
  readonly quality: Score;
  readonly total: Score;
  readonly criteria: readonly { readonly criterion: string; readonly score: Score }[];
};

type Scored = {
  readonly offer: Offer;
  readonly price: Fraction;
  readonly criteria: readonly { readonly criterion: string; readonly points: Fraction }[];
  readonly quality: Fraction;
  readonly total: Fraction;
};

/** Every offer by the method (GOV-3), best first; ties are told, never broken. */
export function rankOffers(method: AwardMethod, offers: readonly Offer[]): RankedOffer[] {
  const lowest = offers.map(({ priceCents }) => priceCents).reduce(least, 0n);
  const scored = offers.map((offer) => scoreOf(method, offer, lowest));
  const figure = ({ total }: Scored) =>
    method.rankOn === 'EXACT' ? total : roundTo(total, method.decimals);
  const better = (a: Scored, b: Scored) => compare(figure(b), figure(a));
  return [...scored]
    .sort((a, b) => better(a, b) || (a.offer.offerId < b.offer.offerId ? -1 : 1))
    .map((one) => {
      const ahead = scored.filter((other) => better(other, one) < 0).length;
      const alike = scored.filter((other) => better(other, one) === 0).length;
      return shown(method, one, { rank: ahead + 1, tied: alike > 1 });
    });
}

function scoreOf(method: AwardMethod, offer: Offer, lowest: bigint): Scored {
  const price = pricePoints(method, offer.priceCents, lowest);
  const criteria = method.criteria.map(({ code, weight }) => {
    const mark = offer.marks.find(({ criterion }) => criterion === code);
    if (!mark) throw new RangeError(`Offer ${offer.offerId} has no mark for ${code}`);
    const points = fraction(BigInt(weight) * BigInt(mark.hundredths), BigInt(method.markMax * 100));
    return { criterion: code, points };
  });
  const quality = sum(criteria.map(({ points }) => points));
  return { offer, price, criteria, quality, total: sum([price, quality]) };
}

function pricePoints(
  { priceFormula, priceWeight }: AwardMethod,
  price: bigint,
  lowest: bigint,
): Fraction {
  const weight = BigInt(priceWeight);
  switch (priceFormula) {
    case 'LOWEST_OVER_PRICE':
      return fraction(weight * lowest, price);
    case 'LINEAR': {
      // weight × (1 − (price − lowest) ÷ lowest), never below 0.
      const left = 2n * lowest - price;
      return left <= 0n ? fraction(0n, 1n) : fraction(weight * left, lowest);
    }
  }
}

function shown(
  method: AwardMethod,
  { offer, price, criteria, quality, total }: Scored,
  place: { readonly rank: number; readonly tied: boolean },
): RankedOffer {
  const score = (figure: Fraction): Score => ({
    numerator: figure.n.toString(),
    denominator: figure.d.toString(),
    rounded: decimalText(roundTo(figure, method.decimals), method.decimals),
  });
  return {
    ...place,
    offerId: offer.offerId,
    bidder: offer.bidder,
    price: score(price),
    quality: score(quality),
    total: score(total),
    criteria: criteria.map(({ criterion, points }) => ({ criterion, score: score(points) })),
  };
}

const least = (a: bigint, b: bigint) => (a === 0n || b < a ? b : a);

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
