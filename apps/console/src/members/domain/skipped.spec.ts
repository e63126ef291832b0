import { skippedNotices, skippedTold } from './skipped.js';

const skipped = {
  service: 'billing',
  proposalId: 'p-1',
  type: 'ent.membership.v1.OrderSigned',
  toldOn: '2022-10-01',
  decidedOn: '2022-10-03',
  reason: 'Date impossible.',
};

test('tells a member which event is never applied, by whom it was decided and why', () => {
  expect(skippedTold(skipped)).toEqual({
    ...{ proposalId: 'p-1', decidedOn: '2022-10-03' },
    title: 'Un événement du 1er octobre 2022 n’a pas été pris en compte',
    message:
      'La facturation n’appliquera pas cet événement (commande signée), décidé le 3 octobre 2022 par deux administrateurs de la plateforme. Motif : Date impossible. Si vos chiffres vous surprennent, signalez-le au support de niveau 2.',
  });
});

test('knows of one that could not be read neither its day nor what it was', () => {
  expect(skippedTold({ ...skipped, type: '', toldOn: null })).toMatchObject({
    title: 'Un événement n’a pas été pris en compte',
    message: expect.stringContaining('cet événement, décidé') as unknown,
  });
});

test.each([
  ['2022-12-01', 1],
  ['2022-12-02', 0],
])('tells it on the first page for sixty days: on %s %i', (today, notices) => {
  expect(skippedNotices([skippedTold(skipped)], today)).toHaveLength(notices);
});
