import { EntUnavailable } from './ent-gateway.js';
import type { HttpAnswer } from './http-call.js';

/** What the ENT itself says of a call: done, with what, or refused, in its own words. */
export type EntAnswer =
  | { readonly isDone: true; readonly body: unknown }
  | { readonly isDone: false; readonly status: number; readonly words: string };

/**
 * Judges status, type and body together: a proxy's page, a login page or an error comes with status
 * 200 too, and none of them means that anything was done (PRV-5). Throws EntUnavailable for what is
 * no answer of the ENT's.
 */
export function entAnswer(response: HttpAnswer, doneStatus: number): EntAnswer {
  const { status } = response;
  // Neo4j gave the transaction up: nothing was written, and the same call may succeed a moment later.
  if (status >= 400 && response.text.includes(transientError)) {
    throw new EntUnavailable('ENT_TRANSIENT');
  }
  const isRefusal = status === 400 || status === 404;
  if (status !== doneStatus && status !== 200 && !isRefusal) {
    throw new EntUnavailable('ENT_FAULT', { isServerError: status >= 500 });
  }
  const body = bodyOf(response);
  const words = errorIn(body);
  if (words?.includes(transientError)) throw new EntUnavailable('ENT_TRANSIENT');
  // Its importer is at work, and may do the call later all the same.
  if (words !== undefined && /timed? ?out/i.test(words)) throw new EntUnavailable('ENT_BUSY');
  if (isRefusal || words !== undefined) return { isDone: false, status, words: words ?? '' };
  if (status !== doneStatus) throw new EntUnavailable('ENT_FAULT');
  return { isDone: true, body };
}

const transientError = 'Neo.TransientError.';

/** A page for people where an answer should be. */
export function isPage({ headers, text }: HttpAnswer): boolean {
  return /html/i.test(headers['content-type'] ?? '') || /^\s*</.test(text);
}

/** What a genuine creation or link answers: the identifier. */
export function idOf(body: unknown): string {
  const id = fieldsOf(body).id;
  if (typeof id !== 'string' || id === '') throw new EntUnavailable('ENT_FAULT');
  return id;
}

/** What a genuine list holds: entries with an identifier. The ENT is known to have a few without. */
export function entriesOf(body: unknown): Entry[] {
  if (!Array.isArray(body)) throw new EntUnavailable('ENT_FAULT');
  const entries = body
    .map(fieldsOf)
    .filter((entry): entry is Entry => typeof entry.id === 'string');
  if (entries.length === 0 && body.length > 0) throw new EntUnavailable('ENT_FAULT');
  return entries;
}

type Entry = Record<string, unknown> & { readonly id: string };

/** A property that is text, or was never set. Throws EntUnavailable for a value of another type. */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') throw new EntUnavailable('ENT_FAULT');
  return value;
}

/** One that is set or not, or was never set. Throws EntUnavailable for a value of another type. */
export function flagOf(value: unknown): boolean {
  if (value === null || value === undefined) return false;
  if (typeof value !== 'boolean') throw new EntUnavailable('ENT_FAULT');
  return value;
}

export const isEmpty = (body: unknown): boolean => JSON.stringify(body) === '{}';

/** What a genuine block, link or deletion answers: no body, or `{}`. */
export function expectNothing(body: unknown): void {
  if (body !== undefined && Object.keys(fieldsOf(body)).length > 0) {
    throw new EntUnavailable('ENT_FAULT');
  }
}

function bodyOf(response: HttpAnswer): unknown {
  const { headers, text } = response;
  if (text.trim() === '') return undefined;
  if (isPage(response) || !/^application\/json\b/i.test(headers['content-type'] ?? '')) {
    throw new EntUnavailable('ENT_FAULT');
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new EntUnavailable('ENT_FAULT', { cause });
  }
}

function errorIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { error, errors } = body as { error?: unknown; errors?: unknown };
  const found = error ?? errors;
  // A report of the wizard has an empty list of errors where all was written.
  if (found === undefined || found === null || isEmpty(found)) return undefined;
  return typeof found === 'string' ? found : JSON.stringify(found);
}

/** Throws EntUnavailable for what is no object. */
export function fieldsOf(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new EntUnavailable('ENT_FAULT');
  }
  return body as Record<string, unknown>;
}
