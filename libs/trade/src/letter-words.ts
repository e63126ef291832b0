import { wordOf } from './account-words.js';

/** Why support has a head print a letter again (AUT-1): a closed list, since the journal keeps it. */
export const letterReasonWords = {
  LETTRE_PERDUE: 'Lettre perdue',
  JAMAIS_RECUE: 'Lettre jamais reçue',
  CODE_REFUSE: 'Code refusé par l’ENT',
  MOT_DE_PASSE_OUBLIE: 'Mot de passe oublié',
} as const;

/** What the service itself asks for, beside support's reasons. */
const ownReasonWords = {
  CODE_DE_NOUVEAU_VALABLE: 'L’ENT a été restauré : la personne doit de nouveau activer son compte',
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
  const words = wordOf({ ...letterReasonWords, ...ownReasonWords }, code);
  return ticket === undefined ? words : `${words} (${ticket})`;
}
