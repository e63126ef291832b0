import { z } from 'zod';
import {
  decodeCursor,
  encodeCursor,
  pageLimitOf,
  pageOf,
  problemOfError,
  readPage,
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

test('a page is read after the row last seen, until the list is at its end', async () => {
  const all = ['a', 'b', 'c'].map((id) => ({ name: 'Vertou', id }));
  const asked: unknown[] = [];
  const next = (cursor: string) =>
    readPage(
      { limit: 2, cursor },
      ({ after, limit }) => {
        asked.push(after);
        return Promise.resolve(all.filter(({ id }) => id > (after?.[1] ?? '')).slice(0, limit + 1));
      },
      ({ name, id }) => [name, id],
    );
  const first = await next('');
  const last = await next(first.nextCursor);
  expect([first.rows, last.rows]).toEqual([all.slice(0, 2), all.slice(2)]);
  expect(asked).toEqual([undefined, ['Vertou', 'b']]);
  expect(last.nextCursor).toBe('');
  await expect(next(encodeCursor(['b']))).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
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
