import type { Import } from '../../api-types.js';

const headers = ['code', 'nombre', 'remarque'];

/** The remarks of an import as a file for a spreadsheet, which takes none of it for a formula. */
export function remarksFile(remarks: Import['remarks']): string {
  const lines = remarks.map(({ code, count, message }) => [code, String(count), message]);
  // Without its mark, a spreadsheet reads the accents of another charset.
  return `\uFEFF${[headers, ...lines].map((line) => `${line.map(cell).join(';')}\r\n`).join('')}`;
}

// The last four are full-width forms, which some spreadsheets read as the plain signs.
const formulaStart = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

const cell = (text: string) =>
  `"${(formulaStart.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
