import type { RowRemarks } from '../tables/row-remarks.js';
import { readRow, type ReadRow } from '../tables/read-row.js';
import { isFormula } from '../tables/row-values.js';
import { ondeLimits, type OndeTable } from './onde-table.js';

/** Rows that can be believed: no longer than the header, of values that are text; the others have a remark. */
export function soundRows(table: OndeTable, remarks: RowRemarks): ReadRow[] {
  return table.rows.flatMap(({ line, cells }) => {
    const refuse = (code: string) => {
      remarks.add(code, line);
      return [];
    };
    const isLonger = cells.slice(table.header.length).some((cell) => cell !== '');
    if (isLonger) return refuse('ROW_MALFORMED');
    if (cells.some((cell) => cell.length > ondeLimits.cellChars)) return refuse('VALUE_TOO_LONG');
    if (cells.some(isFormula)) return refuse('FORMULA_REFUSED');
    return [readRow(line, cells, remarks)];
  });
}
