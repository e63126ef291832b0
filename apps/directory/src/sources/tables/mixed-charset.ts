/**
 * Whether bytes that are not UTF-8 as a whole hold a letter of it: 0xC3 and a byte from 0x80, which in a charset of one byte
 * would be `Ã` before a sign, as no French name is written. Read in either charset, names of such a file come out wrong.
 * `before`: the last byte of the piece before, or 0.
 */
export function holdsUtf8Letter(bytes: Uint8Array, before = 0): boolean {
  const isSign = (byte = 0) => byte >= 0x80 && byte <= 0xbf;
  if (before === 0xc3 && isSign(bytes[0])) return true;
  for (let at = bytes.indexOf(0xc3); at !== -1; at = bytes.indexOf(0xc3, at + 1))
    if (isSign(bytes[at + 1])) return true;
  return false;
}
