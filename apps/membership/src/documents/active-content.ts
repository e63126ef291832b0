import { inflateSync } from 'node:zlib';

/** Why a PDF is not kept. */
export type ActiveContent = 'PROGRAM' | 'ATTACHMENT' | 'ENCRYPTED' | 'UNREADABLE';

const tokensMax = 3_000_000;
/** Of one dictionary with all that it holds. */
const dictionaryMax = 10_000;
const inflatedMax = 64 * 1024 * 1024;

/**
 * What a reader would run, fetch or open: actions beyond the document, forms and media with programs. A link that a
 * person follows (`/URI`) and a jump within the document (`/GoTo`) are none.
 */
const programs = new Set(
  [
    ...['JavaScript', 'Launch', 'SubmitForm', 'ImportData', 'GoToR', 'GoToE', 'Rendition'],
    ...['RichMedia', 'RichMediaExecute', 'GoTo3DView', 'XFA'],
  ].map((name) => `/${name}`),
);
/** Glyphs may bear these names too; a key has a value of this shape. */
const programKeys = new Set(['/JS', '/AA']);

class Found extends Error {
  constructor(readonly what: ActiveContent) {
    super(what);
  }
}

/**
 * What makes a PDF more than pages, or undefined. Readers take objects from where the cross-reference says, so an object
 * may lie anywhere: within another's stream, string or comment it is refused (`UNREADABLE`), and nothing is believed of
 * lengths, types or cross-references. Names are compared as they read, `#xx` decoded; object streams are unpacked. At
 * most three million tokens are read and 64 MB unpacked.
 */
export function activeContentOf(content: Uint8Array): ActiveContent | undefined {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  try {
    new PdfScan(bytes).run();
    return undefined;
  } catch (error) {
    if (error instanceof Found) return error.what;
    throw error;
  }
}

/** Where an object begins, behind its number. */
type Place = { readonly bytes: Buffer; readonly at: number; readonly isPacked: boolean };

class PdfScan {
  private readonly places = new Map<number, Place[]>();
  /** Openings and attachments, judged once all objects are known. */
  private readonly values: (Place & { readonly key: '/OpenAction' | '/EF' })[] = [];
  private tokens = 0;
  private inflated = 0;

  constructor(private readonly bytes: Buffer) {}

  run(): void {
    this.scan({ bytes: this.bytes, at: 0, isPacked: false });
    for (const { key, ...place } of this.values) {
      if (key === '/OpenAction') this.judgeOpening(place, 0);
      else this.judgeAttachments(place);
    }
  }

  private scan(from: Place): void {
    const { bytes, isPacked } = from;
    /** The last tokens, newest first. */
    let [last, before] = ['', ''];
    let dictionary: string[] = [];
    const reader = new Tokens(from);
    for (let token = this.next(reader); token !== ''; token = this.next(reader)) {
      if (programs.has(token)) throw new Found('PROGRAM');
      if (programKeys.has(last) && isValue(token, reader)) throw new Found('PROGRAM');
      if (last === '/Encrypt' && isValue(token, reader)) throw new Found('ENCRYPTED');
      if (last === '/OpenAction' || last === '/EF') {
        this.values.push({ bytes, isPacked, key: last, at: reader.tokenAt });
      }
      if (token === 'obj' && !isPacked) {
        this.add(Number(before), { bytes, isPacked, at: reader.at });
        dictionary = [];
      } else if (token === 'stream' && last === '>>' && !isPacked) {
        if (dictionary.length >= dictionaryMax) throw new Found('UNREADABLE');
        const packed = reader.stream();
        if (dictionary.includes('/ObjStm') || hasKeys(dictionary, '/First', '/N')) {
          this.scanPacked(dictionary, packed);
        }
        dictionary = [];
      } else if (dictionary.length < dictionaryMax) dictionary.push(token);
      [before, last] = [last, token];
    }
  }

  /** The objects of an object stream, which no header sets apart. */
  private scanPacked(dictionary: readonly string[], packed: Buffer): void {
    const bytes = this.unpack(dictionary, packed);
    const [first, count] = ['/First', '/N'].map((key) => numberOf(dictionary, key));
    const index = bytes
      .toString('latin1', 0, first)
      .trim()
      .split(/[\s\0]+/)
      .slice(0, 2 * count!);
    if (!index.every((one) => /^\d+$/.test(one))) throw new Found('UNREADABLE');
    for (let n = 0; n + 1 < index.length; n += 2) {
      const at = first! + Number(index[n + 1]);
      this.add(Number(index[n]), { bytes, isPacked: true, at });
    }
    this.scan({ bytes, at: 0, isPacked: true });
  }

  private unpack(dictionary: readonly string[], packed: Buffer): Buffer {
    const [value, within, end] = dictionary.slice(dictionary.indexOf('/Filter') + 1);
    const isFlate =
      value === '/FlateDecode' || (value === '[' && within === '/FlateDecode' && end === ']');
    const isPlain = isOnce(dictionary, '/Filter') && !dictionary.includes('/DecodeParms');
    if (!isFlate || !isPlain) throw new Found('UNREADABLE');
    try {
      // Whole or not at all: what is cut short here may go on where a reader looks.
      const bytes = inflateSync(packed, { maxOutputLength: inflatedMax - this.inflated });
      this.inflated += bytes.length;
      return bytes;
    } catch {
      throw new Found('UNREADABLE');
    }
  }

  /** A place within the document may open by itself, nothing else. */
  private judgeOpening(place: Place, depth: number): void {
    const reader = new Tokens(place);
    const token = this.next(reader);
    if (token === '[') return;
    for (const target of this.referred(token, reader)) {
      if (depth > 3) throw new Found('PROGRAM');
      this.judgeOpening(target, depth + 1);
    }
    if (token !== '<<') return;
    const dictionary = this.dictionaryAt(reader);
    const isJump = isOnce(dictionary, '/S') && valueOf(dictionary, '/S') === '/GoTo';
    if (!isJump || dictionary.includes('/Next')) {
      throw new Found('PROGRAM');
    }
  }

  /** Data of an invoice or of a statement (PDF/A-3) may be attached, as XML; nothing that a reader opens. */
  private judgeAttachments(place: Place): void {
    const reader = new Tokens(place);
    const token = this.next(reader);
    const places = token === '<<' ? [place] : this.referred(token, reader);
    for (const each of places) {
      const inside = new Tokens(each);
      if (this.next(inside) !== '<<') throw new Found('ATTACHMENT');
      for (let key = this.next(inside); key !== '>>'; key = this.next(inside)) {
        const files = this.referred(this.next(inside), inside);
        if (!key.startsWith('/') || files.length === 0) throw new Found('ATTACHMENT');
        for (const file of files) this.requireXml(file);
      }
    }
  }

  private requireXml(file: Place): void {
    const reader = new Tokens(file);
    if (file.isPacked || this.next(reader) !== '<<') throw new Found('ATTACHMENT');
    const dictionary = this.dictionaryAt(reader);
    if (this.next(reader) !== 'stream') throw new Found('ATTACHMENT');
    const text = this.unpack(dictionary, reader.stream())
      .toString('utf8')
      .replace(/^\uFEFF/, '');
    const isXml = /^\s*<\?xml\s/.test(text) && !/<(\w+:)?html|<\?xml-stylesheet/i.test(text);
    if (!isXml) throw new Found('ATTACHMENT');
  }

  /** Until its end, which is read too. */
  private dictionaryAt(reader: Tokens): string[] {
    const dictionary: string[] = [];
    for (let open = 1; open > 0;) {
      const token = this.next(reader);
      if (token === '' || dictionary.length > dictionaryMax) throw new Found('UNREADABLE');
      if (token === '<<') open += 1;
      if (token === '>>') open -= 1;
      dictionary.push(token);
    }
    return dictionary;
  }

  /** Every object of the number that `token` begins to name: which one counts is the cross-reference's to say. */
  private referred(token: string, reader: Tokens): readonly Place[] {
    if (!/^\d+$/.test(token)) return [];
    if (!/^\d+$/.test(this.next(reader)) || this.next(reader) !== 'R') return [];
    const places = this.places.get(Number(token));
    if (!places) throw new Found('UNREADABLE');
    return places;
  }

  private add(number: number, place: Place): void {
    const known = this.places.get(number);
    if (known) known.push(place);
    else this.places.set(number, [place]);
  }

  private next(reader: Tokens): string {
    this.tokens += 1;
    if (this.tokens > tokensMax) throw new Found('UNREADABLE');
    return reader.next();
  }
}

const valueOf = (dictionary: readonly string[], key: string) =>
  dictionary[dictionary.indexOf(key) + 1];
/** Of a key that is there twice, readers do not agree which one counts. */
const isOnce = (dictionary: readonly string[], key: string) =>
  dictionary.includes(key) && dictionary.indexOf(key) === dictionary.lastIndexOf(key);
/** Written where it is used, so that no reader takes another one. */
function numberOf(dictionary: readonly string[], key: string): number {
  const [value = '', behind = ''] = dictionary.slice(dictionary.indexOf(key) + 1);
  const isDirect = behind.startsWith('/') || behind === '>>';
  if (!isOnce(dictionary, key) || !/^\d{1,9}$/.test(value) || !isDirect) {
    throw new Found('UNREADABLE');
  }
  return Number(value);
}
const hasKeys = (dictionary: readonly string[], ...keys: readonly string[]) =>
  keys.every((key) => dictionary.includes(key));
/** A string, a dictionary or a reference. */
const isValue = (token: string, reader: Tokens) =>
  ['(', '<', '<<'].includes(token) || (/^\d+$/.test(token) && reader.isReference());

const spaces = new Set([0, 9, 10, 12, 13, 32]);
const delimiters = new Set([...'()<>[]{}/%'].map((sign) => sign.charCodeAt(0)));
const isRegular = (byte: number | undefined): byte is number =>
  byte !== undefined && !spaces.has(byte) && !delimiters.has(byte);

/** Tokens of one text of objects; a string is its first sign. '' at the end. */
class Tokens {
  at: number;
  /** Where the last token began. */
  tokenAt: number;
  private readonly bytes: Buffer;
  private readonly isPacked: boolean;

  constructor({ bytes, at, isPacked }: Place) {
    this.bytes = bytes;
    this.at = at;
    this.tokenAt = at;
    this.isPacked = isPacked;
  }

  next(): string {
    this.skipSpace();
    this.tokenAt = this.at;
    const byte = this.bytes[this.at];
    if (byte === undefined) return '';
    if (isRegular(byte)) return this.regular();
    this.at += 1;
    switch (byte) {
      case 0x2f:
        return `/${this.regular().replace(/#([0-9a-f]{2})/gi, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))}`;
      case 0x28:
        return this.string();
      case 0x3c:
        if (this.bytes[this.at] === 0x3c) return this.pair('<<');
        return '<';
      case 0x3e:
        return this.bytes[this.at] === 0x3e ? this.pair('>>') : '>';
      default:
        return String.fromCharCode(byte);
    }
  }

  /** Whether a number and `R` follow. */
  isReference(): boolean {
    const ahead = new Tokens({ bytes: this.bytes, at: this.at, isPacked: this.isPacked });
    return /^\d+$/.test(ahead.next()) && ahead.next() === 'R';
  }

  /** The bytes behind the keyword `stream`. */
  stream(): Buffer {
    let begin = this.at;
    if (this.bytes[begin] === 13) begin += 1;
    if (this.bytes[begin] === 10) begin += 1;
    const found = this.bytes.indexOf('endstream', begin);
    const end = found < 0 ? this.bytes.length : found;
    this.refuseObjects(begin, end);
    this.at = end;
    return this.bytes.subarray(begin, end);
  }

  private pair(token: string): string {
    this.at += 1;
    return token;
  }

  private regular(): string {
    const begin = this.at;
    while (isRegular(this.bytes[this.at])) this.at += 1;
    return this.bytes.toString('latin1', begin, this.at);
  }

  private skipSpace(): void {
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte !== undefined && spaces.has(byte)) this.at += 1;
      // Objects that nothing sets apart may begin anywhere, in a comment or a string too: there these hide nothing.
      else if (byte === 0x25 && this.isPacked) this.at += 1;
      else if (byte === 0x25) this.comment();
      else return;
    }
  }

  private comment(): void {
    const begin = this.at;
    while (this.at < this.bytes.length && !isLineEnd(this.bytes[this.at])) this.at += 1;
    this.refuseObjects(begin, this.at);
  }

  private string(): string {
    if (this.isPacked) return '(';
    const begin = this.at;
    for (let open = 1; open > 0 && this.at < this.bytes.length; this.at += 1) {
      const byte = this.bytes[this.at];
      if (byte === 0x5c) this.at += 1;
      else if (byte === 0x28) open += 1;
      else if (byte === 0x29) open -= 1;
    }
    this.refuseObjects(begin, this.at);
    return '(';
  }

  /** Throws where the header of an object could stand: `5 0 obj`, also as `5 0obj` or with a comment within. */
  private refuseObjects(begin: number, end: number): void {
    const bytes = this.bytes.subarray(begin, end);
    for (let at = bytes.indexOf('obj'); at >= 0; at = bytes.indexOf('obj', at + 3)) {
      const isWord = /[A-Za-z]/.test(String.fromCharCode(bytes[at + 3] ?? 0));
      const before = bytes.toString('latin1', Math.max(0, at - 200), at);
      if (!isWord && headerEnd.test(before)) throw new Found('UNREADABLE');
    }
  }
}

/** What stands before the keyword of a header: a number, and perhaps a comment behind it. */
const headerEnd = /[\s\0]\d{1,10}[\s\0]*(%[^\r\n]*[\r\n][\s\0]*)?$/;
const isLineEnd = (byte: number | undefined) => byte === 10 || byte === 13;
