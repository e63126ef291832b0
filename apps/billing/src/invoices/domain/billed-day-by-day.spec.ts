import fc from 'fast-check';
import { contractYears } from '#libs/time';
import {
  dayNumber,
  dayOf,
  marketEnd,
  marketStart,
  yearOf,
  yearStarts,
} from '../../../test/market-days.test-support.js';
import { type BillableItem, calculateInvoice } from './invoice-calculation.js';

/**
 * Goal: BIL-3 a second time, from its text and not from our code: whoever joins or leaves on any day is billed just those
 * days, to the cent, over the leap day, both nights on which the hour changes, and anniversaries. Method: days are
 * numbers here, made and told by JavaScript's own calendar; each day is looked at by itself and equal neighbours are
 * one piece; amounts are fractions of whole numbers. Nothing but the result is asked of the code under test.
 */

const daysOfYear = (day: number) => yearStarts[yearOf(day) + 1]! - yearStarts[yearOf(day)]!;

/** Where days are miscounted first: the hour changes, 29 February, the last and first day of a contract year. */
const hardDays = [
  ...['2022-10-30', '2023-03-26', '2023-10-29', '2024-03-31', '2024-10-27', '2025-03-30'],
  ...[
    '2024-02-28',
    '2024-02-29',
    '2024-03-01',
    '2023-07-18',
    '2023-07-19',
    '2024-07-18',
    '2024-07-19',
  ],
].flatMap((text) => [dayNumber(text), dayNumber(text) + 1]);
const anyDay = fc.oneof(
  fc.integer({ min: marketStart, max: marketEnd - 1 }),
  fc.constantFrom(...hardDays),
);
const anySpan = fc
  .tuple(anyDay, anyDay, fc.integer({ min: 1, max: 120 }))
  .map(([one, other, days]) => {
    const start = Math.min(one, other);
    const end = Math.max(one, other);
    // At most a year (BIL-3).
    return {
      start,
      end: Math.min(end - start > 365 || end === start ? start + days : end, marketEnd),
    };
  });

type Facts = {
  readonly orders: readonly { readonly on: number; readonly delta: number }[];
  readonly commitment: readonly { readonly from: number; readonly quantity: number }[];
  readonly used: ReadonlyMap<number, number>;
  /** In ten-thousandths of a euro, one for each contract year. */
  readonly prices: readonly number[];
};
const anyFacts: fc.Arbitrary<Facts> = fc.record({
  orders: fc.array(fc.record({ on: anyDay, delta: fc.integer({ min: -300, max: 300 }) }), {
    maxLength: 8,
  }),
  commitment: fc.uniqueArray(
    fc.record({ from: fc.oneof(fc.constant(marketStart), anyDay), quantity: fc.nat(1_000) }),
    {
      selector: ({ from }) => from,
      maxLength: 3,
    },
  ),
  used: fc
    .array(fc.tuple(anyDay, fc.nat(1_500)), { maxLength: 60 })
    .map((entries) => new Map(entries)),
  // The same price for years that have not as many days, too.
  prices: fc.oneof(
    fc.array(fc.integer({ min: 1, max: 99_999 }), { minLength: 4, maxLength: 4 }),
    fc.integer({ min: 1, max: 99_999 }).map((price) => [price, price, price, price]),
  ),
});
const vatOf = (year: number) => (year < 2 ? 2000 : 850);

type Span = { readonly start: number; readonly end: number };
type Billed = readonly { readonly kind: string; readonly from: number; readonly cents: bigint }[];

/** Half up: nothing is negative here. */
const rounded = (numerator: bigint, denominator: bigint) =>
  (2n * numerator + denominator) / (2n * denominator);

function billedAgain(basis: 'ORDERED' | 'METERED', span: Span, facts: Facts): Billed {
  const { orders, commitment, used, prices } = facts;
  const committedOn = (day: number) =>
    commitment.filter(({ from }) => from <= day).sort((a, b) => b.from - a.from)[0]?.quantity ?? 0;
  const orderedOn = (day: number) =>
    orders.reduce((sum, { on, delta }) => (on <= day ? sum + delta : sum), 0);
  const pieces: { key: string; days: number[] }[] = [];
  for (let day = span.start; day < span.end; day += 1) {
    const c = committedOn(day);
    const b = basis === 'ORDERED' ? Math.max(c, orderedOn(day)) : 'metered';
    const key = [yearOf(day), prices[yearOf(day)], vatOf(yearOf(day)), c, b].join();
    const last = pieces.at(-1);
    if (last?.key === key) last.days.push(day);
    else pieces.push({ key, days: [day] });
  }
  return pieces.flatMap(({ days }) => {
    const first = days[0]!;
    const amount = (kind: string, quantityOn: (day: number) => number) => {
      const accountDays = days.reduce((sum, day) => sum + BigInt(quantityOn(day)), 0n);
      const price = BigInt(prices[yearOf(first)]!);
      const cents = rounded(accountDays * price, 100n * BigInt(daysOfYear(first)));
      return accountDays === 0n ? [] : [{ kind, from: first, cents }];
    };
    return basis === 'ORDERED'
      ? amount('ORDERED', (day) => Math.max(committedOn(day), orderedOn(day)))
      : [
          ...amount('METERED', (day) => used.get(day) ?? 0),
          ...amount('MINIMUM_COMPLEMENT', (day) =>
            Math.max(0, committedOn(day) - (used.get(day) ?? 0)),
          ),
        ];
  });
}

function calculated(basis: 'ORDERED' | 'METERED', period: Span, membership: Span, facts: Facts) {
  const between = ({ start, end }: Span) => ({ start: dayOf(start), end: dayOf(end) });
  const item: BillableItem = {
    ...{ itemCode: 'ELEVE', label: 'Compte élève' },
    commitment: facts.commitment.map(({ from, quantity }) => ({ from: dayOf(from), quantity })),
    orders: facts.orders.map(({ on, delta }) => ({ effectiveFrom: dayOf(on), delta })),
    usage: [...facts.used].map(([day, accounts]) => ({ date: dayOf(day), accounts })),
    prices: facts.prices.map((price, year) => ({
      ...{ from: dayOf(yearStarts[year]!), unitPrice: BigInt(price), vatBasisPoints: vatOf(year) },
    })),
  };
  return calculateInvoice({
    ...{ basis, floorScope: 'ITEM', period: between(period), membership: between(membership) },
    contractYears: contractYears(dayOf(marketStart), dayOf(marketEnd)),
    items: [item],
  });
}

const wholeMarket: Span = { start: marketStart, end: marketEnd };
const common = (a: Span, b: Span): Span => ({
  start: Math.max(a.start, b.start),
  end: Math.min(a.end, b.end),
});

test('BIL-3: who joins and leaves on any day is billed just those days, to the cent, as a second calculation has it', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('ORDERED' as const, 'METERED' as const),
      ...([anySpan, fc.oneof(fc.constant(wholeMarket), anySpan), anyFacts] as const),
      (basis, period, membership, facts) => {
        const expected = billedAgain(basis, common(period, membership), facts);
        const invoice = calculated(basis, period, membership, facts);
        expect(
          invoice.lines.map(({ kind, period: { start }, netCents }) => ({
            ...{ kind, from: dayNumber(start), cents: netCents },
          })),
        ).toEqual(expected);
        const netOf = (rate: number) =>
          expected
            .filter(({ from }) => vatOf(yearOf(from)) === rate)
            .reduce((sum, { cents }) => sum + cents, 0n);
        const due = [2000, 850].map(
          (rate) => netOf(rate) + rounded(netOf(rate) * BigInt(rate), 10_000n),
        );
        expect(invoice.totalCents).toBe(due.reduce((sum, one) => sum + one, 0n));
      },
    ),
    { numRuns: 400 },
  );
});

test('BIL-3: a membership that is split anywhere owes the same account-days as the whole, on any day of joining', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('ORDERED' as const, 'METERED' as const),
      ...([anySpan, anyDay, anyFacts] as const),
      (basis, period, middle, facts) => {
        const days = (membership: Span) =>
          membership.end <= membership.start
            ? 0n
            : calculated(basis, period, membership, facts).lines.reduce(
                (sum, { accountDays }) => sum + accountDays,
                0n,
              );
        expect(
          days({ ...wholeMarket, end: middle }) + days({ ...wholeMarket, start: middle }),
        ).toBe(days(wholeMarket));
      },
    ),
  );
});

test.each([
  ['the autumn night of 25 hours', '2022-10-30', '2022-10-31', 365],
  ['the spring night of 23 hours', '2023-03-26', '2023-03-27', 365],
  ['29 February', '2024-02-29', '2024-03-01', 366],
])(
  'BIL-3: a member of one day, %s, owes one day of its contract year',
  (_, joins, leaves, days) => {
    const facts = {
      ...{ orders: [], commitment: [{ from: marketStart, quantity: 365 * 366 }], used: new Map() },
      prices: [10_000, 10_000, 10_000, 10_000],
    };
    const one = { start: dayNumber(joins), end: dayNumber(leaves) };
    const { lines } = calculated(
      'ORDERED',
      { start: one.start - 40, end: one.end + 40 },
      one,
      facts,
    );
    expect(lines.map(({ days: billed, netCents }) => [billed, netCents])).toEqual([
      [1, BigInt((365 * 366 * 100) / days)],
    ]);
  },
);
