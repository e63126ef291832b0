import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import {
  checked,
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
  expect(decodeCursor(first.nextCursor, 'text')).toEqual(['b']);
  expect(pageOf(rows, 3, key).nextCursor).toBe('');
});

test('a page is read after the row last seen, until the list is at its end', async () => {
  const all = ['a', 'b', 'c'].map((id) => ({ name: 'Vertou', id }));
  const asked: unknown[] = [];
  const next = (cursor: string) =>
    readPage(
      { limit: 2, cursor },
      ['text', 'text'],
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

test('limits are bounded', () => {
  expect([pageLimitOf(undefined), pageLimitOf(0), pageLimitOf(-5), pageLimitOf(5_000)]).toEqual([
    50, 50, 1, 200,
  ]);
});

const written = (json: string) => Buffer.from(json).toString('base64url');

test.each([
  ['text', 'not-a-cursor'],
  ['text', written('["a","b"]')],
  ['text', written('{"0":"a","length":1}')],
  ['text', written('[null]')],
  ['text', written('[["a"]]')],
  ['text', written('[7]')],
  ['text', written('["a\\u0000"]')],
  ['text', written('["a\\ud800"]')],
  ['day', written('["2022-02-30"]')],
  ['day', written('["infinity"]')],
  ['uuid', written('["x"]')],
  ['instant', written('["2022-09-01"]')],
  ['instant', written('["2022-09-01 25:00:00+00"]')],
  ['rowId', written('["-1"]')],
  ['rowId', written('["9223372036854775808"]')],
  ['integer', written('[1e400]')],
  ['integer', written('[1.5]')],
  ['integer', written('[2147483648]')],
  ['integer', written('["7"]')],
] as const)('a cursor of a %s that nobody was given is refused: %s', (part, cursor) => {
  expect(() => decodeCursor(cursor, part)).toThrow(
    expect.objectContaining({ code: 'CURSOR_INVALID', kind: 'invalid' }),
  );
});

test('a cursor that was given is read again, whatever its parts are', () => {
  const key = ['é', '2022-09-01', randomUUID(), '2022-09-01 08:00:00.123456+00', '12', -7];
  const parts = ['text', 'day', 'uuid', 'instant', 'rowId', 'integer'] as const;
  expect(decodeCursor(encodeCursor(key), ...parts)).toEqual(key);
});

test.each([
  ['NUL', { note: 'a\0b' }, 'note'],
  ['half a character', { note: 'a\ud800' }, 'note'],
  ['a key with NUL', { tags: { 'a\0': 1 } }, 'tags'],
  ['in a list', { lines: [{ note: '' }, { note: '\udfff' }] }, 'lines.1.note'],
  ['a figure beyond all figures', JSON.parse('{"figure":1e400}') as object, 'figure'],
])('what no database can hold is a mistake of who sent it: %s', (_what, sent, field) => {
  expect(() => checked(z.unknown(), sent)).toThrow(
    expect.objectContaining({
      code: 'INPUT_INVALID',
      details: { mistakes: [expect.objectContaining({ field })] },
    }),
  );
});

test('a file is no text: its bytes are what they are', () => {
  const sent = { file: new Uint8Array([0, 216, 0]), name: 'é 👩‍🏫' };
  expect(checked(z.unknown(), sent)).toBe(sent);
});
