import { columnOf, lineOf } from './cell-reference.js';
import { limits } from './limits.js';
import { isEmptyCell, type SheetCell, type SheetRow } from './sheet-row.js';
import { damaged, SpreadsheetRefused } from './spreadsheet-refused.js';

type Range = { fromLine: number; toLine: number; fromColumn: number; toColumn: number };

/** Excel stores the value of merged cells in the first one: the others only look filled. */
export class MergedCells {
  private readonly ranges: Range[] = [];

  add(reference: string): void {
    const [from, to] = reference.split(':');
    if (from === undefined || to === undefined) throw damaged();
    if (this.ranges.length >= limits.mergedCells / 10) throw tooMany();
    this.ranges.push({
      fromLine: lineOf(from),
      toLine: lineOf(to),
      fromColumn: columnOf(from),
      toColumn: Math.min(columnOf(to), limits.columns - 1),
    });
  }

  /** The same rows, with the covered cells marked. */
  markIn(rows: SheetRow[]): SheetRow[] {
    const marked = [...rows];
    let cost = 0;
    for (const range of this.ranges) {
      const first = firstAtOrAfter(rows, range.fromLine);
      for (let i = first; i < rows.length && rows[i]!.line <= range.toLine; i++) {
        cost += range.toColumn - range.fromColumn + 1;
        if (cost > limits.mergedCells) throw tooMany();
        marked[i] = covered(marked[i]!, range);
      }
    }
    return marked;
  }
}

function covered(row: SheetRow, { fromLine, fromColumn, toColumn }: Range): SheetRow {
  const cells: SheetCell[] = [...row.cells];
  for (let column = fromColumn; column <= toColumn; column++) {
    if (row.line === fromLine && column === fromColumn) continue;
    while (cells.length < column) cells.push('');
    if (isEmptyCell(cells[column])) cells[column] = { unusable: 'MERGED', text: '' };
  }
  return { ...row, cells };
}

/** Rows come in the order of their lines: halves, so that many ranges stay cheap. */
function firstAtOrAfter(rows: readonly SheetRow[], line: number): number {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (rows[middle]!.line < line) low = middle + 1;
    else high = middle;
  }
  return low;
}

const tooMany = () =>
  new SpreadsheetRefused(
    'TOO_MANY_MERGED_CELLS',
    'Trop de cellules sont fusionnées : défusionnez-les et renvoyez le fichier.',
  );
