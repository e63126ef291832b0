import { deflateRawSync } from 'node:zlib';
import {
  odsOf,
  odsRow,
  odsTable,
  type Part,
  xlsxOf,
  zipOf,
} from '../../../test/support/builders/spreadsheet-files.js';
import { readRows, spreadsheetLimits, type SpreadsheetRefusal } from './index.js';

const utf16 = (text: string) => Buffer.from(text, 'utf16le');
const oldContainer = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const rows = [
  ['UAI', 'Nombre'],
  ['0440437L', 158],
];
const sheet = { rows };
const xmlSheet = (xml: string, more: Part[] = []) => xlsxOf([{ rows: [], xml }], more);
const inSheet = (xml: string) => `<worksheet><sheetData>${xml}</sheetData></worksheet>`;
const manyRows = (times: number) =>
  odsTable(odsRow(['a'], `table:number-rows-repeated="${times}"`));
const laughs = `<!DOCTYPE x [<!ENTITY a "ha">${'<!ENTITY b "&a;&a;&a;">'.repeat(9)}]>`;

/** An archive whose directory announces ten bytes for a part that inflates to much more. */
async function understated(): Promise<Buffer> {
  const content = await xlsxOf([{ rows: [], xml: inSheet(' '.repeat(2_000_000)) }]);
  const name = Buffer.from('xl/worksheets/sheet1.xml');
  for (let at = content.indexOf(name); at >= 0; at = content.indexOf(name, at + 1)) {
    const local = content.readUInt32LE(at - 30) === 0x04034b50;
    content.writeUInt32LE(10, local ? at - 8 : at - 22);
  }
  return content;
}

const refused: [string, SpreadsheetRefusal, () => Buffer | Promise<Buffer>, string?][] = [
  ['an empty file', 'FILE_EMPTY', () => Buffer.alloc(0)],
  ['blanks alone', 'FILE_EMPTY', () => Buffer.from('\ufeff \r\n\r\n')],
  ['more than 5 MB', 'FILE_TOO_LARGE', () => Buffer.alloc(spreadsheetLimits.bytes + 1, 'a')],
  ['a PDF named .xlsx', 'FILE_TYPE_UNKNOWN', () => Buffer.from('%PDF-1.7\n%âãÏÓ'), 'annexe2.xlsx'],
  ['an image', 'FILE_TYPE_UNKNOWN', () => Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'a.csv'],
  ['a web page', 'FILE_TYPE_UNKNOWN', () => Buffer.from('<html><table></table></html>'), 'a.xls'],
  [
    'a Word document',
    'FILE_TYPE_UNKNOWN',
    () =>
      zipOf([
        ['[Content_Types].xml', '<Types/>'],
        ['word/document.xml', '<w/>'],
      ]),
  ],
  ['an archive', 'FILE_TYPE_UNKNOWN', () => zipOf([['annexe2.csv', 'UAI;Nombre']])],
  [
    'a text document of LibreOffice',
    'FILE_TYPE_UNKNOWN',
    () => zipOf([['mimetype', 'application/vnd.oasis.opendocument.text', false]]),
  ],
  [
    'a binary workbook',
    'FILE_TYPE_UNKNOWN',
    () =>
      zipOf([
        ['[Content_Types].xml', '<Types/>'],
        ['xl/workbook.bin', 'x'],
      ]),
  ],
  ['an old .xls', 'FILE_FORMAT_OLD', () => Buffer.concat([oldContainer, utf16('Workbook')])],
  [
    'an XLSX behind a password',
    'FILE_ENCRYPTED',
    () => Buffer.concat([oldContainer, Buffer.alloc(600), utf16('EncryptedPackage')]),
  ],
  [
    'an ODS behind a password',
    'FILE_ENCRYPTED',
    () =>
      odsOf('', {
        manifest: '<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>',
      }),
  ],
  [
    'an ODS wholly encrypted',
    'FILE_ENCRYPTED',
    () =>
      zipOf([
        ['mimetype', 'application/vnd.oasis.opendocument.spreadsheet', false],
        ['encrypted-package', 'x'],
      ]),
  ],
  [
    'a workbook with macros',
    'FILE_HAS_MACROS',
    () => xlsxOf([sheet], [['xl/vbaProject.bin', 'x']]),
  ],
  [
    'a workbook with Excel 4 macros',
    'FILE_HAS_MACROS',
    () => xlsxOf([sheet], [['xl/macrosheets/sheet1.xml', '<x/>']]),
  ],
  ['a file named .xlsm', 'FILE_HAS_MACROS', () => xlsxOf([sheet]), 'annexe2.XLSM'],
  [
    'an ODS with Basic',
    'FILE_HAS_MACROS',
    () => odsOf(odsTable(odsRow(['a'])), { more: [['Basic/Standard/Module1.xml', '<x/>']] }),
  ],
  ['a truncated archive', 'FILE_DAMAGED', async () => (await xlsxOf([sheet])).subarray(0, -200)],
  [
    'a figure changed in the archive',
    'FILE_DAMAGED',
    async () => {
      const xml = inSheet('<row r="1"><c r="A1"><v>158</v></c></row>');
      const file = await xmlSheet(xml, [['xl/worksheets/sheet1.xml', xml, false]]);
      file.write('159', file.indexOf('158'));
      return file;
    },
  ],
  [
    'a part that is there twice',
    'FILE_DAMAGED',
    () =>
      zipOf([
        ['[Content_Types].xml', '<a/>'],
        ['xl/workbook.xml', '<a/>'],
        ['xl/workbook.xml', '<b/>'],
      ]),
  ],
  [
    'a part outside the archive',
    'FILE_DAMAGED',
    async () =>
      Buffer.from(
        (await zipOf([['aa/aa/a.xml', 'x']])).toString('latin1').replaceAll('aa/aa/', '../../'),
        'latin1',
      ),
  ],
  ['XML that stops', 'FILE_DAMAGED', () => xmlSheet('<worksheet><sheetData><row>')],
  [
    'XML that is no UTF-8',
    'FILE_DAMAGED',
    () =>
      xmlSheet('x', [
        ['xl/sharedStrings.xml', Buffer.from('<sst><si><t>\xe9</t></si></sst>', 'latin1')],
      ]),
  ],
  [
    'a shared text that is not there',
    'FILE_DAMAGED',
    () => xmlSheet(inSheet('<row r="1"><c r="A1" t="s"><v>9</v></c></row>')),
  ],
  [
    'a number that is none',
    'FILE_DAMAGED',
    () => xmlSheet(inSheet('<row r="1"><c r="A1"><v>0x10</v></c></row>')),
  ],
  ['rows that go back', 'FILE_DAMAGED', () => xmlSheet(inSheet('<row r="2"/><row r="1"/>'))],
  [
    'entities that multiply',
    'XML_FORBIDDEN',
    () => xmlSheet(`${laughs}<worksheet>&b;</worksheet>`),
  ],
  [
    'an entity that reads a file',
    'XML_FORBIDDEN',
    () =>
      xmlSheet('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><worksheet>&a;</worksheet>'),
  ],
  ['XML without a bottom', 'XML_FORBIDDEN', () => xmlSheet('<a>'.repeat(100_000))],
  [
    'a thousand attributes',
    'XML_FORBIDDEN',
    () => xmlSheet(`<a ${Array.from({ length: 1_000 }, (_x, i) => `a${i}=""`).join(' ')}/>`),
  ],
  [
    'a bomb that says what it is',
    'FILE_EXPANDS_TOO_MUCH',
    () => xlsxOf([sheet], [['xl/media/a.bin', Buffer.alloc(70_000_000)]]),
  ],
  [
    'a bomb below the total',
    'FILE_EXPANDS_TOO_MUCH',
    () => xmlSheet(inSheet(' '.repeat(20_000_000))),
  ],
  ['a bomb that hides its size', 'FILE_DAMAGED', understated],
  [
    'too many parts',
    'FILE_EXPANDS_TOO_MUCH',
    () => zipOf(Array.from({ length: 2_001 }, (_x, i): Part => [`a${i}`, '', false])),
  ],
  ['a row repeated without end', 'TOO_MANY_ROWS', () => odsOf(manyRows(1_048_576))],
  [
    'a hundred thousand and one lines',
    'TOO_MANY_ROWS',
    () => Buffer.from('0440437L;1\n'.repeat(100_001)),
  ],
  [
    'a cell repeated without end',
    'TOO_MANY_COLUMNS',
    () =>
      odsOf(
        odsTable(
          odsRow(['a']).replace(
            '<table:table-cell',
            '<table:table-cell table:number-columns-repeated="16384"',
          ),
        ),
      ),
  ],
  [
    'a row of a hundred and one cells',
    'TOO_MANY_COLUMNS',
    () => Buffer.from(`${'a;'.repeat(101)}\n`),
  ],
  [
    'merged cells without end',
    'TOO_MANY_MERGED_CELLS',
    () =>
      xlsxOf([
        {
          rows: Array.from({ length: 2_000 }, () => ['a']),
          merged: Array.from({ length: 600 }, () => 'A1:XFD2000'),
        },
      ]),
  ],
  [
    'a cell of forty thousand signs',
    'CELL_TOO_LONG',
    () => xlsxOf([{ rows: [['ab'.repeat(20_000)]] }]),
  ],
  ['two sheets', 'SHEETS_SEVERAL', () => xlsxOf([sheet, sheet])],
  ['hidden sheets alone', 'SHEET_HIDDEN', () => xlsxOf([{ ...sheet, state: 'hidden' }])],
  ['sheets without cells', 'FILE_EMPTY', () => xlsxOf([{ rows: [] }, { rows: [[null]] }])],
  ['UTF-32', 'ENCODING_UNKNOWN', () => Buffer.from('U\0\0\0A\0\0\0I\0\0\0')],
  ['half a UTF-16', 'ENCODING_UNKNOWN', () => utf16('\ufeffUAI;Nombre\n').subarray(0, -1)],
  ['letters lost on the way', 'ENCODING_UNKNOWN', () => Buffer.from('\ufffdcole;Nombre\n')],
  [
    'binary data named .csv',
    'ENCODING_UNKNOWN',
    () => deflateRawSync(Buffer.from(Array.from({ length: 3_000 }, (_x, i) => (i * i) % 251))),
    'annexe2.csv',
  ],
  ['an open quote', 'CSV_MALFORMED', () => Buffer.from('UAI;Nombre\n"0440437L;158\n')],
];

test.each(refused)(
  '%s is refused: %s',
  async (_name, code, make, fileName = 'annexe2.xlsx') => {
    const content = await make();
    const before = process.memoryUsage().rss;
    const begun = process.cpuUsage();
    const error = await readRows(content, fileName).then(
      () => undefined,
      (problem: unknown) => problem,
    );
    expect(error).toMatchObject({ code, kind: 'invalid', message: expect.stringMatching(/\.$/) });
    // Of the processor: what else runs beside this test does not count.
    expect(process.cpuUsage(begun).user).toBeLessThan(5_000_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  },
  30_000,
);

test('COM-1: a hundred thousand lines are read in seconds, from each format', async () => {
  const lines = Array.from({ length: 100_000 }, (_x, i) => ['École', `AUTRE-${i}`, i % 400]);
  const files = [
    Buffer.from(lines.map((line) => line.join(';')).join('\n')),
    await xlsxOf([{ rows: lines }]),
    await odsOf(odsTable(lines.map((line) => odsRow(line as string[])).join(''))),
  ];
  for (const file of files) {
    // Of the processor, not of the clock: other tests run beside it.
    const before = process.cpuUsage();
    expect(await readRows(file)).toHaveLength(100_000);
    expect(process.cpuUsage(before).user).toBeLessThan(20_000_000);
  }
}, 180_000);
