import { wordOf } from './account-words.js';

/** Why support has a head print a letter again (AUT-1): a closed list, since the journal keeps it. */
export const letterReasonWords = {
  LETTRE_PERDUE: 'Lettre perdue',
  JAMAIS_RECUE: 'Lettre jamais reçue',
  CODE_REFUSE: 'Code refusé par l’ENT',
  MOT_DE_PASSE_OUBLIE: 'Mot de passe oublié',
} as const;

/** What a letter carried, as the journal has it. */
export const letterKindWords = {
  ACTIVATION_CODE: 'avec un code d’activation',
  RENEWAL_CODE: 'avec un code de renouvellement',
  WAY_IN: 'sans code (ÉduConnect ou académie)',
} as const;

/** « LETTRE_PERDUE SUP-1234 » as a person reads it. */
export function letterReasonInWords(kept: string): string {
  const [code = '', ticket] = kept.split(' ');
  const words = wordOf(letterReasonWords, code);
  return ticket === undefined ? words : `${words} (${ticket})`;
}
