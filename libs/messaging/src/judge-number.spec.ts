import { describe, expect, test } from '@jest/globals';
import { judgeNumber, type Numbered, numbersOf, type Standing } from './judge-number.js';

/** A at 1000 begins; B at 2000 goes on from A below 50; C at 3000 from B below 60; D at 3500 is another child of A. */
const lineages: Record<number, string> = {
  1000: '',
  2000: '1000:50',
  3000: '2000:60 1000:50',
  3500: '1000:45',
};
const at = (epoch: number | undefined, seq = 0, prev = 0): Standing => ({
  ...{ epoch, seq, prev, lineage: lineages[epoch ?? 0] ?? '' },
});
const told = (epoch: number, seq: number, prev: number): Numbered => ({
  ...{ epoch, seq, prev, lineage: lineages[epoch] ?? '' },
});

describe('what a record is, by its number', () => {
  test.each<[string, Standing, Numbered, string, string]>([
    ['the first of all', at(0), told(1000, 7, 0), 'next', 'next'],
    ['the one that follows', at(1000, 40, 31), told(1000, 44, 40), 'next', 'next'],
    ['the same again', at(1000, 40, 31), told(1000, 40, 31), 'repeat', 'repeat'],
    ['an earlier one again', at(1000, 40, 31), told(1000, 31, 22), 'repeat', 'repeat'],
    ['one after a gap', at(1000, 40, 31), told(1000, 60, 50), 'stop GAP', 'next'],
    ['a log whose beginning is gone', at(0), told(1000, 60, 50), 'stop GAP', 'next'],
    ['a huge number', at(1000, 40, 31), told(1000, 9e14, 39), 'stop N', 'stop N'],
    ['a huge number in a copy', at(1000, 40, 31), told(1000, 9e14, 31), 'stop N', 'stop N'],
    ['another one behind number 40', at(1000, 9e14, 40), told(1000, 44, 40), 'stop N', 'repeat'],
    ['a child, nothing lost', at(1000, 40, 31), told(2000, 51, 40), 'next', 'next'],
    ['a child, a gap', at(1000, 40, 31), told(2000, 51, 44), 'stop GAP', 'next'],
    ['a child, facts it lost', at(1000, 52, 49), told(2000, 51, 40), 'stop INC', 'stop INC'],
    ['a child, facts not its', at(1000, 47, 40), told(2000, 51, 40), 'stop INC', 'stop INC'],
    ['a grandchild, nothing lost', at(1000, 40, 31), told(3000, 61, 40), 'next', 'next'],
    ['a grandchild, facts lost', at(1000, 55, 49), told(3000, 61, 49), 'stop INC', 'stop INC'],
    ['a child of its parent', at(2000, 51, 40), told(3500, 52, 40), 'stop INC', 'stop INC'],
    ['its parent late, before it', at(2000, 51, 40), told(1000, 40, 31), 'repeat', 'repeat'],
    ['its parent late, beyond it', at(2000, 51, 40), told(1000, 52, 40), 'old', 'old'],
    ['a stranger from before', at(3500, 51, 40), told(2000, 52, 40), 'old', 'old'],
    ['anything, when a person says so', at(undefined, 99), told(3500, 7, 3), 'next', 'next'],
  ])('%s', (_name, known, record, facts, states) => {
    const seen = (compacted: boolean) => {
      const verdict = judgeNumber(known, record, compacted);
      return verdict.is === 'stop' ? `stop ${verdict.word}` : verdict.is;
    };
    expect(seen(false)).toMatch(new RegExp(`^${facts}`));
    expect(seen(true)).toMatch(new RegExp(`^${states}`));
  });

  test('FCT-1: a state that the broker had dropped, sent again by a stranger, is a repeat', () => {
    const newer = judgeNumber(at(1000, 40, 31), told(1000, 900, 899), true);
    if (newer.is !== 'next') throw new Error('a gap is normal there');
    expect(judgeNumber(newer.standing, told(1000, 44, 40), true)).toEqual({ is: 'repeat' });
  });

  test('it names both incarnations', () => {
    expect(judgeNumber(at(1000, 52, 49), told(2000, 51, 40), false)).toEqual({
      is: 'stop',
      word:
        'INCARNATION incarnation 2000 (1970-01-01T00:00:02.000Z) after incarnation 1000 (1970-01-01T00:00:01.000Z):' +
        ' applied up to 52, it states up to 40',
    });
  });

  const other = { digest: { hex: 'b' }, before: { hex: 'b' } };
  test.each<[string, Standing, Numbered, boolean, string]>([
    [
      'FCT-1: two records with the number applied last',
      { ...at(1000, 40, 31), digest: { hex: 'a' } },
      { ...told(1000, 40, 31), ...other },
      ...[false, 'stop NUMBERS two records with number 40'],
    ],
    [
      'FCT-1: two states with the number applied last',
      { ...at(1000, 40, 31), digest: { hex: 'a' } },
      { ...told(1000, 40, 31), digest: { hex: 'b' } },
      ...[true, 'stop NUMBERS two records with number 40'],
    ],
    [
      'FCT-1: a record that continues another one than was applied',
      { ...at(1000, 40, 31), digest: { hex: 'a' } },
      { ...told(1000, 44, 40), ...other },
      ...[false, 'stop NUMBERS number 44 follows a number 40 other than the one that was applied'],
    ],
    [
      'FCT-1: a new incarnation that continues another record than was applied',
      { ...at(1000, 40, 31), digest: { hex: 'a' } },
      { ...told(2000, 51, 40), ...other },
      ...[false, 'stop NUMBERS number 51 follows a number 40 other than the one that was applied'],
    ],
    [
      'FCT-1: a record that continues the one that was applied',
      { ...at(1000, 40, 31), digest: { hex: 'b' } },
      { ...told(1000, 44, 40), ...other },
      ...[false, 'next'],
    ],
  ] as never)('%s', (_name, known, record, compacted, expected) => {
    const verdict = judgeNumber(known, record, compacted);
    expect(verdict.is === 'stop' ? `stop ${verdict.word}` : verdict.is).toBe(expected);
  });

  const record = (headers: Record<string, string>) => ({
    ...{ topic: 't', partition: 0, offset: 0n, key: 'k', value: null },
    header: (name: string) => headers[name],
    proof: { digest: { hex: 'd' } },
  });

  test('FCT-1: a record without a valid proof has no numbers', () => {
    const good = record({ seq: '1', epoch: '5', prev: '0' });
    expect(numbersOf(good)).toBeDefined();
    expect(numbersOf({ ...good, proof: { fault: 'SIGNATURE_WRONG' } })).toBeUndefined();
  });

  test.each([
    [
      { seq: '1', epoch: '5', prev: '0' },
      { seq: 1, epoch: 5, prev: 0, lineage: '' },
    ],
    [{}, undefined],
    [{ epoch: '5', prev: '0' }, undefined],
    [{ seq: '9'.repeat(16), epoch: '5', prev: '0' }, undefined],
    [{ seq: '2', epoch: 'five', prev: '1' }, undefined],
    [{ seq: '2', epoch: '5' }, undefined],
    [{ seq: '2', epoch: '5', prev: '2' }, undefined],
    [{ seq: '2', epoch: '5', prev: '1', lineage: 'a:b' }, undefined],
    [{ seq: '2', epoch: '5', prev: '1', lineage: '4:1 ' }, undefined],
    [
      { seq: '2', epoch: '5', prev: '1', lineage: '4:2 3:1' },
      { seq: 2, epoch: 5, prev: 1, lineage: '4:2 3:1' },
    ],
  ])('numbers are read, or are none: %j', (headers, expected) => {
    expect(numbersOf(record(headers))).toEqual(expected && { ...expected, digest: { hex: 'd' } });
  });
});
