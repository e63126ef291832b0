import { attributeNamed } from './attribute-name.js';
import type { Entry } from './entry.js';

/** What a search asks of each entry. */
export type Filter =
  | { readonly kind: 'AND' | 'OR'; readonly of: readonly Filter[] }
  | { readonly kind: 'NOT'; readonly of: Filter }
  | { readonly kind: 'PRESENT'; readonly name: string }
  | {
      readonly kind: 'EQUAL' | 'AT_LEAST' | 'AT_MOST';
      readonly name: string;
      readonly value: string;
    }
  | {
      readonly kind: 'SUBSTRINGS';
      readonly name: string;
      readonly initial: string;
      readonly any: readonly string[];
      readonly final: string;
    }
  /** A rule that is not known here. */
  | { readonly kind: 'UNKNOWN' };

/** Nested, of parts in all, of pieces between stars, of characters in a value. */
export const filterBounds = { depth: 10, parts: 256, substrings: 16, length: 256 } as const;

/** A filter beyond the bounds: refused, the connection stays. */
export class TooMuchAsked extends Error {
  override readonly name = 'TooMuchAsked';
}

/** Whether an entry is wanted (RFC 4511, 4.5.1.7): what is not known is neither so nor not so. */
export const matches = (filter: Filter, entry: Entry): boolean => judged(filter, entry) === true;

function judged(filter: Filter, entry: Entry): boolean | undefined {
  switch (filter.kind) {
    case 'AND':
    case 'OR':
      return together(
        filter.of.map((one) => judged(one, entry)),
        filter.kind === 'OR',
      );
    case 'NOT': {
      const inner = judged(filter.of, entry);
      return inner === undefined ? undefined : !inner;
    }
    case 'UNKNOWN':
      return undefined;
    default: {
      const name = attributeNamed(filter.name);
      if (!name) return undefined;
      const values = entry.attributes.find((one) => one.name === name)?.values ?? [];
      return values.some((value) => holds(filter, value));
    }
  }
}

/** One that decides, decides; else one that is not known leaves all unknown. */
function together(all: readonly (boolean | undefined)[], decides: boolean): boolean | undefined {
  if (all.includes(decides)) return decides;
  return all.includes(undefined) ? undefined : !decides;
}

type Assertion = Exclude<Filter, { readonly kind: 'AND' | 'OR' | 'NOT' | 'UNKNOWN' }>;

/** Case, spaces beside spaces or at an end (RFC 4518, 2.6.1), and those around the signs of a DN make no difference. No pattern is compiled: pieces are looked for in turn. */
function holds(filter: Assertion, of: string): boolean {
  const value = plain(of);
  switch (filter.kind) {
    case 'PRESENT':
      return true;
    case 'EQUAL':
      return value === plain(filter.value);
    case 'AT_LEAST':
      return value >= plain(filter.value);
    case 'AT_MOST':
      return value <= plain(filter.value);
    case 'SUBSTRINGS': {
      const [initial, final] = [folded(filter.initial).trimStart(), folded(filter.final).trimEnd()];
      if (!value.startsWith(initial)) return false;
      let at = initial.length;
      for (const piece of filter.any) {
        const found = value.indexOf(folded(piece), at);
        if (found < 0) return false;
        at = found + folded(piece).length;
      }
      return value.length - final.length >= at && value.endsWith(final);
    }
  }
}

export const plain = (text: string): string => folded(text).trim();

/** As a piece of a value, whose spaces at its ends count. In one pass: a pattern for the spaces before a sign would begin anew at each of them, and anybody may send 4,000. */
function folded(text: string): string {
  const parts = text
    .normalize('NFC')
    .toLowerCase()
    .replace(/ {2,}/g, ' ')
    .split(/([,=])/);
  const last = parts.length - 1;
  return parts
    .map((part, at) => (at > 0 ? part.trimStart() : part))
    .map((part, at) => (at < last ? part.trimEnd() : part))
    .join('');
}

const shapeMax = 300;

/** The filter as it may be journalled: without its values, and without names that are no attribute, for they may be a person's. */
export function shapeOf(filter: Filter): string {
  const text = written(filter);
  return text.length <= shapeMax ? text : `${text.slice(0, shapeMax - 1)}…`;
}

function written(filter: Filter): string {
  const name = (of: string) => attributeNamed(of) ?? '?';
  switch (filter.kind) {
    case 'AND':
    case 'OR':
      return `(${filter.kind === 'AND' ? '&' : '|'}${filter.of.map(written).join('')})`;
    case 'NOT':
      return `(!${written(filter.of)})`;
    case 'PRESENT':
      return `(${name(filter.name)}=*)`;
    case 'EQUAL':
      return `(${name(filter.name)}=?)`;
    case 'AT_LEAST':
      return `(${name(filter.name)}>=?)`;
    case 'AT_MOST':
      return `(${name(filter.name)}<=?)`;
    case 'SUBSTRINGS':
      return `(${name(filter.name)}=?*)`;
    case 'UNKNOWN':
      return '(?)';
  }
}
