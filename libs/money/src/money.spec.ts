import * as fc from 'fast-check';
import {
  amountOf,
  AmountInvalid,
  decimalOf,
  divideHalfAwayFromZero,
  formatCount,
  plural,
  formatEuros,
  formatUnitPrice,
  formatVatRate,
  parseCents,
  parseUnitPrice,
  parseVatRate,
  unitPriceDecimal,
  UnitPriceInvalid,
  VatRateInvalid,
  vatOf,
} from './index.js';

describe('rounding', () => {
  test.each<[bigint, bigint, bigint]>([
    [5n, 2n, 3n],
    [-5n, 2n, -3n],
    [5n, -2n, -3n],
    [4n, 3n, 1n],
    [-4n, 3n, -1n],
    [0n, 7n, 0n],
    [149n, 100n, 1n],
    [150n, 100n, 2n],
  ])('%s ÷ %s is %s', (n, d, expected) => {
    expect(divideHalfAwayFromZero(n, d)).toBe(expected);
  });

  test('is never more than half a unit away, and is odd', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.bigInt({ min: 1n, max: 10n ** 9n }),
        (n, d) => {
          const q = divideHalfAwayFromZero(n, d);
          const error = 2n * (n - q * d);
          expect(error <= d && error >= -d).toBe(true);
          expect(divideHalfAwayFromZero(-n, d)).toBe(-q);
        },
      ),
    );
  });

  test('refuses to divide by zero', () => {
    expect(() => divideHalfAwayFromZero(1n, 0n)).toThrow(RangeError);
  });
});

describe('a line amount', () => {
  test.each<[number, number, string, number, bigint]>([
    [412, 92, '2.3500', 365, 24404n],
    [412, 15, '2.3500', 365, 3979n],
    [450, 77, '2.3500', 365, 22309n],
    [450, 91, '2.3500', 366, 26293n],
    [450, 91, '2.3500', 365, 26365n],
    [450, 44, '2.4182', 366, 13082n],
    [420, 48, '2.4182', 366, 13320n],
  ])('BIL-3: %i accounts × %i days at %s over %i days', (accounts, days, price, year, cents) => {
    expect(amountOf(BigInt(accounts * days), parseUnitPrice(price), year)).toBe(cents);
  });

  test('BIL-3: VAT is rounded once, away from zero', () => {
    expect(vatOf(24404n, 2000)).toBe(4881n);
    expect(vatOf(26288n, 2000)).toBe(5258n);
    expect(vatOf(10n, 550)).toBe(1n);
    expect(vatOf(-10n, 550)).toBe(-1n);
  });
});

describe('reading and writing amounts', () => {
  test('reads prices with up to four decimals', () => {
    expect(parseUnitPrice('2.3500')).toBe(23500n);
    expect(parseUnitPrice('2,4182')).toBe(24182n);
    expect(unitPriceDecimal(parseUnitPrice('2.35'))).toBe('2.3500');
  });

  test.each(['2.35001', '-1', '', '1e3', '2.'])('refuses the price %p', (text) => {
    expect(() => parseUnitPrice(text)).toThrow(UnitPriceInvalid);
  });

  test('reads cents exactly, and refuses to round', () => {
    expect(['1234.56', '1 234,56 €', '-0.5', '7'].map(parseCents)).toEqual([
      123456n,
      123456n,
      -50n,
      700n,
    ]);
    expect(() => parseCents('1.005')).toThrow(AmountInvalid);
  });

  test('writes what it reads', () => {
    fc.assert(fc.property(fc.bigInt(), (cents) => parseCents(decimalOf(cents)) === cents));
  });

  test('formats for French readers with no-break spaces', () => {
    expect(formatEuros(123456n)).toBe('1\u00a0234,56\u00a0€');
    expect(formatEuros(-123456789n)).toBe('-1\u00a0234\u00a0567,89\u00a0€');
    expect(formatEuros(5n)).toBe('0,05\u00a0€');
    expect(formatUnitPrice(23500n)).toBe('2,3500\u00a0€');
    expect(formatCount(37904)).toBe('37\u00a0904');
  });

  test('reads and writes VAT rates in basis points', () => {
    expect(['20', '5,5', '8.50 %'].map(parseVatRate)).toEqual([2000, 550, 850]);
    expect([2000, 550, 850, 2005].map(formatVatRate)).toEqual([
      '20\u00a0%',
      '5,5\u00a0%',
      '8,5\u00a0%',
      '20,05\u00a0%',
    ]);
    expect(() => parseVatRate('0.2.0')).toThrow(VatRateInvalid);
  });
});

test.each([
  [0, '0 place perdue'],
  [1, '1 place perdue'],
  [-1, '-1 place perdue'],
  [2, '2 places perdues'],
  [37_904n, '37\u00a0904 places perdues'],
])('%p is said as a person says it', (count, words) => {
  expect(plural(count, 'place perdue', 'places perdues')).toBe(words);
});
