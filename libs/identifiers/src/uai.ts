import { defineProblem } from '#libs/problems';

/** The national identifier of a school: department (3 digits), number (4), check letter. */
export type Uai = string & { readonly [uaiBrand]: true };
declare const uaiBrand: unique symbol;

export class UaiInvalid extends defineProblem('UAI_INVALID', 'invalid') {}

// A to Z without I, O and Q, which are easily misread.
const letters = 'ABCDEFGHJKLMNPRSTUVWXYZ';
const departments = /^(0[0-8]\d|09[0-5]|9[78]\d|[67]20)/;

/** Reads an UAI (case and surrounding spaces do not matter); throws UaiInvalid. */
export function parseUai(text: string): Uai {
  const uai = text.trim().toUpperCase();
  if (!isUai(uai)) {
    throw new UaiInvalid(
      `« ${text.slice(0, 20)} » n’est pas un code UAI valide : vérifiez les sept chiffres et la lettre de contrôle.`,
      { uai: text.slice(0, 20) },
    );
  }
  return uai;
}

export function isUai(text: string): text is Uai {
  return (
    /^\d{7}[A-Z]$/.test(text) &&
    departments.test(text) &&
    text[7] === uaiCheckLetter(text.slice(0, 7))
  );
}

/** The letter that belongs to the seven digits: their number modulo 23. */
export function uaiCheckLetter(sevenDigits: string): string {
  return letters[Number(sevenDigits) % 23] as string;
}

/** '44', '2A'…: the department that an UAI's prefix stands for. */
export function departmentOfUai(uai: Uai): string {
  const prefix = uai.slice(0, 3);
  if (prefix === '620') return '2A';
  if (prefix === '720') return '2B';
  return prefix.startsWith('0') ? prefix.slice(1) : prefix;
}
