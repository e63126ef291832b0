import { divideHalfAwayFromZero, formatUnitPrice, type UnitPrice } from '#libs/money';
import { defineProblem, pointsToMend } from '#libs/problems';
import { frenchDate, isLocalDate, type LocalDate } from '#libs/time';

/** An index as it was published: its value, the day or month that it is of, and where it stands. */
export type IndexValue = { readonly value: string; readonly on: string; readonly source: string };

/** The part of a price that follows one index: coefficient × (current ÷ base). */
export type IndexTerm = {
  readonly index: string;
  readonly coefficient: string;
  readonly base: IndexValue;
  readonly current: IndexValue;
};

/**
 * A revision clause with the values that were known when it was applied (BIL-2): price = base price × (constant +
 * Σ coefficient × current ÷ base). Decimal texts, exact from end to end.
 */
export type RevisionFormula = {
  /** The part that follows no index. */
  readonly constant: string;
  readonly terms: readonly IndexTerm[];
  /** Whether the clause rounds the factor itself to four decimals before the price; the price always is. */
  readonly roundsFactor: boolean;
};

/** What the base prices are multiplied by, as an exact fraction. */
export type RevisionFactor = { readonly numerator: bigint; readonly denominator: bigint };

export type RevisionMistake = { readonly field: string; readonly message: string };

export class RevisionInvalid extends defineProblem('REVISION_INVALID', 'invalid') {
  constructor(mistakes: readonly RevisionMistake[]) {
    super(
      `La révision n’a pas été calculée : ${pointsToMend(mistakes.length)}. ${mistakes[0]?.message ?? ''}`,
      { mistakes: mistakes.slice(0, 50) },
    );
  }
}

export class RevisionBaseMissing extends defineProblem('REVISION_BASE_MISSING', 'conflict') {
  constructor(label: string, baseOn: LocalDate) {
    super(
      `« ${label} » n’a pas de prix au ${frenchDate(baseOn)} : la formule n’a rien à réviser. Choisissez le jour du prix de base, ou proposez d’abord ce prix.`,
      { label, baseOn },
    );
  }
}

const termsMax = 10;
/** The decimals of a price, and of a factor that is rounded. */
const decimals = 10_000n;
/** What the contract can carry: an int32 of ten-thousandths. */
const priceMax = 2_147_483_647n;

/**
 * The factor of a formula. `today`: nothing that was published later can be in it. Throws RevisionInvalid with all
 * mistakes together: an index without value, a base of 0, a negative part, parts that do not make 1.
 */
export function revisionFactor(formula: RevisionFormula, today: LocalDate): RevisionFactor {
  const mistakes: RevisionMistake[] = [];
  const read = (text: string, field: string, what: string): Fraction => {
    const fraction = fractionOf(text);
    if (fraction) return fraction;
    mistakes.push({ field, message: `${what} : un nombre positif est attendu, comme 112,4.` });
    return one;
  };
  const { terms } = formula;
  if (terms.length === 0 || terms.length > termsMax) {
    const message = `La formule porte sur un indice au moins, ${termsMax} au plus.`;
    throw new RevisionInvalid([{ field: 'terms', message }]);
  }
  let parts = read(formula.constant, 'constant', 'La part fixe');
  let factor = parts;
  for (const [at, { index, coefficient, base, current }] of terms.entries()) {
    const of = (field: string) => `terms[${at}].${field}`;
    const name = `l’indice « ${index.slice(0, 60)} »`;
    if (index.trim() === '') mistakes.push({ field: of('index'), message: 'Nommez l’indice.' });
    if (terms.findIndex((other) => other.index === index) < at) {
      mistakes.push({ field: of('index'), message: `${name} est donné deux fois.` });
    }
    const part = read(coefficient, of('coefficient'), `Le coefficient de ${name}`);
    const before = read(base.value, of('base.value'), `La valeur de base de ${name}`);
    const now = read(current.value, of('current.value'), `La dernière valeur de ${name}`);
    for (const [value, field] of [
      [before, 'base'],
      [now, 'current'],
    ] as const) {
      if (value.numerator > 0n) continue;
      mistakes.push({
        field: of(`${field}.value`),
        message: `La valeur de ${name} ne peut être 0.`,
      });
    }
    mistakes.push(...datesOf(base, current, today, of, name));
    parts = plus(parts, part);
    factor = plus(
      factor,
      times(part, {
        numerator: now.numerator * before.denominator,
        denominator: now.denominator * (before.numerator || 1n),
      }),
    );
  }
  if (mistakes.length === 0 && parts.numerator !== parts.denominator) {
    mistakes.push({
      field: 'constant',
      message:
        'La part fixe et les coefficients doivent faire 1 ensemble : vérifiez la clause du marché.',
    });
  }
  if (mistakes.length > 0) throw new RevisionInvalid(mistakes);
  if (!formula.roundsFactor) return factor;
  return {
    numerator: divideHalfAwayFromZero(factor.numerator * decimals, factor.denominator),
    denominator: decimals,
  };
}

/** Rounded once, to the four decimals of a price, halves away from zero. Throws RevisionInvalid beyond what a price can be. */
export function revisedPrice(
  base: UnitPrice,
  { numerator, denominator }: RevisionFactor,
): UnitPrice {
  const price = divideHalfAwayFromZero(base * numerator, denominator);
  if (price <= priceMax) return price;
  const message = `Le prix révisé dépasse ${formatUnitPrice(priceMax)} : vérifiez les valeurs des indices.`;
  throw new RevisionInvalid([{ field: 'terms', message }]);
}

/** The factor for people, with eight decimals. */
export function factorText({ numerator, denominator }: RevisionFactor): string {
  const scaled = divideHalfAwayFromZero(numerator * 100_000_000n, denominator).toString();
  const digits = scaled.padStart(9, '0');
  return `${digits.slice(0, -8)}.${digits.slice(-8)}`;
}

type Fraction = RevisionFactor;
const one: Fraction = { numerator: 1n, denominator: 1n };

/** Plain decimals only: no sign, no exponent, nothing that a spreadsheet would calculate. */
function fractionOf(text: string): Fraction | undefined {
  const match = /^(\d{1,9})(?:[.,](\d{1,9}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const decimalsOf = match[2] ?? '';
  return {
    numerator: BigInt(`${match[1]}${decimalsOf}`),
    denominator: 10n ** BigInt(decimalsOf.length),
  };
}

const plus = (a: Fraction, b: Fraction): Fraction => ({
  numerator: a.numerator * b.denominator + b.numerator * a.denominator,
  denominator: a.denominator * b.denominator,
});
const times = (a: Fraction, b: Fraction): Fraction => ({
  numerator: a.numerator * b.numerator,
  denominator: a.denominator * b.denominator,
});

function datesOf(
  base: IndexValue,
  current: IndexValue,
  today: LocalDate,
  of: (field: string) => string,
  name: string,
): RevisionMistake[] {
  const mistakes = [
    [base, 'base'],
    [current, 'current'],
  ].flatMap(([value, field]) => {
    const { on, source } = value as IndexValue;
    return [
      ...(isLocalDate(on) && on <= today
        ? []
        : [
            {
              field: of(`${field as string}.on`),
              message: `La date d’une valeur de ${name} n’est pas un jour passé.`,
            },
          ]),
      ...(source.trim() !== ''
        ? []
        : [
            {
              field: of(`${field as string}.source`),
              message: `Dites où la valeur de ${name} est publiée.`,
            },
          ]),
    ];
  });
  if (mistakes.length > 0 || base.on <= current.on) return mistakes;
  return [
    { field: of('current.on'), message: `La dernière valeur de ${name} précède celle de base.` },
  ];
}
