import { missingTermsInWords, wordOf } from '#libs/trade';
import { date } from '../words.js';

/** One sentence without its stop; empty where nothing is missing. */
export const missingInWords = (missing: readonly string[]): string => {
  const told = missingTermsInWords(missing);
  return told.slice(0, 1).toUpperCase() + told.slice(1);
};

/** The days on which a member was reminded; empty: on none. */
export const remindersInWords = (reminders: readonly { readonly remindedOn: string }[]): string =>
  reminders.map(({ remindedOn }) => date(remindedOn)).join(', ');

/** 1 January after the service's day, from which on a numéro d'engagement is usually new; without a day after the browser's. */
export const newYearAfter = (today: string | null): string =>
  `${Number((today ?? new Date().toISOString()).slice(0, 4)) + 1}-01-01`;

const rhythms: Readonly<Record<string, string>> = {
  QUARTER: 'Une facture par trimestre',
  YEAR: 'Une facture par an',
};

/** How often a member is invoiced, in arrears (BIL-3). */
export const rhythmInWords = (rhythm: string): string => wordOf(rhythms, rhythm);
