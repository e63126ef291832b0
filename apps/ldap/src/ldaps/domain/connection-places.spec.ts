import { expect, test } from '@jest/globals';
import { ConnectionPlaces } from './connection-places.js';

const places = () => new ConnectionPlaces<string>(3, 2, 2);

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
  of.bind('a', 'account a');
  expect(of.take('d', 'd')).toEqual({ isTaken: true, givenUp: 'b' });
  expect(of.take('e', 'e')).toEqual({ isTaken: true, givenUp: 'c' });
  expect(of.size).toBe(3);
});

test('who is let in keeps the place, and who comes from where somebody was let in gives it up to no stranger', () => {
  const of = places();
  of.take('a1', 'a');
  of.bind('a1', 'account a');
  of.take('b1', 'b');
  of.bind('b1', 'account b');
  of.take('a2', 'a');
  expect(of.take('x', 'x')).toEqual({ isTaken: false });
  expect(of.take('b2', 'b')).toEqual({ isTaken: true, givenUp: 'a2' });
  of.bind('b2', 'account b');
  expect(of.take('c', 'c')).toEqual({ isTaken: false });
  // The account was closed: nobody again.
  of.bind('a1', undefined);
  of.leave('b1');
  of.take('x', 'x');
  expect(of.take('b3', 'b')).toEqual({ isTaken: true, givenUp: 'x' });
});

test('of addresses that nobody has a place of nothing is kept', () => {
  const of = new ConnectionPlaces<number>(10, 2, 2);
  for (let n = 0; n < 5_000; n += 1) {
    of.take(n, `address ${n}`);
    of.bind(n, `account ${n}`);
    of.leave(n);
  }
  expect(of.size).toBe(0);
  const { perAddress, perAccount, known } = of as unknown as Record<string, Set<string>>;
  expect([perAddress!.size, perAccount!.size, known!.size]).toEqual([0, 0, 1_000]);
});

test('an account has so many places, from wherever it comes; one that leaves, or binds to another, makes room', () => {
  const of = new ConnectionPlaces<string>(10, 10, 2);
  for (const id of ['a', 'b', 'c', 'd']) of.take(id, id);
  expect(['a', 'b', 'c'].map((id) => of.bind(id, 'one'))).toEqual([true, true, false]);
  expect(of.bind('d', 'other')).toBe(true);
  // Who had a place and binds again has not two of them.
  expect(of.bind('b', 'one')).toBe(true);
  of.bind('b', 'other');
  expect(of.bind('c', 'one')).toBe(true);
  expect(of.bind('b', 'one')).toBe(false);
  of.leave('a');
  expect(of.bind('b', 'one')).toBe(true);
});

test('the places of one account are not all there are: whoever else has an account comes in', () => {
  const of = new ConnectionPlaces<string>(4, 2, 2);
  for (const id of ['a1', 'a2', 'b1', 'b2']) {
    of.take(id, id.slice(0, 1));
    of.bind(id, 'greedy');
  }
  expect(of.take('c', 'c')).toEqual({ isTaken: true, givenUp: 'b1' });
  expect(of.bind('c', 'other')).toBe(true);
});
