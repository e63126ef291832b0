import { noticesOf } from './notices.js';

it('PRV-2: tells a member how many pupils wait and what releases them', () => {
  const [notice] = noticesOf({
    seats: [{ itemCode: 'ELEVE', waiting: 12, held: 352, ordered: 352 }],
    drafts: [],
  });
  expect(notice).toEqual({
    kind: 'SEATS_MISSING',
    title: '12 élèves attendent une place',
    message:
      'Vous avez commandé 352 comptes et 352 sont pris. Une commande de 12 comptes de plus les libère aussitôt.',
    subject: 'ELEVE',
  });
});

it('says nothing when nobody waits', () => {
  const seats = [{ itemCode: 'ELEVE', waiting: 0, held: 1, ordered: 2 }];
  expect(noticesOf({ seats, drafts: [] })).toEqual([]);
});

it('BIL-9: tells of a draft invoice and until when it may be contested', () => {
  const drafts = [
    { invoiceId: 'i-1', period: 'du 1er au 2', total: '292,85 €', until: '29 octobre 2022' },
  ];
  expect(noticesOf({ seats: [], drafts })[0]?.message).toBe(
    'Période du 1er au 2, 292,85 € TTC. Vous pouvez le contester jusqu’au 29 octobre 2022.',
  );
});
