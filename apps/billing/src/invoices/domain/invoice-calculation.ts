import { type Cents, type UnitPrice, amountOf, vatOf } from '#libs/money';
import {
  type ContractYear,
  type LocalDate,
  type Period,
  type QuantityChange,
  type Step,
  byDay,
  contains,
  daysIn,
  eachDay,
  inForceOn,
  intersection,
  quantityOn,
  splitAt,
  timelineOf,
} from '#libs/time';
import { ContractYearMissing, PriceMissing } from './calculation-problems.js';

/** B(d) = max(C, O) with ORDERED, max(C, U) with METERED (BIL-1). */
export type BillingBasis = 'ORDERED' | 'METERED';

/** Whether C is a floor of each item, or of all of them together (COM-1, BIL-1b). */
export type FloorScope = 'ITEM' | 'TOTAL';

/** Price and VAT rate in force from a day on (BIL-2); the day may be a revision inside a contract year. */
export type PriceFrom = {
  readonly from: LocalDate;
  readonly unitPrice: UnitPrice;
  readonly vatBasisPoints: number;
};

/** Open accounts at the end of a day (MTR-1); a day that is not listed counts 0. */
export type UsageOnDay = { readonly date: LocalDate; readonly accounts: number };

export type BillableItem = {
  readonly itemCode: string;
  readonly label: string;
  /** C(d), in any order. */
  readonly commitment: readonly Step[];
  /** Needed with ORDERED; any order. */
  readonly orders: readonly QuantityChange[];
  /** Needed with METERED; any order, each day at most once. */
  readonly usage: readonly UsageOnDay[];
  readonly prices: readonly PriceFrom[];
};

export type CalculationInput = {
  readonly basis: BillingBasis;
  readonly floorScope: FloorScope;
  readonly period: Period;
  /** `[from, to)`: outside, C, O and U are 0. */
  readonly membership: Period;
  readonly contractYears: readonly ContractYear[];
  readonly items: readonly BillableItem[];
};

/** DIFFERENCE: what is owed more or less than was invoiced, as one amount (BIL-8). */
export type InvoiceLineKind = 'ORDERED' | 'METERED' | 'MINIMUM_COMPLEMENT' | 'DIFFERENCE';

/** One printed line: the figures that its amount was made of, and nothing that was rounded before. */
export type InvoiceLine = {
  readonly itemCode: string;
  readonly label: string;
  readonly kind: InvoiceLineKind;
  readonly period: Period;
  readonly days: number;
  readonly daysInContractYear: number;
  /** B(d) on each day of the piece with ORDERED, below C only with scope TOTAL; null where the quantity varies by day. */
  readonly quantity: number | null;
  /** C on each day of the piece. */
  readonly commitment: number;
  readonly accountDays: bigint;
  readonly unitPrice: UnitPrice;
  readonly vatBasisPoints: number;
  readonly netCents: Cents;
};

export type VatTotal = {
  readonly vatBasisPoints: number;
  readonly netCents: Cents;
  readonly vatCents: Cents;
};

export type InvoiceTotals = {
  readonly vatTotals: readonly VatTotal[];
  readonly netCents: Cents;
  readonly vatCents: Cents;
  readonly totalCents: Cents;
};

export type InvoiceCalculation = InvoiceTotals & { readonly lines: readonly InvoiceLine[] };

/**
 * BIL-3: the lines and totals of one membership for one period. Exact arithmetic; each line is
 * rounded once, halves away from zero, and VAT once per rate. Throws PriceMissing where a day of
 * the membership has no price in its contract year.
 */
export function calculateInvoice(input: CalculationInput): InvoiceCalculation {
  const billed = intersection(input.period, input.membership);
  if (billed === undefined) return { lines: [], ...totalsOf([]) };
  const items = input.basis === 'METERED' ? withComplement(input, billed) : input.items;
  const lines = items.flatMap((item) => linesOf(item, billed, input));
  return { lines, ...totalsOf(lines) };
}

/** BIL-1b: by day what ΣU lacks of ΣC, shared over the items in proportion to C. With scope ITEM each lacks its own. */
function withComplement({ items, floorScope }: CalculationInput, billed: Period): MeteredItem[] {
  const metered = items.map((item) => ({
    item,
    commitment: byDay(item.commitment),
    usage: new Map(item.usage.map(({ date, accounts }) => [date, accounts])),
    complement: new Map<LocalDate, number>(),
  }));
  for (const date of eachDay(billed.start, billed.end)) {
    const committed = metered.map(({ commitment }) => quantityOn(commitment, date));
    const used = metered.map(({ usage }) => usage.get(date) ?? 0);
    const short =
      floorScope === 'ITEM'
        ? committed.map((quantity, index) => Math.max(0, quantity - (used[index] ?? 0)))
        : shareOut(Math.max(0, total(committed) - total(used)), committed);
    for (const [index, { complement }] of metered.entries())
      complement.set(date, short[index] ?? 0);
  }
  return metered.map(({ item, complement }) => ({ ...item, complement }));
}

/**
 * Whole accounts in proportion to weights, by largest remainder; of equal remainders the earlier item's goes first.
 * Together they are the quantity, as long as any weight is positive.
 */
function shareOut(quantity: number, weights: readonly number[]): number[] {
  const all = total(weights);
  if (all === 0) return weights.map(() => 0);
  const exact = weights.map((weight) => BigInt(quantity) * BigInt(weight));
  const shares = exact.map((product) => Number(product / BigInt(all)));
  const remainders = exact.map((product, index) => ({ index, left: product % BigInt(all) }));
  const left = quantity - total(shares);
  for (const { index } of remainders
    .sort((a, b) => (a.left === b.left ? a.index - b.index : a.left > b.left ? -1 : 1))
    .slice(0, left)) {
    shares[index] = (shares[index] ?? 0) + 1;
  }
  return shares;
}

const total = (quantities: readonly number[]): number =>
  quantities.reduce((sum, quantity) => sum + quantity, 0);

/** Net = sum of lines; VAT = round(net per rate × rate); total = net + VAT (BIL-3). */
export function totalsOf(
  lines: readonly Pick<InvoiceLine, 'netCents' | 'vatBasisPoints'>[],
): InvoiceTotals {
  const rates = [...new Set(lines.map((line) => line.vatBasisPoints))].sort((a, b) => b - a);
  const vatTotals = rates.map((vatBasisPoints) => {
    const netCents = sum(
      lines.filter((line) => line.vatBasisPoints === vatBasisPoints).map((line) => line.netCents),
    );
    return { vatBasisPoints, netCents, vatCents: vatOf(netCents, vatBasisPoints) };
  });
  const netCents = sum(vatTotals.map((total) => total.netCents));
  const vatCents = sum(vatTotals.map((total) => total.vatCents));
  return { vatTotals, netCents, vatCents, totalCents: netCents + vatCents };
}

/** Whether both say the same of every figure that is printed. */
export function sameLines(left: readonly InvoiceLine[], right: readonly InvoiceLine[]): boolean {
  return fingerprint(left) === fingerprint(right);
}

function fingerprint(lines: readonly InvoiceLine[]): string {
  return lines
    .map((line) =>
      [
        line.itemCode,
        line.kind,
        line.period.start,
        line.period.end,
        line.quantity,
        line.commitment,
        line.accountDays,
        line.unitPrice,
        line.vatBasisPoints,
        line.netCents,
      ].join('|'),
    )
    .join('\n');
}

type Piece = {
  readonly period: Period;
  readonly contractYear: ContractYear;
  readonly price: PriceFrom;
  readonly commitment: number;
  /** B(d) with ORDERED; undefined with METERED, where the daily quantity does not cut. */
  readonly billable: number | undefined;
};

/** With METERED: what each day lacks of the minimum, as this item's share. */
type MeteredItem = BillableItem & { readonly complement?: ReadonlyMap<LocalDate, number> };

function linesOf(given: MeteredItem, billed: Period, input: CalculationInput): InvoiceLine[] {
  const item = { ...given, commitment: byDay(given.commitment), prices: byDay(given.prices) };
  const pieces = mergeEqual(cut(item, billed, input));
  return pieces.flatMap((piece) =>
    input.basis === 'ORDERED' ? orderedLines(item, piece) : meteredLines(item, piece),
  );
}

/** Cuts at every day on which anything could change; mergeEqual then undoes the needless cuts. */
function cut(item: BillableItem, billed: Period, input: CalculationInput): Piece[] {
  const days = [
    ...input.contractYears.map((year) => year.start),
    ...item.prices.map((price) => price.from),
    ...item.commitment.map((commitment) => commitment.from),
    ...(input.basis === 'ORDERED' ? item.orders.map((order) => order.effectiveFrom) : []),
  ];
  const ordered = timelineOf(item.orders);
  return splitAt(billed, days).map((period) => {
    const contractYear = contractYearAt(input.contractYears, period.start);
    const commitment = quantityOn(item.commitment, period.start);
    return {
      period,
      contractYear,
      price: priceAt(item, contractYear, period.start),
      commitment,
      billable:
        input.basis === 'ORDERED'
          ? // With TOTAL the sum of O holds the floor already (BIL-1b).
            Math.max(
              input.floorScope === 'ITEM' ? commitment : 0,
              quantityOn(ordered, period.start),
            )
          : undefined,
    };
  });
}

function mergeEqual(pieces: readonly Piece[]): Piece[] {
  const merged: Piece[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (last !== undefined && areEqual(last, piece)) {
      merged[merged.length - 1] = {
        ...last,
        period: { start: last.period.start, end: piece.period.end },
      };
    } else {
      merged.push(piece);
    }
  }
  return merged;
}

function areEqual(left: Piece, right: Piece): boolean {
  return (
    left.contractYear.start === right.contractYear.start &&
    left.price.unitPrice === right.price.unitPrice &&
    left.price.vatBasisPoints === right.price.vatBasisPoints &&
    left.commitment === right.commitment &&
    left.billable === right.billable
  );
}

function orderedLines(item: BillableItem, piece: Piece): InvoiceLine[] {
  const quantity = piece.billable ?? 0;
  const accountDays = BigInt(quantity) * BigInt(daysIn(piece.period));
  return lineUnlessZero(item, piece, 'ORDERED', accountDays, quantity);
}

/** Two lines, each rounded on its own: one to match with the meter, one with the contract (BIL-3). */
function meteredLines(item: MeteredItem, piece: Piece): InvoiceLine[] {
  const usage = item.usage.filter(({ date }) => contains(piece.period, date));
  const used = total(usage.map(({ accounts }) => accounts));
  const days = [...eachDay(piece.period.start, piece.period.end)];
  const short = total(days.map((date) => item.complement?.get(date) ?? 0));
  return [
    ...lineUnlessZero(item, piece, 'METERED', BigInt(used), null),
    ...lineUnlessZero(item, piece, 'MINIMUM_COMPLEMENT', BigInt(short), null),
  ];
}

function lineUnlessZero(
  item: BillableItem,
  piece: Piece,
  kind: InvoiceLineKind,
  accountDays: bigint,
  quantity: number | null,
): InvoiceLine[] {
  if (accountDays === 0n) return [];
  const { unitPrice, vatBasisPoints } = piece.price;
  return [
    {
      itemCode: item.itemCode,
      label: item.label,
      kind,
      period: piece.period,
      days: daysIn(piece.period),
      daysInContractYear: piece.contractYear.days,
      quantity,
      commitment: piece.commitment,
      accountDays,
      unitPrice,
      vatBasisPoints,
      netCents: amountOf(accountDays, unitPrice, piece.contractYear.days),
    },
  ];
}

function contractYearAt(years: readonly ContractYear[], date: LocalDate): ContractYear {
  const year = years.find((candidate) => contains(candidate, date));
  if (year === undefined) throw new ContractYearMissing(date);
  return year;
}

/** A price of an earlier contract year is not carried over: the BPU gives one for each (BIL-2). */
function priceAt(item: BillableItem, year: ContractYear, date: LocalDate): PriceFrom {
  const price = inForceOn(item.prices, date);
  if (price === undefined || price.from < year.start) {
    throw new PriceMissing(item.itemCode, item.label, date);
  }
  return price;
}

function sum(amounts: readonly Cents[]): Cents {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
