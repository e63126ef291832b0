import * as fc from 'fast-check';
import {
  addDays,
  eachDay,
  localDate,
  quantityOn,
  sumOf,
  type Timeline,
  withChanges,
} from '#libs/time';
import { AboveMaximum, judgeMaximum, mustBeCounted } from './maximum.js';
import type { LedgerItem } from './order-ledger.js';
import type { OrderLine } from './order.js';

const start = localDate('2022-07-19');
const day = localDate('2022-11-03');
const itemOf = (over: Partial<LedgerItem> = {}): LedgerItem => ({
  itemCode: 'ELEVE',
  label: 'Compte élève',
  commitment: [{ from: start, quantity: 10 }],
  timeline: [{ from: start, quantity: 10 }],
  ...over,
});
const line = (delta: number, effectiveFrom: string = day, itemCode = 'ELEVE'): OrderLine => ({
  itemCode,
  effectiveFrom: localDate(effectiveFrom),
  delta,
});
const steps = (...all: readonly (readonly [string, number])[]): Timeline =>
  all.map(([from, quantity]) => ({ from: localDate(from), quantity }));
/** The group's sum before the order, this member's 10 included. */
const group = (...all: readonly (readonly [string, number])[]) =>
  new Map([['ELEVE', steps(...all)]]);
const refusal = (work: () => unknown): AboveMaximum => {
  try {
    work();
  } catch (error) {
    return error as AboveMaximum;
  }
  throw new RangeError('It was accepted.');
};

describe('ORD-6: the maximum of the group', () => {
  const item = itemOf({ groupMaximum: 1_000 });

  test('ORD-6: the last account that fits is accepted, one more is refused with its figures', () => {
    expect(() => judgeMaximum([item], [line(100)], group(['2022-07-19', 900]))).not.toThrow();
    const error = refusal(() => judgeMaximum([item], [line(101)], group(['2022-07-19', 900])));
    expect(error).toBeInstanceOf(AboveMaximum);
    expect(error.code).toBe('ABOVE_MAXIMUM');
    expect(error.excesses).toEqual([
      {
        itemCode: 'ELEVE',
        label: 'Compte élève',
        of: 'GROUP',
        firstDay: day,
        wouldBe: 1_001,
        maximum: 1_000,
        excess: 1,
      },
    ]);
    expect(error.details).toEqual({ excesses: error.excesses });
    expect(error.message).toContain('Au 3 novembre 2022, le groupement aurait commandé 1001');
    expect(error.message).toContain('R. 2162-4');
  });

  test('ORD-6: what others have planned counts: the first day too many may be a later one', () => {
    const planned = group(['2022-07-19', 900], ['2023-09-01', 960]);
    expect(() => judgeMaximum([item], [line(40)], planned)).not.toThrow();
    expect(refusal(() => judgeMaximum([item], [line(41)], planned)).excesses).toMatchObject([
      { firstDay: '2023-09-01', wouldBe: 1_001, excess: 1 },
    ]);
    // Taken back the day before the others' increase, it is never too many.
    const takenBack = [line(100), line(-60, '2023-09-01')];
    expect(() => judgeMaximum([item], takenBack, planned)).not.toThrow();
    const oneDayLate = [line(100), line(-60, '2023-09-02')];
    expect(() => judgeMaximum([item], oneDayLate, planned)).toThrow(AboveMaximum);
  });

  test('ORD-6: several deltas of one day are judged at its end', () => {
    const lines = [line(500), line(-400)];
    expect(() => judgeMaximum([item], lines, group(['2022-07-19', 900]))).not.toThrow();
  });

  test('ORD-6: an order that only lowers is neither refused nor warned, whatever the others have', () => {
    expect(judgeMaximum([item], [line(-1)], group(['2022-07-19', 1_200]))).toEqual([]);
  });

  test('ORD-6: 0 is no maximum', () => {
    expect(judgeMaximum([itemOf()], [line(1_000_000)], group(['2022-07-19', 9]))).toEqual([]);
  });

  test('ORD-6: every item that has too much is named', () => {
    const agent = { ...itemOf({ groupMaximum: 50 }), itemCode: 'AGENT', label: 'Compte agent' };
    const sums = new Map([...group(['2022-07-19', 990]), ['AGENT', steps(['2022-07-19', 49])]]);
    const error = refusal(() =>
      judgeMaximum([item, agent], [line(11), line(2, day, 'AGENT')], sums),
    );
    expect(error.excesses.map(({ itemCode, excess }) => [itemCode, excess])).toEqual([
      ['ELEVE', 1],
      ['AGENT', 1],
    ]);
  });

  test.each([
    [799, undefined],
    [800, '80 %'],
    [899, '80 %'],
    [900, '90 %'],
    [1_000, '90 %'],
  ])('ORD-6: a group that comes to %i of 1,000 is warned of %s', (becomes, share) => {
    const warnings = judgeMaximum([item], [line(1)], group(['2022-07-19', becomes - 1]));
    expect(warnings).toHaveLength(share ? 1 : 0);
    if (share) {
      expect(warnings[0]).toContain(`${share} sont atteints, il en reste ${1_000 - becomes}.`);
      expect(warnings[0]).toContain('Au 3 novembre 2022, le groupement aura commandé');
    }
  });

  test('ORD-6: a warning names the first day of the peak, among the days that the order raises', () => {
    const planned = group(['2022-07-19', 700], ['2023-01-01', 850], ['2024-01-01', 950]);
    const [warning] = judgeMaximum([item], [line(10), line(-10, '2023-06-01')], planned);
    expect(warning).toContain('Au 1er janvier 2023, le groupement aura commandé 860');
  });
});

describe('ORD-6: the maximum of each member', () => {
  const item = itemOf({ memberMaximum: 60 });

  test('ORD-6: it bounds the member alone, without a count of the group', () => {
    expect(judgeMaximum([item], [line(50)], new Map())[0]).toContain('le membre aura commandé 60');
    expect(refusal(() => judgeMaximum([item], [line(51)], new Map())).excesses).toMatchObject([
      { of: 'MEMBER', wouldBe: 61, maximum: 60, excess: 1 },
    ]);
  });

  test('ORD-6: both maxima are told where both are passed', () => {
    const both = itemOf({ memberMaximum: 60, groupMaximum: 1_000 });
    const error = refusal(() => judgeMaximum([both], [line(51)], group(['2022-07-19', 950])));
    expect(error.excesses.map(({ of }) => of)).toEqual(['MEMBER', 'GROUP']);
    expect(error.message).toMatch(/le membre aurait.*le groupement aurait/);
  });
});

describe('ORD-6: whether the group must be counted', () => {
  const left = (groupCredit: number | null) => itemOf({ groupMaximum: 1_000, groupCredit });

  test('ORD-6: not while 80 % cannot be reached; from there on always', () => {
    expect(mustBeCounted(left(300), [line(99)])).toBe(false);
    expect(mustBeCounted(left(300), [line(100)])).toBe(true);
    expect(mustBeCounted(left(0), [line(1)])).toBe(true);
    expect(mustBeCounted(left(null), [line(1)])).toBe(true);
  });

  test('ORD-6: never for what only lowers, of another item, or has no maximum', () => {
    expect(mustBeCounted(left(0), [line(-1)])).toBe(false);
    expect(mustBeCounted(left(0), [line(5), line(-5)])).toBe(false);
    expect(mustBeCounted(left(0), [line(5, day, 'AGENT')])).toBe(false);
    expect(mustBeCounted(itemOf(), [line(5)])).toBe(false);
  });
});

test('ORD-6: on any day that it raises the sum is within the maximum, or the order is refused for that', () => {
  const changes = fc.array(
    fc.record({ offset: fc.nat(30), delta: fc.integer({ min: -40, max: 40 }) }),
    { minLength: 1, maxLength: 6 },
  );
  const linesOf = (all: readonly { offset: number; delta: number }[]) =>
    all
      .filter(({ delta }) => delta !== 0)
      .map(({ offset, delta }) => line(delta, addDays(start, offset)));
  fc.assert(
    fc.property(changes, changes, fc.integer({ min: 1, max: 400 }), (mine, theirs, maximum) => {
      const own = itemOf({ groupMaximum: maximum });
      const others = withChanges(steps(['2022-07-19', 200]), linesOf(theirs));
      const before = sumOf([own.timeline, others]);
      const lines = linesOf(mine);
      let isRefused = false;
      try {
        judgeMaximum([own], lines, new Map([['ELEVE', before]]));
      } catch (error) {
        expect(error).toBeInstanceOf(AboveMaximum);
        isRefused = true;
      }
      const raised = [...eachDay(start, addDays(start, 40))].filter(
        (on) =>
          lines.filter((one) => one.effectiveFrom <= on).reduce((sum, one) => sum + one.delta, 0) >
          0,
      );
      const after = withChanges(before, lines);
      expect(raised.some((on) => quantityOn(after, on) > maximum)).toBe(isRefused);
    }),
    { numRuns: 500 },
  );
});
