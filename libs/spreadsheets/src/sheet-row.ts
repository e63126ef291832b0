import { cellTooLong, limits, tooManyColumns, tooManyRows } from './limits.js';

/**
 * What a cell shows. A formula is never evaluated: the value that the office's spreadsheet stored
 * is read, and where there is none the cell is unusable.
 */
export type SheetCell = string | number | UnusableCell;
export type UnusableCell = {
  /**
   * HIDDEN: whatever it holds, nobody sees its column in the spreadsheet. STRUCK: some or all of it is crossed out, or
   * stands above the line as the call of a note does.
   */
  readonly unusable:
    | 'BOOLEAN'
    | 'DATE'
    | 'ERROR'
    | 'FORMULA_WITHOUT_VALUE'
    | 'HIDDEN'
    | 'MERGED'
    | 'STRUCK';
  readonly text: string;
  /** The calendar day of a cell that holds one without an hour, 'YYYY-MM-DD'. */
  readonly day?: string;
};

export type SheetRow = {
  /** Row number in the file, from 1. */
  readonly line: number;
  readonly cells: readonly SheetCell[];
  /** Nobody sees it in the spreadsheet: folded, filtered or hidden. */
  readonly hidden?: true;
};

export type Sheet = {
  readonly name: string;
  readonly hidden: boolean;
  readonly rows: SheetRow[];
};

export const isEmptyCell = (cell: SheetCell | undefined): boolean =>
  cell === undefined ||
  (typeof cell === 'string' && cell.trim() === '') ||
  (typeof cell === 'object' && cell.unusable === 'MERGED');

/** Collects the rows of one sheet within the bounds; rows without content are left out. */
export class RowCollector {
  readonly rows: SheetRow[] = [];
  private cells: SheetCell[] = [];
  private readonly hidden = new Set<number>();

  /** From the one column to the other, both from 0; before their cells are put. */
  hideColumns(from: number, to: number): void {
    for (let at = from; at <= to && at < limits.columns; at++) this.hidden.add(at);
  }

  /** `column` from 0; an empty cell costs nothing. */
  put(line: number, column: number, cell: SheetCell): void {
    if (isEmptyCell(cell) && typeof cell !== 'object') return;
    if (column >= limits.columns) throw tooManyColumns(line);
    if (textOf(cell).length > limits.cellCharacters) throw cellTooLong(line);
    while (this.cells.length < column) this.cells.push('');
    const isSeen = isEmptyCell(cell) || !this.hidden.has(column);
    this.cells[column] = isSeen ? cell : { unusable: 'HIDDEN', text: textOf(cell) };
  }

  /** Ends a row that the file repeats `times`; the copies share their cells. */
  end(line: number, hidden: boolean, times = 1): void {
    const { cells } = this;
    this.cells = [];
    if (cells.every(isEmptyCell)) return;
    if (this.rows.length + times > limits.rows) throw tooManyRows();
    for (let i = 0; i < times; i++) {
      this.rows.push({ line: line + i, cells, ...(hidden ? { hidden: true } : {}) });
    }
  }
}

export const textOf = (cell: SheetCell): string =>
  typeof cell === 'object' ? cell.text : String(cell);
