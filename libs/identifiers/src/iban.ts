import { defineProblem } from '#libs/problems';

/** An account by its international number, without spaces (ISO 13616). */
export type Iban = string & { readonly [ibanBrand]: true };
declare const ibanBrand: unique symbol;

export class IbanInvalid extends defineProblem('IBAN_INVALID', 'invalid') {}

/** Characters of an account by its country: of those that a SEPA transfer reaches, since invoices are paid by one. */
const lengths: Readonly<Record<string, number>> = {
  ...{ AD: 24, AT: 20, BE: 16, BG: 22, CH: 21, CY: 28, CZ: 24, DE: 22, DK: 18, EE: 20, ES: 24 },
  ...{ FI: 18, FR: 27, GB: 22, GI: 23, GR: 27, HR: 21, HU: 28, IE: 22, IS: 26, IT: 27, LI: 21 },
  ...{ LT: 20, LU: 20, LV: 21, MC: 27, MT: 31, NL: 18, NO: 15, PL: 28, PT: 25, RO: 24, SE: 24 },
  ...{ SI: 19, SK: 24, SM: 27, VA: 22 },
};

/** Reads an IBAN, spaces allowed; throws IbanInvalid. */
export function parseIban(text: string): Iban {
  const iban = text.replace(/[\s\u00a0]/g, '').toUpperCase();
  if (!isIban(iban)) {
    throw new IbanInvalid(
      `« ${text.slice(0, 40)} » n’est pas un IBAN de la zone SEPA : recopiez celui du RIB (27 caractères pour un compte français).`,
      { iban: text.slice(0, 40) },
    );
  }
  return iban;
}

/** The number read with letters as 10 to 35, its first four characters last, is 1 modulo 97. */
export function isIban(text: string): text is Iban {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]+$/.test(text) || text.length !== lengths[text.slice(0, 2)]) {
    return false;
  }
  const digits = [...text.slice(4), ...text.slice(0, 4)]
    .map((character) => parseInt(character, 36).toString())
    .join('');
  return BigInt(digits) % 97n === 1n;
}

/** 'FR76 3000 6000 …': in fours, as it is printed, with spaces that no line breaks at. */
export const formatIban = (iban: string): string => iban.replace(/(.{4})(?=.)/g, '$1\u00a0');
