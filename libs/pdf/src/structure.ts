/** What a text is to who hears it read out; PDF's own names. */
export type TextKind = 'H1' | 'H2' | 'H3' | 'P' | 'Lbl' | 'LBody';
type CellKind = 'TH' | 'TD';
type GroupKind = 'Document' | 'Table' | 'TR' | 'L' | 'LI';

/**
 * The structure of the document, in the order of reading: each text has a kind, all else is an artifact that is not read
 * out (PDF/UA-1, ISO 14289-1 7.1). A text belongs to one of the two, or the document is not what it says it is.
 */
export class Structure {
  private within: PDFKit.PDFStructureElement;
  private readonly root: PDFKit.PDFStructureElement;

  constructor(private readonly doc: PDFKit.PDFDocument) {
    this.root = doc.struct('Document');
    this.within = this.root;
    doc.addStructure(this.root);
  }

  /** What `draw` writes is one text. */
  text<T>(kind: TextKind, draw: () => T): T {
    return this.content(kind, {}, draw);
  }

  /** A cell; a header cell says what it heads. */
  cell<T>(kind: CellKind, scope: 'Column' | 'Row', draw: () => T): T {
    return this.content(kind, kind === 'TH' ? { scope } : {}, draw);
  }

  /** The texts that `fill` writes belong together. */
  group(kind: GroupKind, fill: () => void): void {
    const around = this.within;
    this.within = this.doc.struct(kind);
    around.add(this.within);
    fill();
    this.within.end();
    this.within = around;
  }

  /** What `draw` writes is for the eye alone: rules, bands, what each page repeats. */
  artifact(type: 'Layout' | 'Pagination', draw: () => void): void {
    this.doc.markContent('Artifact', { type });
    draw();
    this.doc.endMarkedContent();
  }

  /** A line of the list of contents that leads to this page. */
  bookmark(title: string): void {
    this.doc.outline.addItem(title);
  }

  end(): void {
    this.root.end();
  }

  private content<T>(
    kind: TextKind | CellKind,
    options: PDFKit.Mixins.StructureElementOptions & { scope?: string },
    draw: () => T,
  ): T {
    let drawn: T;
    const element = this.doc.struct(kind, options);
    this.within.add(element);
    element.add(() => (drawn = draw()));
    element.end();
    return drawn!;
  }
}
