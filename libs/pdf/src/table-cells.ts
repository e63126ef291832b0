import { type AskedWidth, columnShares } from './column-widths.js';
import { colours, type Pen } from './pen.js';

export type Column = {
  readonly title: string;
  /** Share of the content width. */
  readonly share: number;
  readonly align?: 'left' | 'right';
};

export type Cell = string | { readonly text: string; readonly note: string };

/** Its height in points. */
export type MeasuredRow = { readonly cells: readonly Cell[]; readonly height: number };

/** Left and right of a cell together, above and below it, in points. */
const cellPadding = 8;
const rowPadding = 7;
const cellStyle = { size: 8.5 } as const;
const noteStyle = { size: 7.5, colour: colours.muted } as const;
const titleStyle = { bold: true, size: 8 } as const;

/** The cells of a table on a page: how high they are, and their writing one by one. */
export class TableCells {
  constructor(
    private readonly pen: Pen,
    private readonly left: number,
    private readonly width: number,
  ) {}

  /** Columns as wide as what stands in them asks for, over the whole width. */
  columnsFor(titles: readonly string[], rows: readonly (readonly string[])[]): Column[] {
    const asked = titles.map((title, at) => {
      const cells = rows.map((row) => this.askedBy(row[at] ?? '', cellStyle));
      const all = [this.askedBy(title, titleStyle), ...cells];
      return {
        word: Math.max(...all.map(({ word }) => word)),
        text: Math.max(...all.map(({ text }) => text)),
      };
    });
    const shares = columnShares(asked, this.width);
    return titles.map((title, at) => ({ title, share: shares[at]! }));
  }

  headerHeight(columns: readonly Column[]): number {
    return Math.max(...this.titleHeights(columns)) + 8;
  }

  /** The titles stand on the bottom of the header, `top + height`. */
  eachTitle(
    columns: readonly Column[],
    top: number,
    draw: (write: () => void, index: number) => void,
  ): void {
    const heights = this.titleHeights(columns);
    const bottom = top + Math.max(...heights) + 4;
    this.eachCell(columns, ({ title, align = 'left' }, x, width, index) => {
      const y = bottom - (heights[index] ?? 0);
      draw(() => this.pen.write(title, x, y, width, { ...titleStyle, align }), index);
    });
  }

  private rowHeight(columns: readonly Column[], row: readonly Cell[]): number {
    const heights = columns.map((column, index) => {
      const { text, note } = partsOf(row[index] ?? '');
      const width = this.inner(column);
      const noteHeight = note === '' ? 0 : this.pen.heightOf(note, width, noteStyle);
      return this.pen.heightOf(text, width, cellStyle) + noteHeight;
    });
    return Math.max(...heights) + rowPadding;
  }

  eachOf(
    columns: readonly Column[],
    row: readonly Cell[],
    top: number,
    draw: (write: () => void, index: number) => void,
  ): void {
    this.eachCell(columns, ({ align = 'left' }, x, width, index) => {
      const { text, note } = partsOf(row[index] ?? '');
      draw(() => {
        const used = this.pen.write(text, x, top + 4, width, { ...cellStyle, align });
        if (note !== '') this.pen.write(note, x, top + 4 + used, width, { ...noteStyle, align });
      }, index);
    });
  }

  /** Rows of which each fits into the height: one that does not goes on in the next, cell by cell. */
  fitting(columns: readonly Column[], row: readonly Cell[], heightMax: number): MeasuredRow[] {
    const pieces: MeasuredRow[] = [];
    let rest = row;
    for (;;) {
      const height = this.rowHeight(columns, rest);
      if (height <= heightMax) return [...pieces, { cells: rest, height }];
      const split = columns.map((column, index) => {
        const { text, note } = partsOf(rest[index] ?? '');
        const whole = note === '' ? text : `${text}\n${note}`;
        return this.pen.split(whole, this.inner(column), heightMax - rowPadding, cellStyle);
      });
      const cells = split.map(([head]) => head);
      pieces.push({ cells, height: this.rowHeight(columns, cells) });
      rest = split.map(([, tail]) => tail);
      if (rest.every((cell) => cell === '')) return pieces;
    }
  }

  private titleHeights(columns: readonly Column[]): number[] {
    return columns.map((column) => this.pen.heightOf(column.title, this.inner(column), titleStyle));
  }

  private askedBy(text: string, style: { readonly size: number }): AskedWidth {
    const widths = (parts: readonly string[]) => parts.map((part) => this.pen.widthOf(part, style));
    // A fraction of a point more than is asked, or the line is broken by rounding.
    const word = Math.max(...widths(text.split(/\s/))) + cellPadding + 0.5;
    return { word, text: Math.max(word, ...widths([text])) + cellPadding };
  }

  private inner(column: Column): number {
    return this.width * column.share - cellPadding;
  }

  private eachCell(
    columns: readonly Column[],
    draw: (column: Column, x: number, width: number, index: number) => void,
  ): void {
    let x = this.left;
    for (const [index, column] of columns.entries()) {
      draw(column, x + cellPadding / 2, this.inner(column), index);
      x += this.width * column.share;
    }
  }
}

function partsOf(cell: Cell): { text: string; note: string } {
  return typeof cell === 'string' ? { text: cell, note: '' } : cell;
}
