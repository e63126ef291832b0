import { localDate } from '#libs/time';
import type { OrderPaper } from '../src/orders/notices/order-document.js';

/** A signed order of two lines, resting on two documents. All parties are invented. */
export const anOrderPaper = (over: Partial<OrderPaper> = {}): OrderPaper => ({
  order: {
    orderId: '5b4e0f0e-1d2c-4f3a-9b8a-7c6d5e4f3a2b',
    membershipId: 'm',
    number: 'BC-0002',
    kind: 'ORDINARY',
    signedOn: localDate('2022-11-03'),
    signedBy: 'user-orderer',
    lines: [],
    restsOn: [
      { kind: 'CONVENTION', title: 'Convention', sha256: 'ab'.repeat(32), datedOn: '2022-01-10' },
      { kind: 'ANNEXE2', title: 'Annexe 2', sha256: '', datedOn: '' },
    ],
    ledgerPosition: 2,
  },
  hash: 'cd'.repeat(32),
  previousHash: 'ef'.repeat(32),
  notifiedOn: localDate('2022-11-03'),
  acknowledgedOn: null,
  market: { code: 'e-primo-2022', title: 'ENT premier degré e-primo' },
  supplier: { name: 'Titulaire Exemple', siret: '12345678900012', address: '1 rue de l’Exemple' },
  member: {
    name: 'Commune d’Exemple-sur-Œuvre',
    siren: '200083228',
    address: '2 place de la Mairie\n44000 Exemple',
    marketNumber: '2022-17',
  },
  effects: [
    {
      itemCode: 'ELEVE',
      label: 'Compte élève',
      effectiveFrom: localDate('2022-11-03'),
      delta: 38,
      before: 1412,
      after: 1450,
      commitment: 1412,
    },
    {
      itemCode: 'ELEVE',
      label: 'Compte élève',
      effectiveFrom: localDate('2023-09-01'),
      delta: -30,
      before: 1412,
      after: 1420,
      commitment: 1412,
    },
  ],
  floorScope: 'ITEM',
  ...over,
});
