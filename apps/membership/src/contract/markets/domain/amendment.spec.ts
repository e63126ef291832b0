import { readFileSync } from 'node:fs';
import { type LocalDate, localDate } from '#libs/time';
import { parseMarketFile } from '../markets.dto.js';
import { type Amendment, changesBetween, judgeAmendment, type MostOrdered } from './amendment.js';
import type { Item, Market } from './market.js';

const before = parseMarketFile(readFileSync('deploy/local/demo/markets/e-primo-2022.json', 'utf8'));
const at = {
  today: localDate('2023-06-01'),
  invoicedUntil: localDate('2023-04-19'),
  ordered: [
    { itemCode: 'COMPTE_ELEVE', of: 'GROUP', quantity: 512, on: localDate('2022-09-01') },
    { itemCode: 'COMPTE_ELEVE', of: 'MEMBER', quantity: 412, on: localDate('2022-07-19') },
  ] satisfies MostOrdered[],
};
const signed: Amendment = {
  number: 'Avenant n° 1',
  signedOn: localDate('2023-06-01'),
  effectiveOn: localDate('2023-07-19'),
};

type Changed = { -readonly [K in keyof Market]: Market[K] };
function judged(
  change: (market: Changed) => void,
  over: Partial<Amendment> = {},
  lastEffectiveOn?: string,
  now: Partial<{ today: LocalDate; invoicedUntil: LocalDate | undefined }> = {},
) {
  const after = structuredClone(before);
  change(after);
  try {
    judgeAmendment(
      { ...signed, ...over },
      { before, after, changes: changesBetween(before, after) },
      {
        ...at,
        ...now,
        lastEffectiveOn: lastEffectiveOn === undefined ? undefined : localDate(lastEffectiveOn),
      },
    );
    return 'stands';
  } catch (error) {
    const { code, details } = error as { code: string; details: { fields?: string[] } };
    return [code, ...(details.fields ?? [])].join(' ');
  }
}
const iban = (market: Changed) => {
  market.supplier = { ...market.supplier, iban: 'FR0699999000020000000003300' };
};
const maxima = (market: Changed, terms: Partial<Item>) => {
  market.items = [{ ...market.items[0]!, ...terms }];
};
const prolonged = (market: Changed) => {
  market.calendar = {
    ...market.calendar,
    durationMonths: 54,
    endsOn: localDate('2027-01-19'),
    contractYears: [...market.calendar.contractYears, localDate('2026-07-19')],
  };
};

test.each<[string, (market: Changed) => void, string]>([
  ['the IBAN', iban, 'stands'],
  ['the end, later', prolonged, 'stands'],
  ['a maximum, raised', (m) => maxima(m, { groupMaximum: 300_000 }), 'stands'],
  ['a maximum, taken away', (m) => maxima(m, { groupMaximum: 0, label: 'X' }), 'stands'],
  ['the days of payment', (m) => (m.billing = { ...m.billing, paymentTermDays: 20 }), 'stands'],
  [
    'what happens beyond O',
    (m) => (m.accounts = { ...m.accounts, overQuota: 'DRAFT_ORDER' }),
    'stands',
  ],
  ['nothing', () => undefined, 'AMENDMENT_CHANGES_NOTHING'],
  ['the code', (m) => (m.code = 'autre'), 'AMENDMENT_NOT_ALLOWED code'],
  ['the floor scope', (m) => (m.floorScope = 'TOTAL'), 'AMENDMENT_NOT_ALLOWED floorScope'],
  [
    'an item’s code',
    (m) => (m.items = [{ ...m.items[0]!, code: 'AUTRE' }]),
    'AMENDMENT_NOT_ALLOWED items.AUTRE.code items.AUTRE.profile items.COMPTE_ELEVE.code items.COMPTE_ELEVE.profile',
  ],
  [
    'the end, earlier',
    (m) => (m.calendar = { ...m.calendar, endsOn: localDate('2025-07-19') }),
    'AMENDMENT_NOT_ALLOWED calendar.endsOn',
  ],
  [
    'the lock-in',
    (m) => (m.calendar = { ...m.calendar, lockInMonths: 36 }),
    'AMENDMENT_NOT_ALLOWED calendar.lockInMonths',
  ],
  [
    'the rhythm of invoices, which would cut periods that are half invoiced',
    (m) => (m.billing = { ...m.billing, period: 'YEAR' }),
    'AMENDMENT_NOT_ALLOWED billing.period',
  ],
  [
    'the basis of invoices',
    (m) => (m.billing = { ...m.billing, basis: 'METERED' }),
    'AMENDMENT_NOT_ALLOWED billing.basis',
  ],
])('MKT-6: an amendment that changes %s', (_name, change, outcome) => {
  expect(judged(change)).toBe(outcome);
});

test.each<[Partial<Item>, string]>([
  [{ groupMaximum: 512 }, 'stands'],
  [{ groupMaximum: 511 }, 'MAXIMUM_BELOW_ORDERED'],
  [{ memberMaximum: 412 }, 'stands'],
  [{ memberMaximum: 411 }, 'MAXIMUM_BELOW_ORDERED'],
])(
  'MKT-6, ORD-6: a maximum that is added or lowered, to %j, not below what was ordered for a day: %s',
  (terms, outcome) => {
    const added = { effectiveOn: localDate('2023-06-01') };
    expect(judged((m) => maxima(m, terms), added)).toBe(outcome);
  },
);

test('MKT-6, ORD-6: a maximum that is added or lowered bounds at once, so it does not wait for its day', () => {
  const lowered = (market: Changed) => maxima(market, { groupMaximum: 600 });
  expect(judged(lowered, { effectiveOn: localDate('2023-06-02') })).toBe('AMENDMENT_DATES_INVALID');
  expect(judged(lowered, { effectiveOn: localDate('2023-06-01') })).toBe('stands');
});

test.each([
  ['2023-04-18', 'AMENDMENT_TOUCHES_INVOICED_DAYS'],
  ['2023-04-19', 'stands'],
])('MKT-6: invoiced up to 18 April inclusive, one of %s: %s', (effectiveOn, outcome) => {
  expect(judged(iban, { effectiveOn: localDate(effectiveOn) })).toBe(outcome);
});

test('MKT-6: the refusal says up to which day it is invoiced, and from which day on it may be', () => {
  const after = structuredClone(before) as Changed;
  iban(after);
  const terms = { before, after, changes: changesBetween(before, after) };
  const reaching = { ...signed, effectiveOn: localDate('2023-04-18') };
  expect(() => judgeAmendment(reaching, terms, { ...at, lastEffectiveOn: undefined })).toThrow(
    'jusqu’au 18 avril 2023 inclus',
  );
});

test.each([
  ['2026-07-18', 'stands'],
  ['2026-07-19', 'AMENDMENT_TOO_LATE'],
])('MKT-6: a market is prolonged before its end: on %s %s', (effectiveOn, outcome) => {
  expect(judged(prolonged, { effectiveOn: localDate(effectiveOn) })).toBe(outcome);
});

test.each([
  ['2026-07-18', 'stands'],
  ['2026-07-19', 'AMENDMENT_TOO_LATE'],
])('MKT-6: recorded on %s, with effect before the end: %s', (today, outcome) => {
  const over = { effectiveOn: localDate('2026-07-18') };
  expect(judged(prolonged, over, undefined, { today: localDate(today) })).toBe(outcome);
  // What does not prolong it may still be recorded.
  expect(judged(iban, over, undefined, { today: localDate(today) })).toBe('stands');
});

test.each([
  ['2022-07-18', 'AMENDMENT_DATES_INVALID'],
  ['2022-07-19', 'stands'],
])('MKT-6: while nothing is invoiced, in force from %s: %s', (effectiveOn, outcome) => {
  const nothing = { invoicedUntil: undefined };
  expect(judged(iban, { effectiveOn: localDate(effectiveOn) }, undefined, nothing)).toBe(outcome);
});

test('MKT-6: signed already, in force already, and not before the one recorded earlier', () => {
  expect(judged(iban, { signedOn: localDate('2023-06-02') })).toBe('AMENDMENT_DATES_INVALID');
  expect(judged(iban, { effectiveOn: localDate('2022-07-18') })).toBe('AMENDMENT_DATES_INVALID');
  expect(judged(iban, {}, '2023-07-20')).toBe('AMENDMENT_OUT_OF_ORDER');
  expect(judged(iban, {}, '2023-07-19')).toBe('stands');
});
