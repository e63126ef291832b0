import { type Filter, TooMuchAsked } from '../domain/filter.js';
import { filterOf } from './filters.js';
import { integerOf, isTrue, Malformed, textOf, type Tlv, tlvsIn } from './tlv.js';

export type Scope = 'BASE' | 'ONE' | 'SUBTREE';
export type PageAsked = { readonly size: number; readonly cookie: Buffer };
export type Search = {
  readonly base: string;
  readonly scope: Scope;
  /** Entries; 0: as many as the server gives. */
  readonly sizeLimit: number;
  /** Seconds; 0: as long as the server takes. */
  readonly timeLimit: number;
  readonly typesOnly: boolean;
  readonly filter: Filter;
  readonly attributes: readonly string[];
};

export type Operation =
  | { readonly kind: 'BIND'; readonly dn: string; readonly password: string | undefined }
  | { readonly kind: 'SEARCH'; readonly search: Search }
  /** A search with a filter beyond the bounds. */
  | { readonly kind: 'TOO_MUCH_ASKED' }
  | { readonly kind: 'UNBIND' }
  | { readonly kind: 'ABANDON' }
  /** What is never done here, with the tag of the answer that says so. */
  | { readonly kind: 'OTHER'; readonly answerTag: number };

export type Request = {
  readonly messageId: number;
  readonly operation: Operation;
  readonly page?: PageAsked;
  /** A critical control that is not known here. */
  readonly isBeyond: boolean;
};

const pagedResults = '1.2.840.113556.1.4.319';
const controls = 0xa0;
const attributesMax = 100;
const scopes: readonly Scope[] = ['BASE', 'ONE', 'SUBTREE'];

/** Reads one message (RFC 4511, 4.1.1). Throws Malformed. */
export function requestOf(message: Buffer): Request {
  const [envelope, ...after] = tlvsIn(message);
  if (!envelope || after.length > 0) throw new Malformed('message');
  const [id, operation, rest] = tlvsIn(envelope.value);
  if (!id || id.tag !== 0x02 || !operation) throw new Malformed('message');
  const messageId = integerOf(id);
  if (messageId < 1) throw new Malformed('message id');
  return {
    messageId,
    operation: operationOf(operation),
    ...controlsOf(rest?.tag === controls ? tlvsIn(rest.value) : []),
  };
}

function operationOf({ tag, value }: Tlv): Operation {
  switch (tag) {
    case 0x60:
      return bindOf(tlvsIn(value));
    case 0x63:
      return searchOf(tlvsIn(value));
    case 0x42:
      return { kind: 'UNBIND' };
    case 0x50:
      return { kind: 'ABANDON' };
    // Modify, add, delete, rename, compare, extended: each answers with the next tag.
    case 0x66:
    case 0x68:
    case 0x6c:
    case 0x6e:
    case 0x77:
      return { kind: 'OTHER', answerTag: tag + 1 };
    case 0x4a:
      return { kind: 'OTHER', answerTag: 0x6b };
    default:
      throw new Malformed('operation');
  }
}

/** A password only of a simple bind of version 3; SASL is not offered. */
function bindOf([version, name, proof]: readonly Tlv[]): Operation {
  if (!version || !name || !proof) throw new Malformed('bind');
  const isSimple = integerOf(version) === 3 && proof.tag === 0x80;
  return { kind: 'BIND', dn: textOf(name), password: isSimple ? textOf(proof) : undefined };
}

function searchOf(parts: readonly Tlv[]): Operation {
  const [base, scope, deref, sizeLimit, timeLimit, typesOnly, filter, attributes] = parts;
  if (!base || !scope || !deref || !sizeLimit || !timeLimit || !typesOnly) {
    throw new Malformed('search');
  }
  if (!filter || attributes?.tag !== 0x30) throw new Malformed('search');
  const found = scopes[integerOf(scope)];
  if (!found) throw new Malformed('scope');
  const [size, time] = [integerOf(sizeLimit), integerOf(timeLimit)];
  if (size < 0 || time < 0) throw new Malformed('limit');
  try {
    const search = {
      ...{ base: textOf(base), scope: found, sizeLimit: size, timeLimit: time },
      typesOnly: isTrue(typesOnly),
      filter: filterOf(filter),
      attributes: tlvsIn(attributes.value).slice(0, attributesMax).map(textOf),
    };
    return { kind: 'SEARCH', search };
  } catch (error) {
    if (error instanceof TooMuchAsked) return { kind: 'TOO_MUCH_ASKED' };
    throw error;
  }
}

function controlsOf(all: readonly Tlv[]): Pick<Request, 'page' | 'isBeyond'> {
  let page: PageAsked | undefined;
  let isBeyond = false;
  for (const control of all) {
    const [oid, ...more] = tlvsIn(control.value);
    if (!oid) throw new Malformed('control');
    const value = more.find(({ tag }) => tag === 0x04);
    if (textOf(oid) === pagedResults && value) page = pageOf(value.value);
    else isBeyond ||= more.some((part) => part.tag === 0x01 && isTrue(part));
  }
  return { isBeyond, ...(page ? { page } : {}) };
}

/** RFC 2696. */
function pageOf(value: Buffer): PageAsked {
  const [sequence] = tlvsIn(value);
  const [size, cookie] = sequence ? tlvsIn(sequence.value) : [];
  if (!size || !cookie) throw new Malformed('paged results');
  const asked = integerOf(size);
  if (asked < 0) throw new Malformed('paged results');
  return { size: asked, cookie: cookie.value };
}
