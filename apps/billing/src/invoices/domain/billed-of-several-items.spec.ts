import fc from 'fast-check';
import { contractYears } from '#libs/time';
import {
  dayOf,
  marketEnd,
  marketStart,
  yearOf,
  yearStarts,
} from '../../../test/market-days.test-support.js';
import { type BillableItem, calculateInvoice } from './invoice-calculation.js';

/**
 * Goal: BIL-1, BIL-1b and BIL-3 a second time for several items, both floors and both bases, with prices and rates that
 * are revised on any day. Method: as in billed-day-by-day.spec.ts, from the rules and not from our code: days are
 * numbers, each is looked at by itself, equal neighbours are one piece, amounts are fractions of whole numbers.
 */

const anyDay = fc.integer({ min: marketStart, max: marketEnd - 1 });
const anyItem = fc.record({
  commitment: fc.uniqueArray(
    fc.record({ from: fc.oneof(fc.constant(marketStart), anyDay), quantity: fc.nat(40) }),
    { maxLength: 3, selector: ({ from }) => from },
  ),
  orders: fc.array(fc.record({ on: anyDay, delta: fc.nat(20) }), { maxLength: 4 }),
  used: fc.array(fc.tuple(anyDay, fc.nat(90)), { maxLength: 200 }).map((all) => new Map(all)),
  revisions: fc.array(
    fc.record({
      on: anyDay,
      price: fc.integer({ min: 1, max: 40_000 }),
      vat: fc.constantFrom(2000, 550),
    }),
    { maxLength: 3 },
  ),
});
const anyFacts = fc.record({
  ...{ items: fc.array(anyItem, { minLength: 1, maxLength: 3 }), start: anyDay },
  ...{ days: fc.integer({ min: 1, max: 366 }), joins: fc.oneof(fc.constant(marketStart), anyDay) },
  basis: fc.constantFrom('ORDERED' as const, 'METERED' as const),
  floorScope: fc.constantFrom('ITEM' as const, 'TOTAL' as const),
});
type Value<Of> = Of extends fc.Arbitrary<infer One> ? One : never;
type Item = Value<typeof anyItem>;
type Facts = Value<typeof anyFacts>;

/** A price for each contract year, since none is carried over; of one day the last. */
const pricesOf = ({ revisions }: Item) => {
  const yearly = yearStarts
    .slice(0, 4)
    .map((on, year) => ({ on, price: 23_500 + year, vat: 2000 }));
  return [...new Map([...yearly, ...revisions].map((one) => [one.on, one])).values()];
};
const latest = <One extends { readonly from: number }>(all: readonly One[], day: number) =>
  all.filter(({ from }) => from <= day).sort((a, b) => b.from - a.from)[0];
const committedOn = ({ commitment }: Item, day: number) => latest(commitment, day)?.quantity ?? 0;
const orderedOn = ({ orders }: Item, day: number) =>
  orders.reduce((sum, { on, delta }) => (on <= day ? sum + delta : sum), 0);
const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0);

/** What each item lacks on a day; of all together, whole accounts by C, the rest to the largest remainders. */
function lackingOn({ items, floorScope }: Facts, day: number): number[] {
  const committed = items.map((item) => committedOn(item, day));
  const used = items.map((item) => item.used.get(day) ?? 0);
  if (floorScope === 'ITEM') return committed.map((c, at) => Math.max(0, c - used[at]!));
  const [all, lacks] = [sum(committed), Math.max(0, sum(committed) - sum(used))];
  if (all === 0) return committed.map(() => 0);
  const whole = committed.map((c) => Math.floor((lacks * c) / all));
  const byRemainder = committed
    .map((c, at) => ({ at, remainder: (lacks * c) % all }))
    .sort((a, b) => b.remainder - a.remainder || a.at - b.at);
  const more = new Set(byRemainder.slice(0, lacks - sum(whole)).map(({ at }) => at));
  return whole.map((share, at) => share + (more.has(at) ? 1 : 0));
}

function billedAgain(facts: Facts): string[] {
  const { items, start, days, joins, basis, floorScope } = facts;
  const from = Math.max(start, joins);
  const billed = Array.from({ length: Math.max(0, Math.min(start + days, marketEnd) - from) });
  const every = billed.map((_, at) => from + at);
  const lacking = new Map(every.map((day) => [day, lackingOn(facts, day)]));
  return items.flatMap((item, at) => {
    const prices = pricesOf(item).map(({ on, ...price }) => ({ from: on, ...price }));
    const ordered = (day: number) =>
      Math.max(floorScope === 'ITEM' ? committedOn(item, day) : 0, orderedOn(item, day));
    const pieces: { key: string; days: number[] }[] = [];
    for (const day of every) {
      const { price, vat } = latest(prices, day)!;
      const quantity = basis === 'ORDERED' ? ordered(day) : 'varies';
      const key = [yearOf(day), price, vat, committedOn(item, day), quantity].join();
      if (pieces.at(-1)?.key === key) pieces.at(-1)!.days.push(day);
      else pieces.push({ key, days: [day] });
    }
    return pieces.flatMap((piece) => {
      const [first, last] = [piece.days[0]!, piece.days.at(-1)!];
      const { price, vat } = latest(prices, first)!;
      const line = (kind: string, quantityOn: (day: number) => number) => {
        const accountDays = sum(piece.days.map(quantityOn));
        const year = BigInt(yearStarts[yearOf(first) + 1]! - yearStarts[yearOf(first)]!) * 100n;
        const cents = (2n * BigInt(accountDays) * BigInt(price) + year) / (2n * year);
        const said = [at, kind, dayOf(first), dayOf(last + 1), accountDays, price, vat, cents];
        return accountDays === 0 ? [] : [said.join('|')];
      };
      return basis === 'ORDERED'
        ? line('ORDERED', ordered)
        : [
            ...line('METERED', (day) => item.used.get(day) ?? 0),
            ...line('MINIMUM_COMPLEMENT', (day) => lacking.get(day)![at]!),
          ];
    });
  });
}

test('BIL-1b, BIL-3: several items, each floor and each basis, as a second calculation has it', () => {
  fc.assert(
    fc.property(anyFacts, (facts) => {
      const { items, start, days, joins, basis, floorScope } = facts;
      const { lines } = calculateInvoice({
        ...{ basis, floorScope },
        period: { start: dayOf(start), end: dayOf(Math.min(start + days, marketEnd)) },
        membership: { start: dayOf(joins), end: dayOf(marketEnd) },
        contractYears: contractYears(dayOf(marketStart), dayOf(marketEnd)),
        items: items.map((item, at): BillableItem => ({
          ...{ itemCode: String(at), label: `Compte ${at}` },
          commitment: item.commitment.map((one) => ({ ...one, from: dayOf(one.from) })),
          orders: item.orders.map(({ on, delta }) => ({ effectiveFrom: dayOf(on), delta })),
          usage: [...item.used].map(([day, accounts]) => ({ date: dayOf(day), accounts })),
          prices: pricesOf(item).map(({ on, price, vat }) => ({
            ...{ from: dayOf(on), unitPrice: BigInt(price), vatBasisPoints: vat },
          })),
        })),
      });
      const said = lines.map((one) =>
        [
          ...[one.itemCode, one.kind, one.period.start, one.period.end, one.accountDays],
          ...[one.unitPrice, one.vatBasisPoints, one.netCents],
        ].join('|'),
      );
      expect(said).toEqual(billedAgain(facts));
    }),
    { numRuns: 400 },
  );
});
