import { localDate } from '#libs/time';
import {
  type CarriedOut,
  type CommitmentGround,
  commitmentParts,
  groundedCommitment,
} from './commitment-ground.js';

const itemCode = 'COMPTE_ELEVE';
const passing = (
  kind: 'FULL' | 'PARTIAL',
  day: string,
  [from, to]: readonly [string, string],
  ...lines: number[]
): CarriedOut => ({
  kind,
  effectiveOn: localDate(day),
  predecessorMembershipId: from,
  successorMembershipId: to,
  lines,
});
const ground = (...successions: CarriedOut[]): CommitmentGround => ({
  annexes: new Map([
    [
      'a',
      [
        { line: 2, itemCode, quantity: 300 },
        { line: 3, itemCode, quantity: 100 },
      ],
    ],
    ['b', [{ line: 2, itemCode, quantity: 50 }]],
  ]),
  successions,
});
const stepsOf = (of: CommitmentGround, membershipId: string) =>
  groundedCommitment(of, membershipId)(itemCode).map(({ from, quantity }) => `${from} ${quantity}`);

test('ORD-3, COM-3, ADH-5: C is the annex 2, less the lines that passed, and what successions in a row gave', () => {
  // A line of a passes to b afterwards, though c has taken b over before: what is recorded late moves on too.
  const all = ground(
    passing('PARTIAL', '2023-01-01', ['a', 'b'], 3),
    passing('FULL', '2022-09-01', ['b', 'c']),
    passing('FULL', '2024-01-01', ['c', 'd']),
  );
  expect(stepsOf(all, 'a')).toEqual(['1900-01-01 400', '2023-01-01 300']);
  expect(stepsOf(all, 'b')).toEqual(['1900-01-01 50', '2023-01-01 150']);
  expect(stepsOf(all, 'c')).toEqual(['2022-09-01 50', '2023-01-01 150']);
  expect(stepsOf(all, 'd')).toEqual(['2024-01-01 150']);
});

test('COM-3: members that succeed each other, as only a changed database has them, have an end', () => {
  const turning = ground(
    passing('FULL', '2023-01-01', ['a', 'b']),
    passing('FULL', '2024-01-01', ['b', 'a']),
  );
  expect(stepsOf(turning, 'b')).toEqual(['1900-01-01 50', '2023-01-01 450']);
});

test('BIL-7, ADH-5: each annex 2 stands for its part of C, less the lines that passed, and together they are C', () => {
  const all = ground(
    passing('PARTIAL', '2023-01-01', ['a', 'b'], 3),
    passing('FULL', '2024-01-01', ['b', 'd']),
  );
  const partsOf = (membershipId: string, since: string) =>
    commitmentParts(all, membershipId, localDate(since)).map(({ membershipId: signer, items }) => [
      signer,
      ...items.flatMap(({ timeline }) =>
        timeline.map(({ from, quantity }) => `${from} ${quantity}`),
      ),
    ]);
  expect(partsOf('a', '2022-07-19')).toEqual([['a', '2022-07-19 400', '2023-01-01 300']]);
  expect(partsOf('b', '2022-07-19')).toEqual([
    ['b', '2022-07-19 50'],
    ['a', '2023-01-01 100'],
  ]);
  expect(partsOf('d', '2024-01-01')).toEqual([
    ['b', '2024-01-01 50'],
    ['a', '2024-01-01 100'],
  ]);
});
