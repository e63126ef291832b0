import { defineProblem } from '#libs/problems';
import { passesLuhn } from './luhn.js';
import { isSiren, type Siren } from './siren.js';

/** The fourteen digits of an establishment: its SIREN and five more. */
export type Siret = string & { readonly [siretBrand]: true };
declare const siretBrand: unique symbol;

export class SiretInvalid extends defineProblem('SIRET_INVALID', 'invalid') {}

const laPoste = '356000000';

/** Reads a SIRET, spaces allowed; throws SiretInvalid. */
export function parseSiret(text: string): Siret {
  const siret = text.replace(/[\s\u00a0]/g, '');
  if (!isSiret(siret)) {
    throw new SiretInvalid(
      `« ${text.slice(0, 20)} » n’est pas un SIRET valide : vérifiez les quatorze chiffres.`,
      { siret: text.slice(0, 20) },
    );
  }
  return siret;
}

export function isSiret(text: string): text is Siret {
  if (!/^\d{14}$/.test(text) || !isSiren(text.slice(0, 9))) return false;
  // La Poste has more establishments than Luhn numbers: there a digit sum divisible by 5 is enough.
  return passesLuhn(text) || (text.startsWith(laPoste) && digitSum(text) % 5 === 0);
}

export function sirenOf(siret: Siret): Siren {
  return siret.slice(0, 9) as Siren;
}

function digitSum(digits: string): number {
  return [...digits].reduce((sum, digit) => sum + Number(digit), 0);
}
