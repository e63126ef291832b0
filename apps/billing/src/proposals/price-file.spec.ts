import {
  odsOf,
  odsRow,
  odsTable,
  xlsxOf,
} from '../../../../test/support/builders/spreadsheet-files.js';
import {
  badPriceFiles,
  csv,
  day,
  french,
  good,
  header,
  sheet,
} from '../../test/bad-price-files.test-support.js';
import type { PricesInvalid } from '../prices/prices.module.js';
import { readPriceFile } from './price-file.js';

const eleve = {
  ...{ itemCode: 'COMPTE_ELEVE', effectiveFrom: '2022-07-19' },
  ...{ unitPrice: 23500n, vatBasisPoints: 2000 },
};

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

  test.each(badPriceFiles)(
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
