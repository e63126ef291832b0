import { marketCode } from '../membership-app.js';
import {
  created,
  day,
  document,
  key,
  of,
  ofMarket,
  restingOn,
  step,
  type Step,
  versioned,
} from './step.js';

const offer = { bidder: 'Entreprise fictive', siren: '999000045', priceCents: 100n };
const marks = (hundredths: number) => [{ criterion: 'F', hundredths }];
const method = {
  priceWeight: 40,
  qualityWeight: 60,
  priceFormula: 'LINEAR',
  criteria: [{ code: 'F', label: 'F', weight: 60 }],
  markMax: 10,
  decimals: 2,
  rankOn: 'EXACT',
};

export const award: readonly Step[] = [
  document('rules', 'REGLEMENT_CONSULTATION', ofMarket, '2022-01-10'),
  step(
    'openTender',
    () => ({ ...key(), marketCode, method, rulesDocumentId: of('rules') }),
    restingOn('rules'),
  ),
  created('recordOffer', 'offer', 'offerId', () => ({
    ...{ ...key(), marketCode, ...offer, marks: marks(500) },
  })),
  versioned('changeOffer', 'offer', 'offerId', () => ({ ...offer, marks: marks(600) })),
  step('recordAward', () => ({ ...key(), marketCode, offerId: of('offer') })),
  day('2022-04-10'),
  document('notification', 'NOTIFICATION', ofMarket, '2022-04-08'),
  step(
    'fixDate',
    () => ({
      ...{ ...key(), marketCode, which: 'NOTIFICATION', on: '2022-04-08' },
      documentId: of('notification'),
    }),
    restingOn('notification'),
  ),
];
