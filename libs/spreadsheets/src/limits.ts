import { SpreadsheetRefused } from './spreadsheet-refused.js';

/** What one file may cost us, however small it looks. */
export const limits = {
  bytes: 5_000_000,
  /** Of all parts that are read, while they inflate; and of all that the archive announces. */
  unzippedBytes: 60_000_000,
  /** Inflated by deflated, once a part has passed `ratioFreeBytes`: a table compresses 10 to 60 times. */
  ratio: 200,
  ratioFreeBytes: 1_000_000,
  entries: 2_000,
  rows: 100_000,
  columns: 100,
  /** As in Excel. */
  cellCharacters: 32_767,
  mergedCells: 1_000_000,
  xmlDepth: 64,
  xmlAttributes: 100,
} as const;

export const tooManyRows = () =>
  new SpreadsheetRefused('TOO_MANY_ROWS', 'Le tableau compte plus de 100 000 lignes.');

export const tooManyColumns = (line: number) =>
  new SpreadsheetRefused(
    'TOO_MANY_COLUMNS',
    `La ligne ${line} compte plus de ${limits.columns} colonnes : supprimez les colonnes en trop.`,
    line,
  );

export const cellTooLong = (line: number) =>
  new SpreadsheetRefused('CELL_TOO_LONG', `Une cellule de la ligne ${line} est trop longue.`, line);
