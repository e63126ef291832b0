import * as fc from 'fast-check';
import { parseUnitPrice } from '#libs/money';
import {
  type LocalDate,
  type Period,
  addDays,
  contains,
  contractYears,
  daysBetween,
  daysIn,
  eachDay,
  localDate,
  periodOf,
} from '#libs/time';
import { billingPeriodsOf } from '../../members/domain/billing-periods.js';
import { PriceMissing } from './calculation-problems.js';
import {
  type BillableItem,
  type CalculationInput,
  calculateInvoice,
  type InvoiceLine,
} from './invoice-calculation.js';

const market = periodOf('2022-07-19', '2026-07-19');
const price2022 = { from: market.start, unitPrice: parseUnitPrice('2.3500'), vatBasisPoints: 2000 };
const price2023 = (price: string) => ({
  from: localDate('2023-07-19'),
  unitPrice: parseUnitPrice(price),
  vatBasisPoints: 2000,
});
const order = (effectiveFrom: string, delta: number) => ({
  effectiveFrom: localDate(effectiveFrom),
  delta,
});

function pupils(item: Partial<BillableItem> = {}): BillableItem {
  return {
    itemCode: 'ELEVE',
    label: 'Compte élève',
    commitment: [{ from: market.start, quantity: 412 }],
    orders: [order('2022-07-19', 412)],
    usage: [],
    prices: [price2022, price2023('2.3500')],
    ...item,
  };
}

function inputFor(period: Period, item: BillableItem, more: Partial<CalculationInput> = {}) {
  return {
    basis: 'ORDERED' as const,
    floorScope: 'ITEM' as const,
    period,
    membership: market,
    contractYears: contractYears(market.start, market.end),
    items: [item],
    ...more,
  };
}

type WorkedExample = {
  name: string;
  period: Period;
  item: BillableItem;
  pieces: [number, number, number, bigint][];
  totals: [bigint, bigint, bigint];
};

const workedExamples: WorkedExample[] = [
  {
    name: '1 flat',
    period: periodOf('2022-07-19', '2022-10-19'),
    item: pupils(),
    pieces: [[412, 92, 365, 24404n]],
    totals: [24404n, 4881n, 29285n],
  },
  {
    name: '2 +38 on 2022-11-03',
    period: periodOf('2022-10-19', '2023-01-19'),
    item: pupils({ orders: [order('2022-07-19', 412), order('2022-11-03', 38)] }),
    pieces: [
      [412, 15, 365, 3979n],
      [450, 77, 365, 22309n],
    ],
    totals: [26288n, 5258n, 31546n],
  },
  {
    name: '3 leap contract year',
    period: periodOf('2024-01-19', '2024-04-19'),
    item: pupils({ orders: [order('2022-07-19', 450)] }),
    pieces: [[450, 91, 366, 26293n]],
    totals: [26293n, 5259n, 31552n],
  },
  {
    name: '4 across the anniversary',
    period: periodOf('2023-04-19', '2023-10-19'),
    item: pupils({
      orders: [order('2022-07-19', 450), order('2023-09-01', -30)],
      prices: [price2022, price2023('2.4182')],
    }),
    pieces: [
      [450, 91, 365, 26365n],
      [450, 44, 366, 13082n],
      [420, 48, 366, 13320n],
    ],
    totals: [52767n, 10553n, 63320n],
  },
];

describe('BIL-3, basis ORDERED', () => {
  test.each(workedExamples)('worked example $name comes out to the cent', (example) => {
    const invoice = calculateInvoice(inputFor(example.period, example.item));
    expect(
      invoice.lines.map((l) => [l.quantity, l.days, l.daysInContractYear, l.netCents]),
    ).toEqual(example.pieces);
    expect([invoice.netCents, invoice.vatCents, invoice.totalCents]).toEqual(example.totals);
  });

  const quarter = periodOf('2022-07-19', '2022-10-19');

  test('BIL-1: charges the commitment when less is ordered', () => {
    const invoice = calculateInvoice(inputFor(quarter, pupils({ orders: [] })));
    expect(invoice.lines.map((line) => line.quantity)).toEqual([412]);
  });

  test('merges pieces that changes of no consequence would separate', () => {
    const item = pupils({
      orders: [
        order('2022-07-19', 400),
        order('2022-08-01', 12),
        order('2022-09-01', 5),
        order('2022-09-01', -5),
      ],
      prices: [price2022, { ...price2022, from: localDate('2022-09-15') }],
    });
    expect(calculateInvoice(inputFor(quarter, item)).lines).toHaveLength(1);
  });

  test('cuts at a change of VAT rate, and taxes each rate on its own', () => {
    const item = pupils({
      prices: [price2022, { ...price2022, from: localDate('2022-10-01'), vatBasisPoints: 550 }],
    });
    const invoice = calculateInvoice(inputFor(quarter, item));
    // 412 × 74 d = 196.29 (VAT 39.26) and 412 × 18 d = 47.75 (VAT 2.63).
    expect(invoice.vatTotals).toEqual([
      { vatBasisPoints: 2000, netCents: 19629n, vatCents: 3926n },
      { vatBasisPoints: 550, netCents: 4775n, vatCents: 263n },
    ]);
    expect(invoice.totalCents).toBe(19629n + 4775n + 3926n + 263n);
  });

  test('cuts at a change of C, even where B stays the same', () => {
    const item = pupils({
      orders: [order('2022-07-19', 500)],
      commitment: [
        { from: market.start, quantity: 412 },
        { from: localDate('2022-09-01'), quantity: 450 },
      ],
    });
    const { lines } = calculateInvoice(inputFor(quarter, item));
    expect(lines.map((line) => [line.commitment, line.quantity, line.days])).toEqual([
      [412, 500, 44],
      [450, 500, 48],
    ]);
  });

  test('bills only the days of the membership', () => {
    const membership = periodOf('2022-07-19', '2022-07-29');
    const { lines } = calculateInvoice(inputFor(quarter, pupils(), { membership }));
    expect(lines.map((line) => line.accountDays)).toEqual([4120n]);
  });

  test('gives no line where the membership has no day or nothing is billable', () => {
    const membership = periodOf('2023-07-19', '2024-07-19');
    expect(calculateInvoice(inputFor(quarter, pupils(), { membership })).lines).toEqual([]);
    const nothing = pupils({ commitment: [], orders: [] });
    expect(calculateInvoice(inputFor(quarter, nothing)).lines).toEqual([]);
  });

  test('BIL-2: refuses a contract year without a price of its own', () => {
    const item = pupils({ prices: [price2022] });
    const period = periodOf('2023-07-19', '2023-10-19');
    expect(() => calculateInvoice(inputFor(period, item))).toThrow(PriceMissing);
  });
});

describe('BIL-3, basis METERED', () => {
  const quarter = periodOf('2022-07-19', '2022-10-19');
  const usageOf = (period: Period, accounts: number) =>
    [...eachDay(period.start, period.end)].map((date) => ({ date, accounts }));
  const invoiceOf = (item: Partial<BillableItem>) =>
    calculateInvoice(inputFor(quarter, pupils(item), { basis: 'METERED' }));

  test('gives the metered account-days and the complement to the minimum, rounded each', () => {
    const { lines } = invoiceOf({ usage: usageOf(quarter, 400) });
    // 400 × 92 × 2.35 ÷ 365 = 236.93; 12 × 92 × 2.35 ÷ 365 = 7.11.
    expect(lines.map((l) => [l.kind, l.accountDays, l.netCents])).toEqual([
      ['METERED', 36800n, 23693n],
      ['MINIMUM_COMPLEMENT', 1104n, 711n],
    ]);
  });

  test('judges the minimum day by day: a busy day does not make up for a quiet one', () => {
    const busy = usageOf(periodOf('2022-07-19', '2022-07-29'), 512);
    const quiet = usageOf(periodOf('2022-07-29', '2022-10-19'), 402);
    const { lines } = invoiceOf({ usage: [...quiet, ...busy] });
    expect(lines.map((l) => [l.kind, l.accountDays])).toEqual([
      ['METERED', 5120n + 402n * 82n],
      ['MINIMUM_COMPLEMENT', 820n],
    ]);
  });

  test('prints no zero line', () => {
    expect(invoiceOf({ usage: usageOf(quarter, 412) }).lines.map((l) => l.kind)).toEqual([
      'METERED',
    ]);
    expect(invoiceOf({ usage: [] }).lines.map((l) => [l.kind, l.netCents])).toEqual([
      ['MINIMUM_COMPLEMENT', 24404n],
    ]);
  });

  test('does not cut where only the daily quantity or the orders change', () => {
    const item = { usage: usageOf(quarter, 500), orders: [order('2022-09-01', 90)] };
    expect(invoiceOf(item).lines).toHaveLength(1);
  });
});

describe('BIL-1b, floor scope TOTAL', () => {
  const quarter = periodOf('2022-07-19', '2022-10-19');
  type Given = readonly [commitment: number, orders: number, used: number];
  const invoiceOf = (basis: 'ORDERED' | 'METERED', ...items: Given[]) =>
    calculateInvoice({
      ...inputFor(quarter, pupils(), { basis, floorScope: 'TOTAL' }),
      items: items.map(([quantity, delta, accounts], index) =>
        pupils({
          itemCode: `ITEM-${index + 1}`,
          commitment: [{ from: market.start, quantity }],
          orders: [order('2022-07-19', delta)],
          usage: [...eachDay(quarter.start, quarter.end)].map((date) => ({ date, accounts })),
        }),
      ),
    }).lines.map((line) => [line.itemCode, line.kind, line.accountDays]);

  test('bills with ORDERED what was ordered: the total of O holds the floor already', () => {
    expect(invoiceOf('ORDERED', [100, 150, 0], [100, 50, 0])).toEqual([
      ['ITEM-1', 'ORDERED', 150n * 92n],
      ['ITEM-2', 'ORDERED', 50n * 92n],
    ]);
    expect(invoiceOf('ORDERED', [100, 200, 0], [100, 0, 0])).toEqual([
      ['ITEM-1', 'ORDERED', 200n * 92n],
    ]);
  });

  test('shares with METERED what ΣU lacks of ΣC in proportion to C, by largest remainder', () => {
    // 120 of 200: 80 are missing, 40 each, though the first item alone lacks nothing.
    expect(invoiceOf('METERED', [100, 0, 120], [100, 0, 0])).toEqual([
      ['ITEM-1', 'METERED', 120n * 92n],
      ['ITEM-1', 'MINIMUM_COMPLEMENT', 40n * 92n],
      ['ITEM-2', 'MINIMUM_COMPLEMENT', 40n * 92n],
    ]);
    expect(invoiceOf('METERED', [100, 0, 190], [100, 0, 10])).toEqual([
      ['ITEM-1', 'METERED', 190n * 92n],
      ['ITEM-2', 'METERED', 10n * 92n],
    ]);
    // 10 over 5, 3 and 1: 5.56, 3.33 and 1.11, so the one left goes to the first.
    expect(invoiceOf('METERED', [50, 0, 80], [30, 0, 0], [10, 0, 0])).toEqual([
      ['ITEM-1', 'METERED', 80n * 92n],
      ['ITEM-1', 'MINIMUM_COMPLEMENT', 6n * 92n],
      ['ITEM-2', 'MINIMUM_COMPLEMENT', 3n * 92n],
      ['ITEM-3', 'MINIMUM_COMPLEMENT', 1n * 92n],
    ]);
  });

  test('bills on each day the greater of both totals, whatever the items', () => {
    const anyItems = fc.array(fc.tuple(fc.nat(500), fc.constant(0), fc.nat(500)), {
      minLength: 1,
      maxLength: 5,
    });
    fc.assert(
      fc.property(anyItems, (items) => {
        const billed = invoiceOf('METERED', ...items).reduce(
          (sum, line) => sum + Number(line[2]),
          0,
        );
        const sum = (at: 0 | 2) => items.reduce((all, item) => all + item[at], 0);
        expect(billed).toBe(92 * Math.max(sum(0), sum(2)));
      }),
    );
  });
});

describe('BIL-3 for any history', () => {
  const dayInMarket = fc.nat(1459).map((n) => addDays(market.start, n));
  const anyPeriod = fc
    .tuple(fc.nat(1300), fc.integer({ min: 2, max: 160 }))
    .map(([start, days]): Period => ({
      start: addDays(market.start, start),
      end: addDays(market.start, start + days),
    }));
  const yearly = fc
    .array(fc.integer({ min: 1, max: 99_999 }), { minLength: 4, maxLength: 4 })
    .map((prices) =>
      contractYears(market.start, market.end).map((year, index) => ({
        from: year.start,
        unitPrice: BigInt(prices[index] ?? 1),
        vatBasisPoints: index % 2 === 0 ? 2000 : 550,
      })),
    );
  const anyItem = fc.record({
    orders: fc.array(
      fc.record({ effectiveFrom: dayInMarket, delta: fc.integer({ min: -300, max: 300 }) }),
      { maxLength: 12 },
    ),
    commitment: fc.array(fc.record({ from: dayInMarket, quantity: fc.nat(1000) }), {
      maxLength: 3,
    }),
    usage: fc.uniqueArray(fc.record({ date: dayInMarket, accounts: fc.nat(1500) }), {
      selector: (u) => u.date,
      maxLength: 40,
    }),
    prices: yearly,
  });
  const anyBasis = fc.constantFrom('ORDERED' as const, 'METERED' as const);
  const accountDays = (lines: readonly { accountDays: bigint }[]) =>
    lines.reduce((sum, line) => sum + line.accountDays, 0n);

  test('BIL-3: splitting the period anywhere keeps the account-days, and the amount but for the rounding of each line', () => {
    fc.assert(
      fc.property(anyPeriod, anyItem, anyBasis, fc.nat(), (period, item, basis, seed) => {
        const middle = addDays(period.start, 1 + (seed % (daysIn(period) - 1)));
        const of = (part: Period) =>
          calculateInvoice(inputFor(part, pupils(item), { basis })).lines;
        const parts = [
          ...of({ start: period.start, end: middle }),
          ...of({ start: middle, end: period.end }),
        ];
        const whole = of(period);
        for (const kind of ['ORDERED', 'METERED', 'MINIMUM_COMPLEMENT']) {
          const ofKind = (lines: readonly InvoiceLine[]) => lines.filter((l) => l.kind === kind);
          expect(accountDays(ofKind(parts))).toBe(accountDays(ofKind(whole)));
          expect(exactCents(ofKind(parts))).toBe(exactCents(ofKind(whole)));
        }
        expectNoMoreThanRounding(parts, whole);
      }),
    );
  });

  /** Net before any rounding, in cents × the product of the lengths of contract years. */
  const exactCents = (lines: readonly InvoiceLine[]) =>
    lines.reduce(
      (sum, { accountDays: days, unitPrice, daysInContractYear }) =>
        sum + (days * unitPrice * 365n * 366n) / BigInt(daysInContractYear),
      0n,
    );

  /** Half a cent for each line of either. */
  function expectNoMoreThanRounding(
    parts: readonly InvoiceLine[],
    whole: readonly InvoiceLine[],
  ): void {
    const net = (lines: readonly InvoiceLine[]) => lines.reduce((sum, l) => sum + l.netCents, 0n);
    const apart = net(parts) - net(whole);
    const halves = BigInt(parts.length + whole.length);
    expect((apart < 0n ? -apart : apart) * 2n).toBeLessThanOrEqual(halves);
  }

  test('BIL-3: four quarters owe what the year does, minimum included: to the cent but for the rounding of each line', () => {
    const years = contractYears(market.start, market.end);
    fc.assert(
      fc.property(fc.nat(3), anyItem, anyBasis, (index, item, basis) => {
        const year = years[index]!;
        const linesOf = (rhythm: 'QUARTER' | 'YEAR') =>
          billingPeriodsOf(
            { effectiveOn: market.start, endsOn: market.end, contractYearStarts: [], rhythm },
            [],
          )
            .filter(({ start }) => contains(year, start))
            .map((period) => calculateInvoice(inputFor(period, pupils(item), { basis })).lines);
        const [quarters, [whole = []]] = [linesOf('QUARTER'), linesOf('YEAR')];
        expect(quarters).toHaveLength(4);
        const all = quarters.flat();
        for (const kind of ['ORDERED', 'METERED', 'MINIMUM_COMPLEMENT']) {
          const ofKind = (lines: readonly InvoiceLine[]) => lines.filter((l) => l.kind === kind);
          expect(accountDays(ofKind(all))).toBe(accountDays(ofKind(whole)));
          expect(exactCents(ofKind(all))).toBe(exactCents(ofKind(whole)));
        }
        expectNoMoreThanRounding(all, whole);
      }),
    );
  });

  const orderedOn = ({ orders }: { orders: BillableItem['orders'] }, date: string) =>
    orders.reduce((sum, one) => (one.effectiveFrom <= date ? sum + one.delta : sum), 0);

  test('the account-days are those of a count day by day', () => {
    fc.assert(
      fc.property(anyPeriod, anyItem, anyBasis, (period, item, basis) => {
        let expected = 0;
        for (const date of eachDay(period.start, period.end)) {
          const commitment = commitmentOn(item.commitment, date);
          const used = item.usage.find((u) => u.date === date)?.accounts ?? 0;
          const other = basis === 'ORDERED' ? orderedOn(item, date) : used;
          expected += Math.max(commitment, other);
        }
        const { lines } = calculateInvoice(inputFor(period, pupils(item), { basis }));
        expect(accountDays(lines)).toBe(BigInt(expected));
      }),
    );
  });

  test('the sum of lines is the net, and the total is net and VAT', () => {
    fc.assert(
      fc.property(anyPeriod, anyItem, anyBasis, (period, item, basis) => {
        const invoice = calculateInvoice(inputFor(period, pupils(item), { basis }));
        expect(invoice.lines.reduce((sum, line) => sum + line.netCents, 0n)).toBe(invoice.netCents);
        expect(invoice.vatTotals.reduce((sum, t) => sum + t.netCents, 0n)).toBe(invoice.netCents);
        expect(invoice.netCents + invoice.vatCents).toBe(invoice.totalCents);
      }),
    );
  });

  test('the order in which changes are listed is irrelevant', () => {
    fc.assert(
      fc.property(anyPeriod, anyItem, anyBasis, (period, item, basis) => {
        const reversed = {
          ...item,
          orders: [...item.orders].reverse(),
          usage: [...item.usage].reverse(),
          prices: [...item.prices].reverse(),
        };
        expect(calculateInvoice(inputFor(period, pupils(reversed), { basis }))).toEqual(
          calculateInvoice(inputFor(period, pupils(item), { basis })),
        );
      }),
    );
  });

  test('the pieces of an item follow each other and differ from their neighbours', () => {
    fc.assert(
      fc.property(anyPeriod, anyItem, (period, item) => {
        const { lines } = calculateInvoice(inputFor(period, pupils(item)));
        for (const [index, line] of lines.slice(1).entries()) {
          const previous = lines[index]!;
          expect(daysBetween(previous.period.end, line.period.start)).toBeGreaterThanOrEqual(0);
          const key = (l: typeof line) =>
            [l.quantity, l.commitment, l.unitPrice, l.vatBasisPoints, l.daysInContractYear].join();
          const isAnniversary = contractYears(market.start, market.end).some(
            (year) => year.start === line.period.start,
          );
          if (previous.period.end === line.period.start && !isAnniversary) {
            expect(key(previous)).not.toBe(key(line));
          }
        }
      }),
    );
  });
});

function commitmentOn(
  entries: readonly { from: LocalDate; quantity: number }[],
  date: LocalDate,
): number {
  let found: { from: LocalDate; quantity: number } | undefined;
  for (const entry of entries) {
    if (entry.from <= date && (found === undefined || entry.from >= found.from)) found = entry;
  }
  return found?.quantity ?? 0;
}
