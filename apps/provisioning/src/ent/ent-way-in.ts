import { EntUnavailable, type EntWayIn } from './ent-gateway.js';

/** A code that is there and is no text is no answer of the ENT's: nothing is printed from it. */
export function wayInFrom(user: Readonly<Record<string, unknown>>): EntWayIn {
  const { id, login, activationCode } = user;
  if (typeof id !== 'string' || typeof login !== 'string' || login === '')
    throw new EntUnavailable('ENT_FAULT');
  return { entId: id, login, activationCode: codeOf(activationCode) };
}

/** `{"<user>": {"code", "date"}}`, of those who were asked about. */
export function renewalCodesIn(
  body: unknown,
  entIds: readonly string[],
): ReadonlyMap<string, string> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new EntUnavailable('ENT_FAULT');
  const told = body as Readonly<Record<string, { readonly code?: unknown } | null>>;
  return new Map(
    entIds.flatMap((entId) => {
      const code = codeOf(told[entId]?.code);
      return code === undefined ? [] : [[entId, code] as const];
    }),
  );
}

/** What can be typed from paper: longer or with spaces, it is a sentence or a page. */
function codeOf(value: unknown): string | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string' || !/^[\w-]{4,64}$/.test(value))
    throw new EntUnavailable('ENT_FAULT');
  return value;
}
