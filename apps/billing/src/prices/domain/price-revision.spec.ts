import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { localDate } from '#libs/time';
import {
  factorText,
  revisedPrice,
  revisionFactor,
  type IndexTerm,
  type RevisionFormula,
} from './price-revision.js';

const today = localDate('2023-07-01');
const syntec: IndexTerm = {
  index: 'Syntec',
  coefficient: '0.85',
  base: { value: '280.4', on: '2022-04-01', source: 'syntec.fr' },
  current: { value: '301,8', on: '2023-05-01', source: 'syntec.fr' },
};
const formula: RevisionFormula = { constant: '0.15', terms: [syntec], roundsFactor: false };
const price = (over: Partial<RevisionFormula> = {}, base = 23_500n) =>
  revisedPrice(base, revisionFactor({ ...formula, ...over }, today));

describe('BIL-2: a revision by a formula', () => {
  test('is exact: 2.3500 × (0.15 + 0.85 × 301.8 ÷ 280.4) = 2.50245…, by hand', () => {
    // 0.85 × 301.8 = 256.53; ÷ 280.4 = 0.914871…; + 0.15 = 1.064871…; × 2.35 = 2.502448…
    expect(factorText(revisionFactor(formula, today))).toBe('1.06487161');
    expect(price()).toBe(25_024n);
  });

  test('rounds the factor first where the clause says so: 1.0649 × 2.3500 = 2.502515', () => {
    expect(price({ roundsFactor: true })).toBe(25_025n);
  });

  test('rounds a half away from zero, once', () => {
    const half = { ...syntec, coefficient: '1', base: { ...syntec.base, value: '2' } };
    const of = (value: string) => ({ ...half, current: { ...half.current, value } });
    expect(price({ constant: '0', terms: [of('1')] }, 1n)).toBe(1n);
    expect(price({ constant: '0', terms: [of('0.999999999')] }, 1n)).toBe(0n);
  });

  test('indices that did not move change no price, whatever the parts', () => {
    const parts = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(
        parts,
        fc.bigInt(0n, 10_000_000n),
        fc.integer({ min: 1, max: 9_999 }),
        (cuts, base, value) => {
          const bounds = [0, ...cuts.sort((a, b) => a - b), 1000];
          const share = (at: number) => {
            const thousandths = bounds[at + 1]! - bounds[at]!;
            return thousandths === 1000 ? '1' : `0.${String(thousandths).padStart(3, '0')}`;
          };
          const terms = cuts.map((_cut, at): IndexTerm => ({
            ...syntec,
            ...{ index: `i${at}`, coefficient: share(at) },
            ...{ base: { ...syntec.base, value: `${value}.5` } },
            current: { ...syntec.current, value: `${value},50` },
          }));
          expect(price({ constant: share(cuts.length), terms }, base)).toBe(base);
        },
      ),
    );
  });
});

const withTerm = (over: Partial<IndexTerm>) => ({ terms: [{ ...syntec, ...over }] });
test.each<[string, Partial<RevisionFormula>, string]>([
  [
    'an index that lacks',
    withTerm({ current: { ...syntec.current, value: '' } }),
    'terms[0].current.value',
  ],
  ['a base of 0', withTerm({ base: { ...syntec.base, value: '0.00' } }), 'terms[0].base.value'],
  [
    'a value of 0',
    withTerm({ current: { ...syntec.current, value: '0' } }),
    'terms[0].current.value',
  ],
  ['a negative coefficient', withTerm({ coefficient: '-0.85' }), 'terms[0].coefficient'],
  ['1e400', withTerm({ current: { ...syntec.current, value: '1e400' } }), 'terms[0].current.value'],
  ['a number without end', withTerm({ coefficient: '9'.repeat(400) }), 'terms[0].coefficient'],
  ['a NUL', withTerm({ base: { ...syntec.base, value: '280\0' } }), 'terms[0].base.value'],
  ['a formula of a spreadsheet', withTerm({ coefficient: '=1+1' }), 'terms[0].coefficient'],
  ['Infinity', { constant: 'Infinity' }, 'constant'],
  ['parts that do not make 1', { constant: '0.16' }, 'constant'],
  [
    'an index twice',
    {
      constant: '0',
      terms: [
        { ...syntec, coefficient: '0.5' },
        { ...syntec, coefficient: '0.5' },
      ],
    },
    'terms[1].index',
  ],
  ['no index', { terms: [] }, 'terms'],
  ['eleven of them', { terms: Array.from({ length: 11 }, () => syntec) }, 'terms'],
  [
    'a value of a day to come',
    withTerm({ current: { ...syntec.current, on: '2023-07-02' } }),
    'terms[0].current.on',
  ],
  ['no day', withTerm({ base: { ...syntec.base, on: '2022-02-30' } }), 'terms[0].base.on'],
  [
    'a last value before the base',
    withTerm({ current: { ...syntec.current, on: '2022-03-31' } }),
    'terms[0].current.on',
  ],
  [
    'a value from nowhere',
    withTerm({ current: { ...syntec.current, source: ' ' } }),
    'terms[0].current.source',
  ],
])('BIL-2: %s is refused, at its field', (_name, over, field) => {
  expect(() => price(over)).toThrow(
    expect.objectContaining({
      code: 'REVISION_INVALID',
      details: { mistakes: expect.arrayContaining([expect.objectContaining({ field })]) },
    }),
  );
});

test('BIL-2: a price beyond what a price can be is refused, not cut', () => {
  const huge = { ...syntec, coefficient: '1', base: { ...syntec.base, value: '0.000000001' } };
  expect(() => price({ constant: '0', terms: [huge] })).toThrow(
    expect.objectContaining({ code: 'REVISION_INVALID' }),
  );
});
