import type { Annexe2Cell } from './annexe2.js';
import { isUai } from '#libs/identifiers';
import { plainWords } from '#libs/trade';

export const textOf = (cell: Annexe2Cell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'object' ? cell.text : String(cell);

/** As it is compared; a cell may hold a novel. */
export const plain = (text: string): string => plainWords(text.slice(0, 200));

/** « Comptes élèves », « compte élève », « Élève » and COMPTE_ELEVE are the same category. */
export function categoryKey(text: string): string {
  return plain(text)
    .split(' ')
    .map((word) => word.replace(/s$/, ''))
    .filter((word) => !['compte', 'de', 'd', 'pour', 'acce'].includes(word))
    .join(' ');
}

/** What a message may repeat of a cell. */
export const shown = (text: string): string => text.trim().slice(0, 40);

export type Reason = { readonly code: string; readonly message: string };

const quantityMax = 2_147_483_647;
/** Spaces part thousands and nothing else: « 12 15 », or one under the other, is two numbers and not 1215. */
const wholeNumber = /^(\d+|\d{1,3}([ \u00a0\u2009\u202f]\d{3})+)$/;

/**
 * A whole number of accounts, 0 included (a school may be named without need), or why it is none.
 * « 1 200 » is a number; « 12,5 », « 1e3 » and a day are not.
 */
export function quantityOf(cell: Annexe2Cell | undefined): number | Reason {
  if (typeof cell === 'object') return unusable(cell.unusable, cell.text);
  const written = String(cell ?? '').trim();
  const text = written.replace(/\s/g, '');
  if (text === '') return { code: 'QUANTITY_MISSING', message: 'Le nombre de comptes manque.' };
  if (/^-\d+([.,]\d+)?$/.test(text)) {
    return {
      code: 'QUANTITY_NEGATIVE',
      message: `« ${shown(text)} » est négatif : un engagement est positif ou nul.`,
    };
  }
  if (/^\d+[.,]\d+$/.test(text)) {
    return {
      code: 'QUANTITY_FRACTIONAL',
      message: `« ${shown(text)} » n’est pas un nombre entier de comptes.`,
    };
  }
  if (/^\d{11,}$|^\d+(\.\d+)?e\+\d+$/.test(text) || Number(text) > quantityMax)
    return tooLarge(text);
  if (wholeNumber.test(written)) return Number(text);
  return {
    code: 'QUANTITY_INVALID',
    message: `« ${shown(written)} » n’est pas un nombre entier de comptes.`,
  };
}

export const isTooLarge = (quantity: number): boolean => quantity > quantityMax;

const tooLarge = (text: string): Reason => ({
  code: 'QUANTITY_TOO_LARGE',
  message: `« ${shown(text)} » dépasse le maximum admis : vérifiez la saisie.`,
});

/** Why a cell of a spreadsheet has no value that can be taken. */
export function unusable(why: string, text: string): Reason {
  switch (why) {
    case 'FORMULA_WITHOUT_VALUE':
      return {
        code: 'FORMULA_WITHOUT_VALUE',
        message:
          'La cellule contient une formule sans résultat enregistré : ouvrez le fichier dans un tableur, enregistrez-le et renvoyez-le.',
      };
    case 'MERGED':
      return {
        code: 'MERGED_CELLS',
        message:
          'Des cellules sont fusionnées sur cette ligne : défusionnez-les et remplissez-les.',
      };
    case 'HIDDEN':
      return {
        code: 'HIDDEN_COLUMN',
        message: `« ${shown(text)} » est dans une colonne masquée : affichez-la ou supprimez-la.`,
      };
    case 'STRUCK':
      return {
        code: 'CELL_STRUCK',
        message: `« ${shown(text)} » est barré, ou porte un exposant : saisissez la valeur seule, ou supprimez-la.`,
      };
    case 'DATE':
      return {
        code: 'CELL_IS_DATE',
        message: `« ${shown(text)} » est une date, pas une valeur attendue ici.`,
      };
    default:
      return {
        code: 'CELL_UNUSABLE',
        message: `« ${shown(text)} » est une erreur ou une valeur logique : saisissez la valeur.`,
      };
  }
}

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
