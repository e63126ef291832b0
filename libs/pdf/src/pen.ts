import type { AccessibleDocument } from './accessible-document.js';
import { printable } from './printable-text.js';

export const colours = {
  ink: '#1b1b2f',
  muted: '#5b5f73',
  rule: '#c9ccd8',
  band: '#eef1f8',
  accent: '#000091',
} as const;

export type PenStyle = {
  readonly bold?: boolean;
  /** In points. */
  readonly size?: number;
  readonly colour?: string;
  readonly align?: 'left' | 'right' | 'center';
};

/** Line to line, as a share of the size; the face's own (1.424) leaves room for marks that no language here has. */
const leading = 1.3;
const natural = 1.424;
const defaultSize = 9;

/** Writes and measures texts; where they stand and what they are to a reader is for the sheet to say. */
export class Pen {
  constructor(private readonly doc: AccessibleDocument) {}

  /** Returns the height used, in points. */
  write(text: string, x: number, y: number, width: number, style: PenStyle = {}): number {
    const lineGap = this.take(style);
    const shown = printable(text);
    const { align = 'left' } = style;
    const line = this.lineOf(shown, width);
    if (line === undefined) {
      this.doc.text(shown, x, y, { width, align, lineGap });
      return this.doc.y - y;
    }
    // Most texts are one line: pdfkit's search for places to break it would take most of the time.
    const before = (width - line) * { left: 0, center: 0.5, right: 1 }[align];
    this.doc.text(shown, x + before, y, { lineBreak: false });
    return lineHeight(style);
  }

  heightOf(text: string, width: number, style: PenStyle = {}): number {
    const lineGap = this.take(style);
    const shown = printable(text);
    if (this.lineOf(shown, width) !== undefined) return lineHeight(style);
    return this.doc.heightOfString(shown, { width, lineGap });
  }

  widthOf(text: string, style: PenStyle = {}): number {
    this.take(style);
    return this.doc.widthOfString(printable(text));
  }

  /** What of a text fits into the height, cut between two words, and the rest; a word alone is never refused. */
  split(text: string, width: number, height: number, style: PenStyle): [string, string] {
    if (this.heightOf(text, width, style) <= height) return [text, ''];
    const ends = [...text.matchAll(/\S(?=\s|$)/g)].map(({ index }) => index + 1);
    let [fits, over] = [0, ends.length - 1];
    while (over - fits > 1) {
      const middle = (fits + over) >> 1;
      if (this.heightOf(text.slice(0, ends[middle]), width, style) <= height) fits = middle;
      else over = middle;
    }
    const end = ends[fits] ?? text.length;
    return [text.slice(0, end), text.slice(end).trimStart()];
  }

  /** Its width, where it is one line; undefined where it takes more. */
  private lineOf(shown: string, width: number): number | undefined {
    if (shown.includes('\n')) return undefined;
    const taken = this.doc.widthOfString(shown);
    return taken <= width ? taken : undefined;
  }

  /** Returns the gap that makes our leading of the face's own. */
  private take({ bold = false, size = defaultSize, colour = colours.ink }: PenStyle): number {
    this.doc
      .takeFace(bold ? 'bold' : 'regular')
      .fontSize(size)
      .fillColor(colour);
    return size * (leading - natural);
  }
}

function lineHeight({ size = defaultSize }: PenStyle): number {
  return size * leading;
}
