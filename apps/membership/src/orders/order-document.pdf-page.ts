import PDFDocument from 'pdfkit';

/** Page geometry in points; A4 is 595 × 842. */
export const margin = 48;
export const width = 595.28 - 2 * margin;
const height = 841.89;
const bottom = height - 56;
export const colours = {
  ink: '#1b1b2f',
  muted: '#5b5f73',
  accent: '#000091',
  rule: '#c9ccd8',
  band: '#eef1f8',
} as const;
// The standard fonts, as on invoices: they know the French characters and need no file.
const fonts = { regular: 'Helvetica', bold: 'Helvetica-Bold' } as const;

export type Style = {
  readonly bold?: boolean;
  readonly size?: number;
  readonly colour?: string;
  readonly align?: 'left' | 'right';
};
export type Column = {
  readonly title: string;
  /** Share of the content width. */
  readonly share: number;
  readonly align?: 'left' | 'right';
};

/** A page written from top to bottom, which breaks by itself. */
export class Page {
  private readonly doc: PDFKit.PDFDocument;
  y: number = margin;

  constructor(info: { title: string; author: string; date: Date }) {
    this.doc = new PDFDocument({
      size: 'A4',
      margins: { top: margin, left: margin, right: margin, bottom: 0 },
      bufferPages: true,
      lang: 'fr-FR',
      displayTitle: true,
      // The dates come from what is printed, so that the same content gives the same bytes.
      info: {
        Title: info.title,
        Author: info.author,
        CreationDate: info.date,
        ModDate: info.date,
      },
    });
  }

  /** Below what is there. */
  text(text: string, x: number, of: number, style: Style = {}): void {
    if (text === '') return;
    const { align = 'left' } = style;
    const needed = this.heightOf(text, of, style);
    if (this.y + needed > bottom) this.break();
    this.style(style);
    this.doc.text(text, x, this.y, { width: of, lineGap: 1.5, align });
    this.y += needed + 2;
  }

  heading(text: string): void {
    if (this.y + 60 > bottom) this.break();
    this.y += 10;
    this.text(text, margin, width, { bold: true, size: 10.5, colour: colours.accent });
    this.y += 2;
  }

  /** The header is repeated on each page; no row is cut in two. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void {
    const titles = columns.map(({ title }) => title);
    this.row(columns, titles, { bold: true, size: 7.5 }, colours.band);
    for (const cells of rows) {
      if (this.y + this.rowHeight(columns, cells) > bottom) {
        this.break();
        this.row(columns, titles, { bold: true, size: 7.5 }, colours.band);
      }
      this.row(columns, cells, {});
    }
    this.y += 6;
  }

  /** Writes the footers, closes the document and gives its bytes. */
  finish(footer: string): Promise<Buffer> {
    const { start, count } = this.doc.bufferedPageRange();
    this.style({ size: 6.5, colour: colours.muted });
    for (let index = start; index < start + count; index += 1) {
      this.doc.switchToPage(index);
      const options = { width: width - 60, lineBreak: false } as const;
      this.doc.text(footer, margin, height - 36, options);
      const pages = `Page ${index - start + 1} / ${count}`;
      this.doc.text(pages, margin + width - 60, height - 36, { width: 60, align: 'right' });
    }
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      this.doc.on('data', (chunk: Buffer) => chunks.push(chunk));
      this.doc.on('end', () => resolve(Buffer.concat(chunks)));
      this.doc.on('error', reject);
      this.doc.end();
    });
  }

  private row(
    columns: readonly Column[],
    cells: readonly string[],
    style: Style,
    fill?: string,
  ): void {
    const high = this.rowHeight(columns, cells, style);
    if (fill) this.doc.rect(margin, this.y, width, high).fill(fill);
    this.style(style);
    let x = margin;
    for (const [index, { share, align = 'left' }] of columns.entries()) {
      const options = { width: width * share - 8, lineGap: 1.5, align } as const;
      this.doc.text(cells[index] ?? '', x + 4, this.y + 4, options);
      x += width * share;
    }
    this.y += high;
    this.doc.moveTo(margin, this.y).lineTo(margin + width, this.y);
    this.doc.lineWidth(0.6).strokeColor(colours.rule).stroke();
  }

  private rowHeight(columns: readonly Column[], cells: readonly string[], style: Style = {}) {
    const heights = columns.map(({ share }, index) =>
      this.heightOf(cells[index] ?? '', width * share - 8, style),
    );
    return Math.max(...heights) + 7;
  }

  private heightOf(text: string, of: number, style: Style): number {
    this.style(style);
    return this.doc.heightOfString(text, { width: of, lineGap: 1.5 });
  }

  private break(): void {
    this.doc.addPage();
    this.y = margin;
  }

  private style({ bold = false, size = 8.5, colour = colours.ink }: Style): void {
    this.doc
      .font(bold ? fonts.bold : fonts.regular)
      .fontSize(size)
      .fillColor(colour);
  }
}
