import { inflateSync } from 'node:zlib';

/** A stream that unpacks to more is none of ours. */
const unpackedMax = 50_000_000;

/** What a paper of ours shows and carries. Throws a RangeError for what Sheet does not write. */
export class PaperRead {
  private readonly text: string;
  /** Where each object stands, as the file's own table says: what a viewer goes by. */
  private readonly offsets: readonly number[];
  private readonly root: string;

  constructor(private readonly bytes: Buffer) {
    this.text = bytes.toString('latin1');
    const table = Number(/startxref\n(\d+)\n%%EOF\s*$/.exec(this.text)?.[1]);
    const head = /^xref\n0 (\d+)\n/.exec(this.text.slice(table, table + 40));
    if (!head) throw unreadable('its table');
    const first = table + head[0].length;
    this.offsets = Array.from({ length: Number(head[1]) }, (_, at) =>
      Number(this.text.slice(first + at * 20, first + at * 20 + 10)),
    );
    const trailer = this.text.slice(first + this.offsets.length * 20);
    this.root = this.object(reference(trailer, 'Root'));
  }

  /** Its texts page by page, in the order in which they were written; one that goes over two lines is two. */
  *pages(): Iterable<readonly string[]> {
    const fonts = new Map<number, Letters>();
    for (const id of references(this.object(reference(this.root, 'Pages')), 'Kids')) {
      const page = this.object(id);
      const resources = this.object(reference(page, 'Resources'));
      const named = new Map<string, Letters>();
      for (const [, name = '', font = ''] of resources.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
        const letters = fonts.get(Number(font)) ?? this.lettersOf(Number(font));
        fonts.set(Number(font), letters);
        named.set(name, letters);
      }
      const content = this.streamOf(reference(page, 'Contents')).toString('latin1');
      if (/\/(Annots|XObject)\b/.test(page + resources) || otherwiseShown.test(content))
        throw unreadable('what a page shows beside its texts');
      yield shownBy(content, named);
    }
  }

  /** A file that lies in it; undefined where none has the name. */
  attachment(name: string): Buffer | undefined {
    const found = references(this.root, 'AF')
      .map((id) => this.object(id))
      .find((one) => one.includes(`/F (${name})`));
    return found === undefined
      ? undefined
      : this.streamOf(reference(found.slice(found.indexOf('/EF')), 'F'));
  }

  private object(id: number): string {
    const at = this.offsets[id];
    const head = `${id} 0 obj\n`;
    if (!at || !this.text.startsWith(head, at)) throw unreadable(`object ${id}`);
    const start = at + head.length;
    const stream = this.text.indexOf('\nstream\n', start);
    const end = this.text.indexOf('\nendobj', start);
    return this.text.slice(start, stream >= 0 && stream < end ? stream : end);
  }

  private streamOf(id: number): Buffer {
    const head = this.object(id);
    const length = Number(/\/Length (\d+)\b/.exec(head)?.[1]);
    const start = this.offsets[id]! + `${id} 0 obj\n`.length + head.length + '\nstream\n'.length;
    const packed = this.bytes.subarray(start, start + length);
    if (!head.includes('/FlateDecode')) return packed;
    return inflateSync(packed, { maxOutputLength: unpackedMax });
  }

  /** Which letters the glyphs of a font are, as it says itself. */
  private lettersOf(font: number): Letters {
    const letters: Letters = [];
    const table = this.streamOf(reference(this.object(font), 'ToUnicode')).toString('latin1');
    for (const [, start = '', list = ''] of table.matchAll(ranges)) {
      let glyph = Number.parseInt(start, 16);
      for (const [, hex = ''] of list.matchAll(/<([0-9a-f ]*)>/g)) {
        letters[glyph] = utf16(hex);
        glyph += 1;
      }
    }
    return letters;
  }
}

/** A text of another kind than ours, an image or a form. */
const otherwiseShown = /(?:^|[\s>)\]])(?:Tj|'|"|Do|BI)(?=\s|$)/;
const ranges = /<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/g;

function utf16(hex: string): string {
  const units = hex.replaceAll(' ', '');
  let text = '';
  for (let at = 0; at < units.length; at += 4) text += String.fromCharCode(glyphAt(units, at));
  return text;
}

/** By the number of their glyph. */
type Letters = string[];

function shownBy(content: string, fonts: ReadonlyMap<string, Letters>): string[] {
  const shown: string[] = [];
  let letters: Letters | undefined;
  for (const [, font, line] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (font !== undefined) letters = fonts.get(font);
    else {
      let text = '';
      for (const [, glyphs = ''] of line!.matchAll(/<([0-9a-f]+)>/g))
        for (let at = 0; at < glyphs.length; at += 4)
          text += letters?.[glyphAt(glyphs, at)] ?? '\ufffd';
      shown.push(text);
    }
  }
  return shown;
}

/** Four hexadecimal digits: there are thousands on a page. */
const glyphAt = (hex: string, at: number): number =>
  (digitAt(hex, at) << 12) |
  (digitAt(hex, at + 1) << 8) |
  (digitAt(hex, at + 2) << 4) |
  digitAt(hex, at + 3);

/** '0' to '9', 'a' to 'f'. */
function digitAt(hex: string, at: number): number {
  const code = hex.charCodeAt(at);
  return code < 58 ? code - 48 : code - 87;
}

function reference(dictionary: string, key: string): number {
  const [, id] = new RegExp(`/${key} (\\d+) 0 R`).exec(dictionary) ?? [];
  if (id === undefined) throw unreadable(key);
  return Number(id);
}

function references(dictionary: string, key: string): number[] {
  const [, list = ''] = new RegExp(`/${key} \\[([^\\]]*)\\]`).exec(dictionary) ?? [];
  return [...list.matchAll(/(\d+) 0 R/g)].map(([, id]) => Number(id));
}

const unreadable = (what: string) => new RangeError(`No paper of ours: ${what} is not to be read`);
