import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** Spreadsheet files as offices write them, and as nobody should: built byte by byte, for tests. */
export type Part = readonly [name: string, content: string | Buffer, compress?: boolean];

export async function zipOf(parts: readonly Part[]): Promise<Buffer> {
  const zip = new ZipFile();
  const mtime = new Date(2022, 0, 10);
  for (const [name, content, compress = true] of parts) {
    zip.addBuffer(Buffer.from(content as string), name, { mtime, compress });
  }
  zip.end();
  return buffer(zip.outputStream);
}

/** A value, or the XML of a whole cell without its place: `{ xml: '<f>1+1</f>' , type: 'n' }`. */
export type XlsxCell = string | number | null | { xml: string; type?: string; style?: number };
export type XlsxSheet = {
  readonly name?: string;
  readonly state?: 'hidden' | 'veryHidden';
  readonly rows: readonly (readonly XlsxCell[])[];
  /** Lines that are folded away, from 1. */
  readonly hiddenLines?: readonly number[];
  /** A column of which the same is true, from 1. */
  readonly hiddenColumn?: number;
  readonly merged?: readonly string[];
  /** Replaces the whole part. */
  readonly xml?: string;
};

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packaged = 'http://schemas.openxmlformats.org/package/2006';
export const escapeXml = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

/** Style 1 of every workbook shows a day, style 2 a French custom day. */
const styles = `${declaration}<styleSheet xmlns="${main}"><numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy;@"/></numFmts><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/></cellXfs></styleSheet>`;

export function xlsxOf(
  sheets: readonly XlsxSheet[],
  more: readonly Part[] = [],
  { date1904 = false } = {},
): Promise<Buffer> {
  const strings: string[] = [];
  const parts = sheets.map((sheet, i): Part => [
    `xl/worksheets/sheet${i + 1}.xml`,
    sheet.xml ?? sheetXml(sheet, strings),
  ]);
  const names = sheets.map(
    ({ name, state }, i) =>
      `<sheet name="${escapeXml(name ?? `Feuil${i + 1}`)}" sheetId="${i + 1}" ${state ? `state="${state}" ` : ''}r:id="rId${i + 1}"/>`,
  );
  const relations = [
    ...sheets.map((_sheet, i) => ['worksheet', `worksheets/sheet${i + 1}.xml`] as const),
    ['styles', 'styles.xml'] as const,
    ['sharedStrings', 'sharedStrings.xml'] as const,
  ].map(
    ([type, target], i) =>
      `<Relationship Id="rId${i + 1}" Type="${office}/${type}" Target="${target}"/>`,
  );
  const replaced = new Set(more.map(([name]) => name));
  return zipOf([
    ...(
      [
        ['[Content_Types].xml', `${declaration}<Types xmlns="${packaged}/content-types"/>`],
        [
          '_rels/.rels',
          `${declaration}<Relationships xmlns="${packaged}/relationships"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
        ],
        [
          'xl/workbook.xml',
          `${declaration}<workbook xmlns="${main}" xmlns:r="${office}">${date1904 ? '<workbookPr date1904="1"/>' : ''}<sheets>${names.join('')}</sheets></workbook>`,
        ],
        [
          'xl/_rels/workbook.xml.rels',
          `${declaration}<Relationships xmlns="${packaged}/relationships">${relations.join('')}</Relationships>`,
        ],
        ['xl/styles.xml', styles],
        ['xl/sharedStrings.xml', `${declaration}<sst xmlns="${main}">${strings.join('')}</sst>`],
        ...parts,
      ] as Part[]
    ).filter(([name]) => !replaced.has(name)),
    ...more,
  ]);
}

function sheetXml(
  { rows, hiddenLines = [], hiddenColumn, merged = [] }: XlsxSheet,
  strings: string[],
): string {
  const columns =
    hiddenColumn === undefined
      ? ''
      : `<cols><col min="${hiddenColumn}" max="${hiddenColumn}" width="0" hidden="1"/></cols>`;
  const written = rows.map((row, y) => {
    const cells = row.map((cell, x) => cellXml(cell, `${letterOf(x)}${y + 1}`, strings));
    const hidden = hiddenLines.includes(y + 1) ? ' hidden="1"' : '';
    return `<row r="${y + 1}"${hidden}>${cells.join('')}</row>`;
  });
  const ranges = merged.map((ref) => `<mergeCell ref="${ref}"/>`).join('');
  const merges = ranges === '' ? '' : `<mergeCells count="${merged.length}">${ranges}</mergeCells>`;
  return `${declaration}<worksheet xmlns="${main}">${columns}<sheetData>${written.join('')}</sheetData>${merges}</worksheet>`;
}

function cellXml(cell: XlsxCell, place: string, strings: string[]): string {
  if (cell === null) return `<c r="${place}" s="0"/>`;
  if (typeof cell === 'number') return `<c r="${place}"><v>${cell}</v></c>`;
  if (typeof cell === 'object') {
    return `<c r="${place}" t="${cell.type ?? 'n'}" s="${cell.style ?? 0}">${cell.xml}</c>`;
  }
  strings.push(`<si><t xml:space="preserve">${escapeXml(cell)}</t></si>`);
  return `<c r="${place}" t="s"><v>${strings.length - 1}</v></c>`;
}

export const letterOf = (column: number): string =>
  column < 26
    ? String.fromCharCode(65 + column)
    : letterOf(Math.floor(column / 26) - 1) + letterOf(column % 26);

const odsType = 'application/vnd.oasis.opendocument.spreadsheet';
const oasis = 'urn:oasis:names:tc:opendocument:xmlns';

/** An ODS file around the XML of its tables; `styles` are automatic styles. */
export function odsOf(
  tables: string,
  { automatic = '', more = [], manifest = '' }: OdsOptions = {},
): Promise<Buffer> {
  const names = ['office', 'table', 'text', 'style'].map((p) => `xmlns:${p}="${oasis}:${p}:1.0"`);
  return zipOf([
    ['mimetype', odsType, false],
    [
      'META-INF/manifest.xml',
      `${declaration}<manifest:manifest xmlns:manifest="${oasis}:manifest:1.0">${manifest}</manifest:manifest>`,
    ],
    [
      'content.xml',
      `${declaration}<office:document-content ${names.join(' ')}><office:automatic-styles>${automatic}</office:automatic-styles><office:body><office:spreadsheet>${tables}</office:spreadsheet></office:body></office:document-content>`,
    ],
    ...more,
  ]);
}
type OdsOptions = { automatic?: string; more?: readonly Part[]; manifest?: string };

export const odsRow = (cells: readonly (string | number)[], attributes = '') =>
  `<table:table-row ${attributes}>${cells.map(odsCell).join('')}</table:table-row>`;
export const odsCell = (value: string | number) =>
  typeof value === 'number'
    ? `<table:table-cell office:value-type="float" office:value="${value}"><text:p>${value}</text:p></table:table-cell>`
    : `<table:table-cell office:value-type="string"><text:p>${escapeXml(value)}</text:p></table:table-cell>`;
export const odsTable = (rows: string, attributes = 'table:name="Feuille1"') =>
  `<table:table ${attributes}>${rows}</table:table>`;
