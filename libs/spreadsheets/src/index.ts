export type { CellValue, Table } from './cell.js';
export { limits as spreadsheetLimits } from './limits.js';
export { cellText, readRows, readTable } from './read-rows.js';
export type { SheetCell, SheetRow, UnusableCell } from './sheet-row.js';
export { spreadsheetTypeOf, spreadsheetTypes } from './spreadsheet-type.js';
export { SpreadsheetRefused, type SpreadsheetRefusal } from './spreadsheet-refused.js';
export { csvLines, writeCsv } from './write-csv.js';
export { type OdsSheet, writeOds } from './write-ods.js';
