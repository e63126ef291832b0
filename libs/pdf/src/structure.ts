/** What a text is to who hears it read out; PDF's own names. */
export type TextKind = 'H1' | 'H2' | 'P' | 'TH' | 'TD';
type GroupKind = 'Document' | 'Table' | 'TR';
/** Its attributes are not in pdfkit's types. */
type Element = PDFKit.PDFStructureElement & {
  readonly dictionary: { readonly data: Record<string, unknown> };
};

/**
 * The structure of a tagged document, in the order of reading (as PDF/UA asks, but for the fonts, which are not embedded):
 * each text has a kind, all else is an artifact that is not read out. Of a document that is not tagged, nothing.
 */
export class Structure {
  #within: Element | undefined;

  constructor(
    private readonly doc: PDFKit.PDFDocument,
    isTagged: boolean,
  ) {
    if (!isTagged) return;
    this.#within = doc.struct('Document') as Element;
    doc.addStructure(this.#within);
  }

  /** What `draw` writes is one text. */
  text<T>(kind: TextKind, draw: () => T): T {
    if (this.#within === undefined) return draw();
    let drawn: T;
    const element = this.doc.struct(kind) as Element;
    if (kind === 'TH') element.dictionary.data['A'] = { O: 'Table', Scope: 'Column' };
    this.#within.add(element);
    element.add(() => (drawn = draw()));
    element.end();
    return drawn!;
  }

  /** The texts that `fill` writes belong together. */
  group(kind: GroupKind, fill: () => void): void {
    const around = this.#within;
    if (around === undefined) return fill();
    this.#within = this.doc.struct(kind) as Element;
    around.add(this.#within);
    fill();
    this.#within.end();
    this.#within = around;
  }

  /** What `draw` writes is for the eye alone: rules, bands, what each page repeats. */
  artifact(type: 'Layout' | 'Pagination', draw: () => void): void {
    if (this.#within === undefined) return draw();
    this.doc.markContent('Artifact', { type });
    draw();
    this.doc.endMarkedContent();
  }

  /** A line of the list of contents that leads to this page. */
  bookmark(title: string): void {
    if (this.#within !== undefined) this.doc.outline.addItem(title);
  }
}
