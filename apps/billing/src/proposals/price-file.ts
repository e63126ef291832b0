import { formatVatRate, parseUnitPrice, parseVatRate } from '#libs/money';
import { defineProblem, DomainError } from '#libs/problems';
import { cellText, readTable, type SheetCell, type SheetRow } from '#libs/spreadsheets';
import { localDate } from '#libs/time';
import { plainWords } from '#libs/trade';
import { type PriceFault, type PriceLine, PricesInvalid } from '../prices/prices.module.js';

type Column = 'item' | 'contract_year_from' | 'unit_price' | 'vat_percent';

/** What a column may be called; case, accents and punctuation do not count. */
const columns: Readonly<Record<Column, { readonly label: string; readonly names: RegExp }>> = {
  item: { label: 'Article', names: /^(item|(code ?)?article|code)$/ },
  contract_year_from: {
    label: 'À partir du',
    names: /^(contract year from|a (partir|compter) du|date d effet|debut( d annee)?)$/,
  },
  unit_price: { label: 'Prix unitaire HT', names: /^(unit price|prix( unitaire)?( ht)?|pu ht)$/ },
  vat_percent: { label: 'TVA (%)', names: /^(vat percent|(taux( de)? )?tva)$/ },
};
const entriesMax = 1000;
const bytesMax = 200_000;
/**
 * Beyond these, a rate of VAT is a slip: in France the highest is 20 %, and the lowest 0.9 % (Corsica). « 0,2 » of a CSV is
 * the share by which a spreadsheet keeps 20 %: read as it stands, a hundredth of the tax would be invoiced.
 */
const vatBasisPoints = { min: 90, max: 3000 } as const;

/**
 * Reads the BPU (BIL-2): CSV, XLSX or ODS, told apart by their bytes, with one line of headers; prices excluding VAT with
 * up to four decimals. All faults of the file come together in PricesInvalid. A formula counts by the value stored with it.
 */
export async function readPriceFile(content: Uint8Array): Promise<PriceLine[]> {
  if (content.byteLength > bytesMax) throw invalid(1, 'le fichier dépasse 200 ko.');
  const table = await readTable(content);
  if ('fault' in table) throw invalid(table.fault.line, table.fault.message);
  const [header, ...rows] = table.rows;
  const places = placesOf(header);
  if (rows.length > entriesMax) {
    throw invalid(rows[entriesMax]?.line ?? 1, `le fichier a plus de ${entriesMax} prix.`);
  }
  const faults: PriceFault[] = [];
  const entries = rows.flatMap((row) => {
    try {
      return [entryOf(row, places)];
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      faults.push({ line: row.line, message: error.message });
      return [];
    }
  });
  if (faults.length > 0) throw new PricesInvalid(faults);
  if (entries.length === 0) throw invalid(2, 'le fichier ne contient aucun prix.');
  return entries;
}

const invalid = (line: number, message: string) => new PricesInvalid([{ line, message }]);

/** A fault of one line, in words alone. */
class LineFault extends defineProblem('PRICE_LINE_INVALID', 'invalid') {}

type Places = ReadonlyMap<Column, number>;

function placesOf(header: SheetRow | undefined): Places {
  const line = header?.line ?? 1;
  const places = new Map<Column, number>();
  header?.cells.forEach((cell, at) => {
    const name = plainWords(cellText(cell).slice(0, 100));
    const column = names.find((one) => columns[one].names.test(name));
    if (column === undefined) return;
    if (typeof cell === 'object' && cell.unusable === 'HIDDEN') {
      throw invalid(
        line,
        `la colonne « ${columns[column].label} » est masquée : affichez-la ou supprimez-la.`,
      );
    }
    if (places.has(column)) {
      throw invalid(line, `la colonne « ${columns[column].label} » est là deux fois.`);
    }
    places.set(column, at);
  });
  const missing = names.filter((column) => !places.has(column));
  if (missing.length === 0) return places;
  const labels = missing.map((column) => `« ${columns[column].label} » (${column})`).join(', ');
  throw invalid(
    line,
    `${missing.length === 1 ? 'colonne absente' : 'colonnes absentes'} : ${labels}. La première ligne nomme les quatre colonnes.`,
  );
}

const names = Object.keys(columns) as Column[];

function entryOf({ line, cells, hidden }: SheetRow, places: Places): PriceLine {
  if (hidden) {
    throw new LineFault('cette ligne est masquée : affichez-la ou supprimez-la.');
  }
  const beside = cells.find(
    (cell, at) => ![...places.values()].includes(at) && cellText(cell).trim(),
  );
  if (beside !== undefined) {
    throw new LineFault(
      `« ${cellText(beside).trim().slice(0, 40)} » n’est dans aucune des quatre colonnes : un prix à virgule se met entre guillemets là où la virgule sépare les colonnes.`,
    );
  }
  const cell = (column: Column): SheetCell => cells[places.get(column) ?? -1] ?? '';
  return {
    line,
    itemCode: given('item', cell('item')),
    effectiveFrom: localDate(dayOf(cell('contract_year_from'))),
    unitPrice: parseUnitPrice(given('unit_price', cell('unit_price'))),
    vatBasisPoints: rateOf(cell('vat_percent')),
  };
}

/** A text or a number as it is stored. */
function given(column: Column, cell: SheetCell): string {
  const { label } = columns[column];
  if (typeof cell === 'object') {
    throw new LineFault(
      cell.unusable === 'MERGED'
        ? `« ${label} » est dans des cellules fusionnées : défusionnez-les et remplissez-les.`
        : `« ${label} » ne contient ni un texte ni un nombre${cell.text === '' ? '' : ` (${cell.text.slice(0, 40)})`} : saisissez la valeur elle-même.`,
    );
  }
  const text = String(cell).trim();
  if (text === '') throw new LineFault(`« ${label} » est vide.`);
  return text;
}

/** A cell that holds a day, « 2023-07-19 » or « 19/07/2023 ». */
function dayOf(cell: SheetCell): string {
  if (typeof cell === 'object' && cell.day !== undefined) return cell.day;
  const text = given('contract_year_from', cell);
  const french = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text);
  if (!french) return text;
  const [, day = '', month = '', year = ''] = french;
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
}

/** In basis points. A spreadsheet stores a cell that shows 20 % as 0.2: as a number below 1 it is the percentage's. */
function rateOf(cell: SheetCell): number {
  const isShare = typeof cell === 'number' && cell > 0 && cell < 1;
  const rate = parseVatRate(isShare ? percentOf(cell) : given('vat_percent', cell));
  if (rate === 0 || (rate >= vatBasisPoints.min && rate <= vatBasisPoints.max)) return rate;
  throw new LineFault(
    `${formatVatRate(rate)} n’est pas un taux de TVA en France : indiquez un pourcentage, par exemple 20 ou 5,5.`,
  );
}

/** 0.055 is stored for 5.5 %, and 0.055 × 100 is not quite that: to the sixth decimal it is. */
const percentOf = (share: number): string => String(Math.round(share * 1e8) / 1e6);
