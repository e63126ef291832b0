import { defineProblem } from '#libs/problems';
import { isLocalDate } from '#libs/time';
import { isStorable } from './storable.js';

export const pageLimitMax = 200;
export const pageLimitDefault = 50;

export class CursorInvalid extends defineProblem('CURSOR_INVALID', 'invalid') {
  constructor() {
    super('Ce repère de page n’est pas valable : reprenez la liste depuis le début.');
  }
}

/** Rows wanted: 1 to 200, 50 where nothing is asked. */
export function pageLimitOf(limit: number | undefined): number {
  if (limit === undefined || limit === 0) return pageLimitDefault;
  return Math.min(Math.max(1, Math.trunc(limit)), pageLimitMax);
}

/** An opaque keyset cursor: the sort key of the last row of the page before. */
export function encodeCursor(key: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(key)).toString('base64url');
}

/** As PostgreSQL writes a timestamptz. */
const timeOfDay = /^ ([01]\d|2[0-3])(:[0-5]\d){2}(\.\d{1,6})?[+-](0\d|1[0-4])(:[0-5]\d)?$/;

/** What a part of a cursor is, as the database is asked for it: anybody can write a cursor. */
const holds = {
  text: (part) => typeof part === 'string' && isStorable(part),
  day: (part) => typeof part === 'string' && isLocalDate(part),
  uuid: (part) =>
    typeof part === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(part),
  instant: (part) =>
    typeof part === 'string' && isLocalDate(part.slice(0, 10)) && timeOfDay.test(part.slice(10)),
  rowId: (part) => typeof part === 'string' && /^\d{1,18}$/.test(part),
  integer: (part) => Number.isInteger(part) && Math.abs(Number(part)) < 2 ** 31,
} satisfies Record<string, (part: unknown) => boolean>;

type Part = keyof typeof holds;
type Key<Parts extends readonly Part[]> = {
  readonly [At in keyof Parts]: Parts[At] extends 'integer' ? number : string;
};

/** The key of a cursor of these parts, or undefined for the first page. Throws CursorInvalid. */
export function decodeCursor<const Parts extends readonly Part[]>(
  cursor: string | undefined,
  ...parts: Parts
): Key<Parts> | undefined {
  if (cursor === undefined || cursor === '') return undefined;
  const key = parsed(Buffer.from(cursor, 'base64url').toString('utf8'));
  const isOurs =
    Array.isArray(key) &&
    key.length === parts.length &&
    parts.every((part, at) => holds[part](key[at]));
  if (isOurs) return key as unknown as Key<Parts>;
  throw new CursorInvalid();
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // no cursor of ours either
  }
}

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

/**
 * A page of a list in the order of keys of these parts, as a request asks for it: `read` is told the key of the row last
 * seen, and gives one row more than the limit where there is one. Throws CursorInvalid.
 */
export async function readPage<Row, const Parts extends readonly Part[]>(
  asked: { readonly limit: number; readonly cursor: string },
  parts: Parts,
  read: (page: { after: Key<Parts> | undefined; limit: number }) => Promise<readonly Row[]>,
  keyOf: (row: Row) => Key<Parts>,
): Promise<{ rows: Row[]; nextCursor: string }> {
  const limit = pageLimitOf(asked.limit);
  const after = decodeCursor(asked.cursor, ...parts) as Key<Parts> | undefined;
  return pageOf(await read({ after, limit }), limit, keyOf);
}
