// Crockford's alphabet: no letter that a reader takes for a digit.
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const length = 20;

/** The first 100 bits of a SHA-256 in hexadecimal, as 20 characters that a person can type. */
export function codeOf(sha256: string): string {
  let bits = BigInt(`0x${sha256.slice(0, 25)}`);
  let code = '';
  for (let index = 0; index < length; index += 1) {
    code = `${alphabet[Number(bits & 31n)] ?? ''}${code}`;
    bits >>= 5n;
  }
  return code;
}

/** 'XXXXX-XXXXX-XXXXX-XXXXX', as printed. */
export function printedCode(code: string): string {
  return (code.match(/.{5}/g) ?? []).join('-');
}

/** As it was typed from the paper, or undefined where it cannot be a code. */
export function typedCode(text: string): string | undefined {
  const code = text.toUpperCase().replace(/[\s-]/g, '').replace(/O/g, '0').replace(/[IL]/g, '1');
  return /^[0-9A-HJKMNP-TV-Z]{20}$/.test(code) ? code : undefined;
}
