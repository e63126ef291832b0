import { localName, readXml, type XmlAttributes } from './bounded-xml.js';
import type { SheetCell } from './sheet-row.js';
import { isOn } from './xlsx-styles.js';

/** Texts that cells share, in order. */
export async function readSharedStrings(pieces: AsyncIterable<Buffer>): Promise<SheetCell[]> {
  const strings: SheetCell[] = [];
  let current = new RichText();
  await readXml(pieces, {
    open(name, attributes) {
      const tag = localName(name);
      if (tag === 'si') current = new RichText();
      else current.open(tag, attributes);
    },
    close(name) {
      const tag = localName(name);
      if (tag === 'si') strings.push(current.cell);
      else current.close(tag);
    },
    text: (text) => current.add(text),
  });
  return strings;
}

/** A text in runs, each with its looks: joined, phonetic hints left out. */
export class RichText {
  private text = '';
  private inText = false;
  private phonetic = false;
  private isMarked = false;

  open(tag: string, attributes: XmlAttributes): void {
    if (tag === 'rPh') this.phonetic = true;
    else if (tag === 't') this.inText = !this.phonetic;
    // The call of a note is no digit of the number before it, and what is crossed out is not meant.
    else if (tag === 'strike') this.isMarked ||= isOn(attributes);
    else if (tag === 'vertAlign') this.isMarked ||= attributes['val'] === 'superscript';
  }

  close(tag: string): void {
    if (tag === 't') this.inText = false;
    else if (tag === 'rPh') this.phonetic = false;
  }

  add(text: string): void {
    if (this.inText) this.text += text;
  }

  get cell(): SheetCell {
    const text = unescaped(this.text);
    return this.isMarked ? { unusable: 'STRUCK', text } : text;
  }
}

/** Excel writes control characters as `_x000D_`. */
export const unescaped = (text: string): string =>
  text.replace(/_x([0-9A-Fa-f]{4})_/g, (_all, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
