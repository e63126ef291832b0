/** Why an invoice would be refused where it is sent, found before it has a number. */
export type Refusal = {
  /** The rule of EN 16931, BR-FR or Chorus Pro, or ours where no official check looks (reference, section 8.2). */
  readonly rule: string;
  /** A French clause, with its figures. */
  readonly reason: string;
  /** Who does what, in French; empty where it is a fault of this software. */
  readonly remedy: string;
};

export const tooLong = (
  text: string,
  max: number,
  rule: string,
  what: string,
  remedy = '',
): Refusal[] => fault(text.length > max, rule, `${what} dépasse ${max} caractères`, remedy);

export function fault(isWrong: boolean, rule: string, reason: string, remedy = ''): Refusal[] {
  return isWrong ? [{ rule, reason, remedy }] : [];
}
