import { defineProblem } from '#libs/problems';

export const pageLimitMax = 200;
export const pageLimitDefault = 50;

export class CursorInvalid extends defineProblem('CURSOR_INVALID', 'invalid') {}

/** Rows wanted: 1 to 200, 50 where nothing is asked. */
export function pageLimitOf(limit: number | undefined): number {
  if (limit === undefined || limit === 0) return pageLimitDefault;
  return Math.min(Math.max(1, Math.trunc(limit)), pageLimitMax);
}

/** An opaque keyset cursor: the sort key of the last row of the page before. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** The key of a cursor of `length` parts, or undefined for the first page. Throws CursorInvalid. */
export function decodeCursor(
  cursor: string | undefined,
  length: number,
): (string | number)[] | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === length && key.every(isPart)) return key;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw unreadableCursor();
}

export const unreadableCursor = () =>
  new CursorInvalid('Ce repère de page n’est pas valable : reprenez la liste depuis le début.');

const isPart = (part: unknown): part is string | number =>
  typeof part === 'string' || typeof part === 'number';

/** A page and the cursor of the next one, from one row more than asked for. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly (string | number)[],
): { rows: Row[]; nextCursor: string } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { rows: page, nextCursor: more ? encodeCursor(keyOf(last)) : '' };
}

/** The key of a list in the order of two texts. */
export type PairKey = readonly [string, string];

/** The key of a cursor of two texts, or undefined for the first page. Throws CursorInvalid. */
export function pairOf(cursor: string | undefined): PairKey | undefined {
  const key = decodeCursor(cursor, 2);
  return key && [String(key[0]), String(key[1])];
}

/**
 * A page of a list in the order of two texts, as a request asks for it: `read` is told the key of the row last seen,
 * and gives one row more than the limit where there is one. Throws CursorInvalid.
 */
export async function readPage<Row>(
  asked: { readonly limit: number; readonly cursor: string },
  read: (page: { after: PairKey | undefined; limit: number }) => Promise<readonly Row[]>,
  keyOf: (row: Row) => PairKey,
): Promise<{ rows: Row[]; nextCursor: string }> {
  const limit = pageLimitOf(asked.limit);
  return pageOf(await read({ after: pairOf(asked.cursor), limit }), limit, keyOf);
}
