import { readRows, SpreadsheetRefused, type SheetCell } from '#libs/spreadsheets';
import type { MovementFault, MovementRow } from './domain/movement.js';

/** Rows of the file that an office sent: CSV, XLSX or ODS. A fault where it holds no table that can be read. */
export async function rowsOfMovements(
  content: Uint8Array,
  fileName: string,
): Promise<{ rows: MovementRow[] } | { fault: MovementFault }> {
  try {
    const rows = await readRows(content, fileName);
    return { rows: rows.map(({ line, cells }) => ({ line, cells: cells.map(textOf) })) };
  } catch (error) {
    if (!(error instanceof SpreadsheetRefused)) throw error;
    const { line, code, message } = error;
    return { fault: { line, code, message } };
  }
}

const textOf = (cell: SheetCell): string => (typeof cell === 'object' ? cell.text : String(cell));
