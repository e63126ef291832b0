import { parseUnitPrice } from '#libs/money';
import { contractYears, localDate, periodOf } from '#libs/time';
import { newEntries, PriceAlreadyInvoiced, priceOn, PricesInvalid } from './price-schedule.js';

const entry = (from: string, price: string, itemCode = 'ELEVE') => ({
  itemCode,
  effectiveFrom: localDate(from),
  unitPrice: parseUnitPrice(price),
  vatBasisPoints: 2000,
});
const frame = {
  itemCodes: ['ELEVE', 'ENSEIGNANT'],
  contractYears: contractYears(localDate('2022-07-19'), localDate('2026-07-19')),
  invoiced: [{ itemCode: 'ELEVE', period: periodOf('2022-07-19', '2022-10-19') }],
};
const known = [entry('2022-07-19', '2.3500')];

describe('a file of prices', () => {
  test('BIL-2: adds only what is new', () => {
    const revised = entry('2023-07-19', '2.4182');
    expect(newEntries([...known, revised], known, frame)).toEqual([revised]);
    expect(newEntries(known, known, frame)).toEqual([]);
  });

  test('MKT-6: never changes the price of days already invoiced', () => {
    expect(() => newEntries([entry('2022-07-19', '2.4000')], known, frame)).toThrow(
      PriceAlreadyInvoiced,
    );
    expect(() => newEntries([entry('2022-10-18', '2.4000')], known, frame)).toThrow(
      PriceAlreadyInvoiced,
    );
    expect(newEntries([entry('2022-10-19', '2.4000')], known, frame)).toHaveLength(1);
    expect(
      newEntries([entry('2022-07-19', '2.4')], known, { ...frame, invoiced: [] }),
    ).toHaveLength(1);
  });

  test('MKT-6: judges each item and day: a price that was forgotten may still come', () => {
    const forgotten = entry('2022-07-19', '1.2000', 'ENSEIGNANT');
    expect(newEntries([...known, forgotten], known, frame)).toEqual([forgotten]);
    // Before the first price there was none: nothing invoiced changes until that one takes over.
    const late = [entry('2022-09-01', '2.3500')];
    const invoiced = [{ itemCode: 'ELEVE', period: periodOf('2022-09-01', '2022-10-19') }];
    expect(newEntries([entry('2022-07-19', '9')], late, { ...frame, invoiced })).toHaveLength(1);
    // It ends with its contract year, whatever is invoiced after it.
    const next = [{ itemCode: 'ELEVE', period: periodOf('2023-07-19', '2023-10-19') }];
    expect(
      newEntries([entry('2022-07-19', '9')], known, { ...frame, invoiced: next }),
    ).toHaveLength(1);
  });

  test('MKT-6: says from which day on a price may begin', () => {
    const invoiced = [
      ...frame.invoiced,
      { itemCode: 'ELEVE', period: periodOf('2022-10-19', '2023-01-19') },
      { itemCode: 'ENSEIGNANT', period: periodOf('2023-01-19', '2023-04-19') },
    ];
    expect(() => newEntries([entry('2022-09-01', '9')], known, { ...frame, invoiced })).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({ invoicedUntil: '2023-01-19' }),
      }),
    );
  });

  test('PRICES_INVALID: tells all its faults together', () => {
    const file = [
      ...[entry('2022-07-19', '1', 'CHAISE'), entry('2026-07-19', '1'), ...known, ...known],
    ].map((one, index) => ({ ...one, line: index + 2 }));
    try {
      newEntries(file, known, frame);
      throw new Error('not refused');
    } catch (error) {
      expect(error).toBeInstanceOf(PricesInvalid);
      expect((error as PricesInvalid).details['faults']).toEqual([
        { line: 2, message: expect.stringContaining('CHAISE') },
        { line: 3, message: expect.stringContaining('aucune année') },
        { line: 5, message: expect.stringContaining('ligne 4') },
      ]);
    }
  });
});

test.each([
  ['2022-07-18', undefined],
  ['2022-07-19', 23_500n],
  ['2023-01-01', 23_500n],
  ['2023-01-02', 24_000n],
  // The BPU gives one for each contract year.
  ['2023-07-19', undefined],
])('BIL-2: the price in force on %s', (day, price) => {
  const on = localDate(day);
  const year = frame.contractYears.find(({ start, end }) => start <= on && on < end);
  const entries = [entry('2023-01-02', '2.4'), ...known, entry('2022-08-01', '9', 'ENSEIGNANT')];
  expect(year && priceOn(entries, 'ELEVE', { year, on })).toBe(price);
});
