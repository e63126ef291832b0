import {
  odsOf,
  odsRow,
  odsTable,
  xlsxOf,
  type XlsxCell,
  zipOf,
} from '../../../../test/support/builders/spreadsheet-files.js';
import type { PricesInvalid } from '../prices/prices.module.js';
import { readPriceFile } from './price-file.js';

const header = 'item;contract_year_from;unit_price;vat_percent';
const french = ['Article', 'À partir du', 'Prix unitaire HT (€)', 'TVA (%)'];
const csv = (...lines: string[]) => Buffer.from([header, ...lines].join('\n'));
const good = 'COMPTE_ELEVE;2022-07-19;2,3500;20';
const eleve = {
  ...{ itemCode: 'COMPTE_ELEVE', effectiveFrom: '2022-07-19' },
  ...{ unitPrice: 23500n, vatBasisPoints: 2000 },
};
/** 19 July 2022 as Excel counts days; style 1 shows a day. */
const day = { xml: '<v>44761</v>', style: 1 };
const sheet = (...rows: XlsxCell[][]) => xlsxOf([{ rows: [french, ...rows] }]);

describe('BIL-2: the BPU as a file', () => {
  test.each([
    [
      'CSV with a mark, CRLF and four decimals',
      () => Buffer.from(`\ufeff${header}\r\n${good}\r\n`),
    ],
    [
      'CSV with French words, in windows-1252',
      () =>
        Buffer.from(
          `${french.slice(0, 2).join(';')};Prix HT;Taux de TVA\nCOMPTE_ELEVE;19/07/2022;2,35;20 %`,
          'latin1',
        ),
    ],
    [
      'CSV between commas, quoted',
      () => Buffer.from(`${header.replaceAll(';', ',')}\nCOMPTE_ELEVE,2022-07-19,"2,35",20`),
    ],
    [
      'CSV in another order of columns, with empty lines',
      () =>
        Buffer.from(
          'vat_percent;unit_price;item;contract_year_from\n\n20;2.35;COMPTE_ELEVE;2022-07-19\n;;;\n',
        ),
    ],
    [
      'XLSX with a day, a number and a percentage as people type them',
      () => sheet(['COMPTE_ELEVE', day, 2.35, 0.2]),
    ],
    [
      'XLSX with a formula, by its stored value',
      () => sheet(['COMPTE_ELEVE', day, { xml: '<f>2+0.35</f><v>2.35</v>' }, 20]),
    ],
    [
      'XLSX of a workbook that counts from 1904',
      async () =>
        xlsxOf(
          [{ rows: [french, ['COMPTE_ELEVE', { xml: '<v>43299</v>', style: 1 }, '2,35', '20']] }],
          [],
          { date1904: true },
        ),
    ],
    [
      'ODS',
      () =>
        odsOf(
          odsTable(
            odsRow(french) +
              '<table:table-row><table:table-cell office:value-type="string"><text:p>COMPTE_ELEVE</text:p></table:table-cell>' +
              '<table:table-cell office:value-type="date" office:date-value="2022-07-19"><text:p>19/07/22</text:p></table:table-cell>' +
              '<table:table-cell office:value-type="currency" office:value="2.35"><text:p>2,35 €</text:p></table:table-cell>' +
              '<table:table-cell office:value-type="percentage" office:value="0.2"><text:p>20 %</text:p></table:table-cell></table:table-row>',
          ),
        ),
    ],
  ])('reads %s', async (_name, content) => {
    const [entry, ...others] = await readPriceFile(await content());
    expect(entry).toEqual({ ...eleve, line: expect.any(Number) as number });
    expect(others).toEqual([]);
  });

  test.each([
    [0.055, 550],
    [0.021, 210],
    [0.0175, 175],
    [0.0105, 105],
    [0, 0],
    [8.5, 850],
  ])('a rate typed as %d is %d hundredths of a percent', async (typed, vatBasisPoints) => {
    const [entry] = await readPriceFile(await sheet(['COMPTE_ELEVE', day, 2.35, typed]));
    expect(entry?.vatBasisPoints).toBe(vatBasisPoints);
  });

  type Refused = [
    what: string,
    line: number,
    says: string,
    content: () => Buffer | Promise<Buffer>,
  ];
  const refused: Refused[] = [
    ['nothing', 0, 'vide', () => Buffer.alloc(0)],
    ['a header alone', 2, 'aucun prix', () => csv('')],
    ['no header', 1, 'La première ligne nomme', () => Buffer.from(good)],
    [
      'a missing column',
      1,
      '« À partir du »',
      () => Buffer.from(`item;unit_price;vat_percent\nA;1;20`),
    ],
    ['a column twice', 1, 'deux fois', () => Buffer.from(`${header};Article\n${good};B`)],
    [
      'a line cut short',
      3,
      '« Prix unitaire HT » est vide',
      () => csv(good, 'COMPTE_ELEVE;2023-07-19'),
    ],
    ['a file cut in a quote', 2, 'guillemets', () => csv('"COMPTE_ELEVE;2022-07-19;2,35;20')],
    [
      'a cell beside the columns',
      2,
      'entre guillemets',
      () => Buffer.from(`${header.replaceAll(';', ',')}\nCOMPTE_ELEVE,2022-07-19,2,35,20`),
    ],
    ['no item', 2, '« Article » est vide', () => csv(';2022-07-19;2,35;20')],
    ['five decimals', 2, 'quatre décimales', () => csv('COMPTE_ELEVE;2022-07-19;2,35001;20')],
    ['a price below nought', 2, 'prix unitaire', () => csv('COMPTE_ELEVE;2022-07-19;-2,35;20')],
    ['a price in words', 2, 'prix unitaire', () => csv('COMPTE_ELEVE;2022-07-19;deux euros;20')],
    ['a price with its sign', 2, 'prix unitaire', () => csv('COMPTE_ELEVE;2022-07-19;2,35 €;20')],
    ['a price as a power', 2, 'prix unitaire', () => csv('COMPTE_ELEVE;2022-07-19;1e3;20')],
    [
      'a price of twelve digits',
      2,
      'prix unitaire',
      () => csv('COMPTE_ELEVE;2022-07-19;123456789012;20'),
    ],
    [
      'thousands between commas',
      2,
      'prix unitaire',
      () => csv('COMPTE_ELEVE;2022-07-19;1,234.56;20'),
    ],
    ['a day that is none', 2, 'AAAA-MM-JJ', () => csv('COMPTE_ELEVE;2022-02-30;2,35;20')],
    ['an American day', 2, 'AAAA-MM-JJ', () => csv('COMPTE_ELEVE;07/19/2022;2,35;20')],
    ['a year alone', 2, 'AAAA-MM-JJ', () => csv('COMPTE_ELEVE;2022;2,35;20')],
    ['VAT in words', 2, 'taux de TVA', () => csv('COMPTE_ELEVE;2022-07-19;2,35;normal')],
    ['VAT above any rate', 2, 'taux de TVA', () => csv('COMPTE_ELEVE;2022-07-19;2,35;90')],
    ['a share that is no rate', 2, 'taux de TVA', () => sheet(['COMPTE_ELEVE', day, 2.35, 0.9])],
    ['VAT of three decimals', 2, 'taux de TVA', () => csv('COMPTE_ELEVE;2022-07-19;2,35;5,555')],
    ['NUL', 0, '« CSV UTF-8 »', () => csv('COMPTE\0_ELEVE;2022-07-19;2,35;20')],
    ['bytes of no encoding', 0, '« CSV UTF-8 »', () => Buffer.from([0x69, 0x81, 0x8d, 0x3b, 0x01])],
    ['a PDF', 0, 'un PDF', () => Buffer.from('%PDF-1.7')],
    ['a web page', 0, 'page web', () => Buffer.from('<html>')],
    ['an archive', 0, 'archive', () => zipOf([['bpu.csv', header]])],
    ['an old workbook', 0, '.xls', () => Buffer.from('d0cf11e0a1b11ae1', 'hex')],
    [
      'a cut workbook',
      0,
      'endommagé',
      async () => (await sheet(['A', day, 1, 20])).subarray(0, -200),
    ],
    [
      'a workbook with macros',
      0,
      'macros',
      () => xlsxOf([{ rows: [french] }], [['xl/vbaProject.bin', 'x']]),
    ],
    [
      'a bomb',
      0,
      'démesuré',
      () => xlsxOf([{ rows: [french] }], [['xl/media/a.bin', Buffer.alloc(70_000_000)]]),
    ],
    [
      'two filled sheets',
      0,
      'plusieurs feuilles',
      () =>
        xlsxOf([
          { name: 'BPU', rows: [french] },
          { name: 'Ancien', rows: [french] },
        ]),
    ],
    [
      'a hidden line',
      2,
      'masquée',
      () => xlsxOf([{ rows: [french, ['COMPTE_ELEVE', day, 2.35, 20]], hiddenLines: [2] }]),
    ],
    [
      'merged cells',
      3,
      'fusionnées',
      () =>
        xlsxOf([
          {
            rows: [french, ['COMPTE_ELEVE', day, 2.35, 20], ['COMPTE_ELEVE', null, 2.4, 20]],
            merged: ['B2:B3'],
          },
        ]),
    ],
    [
      'a formula nobody calculated',
      2,
      'saisissez la valeur',
      () => sheet(['COMPTE_ELEVE', day, { xml: '<f>A1</f>' }, 20]),
    ],
    [
      'an error of a formula',
      2,
      '#REF!',
      () => sheet(['COMPTE_ELEVE', day, { xml: '<v>#REF!</v>', type: 'e' }, 20]),
    ],
    [
      'a price that was shown as a day',
      2,
      'saisissez la valeur',
      () => sheet(['COMPTE_ELEVE', day, day, 20]),
    ],
    [
      'a sum that a spreadsheet rounds on screen only',
      2,
      'quatre décimales',
      () => sheet(['COMPTE_ELEVE', day, 0.1 + 0.2, 20]),
    ],
    [
      'a thousand and one prices',
      1002,
      '1000 prix',
      () => csv(...Array.from({ length: 1001 }, () => good)),
    ],
    ['more than 200 kB', 1, '200 ko', () => csv('x'.repeat(200_000))],
  ];

  test.each(refused)(
    'PRICES_INVALID: refuses %s, at line %d, saying « %s »',
    async (_what, line, says, content) => {
      const error = await readPriceFile(await content()).then(
        () => undefined,
        (thrown: PricesInvalid) => thrown,
      );
      expect(error?.code).toBe('PRICES_INVALID');
      expect(error?.details['faults']).toEqual([
        { line, message: expect.stringContaining(says) as string },
      ]);
    },
  );

  test('tells all faulty lines together', async () => {
    const file = csv('A;2022-02-30;1;20', good, 'B;2022-07-19;x;20');
    await expect(readPriceFile(file)).rejects.toMatchObject({
      details: { faults: [{ line: 2 }, { line: 4 }] },
    });
  });
});
