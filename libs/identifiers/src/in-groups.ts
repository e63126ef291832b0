/** « 123 456 789 00012 »: a SIREN or SIRET as it is printed, in groups that no line end parts. */
export const inGroups = (digits: string): string =>
  digits.replace(/^(\d{3})(\d{3})(\d{3})/, '$1\u00a0$2\u00a0$3\u00a0').trim();
