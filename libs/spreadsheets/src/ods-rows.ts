import { readXml, type XmlAttributes } from './bounded-xml.js';
import { limits } from './limits.js';
import { OdsCell } from './ods-cell.js';
import { RowCollector, type Sheet, type SheetCell } from './sheet-row.js';
import { damaged, SpreadsheetRefused } from './spreadsheet-refused.js';
import { encrypted, type ZipParts } from './zip-parts.js';

/** The sheets of an OpenDocument spreadsheet (ODF 1.2 and later). */
export async function sheetsOfOds(parts: ZipParts): Promise<Sheet[]> {
  const manifest = 'META-INF/manifest.xml';
  if (!parts.has(manifest) || !parts.has('content.xml')) {
    if (parts.has('encrypted-package')) throw encrypted();
    throw damaged();
  }
  if ((await parts.text(manifest)).includes('encryption-data')) throw encrypted();
  if (parts.names.some((name) => /^(Basic|Scripts)\//.test(name))) {
    throw new SpreadsheetRefused(
      'FILE_HAS_MACROS',
      'Le fichier contient des macros : enregistrez le tableau seul dans un nouveau fichier.',
    );
  }
  const reader = new ContentReader();
  await readXml(parts.read('content.xml'), {
    open: (name, attributes) => reader.open(name, attributes),
    close: (name) => reader.close(name),
    text: (text) => reader.text(text),
  });
  return reader.sheets;
}

/** Writers of ODF all use the prefixes of the standard; attributes of LibreOffice differ by theirs only. */
class ContentReader {
  readonly sheets: Sheet[] = [];
  private readonly hiddenStyles = new Set<string>();
  /** Of cells and of runs of text, by family and name: crossed out, or above the line. */
  private readonly markedStyles = new Set<string>();
  private style = { name: '', family: '' };
  /** Of the cells of a column that name none, from its first one on. */
  private columnStyles: { readonly from: number; readonly name: string }[] = [];
  private depth = 0;
  private collector = new RowCollector();
  private line = 1;
  private column = 0;
  private columnsSet = 0;
  private row: XmlAttributes = {};
  private cell: OdsCell | undefined;
  private passedOver: string | undefined;

  open(name: string, attributes: XmlAttributes): void {
    // Copies of other files' tables, and of what was deleted.
    if (name === 'table:dde-links' || name === 'table:tracked-changes') this.passedOver ??= name;
    if (this.passedOver) return;
    if (this.cell) {
      this.cell.open(name, attributes);
      if (name === 'table:table') throw damaged(); // A table inside a cell: no spreadsheet writes it.
      return;
    }
    switch (name) {
      case 'style:style':
        this.style = {
          name: attributes['style:name'] ?? '',
          family: attributes['style:family'] ?? '',
        };
        break;
      case 'style:text-properties':
        if (isMarked(attributes)) this.markedStyles.add(`${this.style.family} ${this.style.name}`);
        break;
      case 'style:table-properties':
        if (attributes['table:display'] === 'false') this.hiddenStyles.add(this.style.name);
        break;
      case 'table:table':
        this.openTable(attributes);
        break;
      case 'table:table-column':
        this.openColumns(attributes);
        break;
      case 'table:table-row':
        this.row = attributes;
        this.column = 0;
        break;
      case 'table:table-cell':
      case 'table:covered-table-cell':
        this.cell = new OdsCell(
          attributes,
          name === 'table:covered-table-cell',
          this.markedStyles,
          this.styleOf(attributes),
        );
        break;
    }
  }

  close(name: string): void {
    if (this.passedOver) {
      if (name === this.passedOver) this.passedOver = undefined;
      return;
    }
    if (name === 'table:table-cell' || name === 'table:covered-table-cell') this.closeCell();
    else if (this.cell) this.cell.close();
    else if (name === 'table:table-row') this.closeRow();
    else if (name === 'table:table') this.depth -= 1;
  }

  text(text: string): void {
    this.cell?.text(text);
  }

  private openTable(attributes: XmlAttributes): void {
    this.depth += 1;
    if (this.depth > 1) throw damaged();
    const hidden = this.hiddenStyles.has(attributes['table:style-name'] ?? '');
    this.collector = new RowCollector();
    this.line = 1;
    this.columnsSet = 0;
    this.columnStyles = [];
    // What nobody sees is read past, and bounded like the rest.
    const rows = hidden ? [] : this.collector.rows;
    this.sheets.push({ name: attributes['table:name'] ?? '', hidden, rows });
  }

  /** They stand before the rows, one after the other. */
  private openColumns(attributes: XmlAttributes): void {
    const first = this.columnsSet;
    this.columnsSet += repeatsOf(attributes['table:number-columns-repeated']);
    if (first < limits.columns) {
      const name = attributes['table:default-cell-style-name'] ?? '';
      this.columnStyles.push({ from: first, name });
    }
    if (isVisible(attributes)) return;
    this.collector.hideColumns(first, this.columnsSet - 1);
  }

  private styleOf(attributes: XmlAttributes): string {
    const { column } = this;
    return (
      attributes['table:style-name'] ??
      this.row['table:default-cell-style-name'] ??
      this.columnStyles.findLast(({ from }) => from <= column)?.name ??
      ''
    );
  }

  private closeCell(): void {
    const { cell } = this;
    if (!cell) return;
    this.cell = undefined;
    const times = repeatsOf(cell.attributes['table:number-columns-repeated']);
    const { value } = cell;
    for (let i = 0; i < times && !isNothing(value); i++) {
      // Merged cells may run to the last column: they hold nothing.
      if (cell.covered && this.column + i >= limits.columns) break;
      this.collector.put(this.line, this.column + i, value);
    }
    this.column += times;
  }

  private closeRow(): void {
    const times = repeatsOf(this.row['table:number-rows-repeated']);
    this.collector.end(this.line, !isVisible(this.row), times);
    this.line += times;
  }
}

const isMarked = (attributes: XmlAttributes): boolean =>
  ['style', 'type'].some(
    (of) => (attributes[`style:text-line-through-${of}`] ?? 'none') !== 'none',
  ) || /^(super|[1-9])/.test(attributes['style:text-position'] ?? '');

const isVisible = (attributes: XmlAttributes) =>
  (attributes['table:visibility'] ?? 'visible') === 'visible';

const isNothing = (value: SheetCell) => typeof value === 'string' && value === '';

function repeatsOf(text: string | undefined): number {
  if (text === undefined) return 1;
  if (!/^[1-9]\d{0,6}$/.test(text)) throw damaged();
  return Number(text);
}
