import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { type CellValue, digitsOf, type Table } from './cell.js';
import { spreadsheetTypes } from './spreadsheet-type.js';

export type OdsSheet = { readonly name: string; readonly rows: Table };

// The same rows give the same bytes, so that a file can be named by its digest.
const timeOfAll = () => new Date(1980, 0, 1); // Written as local time: the same everywhere.

/** An OpenDocument spreadsheet (ODF 1.3). Text stays text: a cell that begins with `=` is no formula here. */
export async function writeOds(sheets: readonly OdsSheet[]): Promise<Buffer> {
  if (sheets.length === 0) throw new RangeError('A spreadsheet has at least one sheet');
  const zip = new ZipFile();
  const mtime = timeOfAll();
  const add = (name: string, text: string, compress = true) =>
    zip.addBuffer(Buffer.from(text, 'utf8'), name, { mtime, compress, forceDosTimestamp: true });
  // ODF 1.3 part 2, 3.3: first entry, stored, without extra field, so that `file` knows the type.
  add('mimetype', spreadsheetTypes.ODS, false);
  add('META-INF/manifest.xml', manifest);
  add('styles.xml', styles);
  add('content.xml', contentOf(sheets));
  zip.end();
  return buffer(zip.outputStream);
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';
const oasis = 'urn:oasis:names:tc:opendocument:xmlns';

const manifest = `${declaration}<manifest:manifest xmlns:manifest="${oasis}:manifest:1.0" manifest:version="1.3"><manifest:file-entry manifest:full-path="/" manifest:version="1.3" manifest:media-type="${spreadsheetTypes.ODS}"/><manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry manifest:full-path="styles.xml" manifest:media-type="text/xml"/></manifest:manifest>`;

const styles = `${declaration}<office:document-styles xmlns:office="${oasis}:office:1.0" office:version="1.3"/>`;

function contentOf(sheets: readonly OdsSheet[]): string {
  const names = [
    `xmlns:office="${oasis}:office:1.0"`,
    `xmlns:table="${oasis}:table:1.0"`,
    `xmlns:text="${oasis}:text:1.0"`,
  ].join(' ');
  const tables = sheets.map(tableOf).join('');
  return `${declaration}<office:document-content ${names} office:version="1.3"><office:body><office:spreadsheet>${tables}</office:spreadsheet></office:body></office:document-content>`;
}

function tableOf({ name, rows }: OdsSheet): string {
  const columns = rows.reduce((widest, row) => Math.max(widest, row.length), 1);
  const written = rows.length === 0 ? [[]] : rows;
  const column = `<table:table-column table:number-columns-repeated="${columns}"/>`;
  return `<table:table table:name="${escaped(sheetName(name))}">${column}${written.map(rowOf).join('')}</table:table>`;
}

function rowOf(row: readonly CellValue[]): string {
  const cells = row.length === 0 ? emptyCell : row.map(cellOf).join('');
  return `<table:table-row>${cells}</table:table-row>`;
}

const emptyCell = '<table:table-cell/>';

function cellOf(value: CellValue): string {
  if (value === null || value === undefined || value === '') return emptyCell;
  if (typeof value !== 'string') {
    const digits = digitsOf(value);
    return `<table:table-cell office:value-type="float" office:value="${digits}"><text:p>${digits.replace('.', ',')}</text:p></table:table-cell>`;
  }
  const paragraphs = value
    .split(/\r\n|\r|\n/)
    .map((line) => `<text:p>${inParagraph(line)}</text:p>`);
  return `<table:table-cell office:value-type="string">${paragraphs.join('')}</table:table-cell>`;
}

/** Runs of spaces and tabs would collapse in a paragraph: they have elements of their own. */
function inParagraph(line: string): string {
  return escaped(line)
    .replaceAll('\t', '<text:tab/>')
    .replace(/ {2,}|^ | $/g, (spaces) => `<text:s text:c="${spaces.length}"/>`);
}

/** What XML 1.0 cannot carry (control characters, half a surrogate pair) becomes U+FFFD. */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Spreadsheets refuse some signs and long names in a tab. */
function sheetName(name: string): string {
  return (
    name
      .replace(/[[\]*?:/\\']/g, ' ')
      .trim()
      .slice(0, 31) || 'Feuille'
  );
}
