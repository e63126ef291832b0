import * as fc from 'fast-check';
import { addDays, eachDay, localDate, quantityOn } from '#libs/time';
import { judge, type Ledger, type LedgerItem, smallestMarginOf } from './order-ledger.js';
import { OrderBelowCommitment } from './order-problems.js';
import type { OrderLine } from './order.js';

const startsOn = localDate('2022-07-19');
const endsOn = localDate('2026-07-19');
const today = localDate('2022-11-03');

const ledgerOf = (items: readonly LedgerItem[], over: Partial<Ledger> = {}): Ledger => ({
  status: 'ACTIVE',
  startsOn,
  endsOn,
  floorScope: 'ITEM',
  decreaseNoticeDays: 1,
  items,
  ...over,
});
const pupils = (quantity: number, commitment = 412): LedgerItem => ({
  itemCode: 'ELEVE',
  label: 'Compte élève',
  commitment: [{ from: startsOn, quantity: commitment }],
  timeline: [{ from: startsOn, quantity }],
});
const line = (delta: number, effectiveFrom: string, itemCode = 'ELEVE'): OrderLine => ({
  itemCode,
  effectiveFrom: localDate(effectiveFrom),
  delta,
});
const thrown = (work: () => unknown): unknown => {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
};

test('ORD-1: deltas effective on or before a day make up what is ordered on it', () => {
  const [item] = judge(ledgerOf([pupils(412)]), 'ORDINARY', [line(38, '2022-11-03')], today);
  expect(quantityOn(item!.timeline, localDate('2022-11-02'))).toBe(412);
  expect(quantityOn(item!.timeline, localDate('2022-11-03'))).toBe(450);
});

test('ORD-2: refuses to go below the commitment, with day and figures', () => {
  const error = thrown(() =>
    judge(ledgerOf([pupils(450)]), 'ORDINARY', [line(-50, '2022-11-04')], today),
  );
  expect(error).toBeInstanceOf(OrderBelowCommitment);
  expect((error as OrderBelowCommitment).shortfalls).toEqual([
    {
      itemCode: 'ELEVE',
      label: 'Compte élève',
      firstDay: '2022-11-04',
      wouldBe: 400,
      commitment: 412,
      shortfall: 12,
    },
  ]);
  expect((error as OrderBelowCommitment).message).toContain('Au 4 novembre 2022, 400 comptes');
});

test('ADH-5: the commitment of a day is what counts on that day', () => {
  const moved: LedgerItem = {
    ...pupils(450),
    commitment: [
      { from: startsOn, quantity: 412 },
      { from: localDate('2023-01-01'), quantity: 440 },
    ],
  };
  const ledger = ledgerOf([moved]);
  expect(smallestMarginOf(ledger, 'ELEVE', startsOn, endsOn)).toBe(10);
  expect(smallestMarginOf(ledger, 'ELEVE', startsOn, localDate('2023-01-01'))).toBe(38);
  // Fine until the new year, below from then on: the day on which C rises is looked at.
  const error = thrown(() =>
    judge(ledger, 'ORDINARY', [line(-20, '2022-12-01')], today),
  ) as OrderBelowCommitment;
  expect(error.shortfalls).toMatchObject([
    { firstDay: '2023-01-01', wouldBe: 430, commitment: 440, shortfall: 10 },
  ]);
  judge(ledger, 'ORDINARY', [line(-20, '2022-12-01'), line(10, '2023-01-01')], today);
});

test('ORD-2: a change already planned counts, so that the first bad day may be a later one', () => {
  const planned: LedgerItem = {
    itemCode: 'ELEVE',
    label: 'Compte élève',
    commitment: [{ from: startsOn, quantity: 412 }],
    timeline: [
      { from: startsOn, quantity: 450 },
      { from: localDate('2023-09-01'), quantity: 420 },
    ],
  };
  const error = thrown(() =>
    judge(ledgerOf([planned]), 'ORDINARY', [line(-20, '2023-01-01')], today),
  ) as OrderBelowCommitment;
  expect(error.shortfalls[0]).toMatchObject({
    firstDay: '2023-09-01',
    wouldBe: 400,
    shortfall: 12,
  });
});

test('ORD-2: deltas of one day are judged at its end, and an opposite delta cancels a planned one', () => {
  const both = [line(-30, '2022-11-10'), line(30, '2022-11-10')];
  const [item] = judge(ledgerOf([pupils(412)]), 'ORDINARY', both, today);
  expect(item!.timeline.every(({ quantity }) => quantity === 412)).toBe(true);
});

test('ORD-2: every item that fails is named, and none of the lines counts', () => {
  const teachers: LedgerItem = { ...pupils(5, 5), itemCode: 'ENSEIGNANT' };
  const error = thrown(() =>
    judge(
      ledgerOf([pupils(412), teachers]),
      'ORDINARY',
      [line(-1, '2022-11-04'), line(-2, '2022-12-01', 'ENSEIGNANT')],
      today,
    ),
  ) as OrderBelowCommitment;
  expect(error.shortfalls.map(({ itemCode, shortfall }) => [itemCode, shortfall])).toEqual([
    ['ELEVE', 1],
    ['ENSEIGNANT', 2],
  ]);
});

test('COM-1: with floor scope TOTAL items compensate each other, but none goes below zero', () => {
  const total = ledgerOf([pupils(10, 10), { ...pupils(10, 5), itemCode: 'ENSEIGNANT' }], {
    floorScope: 'TOTAL',
  });
  expect(() => judge(total, 'ORDINARY', [line(-5, '2022-11-04')], today)).not.toThrow();
  expect(() => judge(total, 'ORDINARY', [line(-6, '2022-11-04')], today)).toThrow(
    OrderBelowCommitment,
  );
  expect(() =>
    judge(
      total,
      'ORDINARY',
      [line(-11, '2022-11-04'), line(20, '2022-11-04', 'ENSEIGNANT')],
      today,
    ),
  ).toThrow(OrderBelowCommitment);
  expect(smallestMarginOf(total, 'ELEVE', today, endsOn)).toBe(5);
});

test.each([
  ['ORD-4: an increase today', 1, '2022-11-03', undefined],
  ['ORD-4: an increase yesterday', 1, '2022-11-02', 'INCREASE_IN_THE_PAST'],
  ['ORD-4: a decrease tomorrow', -1, '2022-11-04', undefined],
  ['ORD-4: a decrease today', -1, '2022-11-03', 'DECREASE_TOO_SOON'],
  ['ORD-5: the last day in force', 1, '2026-07-18', undefined],
  ['ORD-5: the first day out of force', 1, '2026-07-19', 'OUTSIDE_MEMBERSHIP'],
  ['ORD-1: zero', 0, '2022-11-04', 'DELTA_ZERO'],
  ['the greatest quantity', 2_147_483_647 - 450, '2022-11-04', undefined],
  ['more than the greatest quantity', 2_147_483_647, '2022-11-04', 'QUANTITY_OUT_OF_RANGE'],
  ['a huge delta', 1e12, '2022-11-04', 'QUANTITY_OUT_OF_RANGE'],
  ['half an account', 0.5, '2022-11-04', 'QUANTITY_OUT_OF_RANGE'],
])('%s is judged', (_name, delta, day, code) => {
  const error = thrown(() => judge(ledgerOf([pupils(450)]), 'ORDINARY', [line(delta, day)], today));
  expect((error as { code?: string } | undefined)?.code).toBe(code);
});

test.each([
  ['2022-07-18', 'OUTSIDE_MEMBERSHIP'],
  ['2022-07-19', undefined],
])('ORD-5, ADH-6: prepared before the market is in force, an order for %s: %s', (day, code) => {
  const early = localDate('2022-07-01');
  const error = thrown(() => judge(ledgerOf([pupils(450)]), 'ORDINARY', [line(1, day)], early));
  expect((error as { code?: string } | undefined)?.code).toBe(code);
});

test('ORD-5: no order before activation nor after the end; a correction may concern an ended one', () => {
  const lines = [line(1, '2022-12-01')];
  const code = (over: Partial<Ledger>, kind: 'ORDINARY' | 'CORRECTION' = 'ORDINARY') =>
    (thrown(() => judge(ledgerOf([pupils(450)], over), kind, lines, today)) as { code?: string })
      ?.code;
  expect(code({ status: 'ACCEPTED' })).toBe('MEMBERSHIP_NOT_ACTIVE');
  expect(code({ status: 'ENDED' })).toBe('MEMBERSHIP_ENDED');
  expect(code({ status: 'ENDED' }, 'CORRECTION')).toBeUndefined();
});

test('an order without lines, with too many, or of an unknown item is refused', () => {
  const code = (lines: OrderLine[]) =>
    (thrown(() => judge(ledgerOf([pupils(450)]), 'ORDINARY', lines, today)) as { code?: string })
      .code;
  expect(code([])).toBe('ORDER_EMPTY');
  expect(code(Array.from({ length: 51 }, () => line(1, '2022-12-01')))).toBe('ORDER_TOO_LONG');
  expect(code([line(1, '2022-12-01', 'AUTRE')])).toBe('ITEM_UNKNOWN');
});

test('ORD-2: under any sequence O(d) ≥ C(d) on every day, or the order is refused and nothing changed; the view equals the ledger summed anew', () => {
  const end = addDays(startsOn, 40);
  const command = fc.record({
    today: fc.integer({ min: 0, max: 39 }),
    lines: fc.array(
      fc.record({
        item: fc.constantFrom('ELEVE', 'ENSEIGNANT'),
        day: fc.integer({ min: -2, max: 42 }),
        delta: fc.integer({ min: -15, max: 15 }),
      }),
      { minLength: 1, maxLength: 4 },
    ),
  });
  fc.assert(
    fc.property(
      fc.constantFrom('ITEM' as const, 'TOTAL' as const),
      fc.array(command, { maxLength: 25 }),
      (floorScope, commands) => {
        const commitment = { ELEVE: 20, ENSEIGNANT: 3 } as const;
        const accepted: OrderLine[] = [
          { itemCode: 'ELEVE', effectiveFrom: startsOn, delta: 20 },
          { itemCode: 'ENSEIGNANT', effectiveFrom: startsOn, delta: 3 },
        ];
        let items: readonly LedgerItem[] = (['ELEVE', 'ENSEIGNANT'] as const).map((itemCode) => ({
          itemCode,
          label: itemCode,
          commitment: [{ from: startsOn, quantity: commitment[itemCode] }],
          timeline: [{ from: startsOn, quantity: commitment[itemCode] }],
        }));
        for (const { today: offset, lines: drawn } of commands) {
          const lines = drawn.map(({ item, day, delta }) => ({
            itemCode: item,
            effectiveFrom: addDays(startsOn, day),
            delta,
          }));
          const ledger = ledgerOf(items, { endsOn: end, floorScope });
          try {
            items = judge(ledger, 'ORDINARY', lines, addDays(startsOn, offset));
            accepted.push(...lines);
          } catch (error) {
            expect((error as { code?: string }).code).toBeDefined();
          }
        }
        for (const day of eachDay(startsOn, end)) {
          const ordered = items.map(({ itemCode, timeline }) => {
            const summedAnew = accepted
              .filter((l) => l.itemCode === itemCode && l.effectiveFrom <= day)
              .reduce((sum, { delta }) => sum + delta, 0);
            expect(quantityOn(timeline, day)).toBe(summedAnew);
            return summedAnew;
          });
          if (floorScope === 'ITEM') {
            expect(ordered[0]).toBeGreaterThanOrEqual(20);
            expect(ordered[1]).toBeGreaterThanOrEqual(3);
          } else {
            expect(ordered[0]! + ordered[1]!).toBeGreaterThanOrEqual(23);
          }
        }
      },
    ),
    { numRuns: 150 },
  );
});
