import { localDate } from '#libs/time';
import type { OrderPaper } from './order-document.js';
import { OrderDocument } from './order-document.js';

// All parties are invented.
const paper = (over: Partial<OrderPaper> = {}): OrderPaper => ({
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
const render = (over: Partial<OrderPaper> = {}) => new OrderDocument().render(paper(over));
const pagesOf = (pdf: Buffer) => pdf.toString('latin1').match(/\/Type \/Page\b/g)?.length;

test('ORD-1: the paper of an order is one page, the same bytes each time', async () => {
  const first = await render();
  expect(first.subarray(0, 5).toString()).toBe('%PDF-');
  expect(pagesOf(first)).toBe(1);
  expect(Buffer.compare(first, await render())).toBe(0);
});

test('ORD-1: acknowledged, it is another paper', async () => {
  const acknowledged = await render({ acknowledgedOn: localDate('2022-11-04') });
  expect(Buffer.compare(acknowledged, await render())).not.toBe(0);
});

test('an order of 200 lines takes the pages it needs', async () => {
  const [line] = paper().effects;
  const pdf = await render({ effects: Array.from({ length: 200 }, () => line!) });
  expect(pagesOf(pdf)).toBeGreaterThan(4);
});
