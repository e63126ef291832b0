import { isUai } from '#libs/identifiers';
import type { Annexe2Cell } from './annexe2.js';
import { type Reason, unusable } from './annexe2-quantity.js';
import { shown, textOf } from './annexe2-text.js';

export const beneficiaryOf = (cell: Annexe2Cell | undefined): string =>
  textOf(cell)
    .replace(/[\s\u00a0\u202f]/g, '')
    .toUpperCase();

/** An UAI, or an identifier of ours, which begins with a letter so that no misspelt UAI passes for one. */
export function isBeneficiary(text: string): boolean {
  return isUai(text) || /^[A-Z][A-Z0-9]{0,9}-[A-Z0-9-]{1,30}$/.test(text);
}

export function beneficiaryFault(cell: Annexe2Cell | undefined, text: string): Reason | undefined {
  if (typeof cell === 'object') return unusable(cell.unusable, cell.text);
  if (text === '') return { code: 'BENEFICIARY_MISSING', message: 'L’UAI de l’école manque.' };
  if (isBeneficiary(text)) return undefined;
  if (/^\d{7}[A-Z]$/.test(text)) {
    return {
      code: 'UAI_LETTER_WRONG',
      message: `« ${text} » : la lettre de contrôle ne correspond pas aux chiffres, ou le département n’existe pas.`,
    };
  }
  return {
    code: 'UAI_INVALID',
    message: `« ${shown(text)} » n’est pas un UAI (sept chiffres et une lettre), ni un identifiant comme AUTRE-CENTRE-1.`,
  };
}
