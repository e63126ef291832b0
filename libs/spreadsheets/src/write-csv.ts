import { type CellValue, digitsOf, type Table } from './cell.js';

/**
 * A CSV file as French offices open it: RFC 4180 with `;`, CRLF, UTF-8 with its mark, decimal comma.
 * Text that a spreadsheet would take for a formula is prefixed by an apostrophe (CSV injection);
 * numbers are written as numbers, negative ones too.
 */
export function writeCsv(table: Table): Buffer {
  const lines = table.map((row) => row.map(fieldOf).join(';'));
  return Buffer.from(`\ufeff${lines.map((line) => `${line}\r\n`).join('')}`, 'utf8');
}

// The last four are full-width forms, which some spreadsheets read as the plain signs.
const formulaStart = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

function fieldOf(value: CellValue): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return digitsOf(value).replace('.', ',');
  const harmless = formulaStart.test(value) ? `'${value}` : value;
  return /[;",\r\n\t]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
