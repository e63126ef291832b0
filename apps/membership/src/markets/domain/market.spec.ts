import { readFileSync } from 'node:fs';
import { toMarketMessage } from '../market-message.js';
import { type MarketFile, parseMarketFile } from '../markets.dto.js';
import { MarketFileInvalid } from './market.js';

const file = () =>
  JSON.parse(readFileSync('deploy/local/demo/markets/e-primo-2022.json', 'utf8')) as MarketFile;
const mistakesOf = (change: (market: MarketFile) => void): unknown => {
  const market = file();
  change(market);
  try {
    parseMarketFile(JSON.stringify(market));
  } catch (error) {
    return error instanceof MarketFileInvalid ? error.details['mistakes'] : error;
  }
  return [];
};

test('MKT-3: the file of e-primo-2022 states the dates of the convention', () => {
  const market = parseMarketFile(JSON.stringify(file()));
  expect(market.calendar).toMatchObject({
    adhesionDeadline: '2022-01-15',
    tenderEarliestOn: '2022-01-16',
    effectiveOn: { actual: '2022-07-19' },
    durationMonths: 48,
    endsOn: '2026-07-19',
    lockInMonths: 24,
    noticeWindowMonths: 2,
  });
  expect(market.supplier.iban).toBe('FR7699999000010000000002249');
});

test('MKT-1: all mistakes of a file are told together', () => {
  expect(
    mistakesOf((market) => {
      market.code = 'E Primo';
      Object.assign(market.calendar, { endsOn: '2026-02-30' });
      Object.assign(market.items[0] ?? {}, { quota: 3 });
    }),
  ).toEqual([
    expect.stringContaining('code: '),
    expect.stringContaining('calendar.endsOn: '),
    expect.stringContaining('items.0: '),
  ]);
});

test.each([
  ['a wrong SIRET', (m: MarketFile) => (m.supplier.siret = '99900001100019'), 'supplier.siret'],
  [
    'a wrong VAT number',
    (m: MarketFile) => (m.supplier.vatNumber = 'FR67999000011'),
    'supplier.vatNumber',
  ],
  [
    'a wrong IBAN',
    (m: MarketFile) => (m.supplier.iban = 'FR7799999000010000000002249'),
    'supplier.iban',
  ],
  [
    'an end that is not 48 months on',
    (m: MarketFile) => Object.assign(m.calendar, { endsOn: '2026-07-20' }),
    'calendar.endsOn',
  ],
  [
    'a tender before the deadline',
    (m: MarketFile) => Object.assign(m.calendar, { tenderEarliestOn: '2022-01-15' }),
    'tender',
  ],
  [
    'a missing contract year',
    (m: MarketFile) => m.calendar.contractYears.pop(),
    'calendar.contractYears',
  ],
  [
    'a tolerance without an end (PRV-2)',
    (m: MarketFile) => Object.assign(m.accounts, { overQuota: 'TOLERATE', tolerancePercent: 5 }),
    'accounts.toleranceDays: required',
  ],
  [
    'a tolerance without a measure (PRV-2)',
    (m: MarketFile) => Object.assign(m.accounts, { overQuota: 'TOLERATE', toleranceDays: 30 }),
    'accounts.tolerancePercent: required',
  ],
  [
    'the terms of a tolerance where people wait (PRV-2)',
    (m: MarketFile) => Object.assign(m.accounts, { overQuota: 'DRAFT_ORDER', toleranceDays: 30 }),
    'accounts.toleranceDays: required with overQuota TOLERATE, and refused without it',
  ],
  ['an item twice', (m: MarketFile) => m.items.push(...m.items), 'items'],
])('MKT-1: %s is found', (_name, change, path) => {
  expect(mistakesOf(change)).toContainEqual(expect.stringContaining(path));
});

test('PRV-2: what a market says of people without a seat is told to the others', () => {
  const market = file();
  Object.assign(market.accounts, {
    overQuota: 'TOLERATE',
    toleranceDays: 30,
    tolerancePercent: 5,
  });
  expect(
    toMarketMessage({ market: parseMarketFile(JSON.stringify(market)), version: 1 }).accounts,
  ).toMatchObject({ overQuota: 'TOLERATE', toleranceDays: 30, tolerancePercent: 5 });
});

test('MKT-1: text that is not JSON is a mistake of the file, not a fault', () => {
  expect(() => parseMarketFile('{')).toThrow(MarketFileInvalid);
});
