import { localDate } from '#libs/time';
import { noticesOf as allNoticesOf, type NoticeFacts } from './notices.js';

const noticesOf = (facts: Omit<NoticeFacts, 'late'>) => allNoticesOf({ late: undefined, ...facts });

test('PRV-2: tells a member how many pupils wait and what releases them', () => {
  const [notice] = noticesOf({
    seats: [{ itemCode: 'ELEVE', waiting: 12, held: 352, ordered: 352 }],
    losses: [],
    drafts: [],
    amendments: [],
  });
  expect(notice).toEqual({
    kind: 'SEATS_MISSING',
    title: '12 élèves attendent une place',
    message:
      'Vous avez commandé 352 comptes et 352 sont pris. Une commande de 12 comptes de plus les libère aussitôt.',
    subject: 'ELEVE',
  });
});

test('says nothing when nobody waits', () => {
  const seats = [{ itemCode: 'ELEVE', waiting: 0, held: 1, ordered: 2 }];
  expect(noticesOf({ seats, losses: [], drafts: [], amendments: [] })).toEqual([]);
});

const aDraft = {
  ...{ invoiceId: 'i-1', period: 'du 1er au 2', total: '292,85 €', until: '28 octobre 2022' },
};

test('BIL-9: tells of a draft invoice and until when it may be contested', () => {
  const drafts = [
    { ...aDraft, answer: '' },
    { ...aDraft, answer: 'CONTESTED' },
    { ...aDraft, answer: 'MAINTAINED' },
    // Issued at once: it asks for nothing.
    { ...aDraft, answer: 'ACCEPTED' },
  ];
  const told = noticesOf({ seats: [], losses: [], drafts, amendments: [] });
  expect(told.map(({ message }) => message)).toEqual([
    'Période du 1er au 2, 292,85 € TTC. Vous pouvez le contester jusqu’au 28 octobre 2022 inclus.',
    'Période du 1er au 2, 292,85 € TTC. Votre contestation attend la réponse du titulaire ; d’ici là, rien n’est émis.',
    'Période du 1er au 2, 292,85 € TTC. Lisez la réponse du titulaire : la facture est émise à la fin du délai.',
  ]);
});

test.each([
  [
    { waiting: 3, held: 22, ordered: 20 },
    '3 élèves attendent une place',
    'Vous avez commandé 20 comptes et 22 sont pris, ce que le marché tolère pour un temps. Une commande de 5 comptes de plus les libère aussitôt.',
  ],
  [
    { waiting: 0, held: 21, ordered: 20 },
    '1 compte est ouvert au-delà de votre commande',
    'Vous avez commandé 20 comptes et 21 sont pris, ce que le marché tolère pour un temps. Une commande de 1 compte de plus les conserve.',
  ],
])('PRV-2: tells what is tolerated as still to be ordered (%j)', (seats, title, message) => {
  const facts = {
    seats: [{ itemCode: 'ELEVE', ...seats }],
    losses: [],
    drafts: [],
    amendments: [],
  };
  expect(noticesOf(facts)).toMatchObject([{ kind: 'SEATS_MISSING', title, message }]);
});

test('PRV-7: tells how many accounts will lose their seat, in which schools and on which day', () => {
  const loss = {
    itemCode: 'ELEVE',
    day: '1er novembre 2022',
    schools: [
      { name: 'École A', seats: 2 },
      { name: 'École B', seats: 1 },
    ],
  };
  expect(noticesOf({ seats: [], losses: [loss], drafts: [], amendments: [] })).toEqual([
    {
      kind: 'SEATS_TO_BE_LOST',
      title: '3 comptes perdront leur place le 1er novembre 2022',
      message:
        'La quantité commandée ne suffira plus ce jour-là ; les derniers inscrits sont concernés. Par école : École A : 2 ; École B : 1. Prévenez ces écoles, ou commandez 3 comptes de plus pour ce jour au plus tard.',
      subject: 'ELEVE 1er novembre 2022',
    },
  ]);
});

test('PRV-7: names ten schools and counts the others together', () => {
  const schools = Array.from({ length: 12 }, (_, index) => ({ name: `École ${index}`, seats: 1 }));
  const [notice] = noticesOf({
    seats: [],
    losses: [{ itemCode: 'ELEVE', day: '2 mai 2023', schools }],
    drafts: [],
    amendments: [],
  });
  expect(notice?.message).toContain('École 9 : 1 ; autres écoles : 2.');
});

test('MKT-6: tells of an amendment, from which day it counts and that its paper is there', () => {
  const amendments = [{ number: 'Avenant n° 1', from: '10 juin 2026' }];
  expect(noticesOf({ seats: [], losses: [], drafts: [], amendments })).toEqual([
    {
      kind: 'MARKET_AMENDED',
      title: 'Le marché change : Avenant n° 1',
      message:
        'Cet avenant prend effet le 10 juin 2026. La coordination en tient la pièce signée à votre disposition.',
      subject: 'Avenant n° 1',
    },
  ]);
});

test.each([
  [
    { facts: 1, since: localDate('2022-10-03') },
    'Chiffres arrêtés au 3 octobre 2022',
    /^1 fait de cette adhésion attend une décision du support : /,
  ],
  [
    { facts: 12, since: localDate('2022-10-03') },
    'Chiffres arrêtés au 3 octobre 2022',
    /^12 faits de cette adhésion attendent une décision du support : /,
  ],
  [
    { facts: 0, since: null },
    'Chiffres en retard',
    /^La lecture des faits de cette adhésion est arrêtée et attend une décision du support : /,
  ],
])('tells first that figures are behind, and what they wait for (%j)', (late, title, message) => {
  const seats = [{ itemCode: 'ELEVE', waiting: 12, held: 352, ordered: 352 }];
  expect(allNoticesOf({ late, seats, losses: [], drafts: [], amendments: [] })).toMatchObject([
    { kind: 'FIGURES_LATE', title, message: expect.stringMatching(message) as unknown },
    { kind: 'SEATS_MISSING' },
  ]);
});
