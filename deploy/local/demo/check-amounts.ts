import { addDays, daysBetween, type LocalDate, localDate } from '#libs/time';
import { formatCount, formatEuros } from '#libs/money';
import type { Check, InvoiceFigures } from './figures.js';
import { isCreditNote } from './list-invoices.js';
import { problemsOr } from './checks.js';
import { revisionsTold, type YearPrice } from './price-revisions.js';

type Steps = readonly { readonly from: string; readonly quantity: number }[];

/** What a member owes by the facts as they stand today, corrections of the past included. */
export type Owing = {
  readonly member: string;
  readonly startsOn: string;
  readonly endsOn: string;
  readonly committed: Steps;
  readonly ordered: Steps;
};

/**
 * Invoices less credit notes of each member and quarter are what a second calculation comes to, day by day from the
 * ledgers and the BPU's own file; it shares no code with billing (BIL-1, BIL-3, BIL-8).
 */
export function checkAmounts(
  quarters: readonly (readonly [LocalDate, LocalDate])[],
  owing: readonly Owing[],
  prices: readonly YearPrice[],
  invoices: readonly InvoiceFigures[],
): Check {
  let sum = 0n;
  let periods = 0;
  const faults: string[] = [];
  for (const one of owing) {
    for (const [start, end] of quarters) {
      const { net, vat } = owedFor(one, start, end, prices);
      const documents = invoices.filter(
        ({ member, endsOn, status }) =>
          member === one.member && status === 'FINALISED' && endsOn === end,
      );
      const billed = (pick: (invoice: InvoiceFigures) => string) =>
        documents.reduce(
          (total, each) => total + (isCreditNote(each) ? -1n : 1n) * BigInt(pick(each)),
          0n,
        );
      const [netBilled, vatBilled] = [
        billed(({ netCents }) => netCents),
        billed(({ vatCents }) => vatCents),
      ];
      sum += net + vat;
      periods += documents.length > 0 ? 1 : 0;
      if (net !== netBilled || vat !== vatBilled)
        faults.push(
          `${one.member} au ${end} : ${formatEuros(net + vat)} dus, ${formatEuros(netBilled + vatBilled)} facturés`,
        );
    }
  }
  const revision = revisionsTold(prices);
  return {
    name: 'amounts',
    title: 'Factures − avoirs = second calcul, jour par jour, d’après les faits d’aujourd’hui',
    holds: faults.length === 0 && periods > 0,
    detail: problemsOr(
      faults,
      `${formatCount(periods)} trimestres, ${formatEuros(sum)} TTC${revision === '' ? '' : `, prix révisé ${revision}`}`,
    ),
  };
}

function owedFor(
  { startsOn, endsOn, committed, ordered }: Owing,
  start: LocalDate,
  end: LocalDate,
  prices: readonly YearPrice[],
): { net: bigint; vat: bigint } {
  // Days in a row of one quantity and one contract year: each such piece is rounded by itself.
  const pieces: { quantity: number; year: YearPrice; days: number }[] = [];
  for (let day = start; day < end; day = addDays(day, 1)) {
    if (startsOn === '' || day < startsOn || day >= endsOn) continue;
    const quantity = Math.max(valueOn(committed, day), valueOn(ordered, day));
    const year = prices.findLast(({ from }) => from <= day);
    if (quantity === 0 || !year) continue;
    const last = pieces.at(-1);
    if (last?.quantity === quantity && last.year === year) last.days += 1;
    else pieces.push({ quantity, year, days: 1 });
  }
  const net = pieces.reduce((total, { quantity, year, days }) => {
    const following = prices[prices.indexOf(year) + 1]?.from ?? anniversary(year.from);
    const length = BigInt(daysBetween(localDate(year.from), localDate(following)));
    return total + rounded(BigInt(quantity * days) * year.tenThousandths, 100n * length);
  }, 0n);
  const percent = pieces[0]?.year.vatPercent ?? 0n;
  return { net, vat: rounded(net * percent, 100n) };
}

const anniversary = (day: string): string => `${Number(day.slice(0, 4)) + 1}${day.slice(4)}`;

/** Half away from zero; nothing here is negative. */
const rounded = (top: bigint, bottom: bigint): bigint => (2n * top + bottom) / (2n * bottom);

const valueOn = (steps: Steps, day: string): number =>
  steps.findLast(({ from }) => from <= day)?.quantity ?? 0;

/** The prices of the BPU's file, whose four columns are item, first day, price and VAT. */
export function readPrices(csv: string): YearPrice[] {
  const [, ...lines] = csv.trim().split('\n');
  return lines.map((line) => {
    const [, from = '', price = '', vat = ''] = line.split(';');
    return {
      from,
      tenThousandths: BigInt(price.replace(',', '')),
      vatPercent: BigInt(vat.trim()),
    };
  });
}
