import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { reasonsInWords } from '#libs/trade';

test('DIR-2: every reason that the directory gives for a doubtful pair has its French words', () => {
  const source = readFileSync('apps/directory/src/identities/domain/match-verdict.ts', 'utf8');
  const codes = [...source.matchAll(/^ {2}\| '([A-Z_]+)'/gm)].map(([, code]) => code!);
  expect(codes.length).toBeGreaterThan(20);
  expect(codes.filter((code) => reasonsInWords([code]).includes(code))).toEqual([]);
});
