import {
  odsCell,
  odsOf,
  odsRow,
  odsTable,
  xlsxOf,
} from '../../../test/support/builders/spreadsheet-files.js';
import { readRows, type SheetRow, writeCsv, writeOds } from './index.js';

const read = (content: string | Buffer, fileName?: string) =>
  readRows(typeof content === 'string' ? Buffer.from(content) : content, fileName);
const cellsOf = (rows: SheetRow[]) => rows.map(({ line, cells }) => [line, ...cells]);
const table = [
  ['École', 'UAI', 'Nombre'],
  ['Les Pins', '0440437L', 158],
  ['Émile & <Zola>', '0441606G', 135],
];
const expected = table.map((row, i) => [i + 1, ...row]);
const asText = expected.map(([line, ...cells]) => [line, ...cells.map(String)]);
const csv = table.map((row) => row.join(';')).join('\r\n');

describe('COM-1: CSV', () => {
  const utf16be = Buffer.from(`\ufeff${csv}`, 'utf16le').swap16();
  test.each([
    ['UTF-8', Buffer.from(csv)],
    ['UTF-8 with its mark', Buffer.from(`\ufeff${csv}`)],
    ['windows-1252', Buffer.from(csv, 'latin1')],
    ['UTF-16LE with its mark', Buffer.from(`\ufeff${csv}`, 'utf16le')],
    ['UTF-16LE without', Buffer.from(csv.replaceAll('É', 'E'), 'utf16le')],
    ['UTF-16BE', utf16be],
    ['UTF-16BE without its mark', utf16be.subarray(2)],
    ['commas', Buffer.from(csv.replaceAll(';', ','))],
    ['tabs', Buffer.from(csv.replaceAll(';', '\t'))],
    ['line ends of Unix', Buffer.from(csv.replaceAll('\r', ''))],
    ['line ends of an old Mac', Buffer.from(csv.replaceAll('\n', ''))],
    [
      'line ends of both, as where rows were added by hand',
      Buffer.from(csv.replace(/\r\n(?=É)/, '\n')),
    ],
    ['line ends of both, the other way round', Buffer.from(csv.replace(/\r\n/, '\n'))],
  ])('%s', async (name, content) => {
    const rows = cellsOf(await read(content));
    const plain = name === 'UTF-16LE without';
    expect(rows).toEqual(plain ? JSON.parse(JSON.stringify(asText).replaceAll('É', 'E')) : asText);
  });

  test('lines are counted as an editor shows them: empty ones, several in one cell, `sep=`', async () => {
    const content = 'sep=;\nUAI;Nombre\n\n;\n"0440437L\n(annexe)";158\n0441606G;135\n';
    expect(cellsOf(await read(content))).toEqual([
      [2, 'UAI', 'Nombre'],
      [5, '0440437L\n(annexe)', '158'],
      [7, '0441606G', '135'],
    ]);
  });

  test.each([
    ['one line', 'UAI;École;Nombre\n0440437L;"Les Pins;158\n0441606G;Le Petit";135\n', 2],
    ['two', '\nUAI;École;Nombre\na;"b;1\nc;d;2\r\ne;f";3\n', 3],
    ['a line in the first cell', 'UAI,École,Nombre\n"a,b,1\nc",d,2\n', 2],
  ])('a quote that swallows what follows: %s', async (_what, content, line) => {
    await expect(read(content)).rejects.toMatchObject({ code: 'CSV_MALFORMED', line });
  });

  test('a cell of several lines with the separator in it is one cell', async () => {
    const content =
      '"Annexe 2\nANCENIS"\nUAI,École,Nombre\n0440437L,"Les Pins, 3 rue Y\n44000 Nantes",158\n';
    expect(cellsOf(await read(content))[2]).toEqual([
      4,
      '0440437L',
      'Les Pins, 3 rue Y\n44000 Nantes',
      '158',
    ]);
  });

  test('what we write, we read', async () => {
    expect(cellsOf(await read(writeCsv(table)))).toEqual(asText);
  });
});

describe('COM-1: XLSX', () => {
  test('shared and inline texts, numbers, gaps, rows without a number', async () => {
    expect(cellsOf(await read(await xlsxOf([{ rows: table }])))).toEqual(expected);
    const xml = `<x:worksheet xmlns:x="m"><x:sheetData><x:row r="3"><x:c r="B3" t="inlineStr"><x:is><x:r><x:t>Les </x:t></x:r><x:r><x:t>Pins</x:t></x:r><x:rPh><x:t>no</x:t></x:rPh></x:is></x:c><x:c r="D3"><x:v>1.58E2</x:v></x:c></x:row><x:row><x:c t="str"><x:f>A1</x:f><x:v>vu</x:v></x:c></x:row></x:sheetData></x:worksheet>`;
    expect(cellsOf(await read(await xlsxOf([{ rows: [], xml }])))).toEqual([
      [3, '', 'Les Pins', '', 158],
      [4, 'vu'],
    ]);
  });

  test('a formula is never evaluated: its stored value is read, or it is unusable', async () => {
    const rows = [
      [
        { xml: '<f>1+1</f><v>2</v>' },
        { xml: '<f>1+1</f>' },
        { xml: '<f>HYPERLINK("http://example.org")</f><v>école</v>', type: 'str' },
        { xml: '<f>1/0</f><v>#DIV/0!</v>', type: 'e' },
        { xml: '<v>1</v>', type: 'b' },
      ],
    ];
    expect((await read(await xlsxOf([{ rows }])))[0]?.cells).toEqual([
      2,
      { unusable: 'FORMULA_WITHOUT_VALUE', text: '' },
      'école',
      { unusable: 'ERROR', text: '#DIV/0!' },
      { unusable: 'BOOLEAN', text: 'VRAI' },
    ]);
  });

  test('a number that is shown as a day is a day', async () => {
    const rows = [[{ xml: '<v>44571</v>', style: 1 }, { xml: '<v>44571</v>', style: 2 }, 44571]];
    expect((await read(await xlsxOf([{ rows }])))[0]?.cells).toEqual([
      { unusable: 'DATE', text: '44571', day: '2022-01-10' },
      { unusable: 'DATE', text: '44571', day: '2022-01-10' },
      44571,
    ]);
  });

  test.each([
    ['the last day before it is one too many', '60', undefined],
    ['the first one after', '61', '1900-03-01'],
    ['a leap day', '45351', '2024-02-29'],
    ['with an hour', '44571.5', undefined],
    ['of no year that is', '2958466', undefined],
  ])('the day of a number as Excel counts it: %s', async (_name, serial, day) => {
    const rows = [[{ xml: `<v>${serial}</v>`, style: 1 }]];
    const [cell] = (await read(await xlsxOf([{ rows }])))[0]!.cells;
    expect(cell).toEqual({ unusable: 'DATE', text: serial, ...(day === undefined ? {} : { day }) });
  });

  test('hidden rows say so, merged cells are marked, empty and hidden sheets do not count', async () => {
    const content = await xlsxOf([
      {
        name: 'Feuil1',
        rows: [['a', 'x'], [null, 'y'], ['b']],
        hiddenLines: [3],
        merged: ['A1:A2', 'B3:XFD3'],
      },
      { name: 'Feuil2', rows: [] },
      { name: 'Listes', state: 'veryHidden', rows: [['secret']] },
    ]);
    expect(await read(content)).toEqual([
      { line: 1, cells: ['a', 'x'] },
      { line: 2, cells: [{ unusable: 'MERGED', text: '' }, 'y'] },
      { line: 3, hidden: true, cells: expect.arrayContaining(['b']) },
    ]);
  });
});

describe('COM-1: a column that nobody sees', () => {
  const hidden = { unusable: 'HIDDEN', text: '' };
  const expectedRows = [
    [1, 'UAI', { ...hidden, text: 'Nombre' }, 'Effectif'],
    [2, '0440437L', { ...hidden, text: '158' }, 12],
    [3, '0441606G', '', 9],
  ];
  const rows = [
    ['UAI', 'Nombre', 'Effectif'],
    ['0440437L', 158, 12],
    ['0441606G', '', 9],
  ];

  test('in XLSX', async () => {
    expect(cellsOf(await read(await xlsxOf([{ rows, hiddenColumn: 2 }])))).toEqual(expectedRows);
  });

  test.each(['collapse', 'filter'])('in ODS: %s', async (visibility) => {
    const columns = `<table:table-column/><table:table-column-group><table:table-column table:visibility="${visibility}"/></table:table-column-group><table:table-column table:number-columns-repeated="16382"/>`;
    const content = await odsOf(odsTable(columns + rows.map((row) => odsRow(row)).join('')));
    expect(cellsOf(await read(content))).toEqual(expectedRows);
  });

  test('in another sheet', async () => {
    const sheets = [
      { name: 'Listes', rows: [['secret']], state: 'hidden' as const, hiddenColumn: 1 },
      { rows },
    ];
    expect(cellsOf(await read(await xlsxOf(sheets)))[1]).toEqual([2, '0440437L', 158, 12]);
  });
});

describe('COM-1: what is crossed out, or the call of a note, is no value', () => {
  const struck = (text: string) => ({ unusable: 'STRUCK', text });

  test('in XLSX: cells, and runs of a text that is shared or not', async () => {
    const runs = (tag: string, looks: string) =>
      `<${tag}><r><t>158</t></r><r><rPr>${looks}</rPr><t>1</t></r></${tag}>`;
    const rich = (looks: string) => ({ xml: runs('is', looks), type: 'inlineStr' });
    const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
    const content = await xlsxOf(
      [
        {
          rows: [
            [
              { xml: '<v>158</v>', style: 1 },
              { xml: '<v>158</v>', style: 2 },
              { xml: '', style: 1 },
            ],
            [rich('<strike/>'), rich('<strike val="0"/>'), rich('<vertAlign val="subscript"/>')],
            [
              { xml: '<v>0</v>', type: 's' },
              { xml: '<v>1</v>', type: 's' },
            ],
          ],
        },
      ],
      [
        [
          'xl/styles.xml',
          `<styleSheet xmlns="${main}"><fonts><font/><font><strike/></font><font><strike val="0"/></font></fonts><cellStyleXfs><xf fontId="1"/></cellStyleXfs><cellXfs><xf fontId="0"/><xf fontId="1"/><xf fontId="2"/></cellXfs><dxfs><dxf><font><strike/></font></dxf></dxfs></styleSheet>`,
        ],
        [
          'xl/sharedStrings.xml',
          `<sst xmlns="${main}">${runs('si', '<vertAlign val="superscript"/>')}<si><t>158</t></si></sst>`,
        ],
      ],
    );
    expect(cellsOf(await read(content))).toEqual([
      [1, struck('158'), 158],
      [2, struck('1581'), '1581', '1581'],
      [3, struck('1581'), '158'],
    ]);
  });

  test('in ODS: cells by their style or their column’s, and runs of a text', async () => {
    const style = (name: string, family: string, looks: string) =>
      `<style:style style:name="${name}" style:family="${family}"><style:text-properties ${looks}/></style:style>`;
    const automatic = [
      style('ce1', 'table-cell', 'style:text-line-through-style="solid"'),
      style('ce2', 'table-cell', 'style:text-line-through-style="none"'),
      style('T1', 'text', 'style:text-position="super 58%"'),
      style('T2', 'text', 'style:text-position="sub 58%"'),
    ].join('');
    const text = (name: string) =>
      `<table:table-cell office:value-type="string"><text:p>158<text:span text:style-name="${name}">1</text:span></text:p></table:table-cell>`;
    const cell = (name: string) =>
      odsCell(158).replace('<table:table-cell', `<table:table-cell table:style-name="${name}"`);
    const rows = [
      cell('ce1') + cell('ce2') + odsCell(158),
      text('T1') + text('T2') + '<table:table-cell/>',
    ].map((cells) => `<table:table-row>${cells}</table:table-row>`);
    const columns =
      '<table:table-column table:number-columns-repeated="2"/><table:table-column table:default-cell-style-name="ce1"/>';
    const content = await odsOf(odsTable(columns + rows.join('')), { automatic });
    expect(cellsOf(await read(content))).toEqual([
      [1, struck('158'), 158, struck('158')],
      [2, struck('1581'), '1581'],
    ]);
  });
});

describe('COM-1: ODS', () => {
  test('texts and numbers; what we write, we read', async () => {
    const rows = odsTable(table.map((row) => odsRow(row)).join(''));
    expect(cellsOf(await read(await odsOf(rows)))).toEqual(expected);
    expect(cellsOf(await read(await writeOds([{ name: 'A', rows: table }])))).toEqual(expected);
    const spaced = [['a  b', ' c\td', 'e\nf']];
    expect(cellsOf(await read(await writeOds([{ name: 'A', rows: spaced }])))).toEqual([
      [1, ...spaced[0]!],
    ]);
  });

  test('repeated rows and cells count, down to the last empty one', async () => {
    const content = await odsOf(
      odsTable(
        `${odsRow(['a'])}<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>` +
          `<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="2"/>${odsCell(7).replace('<table:table-cell', '<table:table-cell table:number-columns-repeated="2"')}</table:table-row>` +
          `<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`,
      ),
    );
    expect(cellsOf(await read(content))).toEqual([
      [1, 'a'],
      [5, '', '', 7, 7],
      [6, '', '', 7, 7],
    ]);
  });

  test('formulas, errors, days, comments, merged and hidden', async () => {
    const formula = 'table:formula="of:=1+1"';
    const cells = [
      `<table:table-cell ${formula} office:value-type="float" office:value="2"><text:p>2</text:p></table:table-cell>`,
      `<table:table-cell ${formula}/>`,
      `<table:table-cell ${formula} office:value-type="string" office:string-value=""><text:p>#REF!</text:p></table:table-cell>`,
      `<table:table-cell office:value-type="date" office:date-value="2022-01-10"><text:p>10/01/22</text:p></table:table-cell>`,
      `<table:table-cell office:value-type="string" table:number-columns-spanned="2"><office:annotation><text:p>note</text:p></office:annotation><text:p>vu</text:p></table:table-cell>`,
      `<table:covered-table-cell/>`,
    ].join('');
    const content = await odsOf(
      `<table:dde-links><table:dde-link>${odsTable(odsRow(['dehors']))}</table:dde-link></table:dde-links>` +
        odsTable(odsRow(['secret']), 'table:name="Listes" table:style-name="ta2"') +
        odsTable(`<table:table-row table:visibility="filter">${cells}</table:table-row>`),
      {
        automatic:
          '<style:style style:name="ta2" style:family="table"><style:table-properties table:display="false"/></style:style>',
      },
    );
    expect(await read(content)).toEqual([
      {
        line: 1,
        hidden: true,
        cells: [
          2,
          { unusable: 'FORMULA_WITHOUT_VALUE', text: '' },
          { unusable: 'ERROR', text: '#REF!' },
          { unusable: 'DATE', text: '10/01/22', day: '2022-01-10' },
          'vu',
          { unusable: 'MERGED', text: '' },
        ],
      },
    ]);
  });
});
