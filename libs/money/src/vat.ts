import { defineProblem } from '#libs/problems';
import type { Cents } from './cents.js';
import { divideHalfAwayFromZero } from './rounding.js';

export class VatRateInvalid extends defineProblem('VAT_RATE_INVALID', 'invalid') {}

/** The tax on a net amount, rounded to the cent (BIL-3). 20 % is 2000 basis points. */
export function vatOf(netCents: Cents, vatBasisPoints: number): Cents {
  return divideHalfAwayFromZero(netCents * BigInt(vatBasisPoints), 10_000n);
}

/** Reads a percentage, '20' or '5,5', into basis points. */
export function parseVatRate(text: string): number {
  const match = /^(\d{1,2})(?:[.,](\d{1,2}))?\s*%?$/.exec(text.trim());
  if (match === null) {
    throw new VatRateInvalid(
      `« ${text.slice(0, 20)} » n’est pas un taux de TVA : indiquez un pourcentage, par exemple 20 ou 5,5.`,
      { vatRate: text.slice(0, 20) },
    );
  }
  return Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0'));
}

/** '20 %', '5,5 %', with a no-break space. */
export function formatVatRate(vatBasisPoints: number): string {
  const whole = Math.trunc(vatBasisPoints / 100);
  const rest = String(vatBasisPoints % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return `${whole}${rest === '' ? '' : `,${rest}`}\u00a0%`;
}
