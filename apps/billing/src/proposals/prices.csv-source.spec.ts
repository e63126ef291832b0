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
    ['NUL', 'item;contract_year_from;unit_price;vat_percent\nEL\0EVE;2022-07-19;2.35;20\n'],
  ])('PRICES_INVALID: refuses %s', (_name, text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'PRICES_INVALID' }));
  });

  it.each([
    ['UTF-16', Buffer.from('item;contract_year_from\n', 'utf16le'), 1],
    ['NUL in its third line', Buffer.from('item\nELEVE\nEL\0EVE\n'), 3],
    ['a spreadsheet’s own format', Buffer.from('504b0304140000000800ffd8', 'hex'), 1],
  ])('BIL-2: says of %s what to do, and where', (_name, content, line) => {
    const fault = { line, message: expect.stringContaining('« CSV UTF-8 »') as unknown };
    expect(() => pricesFromCsv(content)).toThrow(
      expect.objectContaining({ details: expect.objectContaining({ faults: [fault] }) as unknown }),
    );
  });
});
