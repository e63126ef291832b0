import { type Filter, filterBounds, TooMuchAsked } from '../domain/filter.js';
import { isTrue, Malformed, textOf, type Tlv, tlvsIn } from './tlv.js';

/** A filter as it was sent (RFC 4511, 4.5.1.7), within the bounds. Throws Malformed, TooMuchAsked. */
export function filterOf(sent: Tlv): Filter {
  let parts = 0;
  const read = ({ tag, value }: Tlv, depth: number): Filter => {
    parts += 1;
    if (depth > filterBounds.depth || parts > filterBounds.parts) throw new TooMuchAsked();
    const inner = (one: Tlv) => read(one, depth + 1);
    switch (tag) {
      case 0xa0:
        return { kind: 'AND', of: tlvsIn(value).map(inner) };
      case 0xa1:
        return { kind: 'OR', of: tlvsIn(value).map(inner) };
      case 0xa2: {
        const [negated, ...more] = tlvsIn(value);
        if (!negated || more.length > 0) throw new Malformed('filter');
        return { kind: 'NOT', of: inner(negated) };
      }
      case 0x87:
        return { kind: 'PRESENT', name: short(value.toString('utf8')) };
      case 0xa4:
        return substringsOf(tlvsIn(value));
      // To sound alike is to be equal here.
      case 0xa3:
      case 0xa8:
        return { kind: 'EQUAL', ...assertionOf(tlvsIn(value)) };
      case 0xa5:
        return { kind: 'AT_LEAST', ...assertionOf(tlvsIn(value)) };
      case 0xa6:
        return { kind: 'AT_MOST', ...assertionOf(tlvsIn(value)) };
      case 0xa9:
        return extensibleOf(tlvsIn(value));
      default:
        throw new Malformed('filter');
    }
  };
  return read(sent, 1);
}

function assertionOf([name, value, ...more]: readonly Tlv[]) {
  if (!name || !value || more.length > 0) throw new Malformed('filter');
  return { name: short(textOf(name)), value: short(textOf(value)) };
}

function substringsOf([name, pieces, ...more]: readonly Tlv[]): Filter {
  if (!name || pieces?.tag !== 0x30 || more.length > 0) throw new Malformed('filter');
  const found = tlvsIn(pieces.value);
  if (found.length === 0) throw new Malformed('filter');
  if (found.length > filterBounds.substrings) throw new TooMuchAsked();
  const of = (tag: number) => found.filter((piece) => piece.tag === tag).map(textOf);
  const [[initial = '', ...initials], any, [final = '', ...finals]] = [
    of(0x80),
    of(0x81),
    of(0x82),
  ];
  if (initials.length + finals.length > 0) throw new Malformed('filter');
  [initial, ...any, final].forEach(short);
  return { kind: 'SUBSTRINGS', name: short(textOf(name)), initial, any, final };
}

/** No rule but equality is known: by it and by a name the assertion is an equality, else it says nothing. */
function extensibleOf(parts: readonly Tlv[]): Filter {
  const [rule, name, value, dn] = [0x81, 0x82, 0x83, 0x84].map((tag) =>
    parts.find((part) => part.tag === tag),
  );
  if (!value) throw new Malformed('filter');
  if (rule || !name || (dn && isTrue(dn))) return { kind: 'UNKNOWN' };
  return { kind: 'EQUAL', name: short(textOf(name)), value: short(textOf(value)) };
}

function short(text: string): string {
  if (text.length > filterBounds.length) throw new TooMuchAsked();
  return text;
}
