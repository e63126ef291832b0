import type { PenStyle } from './pen.js';
import { printable } from './printable-text.js';
import type { NamedValue, Sheet, TextStyle } from './sheet.js';
import type { Cell, Column } from './table-cells.js';

/** What is drawn through this can be drawn on a sheet, or have its texts taken. */
export type Writable = Pick<
  Sheet,
  | 'y'
  | 'textAt'
  | 'paragraph'
  | 'heading'
  | 'table'
  | 'namedValues'
  | 'heightOf'
  | 'ensureRoom'
  | 'breakPage'
  | 'band'
  | 'frame'
>;

/**
 * Takes the texts of a paper and draws nothing: no page, no face, no place, so it costs a thousandth of drawing. Whoever
 * compares a paper with what it should say compares its words, wherever a release puts them.
 */
export class TextsOnly implements Writable {
  y = 0;
  /** Each as it would be shown, in the order of writing. */
  readonly texts: string[] = [];
  /** The titles of a table together: they stand on each of its pages. */
  readonly repeated = new Set<string>();

  textAt(text: string, ..._place: [number, number, number, TextStyle?]): number {
    this.take(text);
    return 0;
  }

  paragraph(text: string): void {
    this.take(text);
  }

  heading(text: string): void {
    this.take(text);
  }

  table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): void {
    this.repeated.add(columns.map(({ title }) => printable(title)).join(' '));
    for (const cell of rows.flat()) {
      if (typeof cell === 'string') this.take(cell);
      else for (const text of [cell.text, cell.note]) this.take(text);
    }
  }

  namedValues(rows: readonly NamedValue[]): void {
    for (const { name, value } of rows) for (const { text } of [name, value]) this.take(text);
  }

  heightOf(..._text: [string, number, PenStyle?]): number {
    return 0;
  }

  ensureRoom(): void {}
  breakPage(): void {}
  band(): void {}
  frame(): void {}

  private take(text: string): void {
    if (text !== '') this.texts.push(printable(text));
  }
}
