import { AccessibleDocument, type SheetInfo } from './accessible-document.js';
import { colours, Pen, type PenStyle } from './pen.js';
import { Structure, type TextKind } from './structure.js';
import { type Cell, type Column, type MeasuredRow, TableCells } from './table-cells.js';
import type { MetadataExtension } from './xmp.js';

/** Page geometry in points; A4 is 595 × 842. */
export const page = { width: 595.28, height: 841.89, margin: 48, footer: 46 } as const;
export const contentWidth = page.width - 2 * page.margin;

export type TextStyle = PenStyle & {
  /** What it is to who hears the document read out: a paragraph, unless said. */
  readonly kind?: TextKind;
};

/** A file inside the document, and what it is to it (PDF/A-3, annex E). */
export type AttachedFile = {
  readonly content: Buffer;
  readonly name: string;
  readonly description: string;
  /** Its own, so that the bytes stay the same. */
  readonly date: Date;
  readonly mediaType: string;
  /** The same in another form, what it was made from, or more than it shows. */
  readonly relationship: 'Alternative' | 'Data' | 'Source' | 'Supplement';
};

/**
 * A page that is written from top to bottom and breaks by itself; one way to draw text and tables. What is written is
 * tagged in the order of writing, and every file is PDF/A-3a and PDF/UA-1 at once: whoever needs another look draws it
 * through the sheet, not beside it.
 */
export class Sheet {
  y: number = page.margin;
  private readonly doc: AccessibleDocument;
  private readonly pen: Pen;
  private readonly structure: Structure;
  private readonly cells: TableCells;

  constructor(private readonly info: SheetInfo) {
    const { margin } = page;
    this.doc = new AccessibleDocument(info, {
      top: margin,
      left: margin,
      right: margin,
      bottom: 0,
    });
    this.pen = new Pen(this.doc);
    this.structure = new Structure(this.doc);
    this.cells = new TableCells(this.pen, margin, contentWidth);
  }

  /** The name of the paper: the first heading, and the only one of its rank. */
  title(text: string, x: number, width: number, style: TextStyle = {}): void {
    this.text(text, x, width, {
      bold: true,
      size: 20,
      colour: colours.accent,
      kind: 'H1',
      ...style,
    });
  }

  /** Writes at a place and returns the height used; the sheet's own position does not move. */
  textAt(text: string, x: number, y: number, width: number, style: TextStyle = {}): number {
    if (text === '') return 0;
    return this.structure.text(style.kind ?? 'P', () => this.pen.write(text, x, y, width, style));
  }

  /** A paragraph over the whole width, below what is there; one that no page holds goes on on the next. */
  paragraph(text: string, style: TextStyle = {}, gapAfter = 4): void {
    let rest = text;
    const room = this.bottom - page.margin;
    let height = this.heightOf(rest, contentWidth, style);
    while (height > room) {
      this.breakPage();
      const [head, tail] = this.pen.split(rest, contentWidth, room, style);
      this.textAt(head, page.margin, this.y, contentWidth, style);
      this.y = this.bottom;
      rest = tail;
      height = this.heightOf(rest, contentWidth, style);
    }
    this.ensureRoom(height);
    this.y += this.textAt(rest, page.margin, this.y, contentWidth, style) + gapAfter;
  }

  /** A text at `x`, `width` wide, below what is there. */
  text(text: string, x: number, width: number, style: TextStyle = {}): void {
    if (text === '') return;
    this.ensureRoom(this.heightOf(text, width, style));
    this.y += this.textAt(text, x, this.y, width, style) + 2;
  }

  /** A text over the whole width, below what is there. */
  line(text: string, style: TextStyle = {}): void {
    this.text(text, page.margin, contentWidth, style);
  }

  /** What stands beside something else, from here on; what follows stands below both. */
  sideBySide(left: () => void, right: () => void, gapAfter: number): void {
    const top = this.y;
    left();
    const below = this.y;
    this.y = top;
    right();
    this.y = Math.max(below, this.y) + gapAfter;
  }

  /** Somebody named on the page: what it is to it, its name, and a line for each detail that there is. */
  party(heading: string, name: string, details: readonly string[], x: number, width: number): void {
    this.text(heading, x, width, { size: 8, colour: colours.muted });
    this.text(name, x, width, { bold: true, size: 11 });
    this.text(details.filter((detail) => detail !== '').join('\n'), x, width, { size: 9 });
  }

  heading(text: string): void {
    this.ensureRoom(60);
    this.y += 8;
    this.structure.bookmark(text);
    this.paragraph(text, { bold: true, size: 11, colour: colours.accent, kind: 'H2' }, 5);
  }

  /** Steps or points, one below the other, numbered or not. */
  list(items: readonly string[], style: PenStyle = {}, numbered = false): void {
    const [x, width] = [page.margin + 16, contentWidth - 16];
    this.structure.group('L', () => {
      for (const [at, item] of items.entries()) {
        const height = this.heightOf(item, width, style);
        this.ensureRoom(height);
        this.structure.group('LI', () => {
          const label = numbered ? `${at + 1}.` : '•';
          this.textAt(label, page.margin, this.y, 14, { ...style, kind: 'Lbl' });
          this.textAt(item, x, this.y, width, { ...style, kind: 'LBody' });
        });
        this.y += height + 3;
      }
    });
  }

  /** Columns as wide as what stands in them asks for, over the whole width. */
  columnsFor(titles: readonly string[], rows: readonly (readonly string[])[]): Column[] {
    return this.cells.columnsFor(titles, rows);
  }

  /** A table whose header is repeated on each page; no row is cut in two that a page can hold. */
  table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): void {
    this.ensureRoom(54);
    this.structure.group('Table', () => {
      this.structure.group('TR', () => this.tableHeader(columns, 'read'));
      const room = this.bottom - page.margin - this.cells.headerHeight(columns);
      for (const row of rows)
        for (const one of this.cells.fitting(columns, row, room)) this.row(columns, one);
    });
    this.y += 8;
  }

  /** A small table of names and values at a place: each row a name that heads its value. */
  namedValues(rows: readonly NamedValue[]): void {
    this.structure.group('Table', () => {
      for (const { name, value } of rows)
        this.structure.group('TR', () => {
          const cell = (kind: 'TH' | 'TD', { text, x, y, width, ...style }: PlacedText) =>
            this.structure.cell(kind, 'Row', () => this.pen.write(text, x, y, width, style));
          cell('TH', name);
          cell('TD', value);
        });
    });
  }

  ensureRoom(height: number): void {
    if (this.y + height > this.bottom) this.breakPage();
  }

  breakPage(): void {
    this.doc.addPage();
    this.y = page.margin;
  }

  /** A coloured ground behind what is written next. */
  band(x: number, y: number, width: number, height: number, colour: string = colours.band): void {
    this.structure.artifact('Layout', () => this.doc.rect(x, y, width, height).fill(colour));
  }

  frame(x: number, y: number, width: number, height: number): void {
    this.structure.artifact('Layout', () => {
      this.doc
        .roundedRect(x, y, width, height, 4)
        .lineWidth(0.8)
        .strokeColor(colours.rule)
        .stroke();
    });
  }

  rule(): void {
    this.structure.artifact('Layout', () => {
      this.doc
        .moveTo(page.margin, this.y)
        .lineTo(page.margin + contentWidth, this.y)
        .lineWidth(0.6)
        .strokeColor(colours.rule)
        .stroke();
    });
  }

  /** Puts a file into the document. */
  attach({ content, name, description, date, mediaType, relationship }: AttachedFile): void {
    const dates = { creationDate: date, modifiedDate: date };
    const options = { name, description, type: mediaType, relationship, ...dates };
    this.doc.file(content, options);
  }

  /** Says in the metadata what else the file follows (Factur-X). */
  follow(extension: MetadataExtension): void {
    this.doc.extend(extension);
  }

  /** Writes the footers, closes the document and gives its bytes. */
  finish(footer: string): Promise<Buffer> {
    this.structure.end();
    const { start, count } = this.doc.bufferedPageRange();
    for (let index = start; index < start + count; index += 1) {
      this.doc.switchToPage(index);
      const y = page.height - page.footer + 10;
      const style = { size: 7.5, colour: colours.muted };
      const pages = `Page ${index - start + 1} / ${count}`;
      this.structure.artifact('Pagination', () => {
        this.pen.write(footer, page.margin, y, contentWidth - 70, style);
        if (this.info.isOneSided) return;
        const x = page.margin + contentWidth - 70;
        this.pen.write(pages, x, y, 70, { ...style, align: 'right' });
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

  /** In points. */
  heightOf(text: string, width: number, style: PenStyle = {}): number {
    return this.pen.heightOf(text, width, style);
  }

  private get bottom(): number {
    return page.height - page.footer;
  }

  /** `repeated`: on the pages that follow, where it is read out no more. */
  private tableHeader(columns: readonly Column[], as: 'read' | 'repeated'): void {
    const height = this.cells.headerHeight(columns);
    this.band(page.margin, this.y, contentWidth, height);
    const titles = (draw: (write: () => void) => void) =>
      this.cells.eachTitle(columns, this.y, draw);
    if (as === 'read') titles((write) => this.structure.cell('TH', 'Column', write));
    else this.structure.artifact('Pagination', () => titles((write) => write()));
    this.y += height;
  }

  private row(columns: readonly Column[], { cells, height }: MeasuredRow): void {
    if (this.y + height > this.bottom) {
      this.breakPage();
      this.tableHeader(columns, 'repeated');
    }
    this.structure.group('TR', () =>
      this.cells.eachOf(columns, cells, this.y, (write) =>
        this.structure.cell('TD', 'Column', write),
      ),
    );
    this.y += height;
    this.rule();
  }
}

/** A text with its place and its look. */
export type PlacedText = PenStyle & {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
};
export type NamedValue = { readonly name: PlacedText; readonly value: PlacedText };
