import { pricesFromCsv } from './prices.csv-source.js';

const read = (text: string) => pricesFromCsv(Buffer.from(text));

describe('the BPU as CSV', () => {
  it('BIL-2: reads prices with four decimals and the VAT rate', () => {
    expect(
      read(
        '\ufeffitem;contract_year_from;unit_price;vat_percent\r\nELEVE;2022-07-19;2,3500;20\r\n',
      ),
    ).toEqual([
      { itemCode: 'ELEVE', effectiveFrom: '2022-07-19', unitPrice: 23500n, vatBasisPoints: 2000 },
    ]);
  });

  it.each([
    ['no price', 'item;contract_year_from;unit_price;vat_percent\n'],
    ['a missing column', 'item;unit_price;vat_percent\nELEVE;1;20\n'],
    ['a broken line', 'item;contract_year_from;unit_price;vat_percent\nELEVE;2022-07-19\n'],
    [
      'a wrong price',
      'item;contract_year_from;unit_price;vat_percent\nELEVE;2022-07-19;2.35001;20\n',
    ],
    ['nothing', ''],
  ])('PRICES_INVALID: refuses %s', (_name, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'PRICES_INVALID' }));
  });
});
