import { columnOf, storedNumber } from './cell-reference.js';
import { localName, readXml, type XmlAttributes } from './bounded-xml.js';
import { MergedCells } from './merged-cells.js';
import { isEmptyCell, RowCollector, type SheetCell, type SheetRow, textOf } from './sheet-row.js';
import { dayOf, dayOfSerial, type FirstYear } from './stored-day.js';
import { damaged } from './spreadsheet-refused.js';
import { RichText, unescaped } from './xlsx-shared-strings.js';
import type { CellStyles } from './xlsx-styles.js';

export type WorkbookParts = {
  readonly strings: readonly SheetCell[];
  readonly styles: CellStyles;
  readonly countsFrom: FirstYear;
};

/** The rows of one worksheet: the value that Excel stored in each cell, never a formula. */
export async function readSheetRows(
  pieces: AsyncIterable<Buffer>,
  shared: WorkbookParts,
): Promise<SheetRow[]> {
  const reader = new SheetReader(shared);
  await readXml(pieces, {
    open: (name, attributes) => reader.open(localName(name), attributes),
    close: (name) => reader.close(localName(name)),
    text: (text) => reader.text(text),
  });
  return reader.rows();
}

type Cell = {
  column: number;
  type: string;
  style: number;
  hasFormula: boolean;
  value?: string;
  /** Of a cell that does not share its text. */
  inline?: RichText;
};

class SheetReader {
  private readonly collector = new RowCollector();
  private readonly merged = new MergedCells();
  private columnsSet = 0;
  private line = 0;
  private column = -1;
  private rowHidden = false;
  private cell: Cell | undefined;
  private reading = false;

  constructor(private readonly shared: WorkbookParts) {}

  open(tag: string, attributes: XmlAttributes): void {
    if (tag === 'row') this.openRow(attributes);
    else if (tag === 'c') this.openCell(attributes);
    else if (tag === 'col') this.openColumns(attributes);
    else if (tag === 'mergeCell') this.merged.add(attributes.ref ?? '');
    else if (!this.cell) return;
    else if (tag === 'f') this.cell.hasFormula = true;
    else if (tag === 'v') {
      this.reading = true;
      this.cell.value ??= '';
    } else if (tag === 'is') this.cell.inline = new RichText();
    else {
      if (tag === 't') this.cell.inline ??= new RichText();
      this.cell.inline?.open(tag, attributes);
    }
  }

  close(tag: string): void {
    if (tag === 'v') this.reading = false;
    else if (tag === 'c' && this.cell) {
      const value = this.valueOf(this.cell);
      const isStruck = this.shared.styles.struck.has(this.cell.style) && !isEmptyCell(value);
      this.collector.put(this.line, this.cell.column, isStruck ? struck(value) : value);
      this.cell = undefined;
    } else if (tag === 'row') this.collector.end(this.line, this.rowHidden);
    else this.cell?.inline?.close(tag);
  }

  text(text: string): void {
    if (this.reading && this.cell) this.cell.value += text;
    else this.cell?.inline?.add(text);
  }

  rows(): SheetRow[] {
    return this.merged.markIn(this.collector.rows);
  }

  /** They stand before the rows, numbered from 1. */
  private openColumns({ min, max, hidden }: XmlAttributes): void {
    this.columnsSet += 1;
    if (this.columnsSet > columnsOfExcel) throw damaged();
    if (!isTrue(hidden)) return;
    this.collector.hideColumns(storedNumber(min ?? '') - 1, storedNumber(max ?? '') - 1);
  }

  private openRow({ r, hidden }: XmlAttributes): void {
    const line = r === undefined ? this.line + 1 : Number(r);
    if (!Number.isSafeInteger(line) || line <= this.line) throw damaged();
    this.line = line;
    this.column = -1;
    this.rowHidden = isTrue(hidden);
  }

  private openCell({ r, t, s }: XmlAttributes): void {
    const column = r === undefined ? this.column + 1 : columnOf(r);
    if (column <= this.column) throw damaged();
    this.column = column;
    this.cell = { column, type: t ?? 'n', style: Number(s ?? 0), hasFormula: false };
  }

  private valueOf({ type, style, hasFormula, value, inline }: Cell): SheetCell {
    if (inline !== undefined && value === undefined) return inline.cell;
    if (value === undefined || (value === '' && type !== 'str')) {
      return hasFormula ? { unusable: 'FORMULA_WITHOUT_VALUE', text: '' } : '';
    }
    switch (type) {
      case 's':
        return sharedText(this.shared.strings, value);
      case 'str':
      case 'inlineStr':
        return unescaped(value);
      case 'b':
        return { unusable: 'BOOLEAN', text: value === '1' ? 'VRAI' : 'FAUX' };
      case 'e':
        return { unusable: 'ERROR', text: value };
      case 'd':
        return { unusable: 'DATE', text: value, ...dayOf(value) };
      case 'n':
        return this.numberOf(value, style);
      default:
        throw damaged();
    }
  }

  private numberOf(value: string, style: number): SheetCell {
    const number = storedNumber(value);
    const { styles, countsFrom } = this.shared;
    if (!styles.dates.has(style)) return number;
    return { unusable: 'DATE', text: value, ...dayOfSerial(number, countsFrom) };
  }
}

const struck = (cell: SheetCell): SheetCell => ({ unusable: 'STRUCK', text: textOf(cell) });

const columnsOfExcel = 16_384;
const isTrue = (text: string | undefined) => text === '1' || text === 'true';

/** Shared texts are counted from 0. */
function sharedText(strings: readonly SheetCell[], index: string): SheetCell {
  const text = strings[storedNumber(index)];
  if (text === undefined) throw damaged();
  return text;
}
