import fc from 'fast-check';
import { type AwardMethod, checkMethod } from './award-method.js';
import { changeOffer, checkOffer, type Offer } from './offer.js';
import { rankOffers } from './ranking.js';

const method: AwardMethod = {
  priceWeight: 40,
  qualityWeight: 60,
  priceFormula: 'LOWEST_OVER_PRICE',
  criteria: [
    { code: 'ERGONOMIE', label: 'Ergonomie', weight: 35 },
    { code: 'REVERSIBILITE', label: 'Réversibilité', weight: 25 },
  ],
  markMax: 20,
  decimals: 2,
  rankOn: 'EXACT',
};
const offer = (offerId: string, price: number, ...marks: [number, number]): Offer => ({
  offerId,
  marketCode: 'm',
  bidder: `Entreprise fictive ${offerId}`,
  siren: '999000045',
  priceCents: BigInt(price),
  marks: [
    { criterion: 'ERGONOMIE', hundredths: marks[0] * 100 },
    { criterion: 'REVERSIBILITE', hundredths: marks[1] * 100 },
  ],
  version: 1,
});
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code: string }).code;
  }
  return undefined;
};

test('GOV-3: 40 points for the price (lowest ÷ price), 60 for quality, exact, rounded at the end', () => {
  const [first, second] = rankOffers(method, [
    offer('a', 30_000_000, 15, 10),
    offer('b', 35_000_000, 18, 16),
  ]);
  // b: 40 × 30/35 = 34.2857…; 35 × 18/20 + 25 × 16/20 = 31.5 + 20 = 51.5.
  expect(first).toMatchObject({
    rank: 1,
    tied: false,
    offerId: 'b',
    price: { numerator: '240', denominator: '7', rounded: '34.29' },
    quality: { numerator: '103', denominator: '2', rounded: '51.50' },
    total: { numerator: '1201', denominator: '14', rounded: '85.79' },
  });
  // a: 40 + 35 × 15/20 + 25 × 10/20 = 40 + 26.25 + 12.5.
  expect(second).toMatchObject({ rank: 2, offerId: 'a', total: { rounded: '78.75' } });
});

test('GOV-3: the linear formula, never below 0', () => {
  const linear = { ...method, priceFormula: 'LINEAR' } as const;
  const ranking = rankOffers(linear, [
    offer('a', 100, 0, 0),
    offer('b', 150, 0, 0),
    offer('c', 201, 0, 0),
  ]);
  expect(ranking.map(({ price }) => price.rounded)).toEqual(['40.00', '20.00', '0.00']);
});

test('GOV-3: ties are told and never broken; the next rank is skipped', () => {
  const ranking = rankOffers(method, [
    offer('a', 100, 10, 10),
    offer('b', 100, 10, 10),
    offer('c', 100, 9, 9),
  ]);
  expect(ranking.map(({ rank, tied }) => [rank, tied])).toEqual([
    [1, true],
    [1, true],
    [3, false],
  ]);
});

test('GOV-3: the rules say whether the exact or the rounded figure ranks', () => {
  const offers = [offer('a', 1_000_000, 10, 10), offer('b', 1_000_001, 10, 10)];
  expect(rankOffers(method, offers).map(({ rank }) => rank)).toEqual([1, 2]);
  const rounded = rankOffers({ ...method, rankOn: 'ROUNDED' }, offers);
  expect(rounded.map(({ rank, tied }) => [rank, tied])).toEqual([
    [1, true],
    [1, true],
  ]);
});

test('GOV-3: the lowest price has all points of the price, no total leaves 0 to 100, order does not matter', () => {
  const anOffer = fc
    .tuple(fc.integer({ min: 1, max: 1e12 }), fc.nat({ max: 20 }), fc.nat({ max: 20 }))
    .map(([price, a, b]) => ({ price, a, b }));
  fc.assert(
    fc.property(fc.array(anOffer, { minLength: 1, maxLength: 8 }), (list) => {
      const offers = list.map(({ price, a, b }, n) => offer(`o${n}`, price, a, b));
      const ranking = rankOffers(method, offers);
      const best = Math.min(...list.map(({ price }) => price));
      for (const ranked of ranking) {
        const { priceCents } = offers.find(({ offerId }) => offerId === ranked.offerId)!;
        if (priceCents === BigInt(best)) expect(ranked.price.rounded).toBe('40.00');
        const [n, d] = [BigInt(ranked.total.numerator), BigInt(ranked.total.denominator)];
        expect(n >= 0n && n <= 100n * d).toBe(true);
      }
      expect(rankOffers(method, [...offers].reverse())).toEqual(ranking);
    }),
  );
});

test('GOV-3: art. 7.3 fixes 40 and 60; sub-criteria sum to the quality weight', () => {
  expect(checkMethod(method)).toBe(method);
  const wrong: Partial<AwardMethod>[] = [
    { priceWeight: 50, qualityWeight: 50 },
    { criteria: [{ code: 'A', label: 'A', weight: 59 }] },
    { criteria: [] },
    { criteria: [...method.criteria, { code: 'ERGONOMIE', label: 'Encore', weight: 1 }] },
    { markMax: 0 },
    { decimals: 7 },
  ];
  for (const one of wrong) {
    expect(codeOf(() => checkMethod({ ...method, ...one }))).toBe('AWARD_METHOD_INVALID');
  }
});

test('GOV-3: an offer has one mark for each sub-criterion, within bounds, and a price', () => {
  const good = offer('a', 100, 20, 0);
  expect(checkOffer(good, method)).toBe(good);
  const wrong: Partial<Offer>[] = [
    { marks: [] },
    { marks: [...good.marks, { criterion: 'ERGONOMIE', hundredths: 1 }] },
    { marks: [...good.marks, { criterion: 'AUTRE', hundredths: 1 }] },
    { marks: [good.marks[0]!, { criterion: 'REVERSIBILITE', hundredths: 2_001 }] },
    { priceCents: 0n },
    { priceCents: 100_000_000_000_001n },
    { siren: '999000046' },
    { bidder: '' },
  ];
  for (const one of wrong) {
    expect(codeOf(() => checkOffer({ ...good, ...one }, method))).toBe('OFFER_INVALID');
  }
  expect(codeOf(() => changeOffer(good, 2, good, method))).toBe('OFFER_STALE');
});
