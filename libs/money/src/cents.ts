import { defineProblem } from '#libs/problems';

/** An amount in euro cents. */
export type Cents = bigint;

export class AmountInvalid extends defineProblem('AMOUNT_INVALID', 'invalid') {}

/** Reads '1234.56', '1234,5', '-12' or '1 234,56 €'. More than two decimals is an error, not a rounding. */
export function parseCents(text: string): Cents {
  const match = /^(-?)(\d+)(?:[.,](\d{1,2}))?$/.exec(text.replace(/[\s€]/g, ''));
  if (match === null) {
    throw new AmountInvalid(
      `« ${text.slice(0, 30)} » n’est pas un montant : indiquez des euros et deux décimales au plus.`,
      { amount: text.slice(0, 30) },
    );
  }
  const cents = BigInt(match[2] as string) * 100n + BigInt((match[3] ?? '').padEnd(2, '0'));
  return match[1] === '-' ? -cents : cents;
}

/** '1234.56': the exact amount for JSON and XML, never for people. */
export function decimalOf(cents: Cents): string {
  return fixedPoint(cents, 2);
}

/** A scaled integer as decimal text, with all its decimals. */
export function fixedPoint(scaled: bigint, decimals: number): string {
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(decimals + 1, '0');
  const whole = digits.slice(0, -decimals);
  return `${scaled < 0n ? '-' : ''}${whole}.${digits.slice(-decimals)}`;
}
