import PDFDocument from 'pdfkit';
import { type AskedWidth, columnShares } from './column-widths.js';
import { forStandardFonts } from './standard-fonts.js';
import { Structure, type TextKind } from './structure.js';

/** Page geometry in points; A4 is 595 × 842. */
export const page = { width: 595.28, height: 841.89, margin: 48, footer: 46 } as const;
export const contentWidth = page.width - 2 * page.margin;
export const colours = {
  ink: '#1b1b2f',
  muted: '#5b5f73',
  rule: '#c9ccd8',
  band: '#eef1f8',
  accent: '#000091',
} as const;
/** Left and right of a cell together. */
const cellPadding = 8;
const titleStyle = { bold: true, size: 7.5 } as const;
const cellStyle = { size: 8 } as const;
const fonts = { regular: 'Helvetica', bold: 'Helvetica-Bold' } as const;

export type TextStyle = {
  readonly bold?: boolean;
  readonly size?: number;
  readonly colour?: string;
  readonly align?: 'left' | 'right' | 'center';
  /** What it is to who hears the document read out: a paragraph, unless said. */
  readonly kind?: TextKind;
};

export type Column = {
  readonly title: string;
  /** Share of the content width. */
  readonly share: number;
  readonly align?: 'left' | 'right';
};

export type Cell = string | { readonly text: string; readonly note: string };

/** A page that is written from top to bottom and breaks by itself; one way to draw text and tables. */
export class Sheet {
  readonly doc: PDFKit.PDFDocument;
  y: number = page.margin;
  readonly #structure: Structure;

  /** `tagged`: for who hears it read out; then all that is written goes through the sheet's own ways. */
  constructor(
    info: { title: string; author: string; date: Date },
    { tagged = false }: { readonly tagged?: boolean } = {},
  ) {
    this.doc = new PDFDocument({
      size: 'A4',
      margins: { top: page.margin, left: page.margin, right: page.margin, bottom: 0 },
      bufferPages: true,
      lang: 'fr-FR',
      displayTitle: true,
      ...(tagged ? { tagged, pdfVersion: '1.7' } : {}),
      // The dates come from what is printed, so that the same content always gives the same bytes.
      info: {
        Title: info.title,
        Author: info.author,
        CreationDate: info.date,
        ModDate: info.date,
      },
    });
    this.#structure = new Structure(this.doc, tagged);
  }

  /** Draws at a place and returns the height used; the sheet's own position does not move. */
  textAt(text: string, x: number, y: number, width: number, style: TextStyle = {}): number {
    this.style(style);
    const printable = forStandardFonts(text);
    const options = { width, align: style.align ?? 'left', lineGap: 1.5 } as const;
    this.doc.text(printable, x, y, options);
    return this.doc.heightOfString(printable, options);
  }

  /** A paragraph over the whole width, below what is there. */
  paragraph(text: string, style: TextStyle = {}, gapAfter = 4): void {
    const height = this.heightOf(text, contentWidth, style);
    this.ensureRoom(height);
    this.y += this.read(text, page.margin, contentWidth, style) + gapAfter;
  }

  /** A text at `x`, `width` wide, below what is there. */
  text(text: string, x: number, width: number, style: TextStyle = {}): void {
    if (text === '') return;
    this.ensureRoom(this.heightOf(text, width, style));
    this.y += this.read(text, x, width, style) + 2;
  }

  /** Somebody named on the page: what it is to it, its name, and a line for each detail that there is. */
  party(heading: string, name: string, details: readonly string[], x: number, width: number): void {
    this.text(heading, x, width, { size: 7.5, colour: colours.muted });
    this.text(name, x, width, { bold: true, size: 11 });
    this.text(details.filter((detail) => detail !== '').join('\n'), x, width, { size: 9 });
  }

  /** Puts a file into the document; `date` is its own, so that the bytes stay the same. */
  attach(content: Buffer, name: string, description: string, date: Date): void {
    const dates = { creationDate: date, modifiedDate: date };
    this.doc.file(content, { name, description, type: 'application/json', ...dates });
  }

  heading(text: string): void {
    this.ensureRoom(60);
    this.y += 8;
    this.#structure.bookmark(text);
    this.paragraph(text, { bold: true, size: 10.5, colour: colours.accent, kind: 'H2' }, 5);
  }

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
    const shares = columnShares(asked, contentWidth);
    return titles.map((title, at) => ({ title, share: shares[at]! }));
  }

  /** A table whose header is repeated on each page; no row is cut in two. */
  table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): void {
    this.ensureRoom(54);
    this.#structure.group('Table', () => {
      this.#structure.group('TR', () => this.tableHeader(columns, 'TH'));
      for (const row of rows) {
        const height = this.rowHeight(columns, row);
        if (this.y + height > this.bottom) {
          this.breakPage();
          this.#structure.artifact('Pagination', () => this.tableHeader(columns));
        }
        this.#structure.group('TR', () => this.row(columns, row, height));
      }
    });
    this.y += 8;
  }

  ensureRoom(height: number): void {
    if (this.y + height > this.bottom) this.breakPage();
  }

  breakPage(): void {
    this.doc.addPage();
    this.y = page.margin;
  }

  rule(): void {
    this.#structure.artifact('Layout', () => {
      this.doc
        .moveTo(page.margin, this.y)
        .lineTo(page.margin + contentWidth, this.y)
        .lineWidth(0.6)
        .strokeColor(colours.rule)
        .stroke();
    });
  }

  /** Writes the footers, closes the document and gives its bytes. */
  finish(footer: string): Promise<Buffer> {
    const { start, count } = this.doc.bufferedPageRange();
    for (let index = start; index < start + count; index += 1) {
      this.doc.switchToPage(index);
      const y = page.height - page.footer + 10;
      const style = { size: 7, colour: colours.muted };
      const pages = `Page ${index - start + 1} / ${count}`;
      this.#structure.artifact('Pagination', () => {
        this.textAt(footer, page.margin, y, contentWidth - 70, style);
        this.textAt(pages, page.margin + contentWidth - 70, y, 70, { ...style, align: 'right' });
      });
    }
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      this.doc.on('data', (chunk: Buffer) => chunks.push(chunk));
      this.doc.on('end', () => resolve(Buffer.concat(chunks)));
      this.doc.on('error', reject);
      this.doc.end();
    });
  }

  heightOf(text: string, width: number, style: TextStyle = {}): number {
    this.style(style);
    return this.doc.heightOfString(forStandardFonts(text), { width, lineGap: 1.5 });
  }

  private askedBy(text: string, style: TextStyle): AskedWidth {
    this.style(style);
    const widths = (parts: readonly string[]) =>
      parts.map((part) => this.doc.widthOfString(forStandardFonts(part)));
    // A fraction of a point more than is asked, or the line is broken by rounding.
    const word = Math.max(...widths(text.split(/\s/))) + cellPadding + 0.5;
    return { word, text: Math.max(word, ...widths([text])) + cellPadding };
  }

  private get bottom(): number {
    return page.height - page.footer;
  }

  private style({ bold = false, size = 8.5, colour = colours.ink }: TextStyle): void {
    this.doc
      .font(bold ? fonts.bold : fonts.regular)
      .fontSize(size)
      .fillColor(colour);
  }

  /** A text that is read out. */
  private read(text: string, x: number, width: number, style: TextStyle): number {
    return this.#structure.text(style.kind ?? 'P', () =>
      this.textAt(text, x, this.y, width, style),
    );
  }

  /** `kind`: where it is read out, once for the table. */
  private tableHeader(columns: readonly Column[], kind?: 'TH'): void {
    const style = titleStyle;
    const titles = columns.map((column) =>
      this.heightOf(column.title, widthOf(column) - cellPadding, style),
    );
    const height = Math.max(...titles) + 8;
    const band = () => this.doc.rect(page.margin, this.y, contentWidth, height).fill(colours.band);
    if (kind) this.#structure.artifact('Layout', band);
    else band();
    this.eachCell(columns, ({ title, align = 'left' }, x, width, index) => {
      const top = this.y + height - 4 - (titles[index] ?? 0);
      const write = () => this.textAt(title, x, top, width, { ...style, align });
      if (kind) this.#structure.text(kind, write);
      else write();
    });
    this.y += height;
  }

  private row(columns: readonly Column[], row: readonly Cell[], height: number): void {
    this.eachCell(columns, (column, x, width, index) => {
      const { text, note } = partsOf(row[index] ?? '');
      const align = column.align ?? 'left';
      this.#structure.text('TD', () => {
        const used = this.textAt(text, x, this.y + 4, width, { ...cellStyle, align });
        if (note === '') return;
        this.textAt(note, x, this.y + 4 + used, width, { size: 7, colour: colours.muted, align });
      });
    });
    this.y += height;
    this.rule();
  }

  private rowHeight(columns: readonly Column[], row: readonly Cell[]): number {
    const heights = columns.map((column, index) => {
      const { text, note } = partsOf(row[index] ?? '');
      const width = widthOf(column) - cellPadding;
      const noteHeight = note === '' ? 0 : this.heightOf(note, width, { size: 7 });
      return this.heightOf(text, width, cellStyle) + noteHeight;
    });
    return Math.max(...heights) + 7;
  }

  private eachCell(
    columns: readonly Column[],
    draw: (column: Column, x: number, width: number, index: number) => void,
  ): void {
    let x: number = page.margin;
    for (const [index, column] of columns.entries()) {
      draw(column, x + cellPadding / 2, widthOf(column) - cellPadding, index);
      x += widthOf(column);
    }
  }
}

function widthOf(column: Column): number {
  return contentWidth * column.share;
}

function partsOf(cell: Cell): { text: string; note: string } {
  return typeof cell === 'string' ? { text: cell, note: '' } : cell;
}
