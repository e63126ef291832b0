import { expect, test } from '@jest/globals';
import { lossOf } from './positions.js';

const log = { partition: 0, low: 5n, high: 9n };
test.each([
  ['at its beginning', { nextOffset: 5n, topicId: 'A' }, { ...log, topicId: 'A' }, undefined],
  ['at its end', { nextOffset: 9n, topicId: 'A' }, { ...log, topicId: 'A' }, undefined],
  ['before it', { nextOffset: 4n }, log, 't/0: stored 4, the log is [5, 9]'],
  ['beyond it', { nextOffset: 10n }, log, 't/0: stored 10, the log is [5, 9]'],
  ['of a topic that is gone', { nextOffset: 5n }, undefined, 't/0: stored 5, the log is not there'],
  [
    'of the former topic',
    { nextOffset: 7n, topicId: 'A' },
    { ...log, topicId: 'B' },
    't/0: topic made anew: A was read up to 7, B is there',
  ],
  ['where the broker gives no id', { nextOffset: 7n, topicId: 'A' }, log, undefined],
  ['where none was known', { nextOffset: 7n, topicId: null }, { ...log, topicId: 'B' }, undefined],
])('a position %s', (_name, place, there, expected) => {
  expect(lossOf('t/0', place, there)?.message).toBe(expected);
});
