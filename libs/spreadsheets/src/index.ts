export type { CellValue, Table } from './cell.js';
export { writeCsv } from './write-csv.js';
export { type OdsSheet, writeOds } from './write-ods.js';
