import type { Entry } from 'ldapts';
import { hidesSigns, isPlainIdentifier, readable } from '../readable-text.js';

/** An entry as it came, values decoded; names of attributes in lower case. */
export type LdapEntry = {
  readonly dn: string;
  /** From 1 within the read. */
  readonly rank: number;
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** What is wrong with values that were left out, by attribute. */
  readonly damage: ReadonlyMap<string, 'VALUE_NOT_UTF8' | 'VALUE_TOO_LONG'>;
  /** Attributes of which a value held signs that nobody sees; they are gone. */
  readonly hidden: ReadonlySet<string>;
  /** Values that identify nothing as they were written, by attribute, as they are read. */
  readonly notPlain: ReadonlyMap<string, readonly string[]>;
};

const valueLengthMax = 4_096;
const valuesMax = 1_000;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** One bad value is left out and remembered; its neighbours stay. */
export function fromLdap({ dn, ...attributes }: Entry, rank: number): LdapEntry {
  const values = new Map<string, readonly string[]>();
  const damage = new Map<string, 'VALUE_NOT_UTF8' | 'VALUE_TOO_LONG'>();
  const hidden = new Set<string>();
  const notPlain = new Map<string, string[]>();
  for (const [name, raw] of Object.entries(attributes)) {
    const key = name.toLowerCase();
    const good: string[] = [];
    const stated = Array.isArray(raw) ? raw : [raw];
    if (stated.length > valuesMax) damage.set(key, 'VALUE_TOO_LONG');
    for (const value of stated.slice(0, valuesMax)) {
      const text = textOf(value);
      if (text === undefined) damage.set(key, 'VALUE_NOT_UTF8');
      else if (text.length > valueLengthMax) damage.set(key, 'VALUE_TOO_LONG');
      else {
        const seen = readable(text);
        if (hidesSigns(text)) hidden.add(key);
        if (!isPlainIdentifier(text)) notPlain.set(key, [...(notPlain.get(key) ?? []), seen]);
        if (seen !== '') good.push(seen);
      }
    }
    values.set(key, good);
  }
  return { dn, rank, values, damage, hidden, notPlain };
}

function textOf(value: string | Buffer): string | undefined {
  if (typeof value === 'string') return value;
  try {
    return decoder.decode(value);
  } catch {
    return undefined;
  }
}
