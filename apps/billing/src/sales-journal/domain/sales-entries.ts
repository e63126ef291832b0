import type { Cents } from '#libs/money';
import type { LocalDate } from '#libs/time';

/** An issued document, as the books of the supplier take it. */
export type IssuedSale = {
  readonly number: string;
  readonly issuedOn: LocalDate;
  /** A credit note stands on the other sides. */
  readonly isCredit: boolean;
  readonly buyer: { readonly siren: string; readonly name: string };
  /** One for each rate; net and VAT are never negative. */
  readonly vatTotals: readonly {
    readonly vatBasisPoints: number;
    readonly netCents: Cents;
    readonly vatCents: Cents;
  }[];
};

/** The 18 fields of a line, in the order and under the names of art. A47 A-1 of the LPF. */
export const fecColumns = [
  'JournalCode',
  'JournalLib',
  'EcritureNum',
  'EcritureDate',
  'CompteNum',
  'CompteLib',
  'CompAuxNum',
  'CompAuxLib',
  'PieceRef',
  'PieceDate',
  'EcritureLib',
  'Debit',
  'Credit',
  'EcritureLet',
  'DateLet',
  'ValidDate',
  'Montantdevise',
  'Idevise',
] as const;

// Plan comptable général; a supplier whose plan is finer maps them when it reads the file.
const accounts = {
  customers: ['411000', 'Clients'],
  sales: ['706000', 'Prestations de services'],
  vat: ['445710', 'TVA collectée'],
} as const;

/**
 * The file: a heading, then for each document, in the order of their numbers, one entry of two lines or more, whose
 * debits and credits are equal. An entry is numbered as its document, whose numbers have no gap in their series: the
 * files of two markets or years of one supplier never number two entries alike. Fields are parted by tabs, days are AAAAMMJJ, amounts have a comma. Throws RangeError for
 * a negative amount, which no document of ours has (BIL-8).
 */
export function fecOf(sales: readonly IssuedSale[]): string {
  const lines = sales.flatMap(entryOf);
  return [fecColumns, ...lines].map((line) => `${line.join('\t')}\r\n`).join('');
}

function entryOf(sale: IssuedSale): string[][] {
  const { number, isCredit, buyer, vatTotals } = sale;
  const label = `${isCredit ? 'Avoir' : 'Facture'} ${number} ${buyer.name}`;
  const total = vatTotals.reduce((sum, { netCents, vatCents }) => sum + netCents + vatCents, 0n);
  const line = (
    [account, title]: readonly [string, string],
    cents: Cents,
    isDebit: boolean,
    auxiliary: readonly [string, string] = ['', ''],
  ): string[] => [
    ...['VE', 'Ventes', number, dayOf(sale.issuedOn)],
    ...[account, title, ...auxiliary.map(plainText)],
    ...[number, dayOf(sale.issuedOn), plainText(label)],
    ...[amountOf(isDebit ? cents : 0n), amountOf(isDebit ? 0n : cents)],
    ...['', '', dayOf(sale.issuedOn), '', ''],
  ];
  const owed = !isCredit;
  return [
    line(accounts.customers, total, owed, [buyer.siren, buyer.name]),
    ...vatTotals.map(({ netCents }) => line(accounts.sales, netCents, !owed)),
    ...vatTotals
      .filter(({ vatCents }) => vatCents !== 0n)
      .map(({ vatCents }) => line(accounts.vat, vatCents, !owed)),
  ];
}

/** A tab or an end of line would part fields. */
const plainText = (text: string): string => text.replace(/\s+/g, ' ').trim();
const dayOf = (day: LocalDate): string => day.replaceAll('-', '');

function amountOf(cents: Cents): string {
  if (cents < 0n) throw new RangeError('A side of an entry is never negative');
  return `${cents / 100n},${String(cents % 100n).padStart(2, '0')}`;
}
