import type { LocalDate } from '#libs/time';

/** SWAPPED: day and month exchanged. DIGIT: one digit differs. UNSAID: one side does not say. */
export type BirthDateAgreement = 'EQUAL' | 'SWAPPED' | 'DIGIT' | 'OTHER' | 'UNSAID';

export function birthDateAgreementOf(a?: LocalDate, b?: LocalDate): BirthDateAgreement {
  if (!a || !b) return 'UNSAID';
  if (a === b) return 'EQUAL';
  if (dayAndMonthExchanged(a) === b) return 'SWAPPED';
  const differing = [...a].filter((digit, at) => digit !== b[at]).length;
  return differing === 1 ? 'DIGIT' : 'OTHER';
}

/** As text, since it may be no date (2015-31-12 meets nobody, which is right). */
export function dayAndMonthExchanged(date: string): string {
  const [year, month, day] = date.split('-');
  return `${year}-${day}-${month}`;
}
