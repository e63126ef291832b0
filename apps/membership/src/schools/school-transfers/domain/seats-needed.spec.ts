import { localDate } from '#libs/time';
import {
  checkComplementary,
  requireSeats,
  seatsNeeded,
  type SeatsTold,
  totalMissing,
} from './seats-needed.js';

const itemCode = 'COMPTE_ELEVE';
const told = (held: number, moving: Record<string, number>, arriving = 0): SeatsTold => ({
  giver: [
    {
      itemCode,
      held: Object.values(moving).reduce((a, b) => a + b, 0),
      schools: Object.entries(moving).map(([uai, count]) => ({ uai, held: count })),
    },
  ],
  receiver: [{ itemCode, held, schools: [] }],
  arriving: new Map([[itemCode, arriving]]),
});
const ordered = (quantity: number) => [
  { itemCode, label: 'Compte élève', quantity, from: localDate('2022-09-01') },
];
const codeOf = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    return (error as { code?: string }).code;
  }
  return undefined;
};

test.each([
  ['as many free seats as pass', 60, 40, 0, 100, 0],
  ['one free seat too few', 61, 40, 0, 100, 1],
  ['none free', 100, 40, 0, 100, 40],
  ['a tolerance in use beyond the order', 110, 40, 0, 100, 40],
  ['free seats that planned transfers will take', 20, 40, 45, 100, 5],
])('SCH-2: %s', (_name, held, moving, arriving, quantity, missing) => {
  const needed = seatsNeeded(
    told(held, { a: moving, other: 500 }, arriving),
    ['a'],
    ordered(quantity),
  );
  expect(needed).toMatchObject([{ moving, held: held + arriving, ordered: quantity, missing }]);
  expect(totalMissing(needed)).toBe(missing);
});

test('SCH-2: a school in which nobody holds a seat needs none, whatever the receiver has', () => {
  expect(seatsNeeded(told(500, { other: 5 }), ['a'], ordered(0))).toEqual([]);
});

test.each([
  ['nothing missing, no order', 0, false, 0, undefined],
  ['one missing, no order', 1, false, 0, 'SEATS_MISSING'],
  ['one missing and confirmed, but no order', 1, false, 1, 'SEATS_MISSING'],
  ['an order that leaves one missing, unconfirmed', 1, true, 0, 'SEATS_MISSING'],
  ['an order that leaves one missing, confirmed', 1, true, 1, undefined],
  ['an order that leaves two missing, one confirmed', 2, true, 1, 'SEATS_MISSING'],
])('SCH-2: %s', (_name, missing, hasLines, confirmed, code) => {
  const needed = seatsNeeded(told(100, { a: missing }), ['a'], ordered(100));
  expect(codeOf(() => requireSeats(needed, { hasLines, confirmed }))).toBe(code);
});

test('SCH-2: a refusal carries its figures', () => {
  const needed = seatsNeeded(told(90, { a: 40 }), ['a'], ordered(100));
  try {
    requireSeats(needed, { hasLines: false, confirmed: 0 });
  } catch (error) {
    expect((error as { details: unknown }).details).toMatchObject({
      missing: 30,
      items: [{ itemCode, moving: 40, held: 90, ordered: 100, missing: 30 }],
    });
  }
  expect.assertions(1);
});

test('SCH-2: a complementary order only adds', () => {
  expect(codeOf(() => checkComplementary([{ delta: 1 }, { delta: 5 }]))).toBeUndefined();
  expect(codeOf(() => checkComplementary([{ delta: 5 }, { delta: -1 }]))).toBe(
    'COMPLEMENTARY_ORDER_INVALID',
  );
});
