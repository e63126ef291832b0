import { type CellValue, digitsOf, type Table } from './cell.js';

/**
 * A CSV file as French offices open it: RFC 4180 with `;`, CRLF, UTF-8 with its mark, decimal comma.
 * Text that a spreadsheet would take for a formula is prefixed by an apostrophe (CSV injection);
 * numbers are written as numbers, negative ones too.
 */
export const writeCsv = (table: Table): Buffer => Buffer.from(`\ufeff${csvLines(table)}`, 'utf8');

/** Lines of such a file, for one that is written piece by piece: its first piece comes from `writeCsv`. */
export const csvLines = (table: Table): string =>
  table.map((row) => `${row.map(fieldOf).join(';')}\r\n`).join('');

// The last four are full-width forms, which some spreadsheets read as the plain signs.
const formulaStart = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

function fieldOf(value: CellValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return digitsOf(value).replace('.', ',');
  const harmless = formulaStart.test(value) ? `'${value}` : value;
  return /[;",\r\n\t]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
