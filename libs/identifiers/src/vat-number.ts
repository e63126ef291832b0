import { defineProblem } from '#libs/problems';
import { isSiren, type Siren } from './siren.js';

/** A French intra-community VAT number: 'FR', a key of two characters, the SIREN. */
export type VatNumber = string & { readonly [vatNumberBrand]: true };
declare const vatNumberBrand: unique symbol;

export class VatNumberInvalid extends defineProblem('VAT_NUMBER_INVALID', 'invalid') {}

/** Throws VatNumberInvalid. A key with letters is accepted: it cannot be recomputed. */
export function parseVatNumber(text: string): VatNumber {
  const number = text.replace(/[\s\u00a0]/g, '').toUpperCase();
  const siren = number.slice(4);
  const key = number.slice(2, 4);
  const shaped = /^FR[0-9A-HJ-NP-Z]{2}\d{9}$/.test(number) && isSiren(siren);
  if (!shaped || (/^\d\d$/.test(key) && number !== vatNumberOf(siren))) {
    throw new VatNumberInvalid(
      `« ${text.slice(0, 20)} » n’est pas un numéro de TVA intracommunautaire français : vérifiez la clé et le SIREN.`,
      { vatNumber: text.slice(0, 20) },
    );
  }
  return number as VatNumber;
}

export function vatNumberOf(siren: Siren): VatNumber {
  const key = (12 + 3 * (Number(siren) % 97)) % 97;
  return `FR${String(key).padStart(2, '0')}${siren}` as VatNumber;
}
