/** One element of BER: what it is, and its bytes. */
export type Tlv = { readonly tag: number; readonly value: Buffer };

/** What was sent is no BER, or no LDAP: the connection ends (RFC 4511, 4.1.1). */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/**
 * How many bytes an element takes, its head included; undefined while its head is not whole. Definite lengths of four
 * bytes at most (RFC 4511, 5.1). Throws Malformed.
 */
export function lengthOf(bytes: Buffer): number | undefined {
  const first = bytes[1];
  if (first === undefined) return undefined;
  if (first < 0x80) return 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > 4) throw new Malformed('length');
  if (bytes.length < 2 + count) return undefined;
  return 2 + count + bytes.readUIntBE(2, count);
}

/** The elements that the bytes are, one after the other, to the last byte. Throws Malformed. */
export function tlvsIn(bytes: Buffer): Tlv[] {
  const found: Tlv[] = [];
  for (let at = 0; at < bytes.length;) {
    const rest = bytes.subarray(at);
    const length = lengthOf(rest);
    if (length === undefined || length > rest.length) throw new Malformed('truncated');
    const head = rest[1]! < 0x80 ? 2 : 2 + (rest[1]! & 0x7f);
    found.push({ tag: rest[0]!, value: rest.subarray(head, length) });
    at += length;
  }
  return found;
}

/** INTEGER and ENUMERATED, four bytes at most. Throws Malformed. */
export function integerOf({ value }: Tlv): number {
  if (value.length === 0 || value.length > 4) throw new Malformed('integer');
  return value.readIntBE(0, value.length);
}

export const textOf = ({ value }: Tlv): string => value.toString('utf8');

export const isTrue = ({ value }: Tlv): boolean => value.some((byte) => byte !== 0);
