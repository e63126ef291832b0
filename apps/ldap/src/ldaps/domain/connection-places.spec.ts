import { expect, test } from '@jest/globals';
import { ConnectionPlaces } from './connection-places.js';

const places = () => new ConnectionPlaces<string>(3, 2);

test('of one address there are so many, also where there is room; one that leaves makes room', () => {
  const of = places();
  expect([of.take('a1', 'a'), of.take('a2', 'a'), of.take('a3', 'a')]).toEqual([
    ...[{ isTaken: true }, { isTaken: true }, { isTaken: false }],
  ]);
  of.leave('a1');
  of.leave('a1');
  expect([of.take('a3', 'a'), of.size]).toEqual([{ isTaken: true }, 2]);
});

test('where all are taken, whoever has been nobody for longest gives up the place', () => {
  const of = places();
  for (const id of ['a', 'b', 'c']) of.take(id, id);
  of.bound('a', true);
  expect(of.take('d', 'd')).toEqual({ isTaken: true, givenUp: 'b' });
  expect(of.take('e', 'e')).toEqual({ isTaken: true, givenUp: 'c' });
  expect(of.size).toBe(3);
});

test('who is let in keeps the place, and who comes from where somebody was let in gives it up to no stranger', () => {
  const of = places();
  of.take('a1', 'a');
  of.bound('a1', true);
  of.take('b1', 'b');
  of.bound('b1', true);
  of.take('a2', 'a');
  expect(of.take('x', 'x')).toEqual({ isTaken: false });
  expect(of.take('b2', 'b')).toEqual({ isTaken: true, givenUp: 'a2' });
  of.bound('b2', true);
  expect(of.take('c', 'c')).toEqual({ isTaken: false });
  // The account was closed: nobody again.
  of.bound('a1', false);
  of.leave('b1');
  of.take('x', 'x');
  expect(of.take('b3', 'b')).toEqual({ isTaken: true, givenUp: 'x' });
});

test('of addresses that nobody has a place of nothing is kept', () => {
  const of = new ConnectionPlaces<number>(10, 2);
  for (let n = 0; n < 5_000; n += 1) {
    of.take(n, `address ${n}`);
    of.bound(n, true);
    of.leave(n);
  }
  expect(of.size).toBe(0);
  const { perAddress, known } = of as unknown as Record<string, Set<string>>;
  expect([perAddress!.size, known!.size]).toEqual([0, 1_000]);
});
