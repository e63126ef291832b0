import { defineProblem } from '#libs/problems';
import type { Siren } from './siren.js';

/** The official code of a commune (COG), not its postal code: '44109' is Nantes. */
export type InseeCode = string & { readonly [inseeCodeBrand]: true };
declare const inseeCodeBrand: unique symbol;

export class InseeCodeInvalid extends defineProblem('INSEE_CODE_INVALID', 'invalid') {}

export function parseInseeCode(text: string): InseeCode {
  const code = text.trim().toUpperCase();
  if (!isInseeCode(code)) {
    throw new InseeCodeInvalid(
      `« ${text.slice(0, 20)} » n’est pas un code commune INSEE : indiquez cinq caractères, et non le code postal.`,
      { inseeCode: text.slice(0, 20) },
    );
  }
  return code;
}

export function isInseeCode(text: string): text is InseeCode {
  return /^(0[1-9]|[1-8]\d|9[0-5]|9[78]|2[AB])\d{3}$/.test(text) && !text.startsWith('20');
}

/** '44', '2A' or '972'. */
export function departmentOf(code: InseeCode): string {
  return /^9[78]/.test(code) ? code.slice(0, 3) : code.slice(0, 2);
}

/**
 * The commune that a SIREN of the form 21 + department + 0 + commune + key says; undefined for any
 * other. Communes born of a merger have a number that says nothing; Corsica's is ambiguous.
 */
export function inseeCodeOfSiren(siren: Siren): InseeCode | undefined {
  const parts = /^21(\d\d)0(\d{3})\d$/.exec(siren);
  const code = parts ? `${parts[1]}${parts[2]}` : '';
  return isInseeCode(code) ? code : undefined;
}
