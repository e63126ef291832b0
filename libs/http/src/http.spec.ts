import { z } from 'zod';
import {
  decodeCursor,
  encodeCursor,
  pageLimitOf,
  pageOf,
  problemOfError,
  validated,
} from './index.js';
import { defineProblem } from '#libs/problems';

class BelowCommitment extends defineProblem('BELOW_COMMITMENT', 'conflict') {}

test('a refusal by a rule is a 409 problem with its figures', () => {
  const problem = problemOfError(
    new BelowCommitment('Il manque 12 comptes.', { shortfall: 12 }),
    't1',
  );
  expect(problem).toEqual({
    type: 'urn:ent:problem:BELOW_COMMITMENT',
    title: 'Refusé par une règle',
    status: 409,
    detail: 'Il manque 12 comptes.',
    code: 'BELOW_COMMITMENT',
    traceId: 't1',
    details: { shortfall: 12 },
  });
});

test('input is refused with all its mistakes', () => {
  const pipe = validated(z.object({ delta: z.number(), uai: z.string() }));
  expect(() => pipe.transform({ delta: 'x' }, { type: 'body' })).toThrow(
    expect.objectContaining({
      code: 'INPUT_INVALID',
      details: {
        mistakes: [
          expect.objectContaining({ field: 'delta' }),
          expect.objectContaining({ field: 'uai' }),
        ],
      },
    }),
  );
});

test('a page says where the next one begins, and the last page does not', () => {
  const rows = [{ id: 'a' }, { id: 'b' }, { id: 'c' }];
  const key = (row: { id: string }) => [row.id];
  const first = pageOf(rows, 2, key);
  expect(decodeCursor(first.nextCursor, 1)).toEqual(['b']);
  expect(pageOf(rows, 3, key).nextCursor).toBe('');
});

test('limits are bounded and foreign cursors refused', () => {
  expect([pageLimitOf(undefined), pageLimitOf(0), pageLimitOf(-5), pageLimitOf(5_000)]).toEqual([
    50, 50, 1, 200,
  ]);
  expect(() => decodeCursor('not-a-cursor', 1)).toThrow(
    expect.objectContaining({ code: 'CURSOR_INVALID' }),
  );
  expect(() => decodeCursor(encodeCursor(['a', 'b']), 1)).toThrow(
    expect.objectContaining({ code: 'CURSOR_INVALID' }),
  );
});
