import {
  DocumentEmpty,
  type DocumentKind,
  DocumentTooLarge,
  DocumentTypeRefused,
} from './document.js';

export const sizeMax = 20 * 1024 * 1024;

const spreadsheets = {
  XLSX: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ODS: 'application/vnd.oasis.opendocument.spreadsheet',
  CSV: 'text/csv',
} as const;
const extensions: Readonly<Record<string, string>> = {
  'application/pdf': 'pdf',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  [spreadsheets.XLSX]: 'xlsx',
  [spreadsheets.ODS]: 'ods',
  [spreadsheets.CSV]: 'csv',
};

/**
 * The media type that the first bytes state, whatever the file is called. PDF and images for every
 * document; XLSX, ODS and CSV for annex 2 and price lists only. Throws DocumentEmpty, DocumentTooLarge
 * (above 20 MB) or DocumentTypeRefused.
 */
export function mediaTypeOf(content: Uint8Array, kind: DocumentKind): string {
  if (content.length === 0) {
    throw new DocumentEmpty('Le fichier est vide : choisissez-en un autre.');
  }
  if (content.length > sizeMax) {
    throw new DocumentTooLarge(
      'Le fichier dépasse 20 Mo : réduisez-le (numérisation en noir et blanc, 200 points par pouce).',
      { size: content.length, sizeMax },
    );
  }
  const type = pageTypeOf(content) ?? (mayBeTable(kind) ? tableTypeOf(content) : undefined);
  if (type !== undefined) return type;
  throw new DocumentTypeRefused(
    mayBeTable(kind)
      ? 'Ce fichier n’est ni un PDF, ni une image, ni un tableau XLSX (sans macro), ODS ou CSV : enregistrez-le sous l’un de ces formats.'
      : 'Ce fichier n’est ni un PDF ni une image PNG ou JPEG : enregistrez-le sous l’un de ces formats.',
    { kind },
  );
}

/** The file's name without path, control or direction characters, with the extension of what it really is. */
export function cleanFileName(name: string, mediaType: string): string {
  const last = name.normalize('NFC').split(/[/\\]/).pop() ?? '';
  const stem = last
    .replace(/\p{C}/gu, '')
    .replace(/[<>:"|?*%;]/g, '-')
    .replace(/\.[A-Za-z0-9]{1,5}$/, '')
    .replace(/^[\s.-]+|[\s.-]+$/g, '')
    .slice(0, 100);
  return `${stem || 'document'}.${extensions[mediaType] ?? 'bin'}`;
}

const mayBeTable = (kind: DocumentKind) => kind === 'ANNEXE2' || kind === 'BPU';

function pageTypeOf(content: Uint8Array): string | undefined {
  if (startsWith(content, [0x25, 0x50, 0x44, 0x46, 0x2d])) return 'application/pdf';
  if (startsWith(content, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'image/png';
  if (startsWith(content, [0xff, 0xd8, 0xff])) return 'image/jpeg';
  return undefined;
}

function tableTypeOf(content: Uint8Array): string | undefined {
  if (startsWith(content, [0x50, 0x4b, 0x03, 0x04])) return zipTypeOf(content);
  return isText(content) ? spreadsheets.CSV : undefined;
}

/** A ZIP is let in only where it is a spreadsheet: ODS names itself in its first entry, XLSX by its parts. */
function zipTypeOf(content: Uint8Array): string | undefined {
  if (ascii(content, 30, 38) === 'mimetype') {
    const named = ascii(content, 38, 38 + spreadsheets.ODS.length);
    return named === spreadsheets.ODS ? spreadsheets.ODS : undefined;
  }
  const names = entryNames(content);
  if (names.some((entry) => /vbaProject/i.test(entry))) return undefined;
  return names.includes('[Content_Types].xml') && names.includes('xl/workbook.xml')
    ? spreadsheets.XLSX
    : undefined;
}

const entriesMax = 5_000;

/** Names in the central directory of a ZIP; nothing is unpacked. Empty where it cannot be read. */
function entryNames(content: Uint8Array): string[] {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  // The end record is in the last 64 KB: its comment has 16 bits of length.
  let end = content.length - 22;
  const from = Math.max(0, end - 65_535);
  while (end >= from && view.getUint32(end, true) !== 0x06054b50) end -= 1;
  if (end < from) return [];
  const names: string[] = [];
  let at = view.getUint32(end + 16, true);
  while (names.length < entriesMax && at + 46 <= content.length) {
    if (view.getUint32(at, true) !== 0x02014b50) break;
    const length = view.getUint16(at + 28, true);
    names.push(ascii(content, at + 46, at + 46 + length));
    at += 46 + length + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return names;
}

/** Text of any encoding has neither NUL nor control characters but tabs and line ends. */
function isText(content: Uint8Array): boolean {
  return content.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

function startsWith(content: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, index) => content[index] === byte);
}

const ascii = (content: Uint8Array, from: number, to: number) =>
  String.fromCharCode(...content.subarray(from, to));
