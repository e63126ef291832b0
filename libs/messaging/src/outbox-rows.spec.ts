import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { rowIdsOf } from './outbox-rows.js';

const rows = (...ids: readonly number[]) => ids.map((id) => ({ id: String(id) }));

test.each([
  [[], '{}'],
  [[7], '{[7,7]}'],
  [[1, 2, 3], '{[1,3]}'],
  [[1, 3, 4, 9], '{[1,1],[3,4],[9,9]}'],
  [[10, 9, 2], '{[2,2],[9,10]}'],
])('ids in a row are one range: %j', (ids, expected) => {
  expect(rowIdsOf(rows(...ids))).toBe(expected);
});

test('the ranges hold the ids, and nothing else', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), (ids) => {
      const held = [...rowIdsOf(rows(...ids)).matchAll(/\[(\d+),(\d+)\]/g)].flatMap(
        ([, from, to]) =>
          Array.from({ length: Number(to) - Number(from) + 1 }, (_, n) => Number(from) + n),
      );
      expect(held).toEqual(ids.toSorted((one, other) => one - other));
    }),
  );
});
