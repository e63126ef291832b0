import type { RowRemarks } from '../tables/row-remarks.js';
import { isFormula, withoutControls } from '../tables/row-values.js';
import { ONDE_LIMITS, type OndeRow, type OndeTable } from './onde-table.js';

/** Rows that can be believed: no longer than the header, of values that are text; the others have a remark. */
export function soundRows(table: OndeTable, remarks: RowRemarks): OndeRow[] {
  return table.rows.flatMap(({ line, cells }) => {
    const refuse = (code: string) => {
      remarks.add(code, line);
      return [];
    };
    const isLonger = cells.slice(table.header.length).some((cell) => cell !== '');
    if (isLonger) return refuse('ROW_MALFORMED');
    if (cells.some((cell) => cell.length > ONDE_LIMITS.cellChars)) return refuse('VALUE_TOO_LONG');
    if (cells.some(isFormula)) return refuse('FORMULA_REFUSED');
    const clean = cells.map(withoutControls);
    if (clean.some((cell, index) => cell !== cells[index])) remarks.add('CONTROL_CHARACTER', line);
    return [{ line, cells: clean }];
  });
}
