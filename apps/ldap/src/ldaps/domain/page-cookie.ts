import type { Position } from './tree.js';

const parts = ['FIXED', 'SCHOOLS', 'PEOPLE'] as const;

/**
 * Where the next page begins (RFC 2696), as the client carries it: nothing is kept for it here. It says for which search
 * (`search` stands for base, scope and filter), and opens no more than the search itself does.
 */
export const cookieOf = ({ part, after }: Position, search: string): string =>
  [search, parts.indexOf(part), after].join('.');

/** Undefined: of another search, or no cookie of ours. */
export function positionOf(cookie: string, search: string): Position | undefined {
  const [of, index, after, ...more] = cookie.split('.');
  const part = parts[Number(index)];
  if (of !== search || !part || after === undefined || more.length > 0) return undefined;
  return /^[A-Za-z0-9-]{0,40}$/.test(after) ? { part, after } : undefined;
}
