import type { LineFault } from '#libs/trade';
import type { Annexe2Cell, Annexe2Row } from './annexe2.js';
import { plain, textOf } from './annexe2-cells.js';

/** Numbers of the columns, from 0; -1 where there is none. */
export type Columns = {
  readonly beneficiary: number;
  readonly category: number;
  readonly quantity: number;
  /** All that have a title, whatever it says. */
  readonly titled: ReadonlySet<number>;
};

// Letterheads, titles and the member's address may stand above the table.
const headerRowsMax = 40;

/**
 * Headers as people write them, without accents, capitals and punctuation: the surest first. Within
 * one line they are equally good, so that two of them in a table are two possible columns.
 */
const known = {
  beneficiary: [
    /^((code|numero|n|no|num|identifiant) )?(uai|rne)\b|^uai\b/,
    /\b(uai|rne)\b/,
    /^(code|identifiant|numero|n) (de l )?(ecole|etablissement|structure|beneficiaire)s?$|^identifiant$/,
    /^(beneficiaire|etablissement|structure)s?$/,
    /^(ecole|nom de l ecole)s?( beneficiaires?)?$/,
  ],
  category: [
    /^categories?( (de|du) (comptes?|besoins?|licences?))?$/,
    /^(nature|type|categorie|expression) (de |du |des )?(besoins?|comptes?|profils?)$/,
    /^(besoins?|nature|type|profils?|items?|comptes?)$/,
  ],
  quantity: [
    // « Nombre de comptes ouverts » beside « Quantité engagée »: which one was signed is not to be guessed.
    /^(nombre|nbre|nb|quantite|qte|effectifs?|total) (total )?(de |d |des )?comptes?( .*)?$|^(nombre|nbre|nb|quantites?|qte)( commandee?s?| engagee?s?| total)?$/,
    /^comptes$/,
    /^(nombre|nbre|nb|quantite|qte) (de |d |des )?(eleves?|acces|licences?|utilisateurs?)( .*)?$/,
    /^effectifs?( .*)?$/,
  ],
} as const;

/** The first row that names who benefits and how many; or what is missing or ambiguous there. */
export function findHeader(
  rows: readonly Annexe2Row[],
): { readonly index: number; readonly columns: Columns } | LineFault {
  for (const [index, { line, cells }] of rows.slice(0, headerRowsMax).entries()) {
    const names = cells.map((cell) => plain(textOf(cell)));
    const beneficiaries = bestOf(names, known.beneficiary);
    const quantities = bestOf(names, known.quantity);
    const [beneficiary] = beneficiaries;
    const [quantity] = quantities;
    if (beneficiary === undefined || quantity === undefined) continue;
    const twice = [beneficiaries, quantities].find(({ length }) => length > 1);
    if (twice)
      return ambiguous(
        line,
        twice.map((column) => textOf(cells[column])),
      );
    const unseen = [beneficiary, quantity].find((column) => isHidden(cells[column]));
    if (unseen !== undefined) return hiddenColumn(line, textOf(cells[unseen]));
    const [category = -1] = bestOf(names, known.category).filter((column) => column !== quantity);
    const titled = new Set(names.flatMap((name, column) => (name === '' ? [] : [column])));
    return { index, columns: { beneficiary, category, quantity, titled } };
  }
  return {
    line: 0,
    code: 'HEADER_MISSING',
    message:
      'Les titres de colonnes n’ont pas été reconnus : il faut au moins « UAI » et « Nombre de comptes ».',
  };
}

function bestOf(names: readonly string[], candidates: readonly RegExp[]): number[] {
  for (const pattern of candidates) {
    const columns = names.flatMap((name, column) => (pattern.test(name) ? [column] : []));
    if (columns.length > 0) return columns;
  }
  return [];
}

const isHidden = (cell: Annexe2Cell | undefined): boolean =>
  typeof cell === 'object' && cell.unusable === 'HIDDEN';

const hiddenColumn = (line: number, title: string): LineFault => ({
  line,
  code: 'HIDDEN_COLUMN',
  message: `La colonne « ${title.slice(0, 40)} » est masquée : affichez-la ou supprimez-la.`,
});

const ambiguous = (line: number, titles: readonly string[]): LineFault => ({
  line,
  code: 'HEADER_AMBIGUOUS',
  message: `Plusieurs colonnes peuvent convenir (${titles.map((title) => `« ${title.slice(0, 40)} »`).join(', ')}) : gardez-en une, avec une ligne par école et par catégorie.`,
});
