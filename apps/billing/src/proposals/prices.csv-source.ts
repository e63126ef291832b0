import { parse } from 'csv-parse/sync';
import { parseUnitPrice, parseVatRate } from '#libs/money';
import { DomainError } from '#libs/problems';
import { localDate } from '#libs/time';
import { type PriceEntry, type PriceFault, PricesInvalid } from '../prices/prices.module.js';

const columns = ['item', 'contract_year_from', 'unit_price', 'vat_percent'] as const;
type Column = (typeof columns)[number];
const bytesMax = 200_000;
const entriesMax = 1000;

/**
 * Reads the BPU: semicolons, UTF-8, header `item;contract_year_from;unit_price;vat_percent`, prices
 * excluding VAT with up to four decimals. All faults of the file come together in PricesInvalid.
 */
export function pricesFromCsv(content: Uint8Array): PriceEntry[] {
  const rows = rowsOf(content);
  if (rows.length > entriesMax) {
    throw new PricesInvalid([
      { line: entriesMax + 2, message: `le fichier a plus de ${entriesMax} prix.` },
    ]);
  }
  const faults: PriceFault[] = [];
  const entries = rows.flatMap((row, index) => {
    try {
      return [entryOf(row)];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      faults.push({ line: index + 2, message: error.message });
      return [];
    }
  });
  if (faults.length > 0) throw new PricesInvalid(faults);
  if (entries.length === 0) {
    throw new PricesInvalid([{ line: 2, message: 'le fichier ne contient aucun prix.' }]);
  }
  return entries;
}

function rowsOf(content: Uint8Array): Record<Column, string>[] {
  if (content.byteLength > bytesMax) {
    throw new PricesInvalid([{ line: 1, message: 'le fichier dépasse 200 ko.' }]);
  }
  const text = textOf(content);
  let header: string[] = [];
  try {
    const rows = parse(text, {
      bom: true,
      delimiter: ';',
      trim: true,
      skip_empty_lines: true,
      columns: (names: string[]) => (header = names),
    }) as Record<Column, string>[];
    const missing = columns.filter((column) => !header.includes(column));
    if (missing.length === 0) return rows;
    throw new PricesInvalid([
      {
        line: 1,
        message: `${missing.length === 1 ? 'colonne absente' : 'colonnes absentes'} : ${missing.join(', ')}.`,
      },
    ]);
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const line = (error as { lines?: number }).lines ?? 1;
    throw new PricesInvalid([
      { line, message: 'la ligne n’a pas la forme attendue (quatre colonnes séparées par « ; »).' },
    ]);
  }
}

// A spreadsheet's own format and UTF-16 are full of NUL, which neither a CSV nor our journal can hold.
function textOf(content: Uint8Array): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    throw notText(1);
  }
  const nul = text.indexOf('\0');
  if (nul >= 0) throw notText(text.slice(0, nul).split('\n').length);
  return text;
}

const notText = (line: number) =>
  new PricesInvalid([
    {
      line,
      message:
        'ce n’est pas un texte en UTF-8 : dans votre tableur, enregistrez la feuille au format « CSV UTF-8 », puis renvoyez ce fichier.',
    },
  ]);

function entryOf(row: Record<Column, string>): PriceEntry {
  return {
    itemCode: row.item,
    effectiveFrom: localDate(row.contract_year_from),
    unitPrice: parseUnitPrice(row.unit_price),
    vatBasisPoints: parseVatRate(row.vat_percent),
  };
}
