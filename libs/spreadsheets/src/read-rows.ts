import { rowsOfCsv } from './csv-rows.js';
import { limits } from './limits.js';
import { sheetsOfOds } from './ods-rows.js';
import type { Sheet, SheetCell, SheetRow } from './sheet-row.js';
import { SpreadsheetRefused } from './spreadsheet-refused.js';
import { spreadsheetTypes } from './spreadsheet-type.js';
import { sheetsOfXlsx } from './xlsx-rows.js';
import { ZipParts } from './zip-parts.js';

/**
 * The rows of the one table in a CSV, XLSX or ODS file, without the empty ones. What the file is
 * shows in its bytes; its name only refuses what promises macros. Throws SpreadsheetRefused.
 */
export async function readRows(content: Uint8Array, fileName = ''): Promise<SheetRow[]> {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  if (bytes.length > limits.bytes) {
    throw new SpreadsheetRefused('FILE_TOO_LARGE', 'Le fichier dépasse 5 Mo.');
  }
  if (bytes.length === 0) throw new SpreadsheetRefused('FILE_EMPTY', 'Le fichier est vide.');
  refuseOtherTypes(bytes, fileName);
  if (!startsWith(bytes, 'PK')) return rowsOfCsv(bytes);
  const parts = await ZipParts.open(bytes);
  return visibleTableOf(await sheetsOf(parts));
}

/** The same, with a fault at its line where the file holds no table that can be read. */
export async function readTable(
  content: Uint8Array,
  fileName = '',
): Promise<{ rows: SheetRow[] } | { fault: { line: number; code: string; message: string } }> {
  try {
    return { rows: await readRows(content, fileName) };
  } catch (error) {
    if (!(error instanceof SpreadsheetRefused)) throw error;
    const { line, code, message } = error;
    return { fault: { line, code, message } };
  }
}

/** A cell as it shows, whether its value can be taken or not. */
export const cellText = (cell: SheetCell): string =>
  typeof cell === 'object' ? cell.text : String(cell);

async function sheetsOf(parts: ZipParts): Promise<Sheet[]> {
  if (parts.has('[Content_Types].xml') && parts.names.some((name) => name.startsWith('xl/'))) {
    if (parts.has('xl/workbook.bin')) throw unknownType('un classeur binaire (.xlsb)');
    return sheetsOfXlsx(parts);
  }
  const mimetype = parts.has('mimetype') ? (await parts.text('mimetype')).trim() : '';
  if (mimetype.replace(/-template$/, '') === spreadsheetTypes.ODS) {
    return sheetsOfOds(parts);
  }
  throw unknownType('une archive ou un autre document');
}

/** A second table could be the right one: people choose, not we. What is hidden is not the table. */
function visibleTableOf(sheets: readonly Sheet[]): SheetRow[] {
  const visible = sheets.filter(({ hidden }) => !hidden);
  if (visible.length === 0 && sheets.length > 0) {
    throw new SpreadsheetRefused(
      'SHEET_HIDDEN',
      'Toutes les feuilles sont masquées : affichez celle du tableau.',
    );
  }
  const [first, ...others] = visible.filter(({ rows }) => rows.length > 0);
  if (first === undefined) {
    throw new SpreadsheetRefused('FILE_EMPTY', 'Le fichier ne contient aucune cellule remplie.');
  }
  if (others.length > 0) {
    const names = [first, ...others].slice(0, 5).map(({ name }) => `« ${name.slice(0, 31)} »`);
    throw new SpreadsheetRefused(
      'SHEETS_SEVERAL',
      `Le fichier compte plusieurs feuilles remplies (${names.join(', ')}) : gardez seulement celle du tableau.`,
    );
  }
  return first.rows;
}

function refuseOtherTypes(bytes: Buffer, fileName: string): void {
  if (startsWith(bytes, '\xd0\xcf\x11\xe0')) throw oldOrEncrypted(bytes);
  if (/\.(xlsm|xltm|xlam|xlsb)$/i.test(fileName)) {
    throw new SpreadsheetRefused(
      'FILE_HAS_MACROS',
      'Un fichier .xlsm ou .xlsb peut contenir des macros : enregistrez-le au format .xlsx, .ods ou .csv.',
    );
  }
  for (const [magic, what] of otherTypes) {
    if (startsWith(bytes, magic)) throw unknownType(what);
  }
}

const otherTypes = [
  ['%PDF', 'un PDF'],
  ['\x89PNG', 'une image'],
  ['\xff\xd8\xff', 'une image'],
  ['{\\rtf', 'un texte mis en forme'],
  ['\x1f\x8b', 'une archive'],
  ['<', 'une page web ou un document XML'],
  ['\xef\xbb\xbf<', 'une page web ou un document XML'],
] as const;

/** The old container holds the workbooks of Excel 97 and, behind a password, those of today. */
function oldOrEncrypted(bytes: Buffer): SpreadsheetRefused {
  if (bytes.includes(Buffer.from('EncryptedPackage', 'utf16le'))) {
    return new SpreadsheetRefused(
      'FILE_ENCRYPTED',
      'Le fichier est protégé par un mot de passe : enregistrez-le sans protection.',
    );
  }
  return new SpreadsheetRefused(
    'FILE_FORMAT_OLD',
    'Ce fichier est à l’ancien format Excel (.xls) : enregistrez-le au format .xlsx, .ods ou .csv.',
  );
}

const startsWith = (bytes: Buffer, magic: string) =>
  bytes.subarray(0, magic.length).equals(Buffer.from(magic, 'latin1'));

const unknownType = (what: string) =>
  new SpreadsheetRefused(
    'FILE_TYPE_UNKNOWN',
    `Ce fichier est ${what} : un tableau au format XLSX, ODS ou CSV est attendu.`,
  );
