import { wordOf } from './account-words.js';

const words: Readonly<Record<string, string>> = {
  RECIPIENT_SIRET: 'SIRET du destinataire absent ou faux',
  SERVICE_CODE: 'code service absent, que l’État demande',
  PURCHASE_ORDER_NUMBER: 'numéro d’engagement absent, que l’État demande',
  PURCHASE_ORDER_NUMBER_OF_YEAR: 'numéro d’engagement d’une année passée',
};

/** What the invoices of a member lack of its Chorus Pro data (ADH-1), in French; empty where nothing is missing. */
export const missingTermsInWords = (missing: readonly string[]): string =>
  missing.map((term) => wordOf(words, term)).join(' ; ');
