import fc from 'fast-check';
import {
  addDays,
  localDate,
  type QuantityChange,
  quantityOn,
  smallestIn,
  withChanges,
} from '#libs/time';
import {
  checkPredecessor,
  checkSuccessor,
  type Holding,
  notConserved,
  share,
  type Side,
  takeOver,
  withMove,
  without,
} from './succession.js';

const start = localDate('2022-07-19');
const end = localDate('2026-07-19');
const day = localDate('2023-01-01');
const item = 'COMPTE_ELEVE';
const holding = (committed: number, ...ordered: readonly QuantityChange[]): Holding => ({
  itemCode: item,
  label: 'compte élève',
  commitment: [{ from: start, quantity: committed }],
  ordered: withChanges([{ from: start, quantity: committed }], ordered),
});
const side = (holdings: readonly Holding[], over: Partial<Side> = {}): Side => ({
  status: 'ACTIVE',
  startsOn: start,
  endsOn: end,
  floorScope: 'ITEM',
  holdings,
  ...over,
});
const on = (text: string, delta: number): QuantityChange => ({
  effectiveFrom: localDate(text),
  delta,
});
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

test('ADH-5, full: O of the day and each planned change pass, each as its own line; C whole', () => {
  const old = side([holding(100, on('2022-09-01', 20), on('2023-09-01', -5), on('2024-09-01', 7))]);
  expect(takeOver(old, day)).toEqual([
    {
      itemCode: item,
      commitment: [on('2023-01-01', 100)],
      ordered: [on('2023-01-01', 120), on('2023-09-01', -5), on('2024-09-01', 7)],
    },
  ]);
});

test('ADH-5, part: the bounds are C moved and C moved with the smallest margin from the day on', () => {
  // Margin 20 on the day, 15 from September 2023 on.
  const old = side([holding(100, on('2022-09-01', 20), on('2023-09-01', -5))]);
  const moved = (wished?: number) =>
    share(old, day, [
      { itemCode: item, commitment: 40, ...(wished === undefined ? {} : { wished }) },
    ]);
  expect(moved().bounds).toEqual([{ itemCode: item, least: 40, most: 55 }]);
  const given = (wished?: number) => moved(wished).moves[0]?.ordered[0]?.delta;
  expect([given(), given(39), given(40), given(55), given(56)]).toEqual([40, 40, 40, 55, 55]);
  expect(moved(50).moves[0]?.commitment).toEqual([on('2023-01-01', 40)]);
});

test('ADH-5: what is not committed, or not ordered, cannot pass', () => {
  const old = side([holding(100)]);
  expect(codeOf(() => share(old, day, [{ itemCode: item, commitment: 99 }]))).toBeUndefined();
  expect(codeOf(() => share(old, day, [{ itemCode: item, commitment: 100 }]))).toBe(
    'COMMITMENT_MOVES_WHOLE',
  );
  expect(codeOf(() => share(old, day, [{ itemCode: item, commitment: 101 }]))).toBe(
    'COMMITMENT_NOT_THERE',
  );
  // Scope TOTAL: this item alone is ordered less than it is committed, another makes up for it.
  const other = { ...holding(0, on('2022-08-01', 50)), itemCode: 'AUTRE' };
  const low = side([holding(100, on('2022-08-01', -30)), other], { floorScope: 'TOTAL' });
  expect(codeOf(() => share(low, day, [{ itemCode: item, commitment: 80 }]))).toBe(
    'ORDERED_NOT_THERE',
  );
});

test('ADH-5, floor scope TOTAL: two items share one margin', () => {
  const other = { ...holding(50, on('2022-08-01', 10)), itemCode: 'AUTRE' };
  const old = side([holding(100, on('2022-08-01', 4)), other], { floorScope: 'TOTAL' });
  const { bounds } = share(old, day, [
    { itemCode: item, commitment: 10, wished: 20 },
    { itemCode: 'AUTRE', commitment: 5, wished: 99 },
  ]);
  // 14 in all; the first takes 10 of them.
  expect(bounds).toEqual([
    { itemCode: item, least: 10, most: 24 },
    { itemCode: 'AUTRE', least: 5, most: 9 },
  ]);
});

test.each([
  ['on the first day of the membership', '2022-07-19', {}, 'SUCCESSION_OUTSIDE_MEMBERSHIP'],
  ['the day after', '2022-07-20', {}, undefined],
  ['on its last day', '2026-07-18', {}, undefined],
  ['on its end', '2026-07-19', {}, 'SUCCESSION_OUTSIDE_MEMBERSHIP'],
  ['after it ended', '2023-01-01', { status: 'ENDED' }, 'PREDECESSOR_NOT_ACTIVE'],
  ['after a notice', '2023-01-01', { endCause: 'WITHDRAWAL' }, 'PREDECESSOR_LEAVES'],
])('ADH-5: the former member gives %s', (_when, on, over, code) => {
  expect(codeOf(() => checkPredecessor(side([], over), localDate(on)))).toBe(code);
});

test.each([
  ['before its membership', '2022-07-18', {}, 'SUCCESSOR_NOT_ACTIVE'],
  ['from its first day', '2022-07-19', {}, undefined],
  ['while only accepted', '2023-01-01', { status: 'ACCEPTED' }, 'SUCCESSOR_NOT_ACTIVE'],
  ['after a notice', '2023-01-01', { endCause: 'WITHDRAWAL' }, 'SUCCESSOR_LEAVES'],
  ['with an earlier end', '2023-01-01', { endsOn: localDate('2026-07-18') }, 'SUCCESSOR_LEAVES'],
])('ADH-5: the successor receives %s', (_when, on, over, code) => {
  expect(codeOf(() => checkSuccessor(side([], over), localDate(on), end))).toBe(code);
});

const dayOf = (offset: number) => addDays(start, offset);
const life = 1461;
/** Any ledger that holds its floor: changes before and after any day, never below C. */
const ledger = fc
  .record({
    committed: fc.integer({ min: 1, max: 500 }),
    changes: fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: life - 1 }),
        delta: fc.integer({ min: -60, max: 80 }),
      }),
      { maxLength: 12 },
    ),
  })
  .map(({ committed, changes }) =>
    changes.reduce<Holding>((known, { at, delta }) => {
      const ordered = withChanges(known.ordered, [{ effectiveFrom: dayOf(at), delta }]);
      return delta !== 0 && smallestIn(ordered, start).quantity >= committed
        ? { ...known, ordered }
        : known;
    }, holding(committed)),
  );

test('ADH-5: C and O are conserved on every day by any succession, and both sides keep their floor', () => {
  fc.assert(
    fc.property(
      ledger,
      ledger,
      fc.integer({ min: 1, max: life - 1 }),
      fc.option(
        fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 900 })),
      ),
      (old, successor, offset, part) => {
        const when = dayOf(offset);
        const before = [[old], [successor]];
        const moves =
          part === null
            ? takeOver(side([old]), when)
            : share(side([old]), when, [
                {
                  itemCode: item,
                  // At least one stays: otherwise the succession is in full.
                  commitment: Math.floor(part[0] * (quantityOn(old.commitment, when) - 1)),
                  wished: part[1],
                },
              ]).moves;
        const [move] = moves;
        const received = withMove(successor, move!);
        const remains = without(old, move!);
        // In full the former member's days from then on are void.
        const after = part === null ? [[received]] : [[remains], [received]];
        expect(notConserved(before, after, when)).toBeUndefined();
        for (const { commitment, ordered } of [received, remains]) {
          const margin = withChanges(
            ordered,
            commitment.map(({ from, quantity }, index) => ({
              effectiveFrom: from,
              delta: (commitment[index - 1]?.quantity ?? 0) - quantity,
            })),
          );
          expect(smallestIn(margin, start).quantity).toBeGreaterThanOrEqual(0);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('ADH-5: one account lost between the two sides is seen, with its day', () => {
  const [move] = takeOver(side([holding(100)]), day);
  const short = { ...move!, ordered: [on('2023-01-01', 99)] };
  expect(notConserved([[holding(100)]], [[withMove(holding(0), short)]], day)).toEqual({
    itemCode: item,
    onDay: day,
    figure: 'O',
    was: 100,
    is: 99,
  });
});
