import { localDate } from '#libs/time';
import { missingOn } from './billing-terms.js';

const commune = {
  isState: false,
  recipientSiret: '21440109300015',
  serviceCode: '',
  purchaseOrderNumber: '',
};
const state = {
  isState: true,
  recipientSiret: '11004401300040',
  serviceCode: 'RECTORAT',
  purchaseOrderNumber: '1512345678',
};
const validFrom = localDate('2026-01-01');
const newYear = localDate('2027-01-01');

test.each([
  ['a commune with a SIRET', commune, []],
  ['nothing', { ...commune, recipientSiret: '' }, ['RECIPIENT_SIRET']],
  ['a SIRET of a wrong key', { ...commune, recipientSiret: '21440109300014' }, ['RECIPIENT_SIRET']],
  [
    'a commune’s number of the year before',
    { ...commune, purchaseOrderNumber: 'E26-114', validFrom },
    ['PURCHASE_ORDER_NUMBER_OF_YEAR'],
  ],
  [
    'a number from the application',
    { ...commune, purchaseOrderNumber: 'E26-114' },
    ['PURCHASE_ORDER_NUMBER_OF_YEAR'],
  ],
  ['the State with all of the year', { ...state, validFrom: newYear }, []],
  [
    'the State with a number of the year before',
    { ...state, validFrom: localDate('2026-12-31') },
    ['PURCHASE_ORDER_NUMBER_OF_YEAR'],
  ],
  [
    'the State without its own numbers',
    { ...state, serviceCode: '', purchaseOrderNumber: '', validFrom: newYear },
    ['SERVICE_CODE', 'PURCHASE_ORDER_NUMBER'],
  ],
] as const)('ADH-1: on 1 January %s lacks %s', (_title, known, lacks) => {
  expect(missingOn(newYear, known)).toEqual(lacks);
});

test('ADH-1: within its civil year a number is not asked for again', () => {
  const known = { ...commune, purchaseOrderNumber: 'E26-114', validFrom };
  expect(missingOn(localDate('2026-12-31'), known)).toEqual([]);
});
