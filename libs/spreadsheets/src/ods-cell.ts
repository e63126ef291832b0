import type { XmlAttributes } from './bounded-xml.js';
import { storedNumber } from './cell-reference.js';
import { limits } from './limits.js';
import { isEmptyCell, type SheetCell, textOf } from './sheet-row.js';
import { dayOf } from './stored-day.js';
import { damaged } from './spreadsheet-refused.js';

/** One cell while it is read: its text is its paragraphs, without the comments and drawings that hang on it. */
export class OdsCell {
  private readonly paragraphs: string[] = [];
  private readonly inside: string[] = [];
  private isMarked: boolean;

  constructor(
    readonly attributes: XmlAttributes,
    /** Hidden under a merged cell: it holds nothing that is seen. */
    readonly covered: boolean,
    /** Of cells and of runs of text, by family and name: they are crossed out, or above the line. */
    private readonly markedStyles: ReadonlySet<string>,
    style: string,
  ) {
    this.isMarked = markedStyles.has(`table-cell ${style}`);
  }

  open(name: string, attributes: XmlAttributes): void {
    if (this.inside.length === 0 && name === 'text:p') this.paragraphs.push('');
    this.inside.push(name);
    const isShown = this.inside[0] === 'text:p' && !this.inside.includes('office:annotation');
    if (isShown && this.markedStyles.has(`text ${attributes['text:style-name']}`))
      this.isMarked = true;
    if (name === 'text:s') this.text(' '.repeat(spacesOf(attributes['text:c'])));
    else if (name === 'text:tab') this.text('\t');
    else if (name === 'text:line-break') this.text('\n');
  }

  close(): void {
    this.inside.pop();
  }

  text(text: string): void {
    if (this.inside[0] !== 'text:p' || this.inside.includes('office:annotation')) return;
    const last = this.paragraphs.length - 1;
    const whole = `${this.paragraphs[last] ?? ''}${text}`;
    // One more than a cell may hold is enough for whoever judges its length.
    this.paragraphs[last] = whole.slice(0, limits.cellCharacters + 1);
  }

  get value(): SheetCell {
    if (this.covered) return { unusable: 'MERGED', text: '' };
    const { stored } = this;
    if (!this.isMarked || isEmptyCell(stored)) return stored;
    return { unusable: 'STRUCK', text: textOf(stored) };
  }

  /** What was stored, never a formula. */
  private get stored(): SheetCell {
    const { attributes } = this;
    const shown = this.paragraphs.join('\n');
    const hasFormula = attributes['table:formula'] !== undefined;
    const isError = hasFormula && /^(#|Err:)/.test(shown);
    if (isError || attributes['calcext:value-type'] === 'error') {
      return { unusable: 'ERROR', text: shown };
    }
    switch (attributes['office:value-type']) {
      case 'float':
      case 'percentage':
      case 'currency':
        return storedNumber(attributes['office:value'] ?? '');
      case 'date':
      case 'time':
        return { unusable: 'DATE', text: shown, ...dayOf(attributes['office:date-value']) };
      case 'boolean':
        return { unusable: 'BOOLEAN', text: shown };
      case 'string':
        return attributes['office:string-value'] ?? shown;
      case undefined:
        return hasFormula ? { unusable: 'FORMULA_WITHOUT_VALUE', text: shown } : shown;
      default:
        throw damaged();
    }
  }
}

const spacesOf = (count: string | undefined): number =>
  Math.min(Number(count ?? 1) || 1, limits.cellCharacters);
