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
  test.each<[string, Standing, Numbered | undefined, string, string]>([
    ['one without number, first of all', at(0), undefined, 'FOREIGN', 'FOREIGN'],
    ['one without number, later', at(1000, 40, 31), undefined, 'FOREIGN', 'FOREIGN'],
    ['one without number, though a person lets go on', at(undefined, 99), undefined, 'FOR', 'FOR'],
    ['the first of all', at(0), told(1000, 7, 0), 'next', 'next'],
    ['the one that follows', at(1000, 40, 31), told(1000, 44, 40), 'next', 'next'],
    ['the same again', at(1000, 40, 31), told(1000, 40, 31), 'repeat', 'repeat'],
    ['an earlier one again', at(1000, 40, 31), told(1000, 31, 22), 'repeat', 'repeat'],
    ['one after a gap', at(1000, 40, 31), told(1000, 60, 50), 'stop GAP', 'next'],
    ['a log whose beginning is gone', at(0), told(1000, 60, 50), 'stop GAP', 'next'],
    ['a huge number', at(1000, 40, 31), told(1000, 9e14, 39), 'FOREIGN', 'FOREIGN'],
    ['a huge number in a copy', at(1000, 40, 31), told(1000, 9e14, 31), 'FOREIGN', 'FOREIGN'],
    ['the true one after a forged one', at(1000, 9e14, 40), told(1000, 44, 40), 'stop N', 'stop N'],
    ['a child, nothing lost', at(1000, 40, 31), told(2000, 51, 40), 'next', 'next'],
    ['a child, a gap', at(1000, 40, 31), told(2000, 51, 44), 'stop GAP', 'next'],
    ['a child, facts it lost', at(1000, 52, 49), told(2000, 51, 40), 'stop INC', 'stop INC'],
    ['a child, facts not its', at(1000, 47, 40), told(2000, 51, 40), 'stop INC', 'stop INC'],
    ['a grandchild, nothing lost', at(1000, 40, 31), told(3000, 61, 40), 'next', 'next'],
    ['a grandchild, facts lost', at(1000, 55, 49), told(3000, 61, 49), 'stop INC', 'stop INC'],
    ['a child of its parent', at(2000, 51, 40), told(3500, 52, 40), 'stop INC', 'stop INC'],
    ['its parent late, before it', at(2000, 51, 40), told(1000, 40, 31), 'repeat', 'repeat'],
    ['its parent late, beyond it', at(2000, 51, 40), told(1000, 52, 40), 'OLD', 'OLD'],
    ['a stranger from before', at(3500, 51, 40), told(2000, 52, 40), 'OLD', 'OLD'],
    ['anything, when a person says so', at(undefined, 99), told(3500, 7, 3), 'next', 'next'],
  ])('%s', (_name, known, record, facts, states) => {
    const seen = (compacted: boolean) => {
      const verdict = judgeNumber(known, record, compacted);
      if (verdict.is === 'stop') return `stop ${verdict.word}`;
      return verdict.is === 'strange' ? verdict.cause : verdict.is;
    };
    expect(seen(false)).toMatch(new RegExp(`^${facts}`));
    expect(seen(true)).toMatch(new RegExp(`^${states}`));
  });

  test('where states were dropped, one that follows what stood before is no repeat', () => {
    const forged = judgeNumber(at(1000, 40, 31), told(1000, 900, 899), true);
    if (forged.is !== 'next') throw new Error('a gap is normal there');
    expect(judgeNumber(forged.standing, told(1000, 44, 40), true)).toMatchObject({ is: 'stop' });
  });

  test('it names both incarnations', () => {
    expect(judgeNumber(at(1000, 52, 49), told(2000, 51, 40), false)).toEqual({
      is: 'stop',
      word:
        'INCARNATION incarnation 2000 (1970-01-01T00:00:02.000Z) after incarnation 1000 (1970-01-01T00:00:01.000Z):' +
        ' applied up to 52, it states up to 40',
    });
  });

  const record = (headers: Record<string, string>) => ({
    ...{ topic: 't', partition: 0, offset: 0n, key: 'k', value: null },
    header: (name: string) => headers[name],
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
    expect(numbersOf(record(headers))).toEqual(expected);
  });
});
