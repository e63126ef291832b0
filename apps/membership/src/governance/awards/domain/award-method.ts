import { defineProblem, refuseMistakes } from '#libs/problems';

export class AwardMethodInvalid extends defineProblem('AWARD_METHOD_INVALID', 'invalid') {}

export const priceFormulas = ['LOWEST_OVER_PRICE', 'LINEAR'] as const;
export const rankings = ['EXACT', 'ROUNDED'] as const;

/** The method that the règlement de la consultation states, as data (GOV-3). */
export type AwardMethod = {
  /** Points out of 100. */
  readonly priceWeight: number;
  readonly qualityWeight: number;
  readonly priceFormula: (typeof priceFormulas)[number];
  /** Sub-criteria of functional quality; their points sum to the quality weight. */
  readonly criteria: readonly {
    readonly code: string;
    readonly label: string;
    readonly weight: number;
  }[];
  /** Marks go from 0 to this, in hundredths. */
  readonly markMax: number;
  /** Decimals of a score, rounded half away from zero, once on each figure shown and never before a sum. */
  readonly decimals: number;
  readonly rankOn: (typeof rankings)[number];
};

/** Art. 7.3 fixes both: the règlement de la consultation only says how the points are given. */
const weights = { price: 40, quality: 60 } as const;

/** Throws AwardMethodInvalid with every mistake. */
export function checkMethod(method: AwardMethod): AwardMethod {
  const { priceWeight, qualityWeight, criteria, markMax, decimals } = method;
  const codes = criteria.map(({ code }) => code);
  const points = criteria.reduce((total, { weight }) => total + weight, 0);
  const checks: readonly (readonly [boolean, string])[] = [
    [
      priceWeight === weights.price && qualityWeight === weights.quality,
      `le prix compte pour ${weights.price} % et la qualité fonctionnelle pour ${weights.quality} % (convention, art. 7.3)`,
    ],
    [
      criteria.length >= 1 && criteria.length <= 50,
      'la qualité se juge sur un à cinquante sous-critères',
    ],
    [new Set(codes).size === codes.length, 'deux sous-critères ont le même code'],
    [
      criteria.every(({ weight }) => Number.isInteger(weight) && weight >= 1),
      'un sous-critère vaut au moins un point, en nombre entier',
    ],
    [
      points === qualityWeight,
      `les sous-critères totalisent ${points} points au lieu de ${qualityWeight}`,
    ],
    [Number.isInteger(markMax) && markMax >= 1 && markMax <= 100, 'la note maximale va de 1 à 100'],
    [Number.isInteger(decimals) && decimals >= 0 && decimals <= 6, 'les décimales vont de 0 à 6'],
  ];
  const mistakes = checks.filter(([holds]) => !holds).map(([, mistake]) => mistake);
  refuseMistakes(mistakes, AwardMethodInvalid, 'Corrigez la méthode de notation');
  return method;
}
