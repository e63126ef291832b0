/**
 * Where a member stands for VAT, by its department (BIL-2). The BPU states the rates of metropolitan France; what the law
 * makes of them elsewhere is no price, and nobody agrees on it.
 */
export type VatTerritory =
  | 'METROPOLITAN'
  | 'ANTILLES_REUNION'
  | 'GUYANE_MAYOTTE'
  | 'OTHER_OVERSEAS';

/** INSEE codes; where none is known it is metropolitan France, whose rates are the highest. */
export function vatTerritoryOf(department: string | undefined): VatTerritory {
  if (department === undefined || !/^9[78]\d$/.test(department)) return 'METROPOLITAN';
  if (['971', '972', '974'].includes(department)) return 'ANTILLES_REUNION';
  return ['973', '976'].includes(department) ? 'GUYANE_MAYOTTE' : 'OTHER_OVERSEAS';
}

/** CGI art. 296: what a rate of metropolitan France is in Guadeloupe, Martinique and Réunion; others are the same there. */
const reduced: ReadonlyMap<number, number> = new Map([
  [2000, 850],
  [1000, 210],
  [550, 210],
]);

/** The normal rate (CGI art. 278), and what it is there: a BPU of the Antilles or of Réunion may state it, metropolitan France knows no such rate. */
const normal = 2000;
const normalThere = 850;

/** A rate of the BPU as it is charged to a member; 0 is charged to nobody (CGI art. 293 B). In basis points. */
export function vatRateIn(territory: VatTerritory, vatBasisPoints: number): number {
  if (territory === 'METROPOLITAN') return vatBasisPoints === normalThere ? normal : vatBasisPoints;
  if (territory === 'ANTILLES_REUNION') return reduced.get(vatBasisPoints) ?? vatBasisPoints;
  return 0;
}

/** Why nothing is charged, as it stands on paper and in the XML (BT-120). */
export const vatExemptionOf = (department: string | undefined): string =>
  vatTerritoryOf(department) === 'GUYANE_MAYOTTE'
    ? 'TVA non applicable, art. 294 du CGI'
    : 'TVA non applicable, art. 293 B du CGI';
