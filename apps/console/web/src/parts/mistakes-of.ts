import type { Problem } from '../api.js';

/** What is wrong with one field, in a sentence of its own; the path of the field as it was sent: `lines.0.delta`. */
export type Mistake = { readonly field: string; readonly message: string };

/** Of a refusal that names fields; else none. */
export function mistakesOf({ body }: Problem): readonly Mistake[] {
  const mistakes = body.details?.mistakes;
  return Array.isArray(mistakes) ? mistakes.filter(isMistake) : [];
}

const isMistake = (one: unknown): one is Mistake =>
  typeof one === 'object' &&
  one !== null &&
  'field' in one &&
  typeof one.field === 'string' &&
  'message' in one &&
  typeof one.message === 'string';
