import { type SeatViolation, violationInFrench, violationsOf } from './seat-violation.js';

const of = { membershipId: 'm1', itemCode: 'ELEVE' };
const sound = {
  ...of,
  books: { held: 22n, ordered: 20n, tolerated: 2n },
  held: 22n,
  ordered: 20n,
  tolerated: 2n,
};

it.each<[string, Partial<typeof sound>, SeatViolation[]]>([
  ['as many as ordered and tolerated', {}, []],
  [
    'one seat more',
    { held: 23n, books: { ...sound.books, held: 23n } },
    [{ code: 'SEATS_ABOVE_ORDER', ...of, held: 23n, ordered: 20n, tolerated: 2n }],
  ],
  ['less tolerated than the market allows', { tolerated: 3n }, []],
  [
    'more tolerated than the market allows',
    { books: { ...sound.books, tolerated: 3n } },
    [{ code: 'TOLERANCE_ABOVE_MARKET', ...of, tolerated: 2n, told: 3n }],
  ],
  [
    'another number of seats in the books',
    { books: { ...sound.books, held: 21n } },
    [{ code: 'HELD_DIFFERS', ...of, held: 22n, told: 21n }],
  ],
  [
    'another number ordered in the books',
    { books: { ...sound.books, ordered: 21n } },
    [{ code: 'ORDERED_DIFFERS', ...of, ordered: 20n, told: 21n }],
  ],
])('PRV-2: a pool recounted with %s', (_case, differences, violations) => {
  expect(violationsOf({ ...sound, ...differences })).toEqual(violations);
});

it.each<[SeatViolation, string]>([
  [
    { code: 'SEATS_ABOVE_ORDER', ...of, held: 1022n, ordered: 1n, tolerated: 0n },
    'Adhésion m1, ELEVE : 1\u00a0022 places occupées pour 1 compte commandé et 0 toléré.',
  ],
  [
    { code: 'TOLERANCE_ABOVE_MARKET', ...of, tolerated: 0n, told: 2n },
    'Adhésion m1, ELEVE : le service tolère 2 places au-delà de la commande, le marché en permet 0 ce jour.',
  ],
  [
    { code: 'HELD_DIFFERS', ...of, held: 22n, told: 21n },
    'Adhésion m1, ELEVE : l’état courant dit 21 places occupées, le décompte des comptes 22.',
  ],
  [
    { code: 'ORDERED_DIFFERS', ...of, ordered: 20n, told: 21n },
    'Adhésion m1, ELEVE : l’état courant dit 21 comptes commandés, la somme des bons de commande 20.',
  ],
])('PRV-2: $code is told in French with its figures', (violation, sentence) => {
  expect(violationInFrench(violation)).toBe(sentence);
});
