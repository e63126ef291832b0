import { xlsxOf, type XlsxCell, zipOf } from '../../../test/support/builders/spreadsheet-files.js';

export const header = 'item;contract_year_from;unit_price;vat_percent';
export const french = ['Article', 'À partir du', 'Prix unitaire HT (€)', 'TVA (%)'];
export const csv = (...lines: string[]) => Buffer.from([header, ...lines].join('\n'));
export const good = 'COMPTE_ELEVE;2022-07-19;2,3500;20';
/** 19 July 2022 as Excel counts days; style 1 shows a day. */
export const day = { xml: '<v>44761</v>', style: 1 };
export const sheet = (...rows: XlsxCell[][]) => xlsxOf([{ rows: [french, ...rows] }]);

/** What a file of prices may be instead, with the line and the words that it is refused with. */
export type BadPriceFile = [
  what: string,
  line: number,
  says: string,
  content: () => Buffer | Promise<Buffer>,
];
export const badPriceFiles: readonly BadPriceFile[] = [
  [
    'prices in a column that nobody sees',
    1,
    '« Prix unitaire HT » est masquée',
    () => xlsxOf([{ rows: [french, ['COMPTE_ELEVE', day, 2.35, 20]], hiddenColumn: 3 }]),
  ],
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
  [
    'a rate written as a share',
    2,
    '0,2\u00a0% n’est pas un taux de TVA en France',
    () => csv(good.replace(/20$/, '0,2')),
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

/** The contract bounds a file before anybody reads it. */
const outOfBounds: Readonly<Record<string, string>> = {
  nothing: 'vide',
  'more than 200 kB': 'trop grand',
};

/** With its code, its line or the field that the contract bounds, and what to do. */
export const refusalOverTheWire = ([what, line, says]: BadPriceFile): [
  code: string,
  details: object,
] => {
  const bound = outOfBounds[what];
  return bound === undefined
    ? ['PRICES_INVALID', { faults: [{ line, message: expect.stringContaining(says) as string }] }]
    : [
        'INPUT_INVALID',
        { mistakes: [{ field: 'content', message: expect.stringContaining(bound) as string }] },
      ];
};
