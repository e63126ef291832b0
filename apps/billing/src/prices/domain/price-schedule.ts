import type { UnitPrice } from '#libs/money';
import { defineProblem, pointsToMend } from '#libs/problems';
import { type LocalDate, type Period, contains, frenchDate, maxDate, overlaps } from '#libs/time';

/** A price excluding VAT per account and contract year, with its VAT rate, from a day on (BIL-2). */
export type PriceEntry = {
  readonly itemCode: string;
  readonly effectiveFrom: LocalDate;
  readonly unitPrice: UnitPrice;
  readonly vatBasisPoints: number;
};

/** As a file states it: the line says where. */
export type PriceLine = PriceEntry & { readonly line?: number };

/** What the prices are judged against: the market's items and contract years. */
export type PriceFrame = {
  readonly itemCodes: readonly string[];
  readonly contractYears: readonly Period[];
  /** Days of an item for which some invoice or draft has a line: their price stands (MKT-6). */
  readonly invoiced: readonly InvoicedDays[];
};

export type InvoicedDays = { readonly itemCode: string; readonly period: Period };

export type PriceFault = { readonly line: number; readonly message: string };

export class PricesInvalid extends defineProblem('PRICES_INVALID', 'invalid') {
  constructor(faults: readonly PriceFault[]) {
    const first = faults[0];
    super(
      `Le fichier de prix n’a pas été importé : ${pointsToMend(faults.length)}, le premier à la ligne ${first?.line ?? 0} : ${first?.message ?? ''}`,
      { faults: faults.slice(0, 50) },
    );
  }
}

export class PriceAlreadyInvoiced extends defineProblem('PRICE_ALREADY_INVOICED', 'conflict') {
  constructor(entry: PriceEntry, invoicedUntil: LocalDate) {
    super(
      `Le prix de « ${entry.itemCode} » au ${frenchDate(entry.effectiveFrom)} concerne des jours déjà facturés : faites-le commencer le ${frenchDate(invoicedUntil)} au plus tôt, ou passez par un avoir.`,
      { itemCode: entry.itemCode, effectiveFrom: entry.effectiveFrom, invoicedUntil },
    );
  }
}

/**
 * Those entries of a file that say something new. Throws PricesInvalid with all faults of the file
 * together, PriceAlreadyInvoiced where a new entry would change the price of a day for which its item
 * is invoiced. A price that was forgotten may still come while other items are invoiced.
 */
export function newEntries(
  file: readonly PriceLine[],
  current: readonly PriceEntry[],
  frame: PriceFrame,
): PriceEntry[] {
  const faults = file.flatMap((entry, index) => faultOf(entry, index, file, frame));
  if (faults.length > 0) throw new PricesInvalid(faults);
  const changed = file.filter((entry) => !current.some((known) => isSame(known, entry)));
  for (const entry of changed) {
    const days = daysPricedBy(entry, [...current, ...file], frame.contractYears);
    const invoiced = frame.invoiced.filter(({ itemCode }) => itemCode === entry.itemCode);
    if (invoiced.some(({ period }) => overlaps(period, days))) {
      throw new PriceAlreadyInvoiced(
        entry,
        maxDate(days.start, ...invoiced.map(({ period }) => period.end)),
      );
    }
  }
  return changed;
}

/** In force on a day of a contract year: none of an earlier year is carried over (BIL-2). */
export function priceOn(
  entries: readonly PriceEntry[],
  itemCode: string,
  { year, on }: { readonly year: Period; readonly on: LocalDate },
): UnitPrice | undefined {
  const prices = entries.filter(
    (entry) =>
      entry.itemCode === itemCode && entry.effectiveFrom <= on && entry.effectiveFrom >= year.start,
  );
  return prices.sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? 1 : -1))[0]?.unitPrice;
}

/** From its day to the item's next price, or to the end of its contract year: no price is carried over (BIL-2). */
export function daysPricedBy(
  entry: PriceEntry,
  entries: readonly PriceEntry[],
  contractYears: readonly Period[],
): Period {
  const start = entry.effectiveFrom;
  const ends = [
    ...contractYears.filter((year) => contains(year, start)).map((year) => year.end),
    ...entries
      .filter(({ itemCode, effectiveFrom }) => itemCode === entry.itemCode && effectiveFrom > start)
      .map(({ effectiveFrom }) => effectiveFrom),
  ];
  return { start, end: ends.reduce((first, end) => (end < first ? end : first)) };
}

function faultOf(
  entry: PriceLine,
  index: number,
  file: readonly PriceLine[],
  frame: PriceFrame,
): PriceFault[] {
  const line = entry.line ?? index + 1;
  if (!frame.itemCodes.includes(entry.itemCode)) {
    return [
      {
        line,
        message: `l’article « ${entry.itemCode.slice(0, 60)} » n’est pas au marché (${frame.itemCodes.join(', ')}).`,
      },
    ];
  }
  if (!frame.contractYears.some((year) => contains(year, entry.effectiveFrom))) {
    return [
      { line, message: `le ${frenchDate(entry.effectiveFrom)} n’est dans aucune année du marché.` },
    ];
  }
  const twin = file.findIndex(
    (other) => other.itemCode === entry.itemCode && other.effectiveFrom === entry.effectiveFrom,
  );
  if (twin < index) {
    return [
      { line, message: `même article et même date que la ligne ${file[twin]?.line ?? twin + 1}.` },
    ];
  }
  return [];
}

function isSame(known: PriceEntry, entry: PriceEntry): boolean {
  return (
    known.itemCode === entry.itemCode &&
    known.effectiveFrom === entry.effectiveFrom &&
    known.unitPrice === entry.unitPrice &&
    known.vatBasisPoints === entry.vatBasisPoints
  );
}
