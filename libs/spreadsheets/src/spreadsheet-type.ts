import { fromBufferPromise } from 'yauzl';

/** The media types of the tables that are read and written here. */
export const spreadsheetTypes = {
  XLSX: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  ODS: 'application/vnd.oasis.opendocument.spreadsheet',
  CSV: 'text/csv',
} as const;

/** The media type of the table that the bytes are, whatever the file is called; undefined: none, or one with macros. */
export async function spreadsheetTypeOf(content: Uint8Array): Promise<string | undefined> {
  const { XLSX, ODS, CSV } = spreadsheetTypes;
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (!bytes.subarray(0, 4).equals(zipBegins)) return isText(bytes) ? CSV : undefined;
  // ODF 1.3 part 2, 3.3: the first entry names the type and is stored as it is.
  if (bytes.toString('latin1', 30, 38) === 'mimetype') {
    return bytes.toString('latin1', 38, 38 + ODS.length) === ODS ? ODS : undefined;
  }
  const names = await partNames(bytes);
  if (names.some((name) => /vbaProject/i.test(name))) return undefined;
  return names.includes('[Content_Types].xml') && names.includes('xl/workbook.xml')
    ? XLSX
    : undefined;
}

const zipBegins = Buffer.from('PK\x03\x04', 'latin1');
const partsMax = 5_000;

/** Nothing is unpacked. Empty where the archive cannot be read. */
async function partNames(archive: Buffer): Promise<string[]> {
  const names: string[] = [];
  try {
    const zip = await fromBufferPromise(archive);
    for await (const { fileName } of zip.eachEntry()) {
      if (names.push(fileName) === partsMax) break;
    }
    return names;
  } catch {
    return [];
  }
}

/** Text of any encoding has neither NUL nor control characters but tabs and line ends. */
function isText(bytes: Buffer): boolean {
  return bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}
