import { type SeatViolation, violationInFrench, violationsOf } from './seat-violation.js';

const of = { membershipId: 'm1', itemCode: 'ELEVE' };
const sound = {
  ...of,
  books: { held: 22, ordered: 20, tolerated: 2 },
  held: 22,
  ordered: 20,
  tolerated: 2,
};

test.each<[string, Partial<typeof sound>, SeatViolation[]]>([
  ['as many as ordered and tolerated', {}, []],
  [
    'one seat more',
    { held: 23, books: { ...sound.books, held: 23 } },
    [{ code: 'SEATS_ABOVE_ORDER', ...of, held: 23, ordered: 20, tolerated: 2 }],
  ],
  ['less tolerated than the market allows', { tolerated: 3 }, []],
  [
    'more tolerated than the market allows',
    { books: { ...sound.books, tolerated: 3 } },
    [{ code: 'TOLERANCE_ABOVE_MARKET', ...of, tolerated: 2, told: 3 }],
  ],
  [
    'another number of seats in the books',
    { books: { ...sound.books, held: 21 } },
    [{ code: 'HELD_DIFFERS', ...of, held: 22, told: 21 }],
  ],
  [
    'another number ordered in the books',
    { books: { ...sound.books, ordered: 21 } },
    [{ code: 'ORDERED_DIFFERS', ...of, ordered: 20, told: 21 }],
  ],
])('PRV-2: a pool recounted with %s', (_case, differences, violations) => {
  expect(violationsOf({ ...sound, ...differences })).toEqual(violations);
});

test.each<[SeatViolation, string]>([
  [
    { code: 'SEATS_ABOVE_ORDER', ...of, held: 1022, ordered: 1, tolerated: 0 },
    'Adhésion m1, ELEVE : 1\u00a0022 places occupées pour 1 compte commandé et 0 toléré.',
  ],
  [
    { code: 'TOLERANCE_ABOVE_MARKET', ...of, tolerated: 0, told: 2 },
    'Adhésion m1, ELEVE : le service tolère 2 places au-delà de la commande, le marché en permet 0 ce jour.',
  ],
  [
    { code: 'HELD_DIFFERS', ...of, held: 22, told: 21 },
    'Adhésion m1, ELEVE : l’état courant dit 21 places occupées, le décompte des comptes 22.',
  ],
  [
    { code: 'ORDERED_DIFFERS', ...of, ordered: 20, told: 21 },
    'Adhésion m1, ELEVE : l’état courant dit 21 comptes commandés, la somme des bons de commande 20.',
  ],
])('PRV-2: $code is told in French with its figures', (violation, sentence) => {
  expect(violationInFrench(violation)).toBe(sentence);
});
