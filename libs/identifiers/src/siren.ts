import { defineProblem } from '#libs/problems';
import { passesLuhn } from './luhn.js';

/** The nine digits of a legal person. */
export type Siren = string & { readonly [sirenBrand]: true };
declare const sirenBrand: unique symbol;

export class SirenInvalid extends defineProblem('SIREN_INVALID', 'invalid') {}

/** Reads a SIREN, spaces allowed; throws SirenInvalid. */
export function parseSiren(text: string): Siren {
  const siren = text.replace(/[\s\u00a0]/g, '');
  if (!isSiren(siren)) {
    throw new SirenInvalid(
      `« ${text.slice(0, 20)} » n’est pas un SIREN valide : vérifiez les neuf chiffres.`,
      { siren: text.slice(0, 20) },
    );
  }
  return siren;
}

export function isSiren(text: string): text is Siren {
  return /^\d{9}$/.test(text) && text !== '000000000' && passesLuhn(text);
}
