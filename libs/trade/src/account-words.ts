/**
 * What the people, the accounts and the looks of the product are called in French: on the pages, and on the paper that
 * tells a person all that is held of it (RGPD art. 15).
 */
export const profileWords = {
  STUDENT: 'Élève',
  RELATIVE: 'Responsable légal',
  TEACHER: 'Enseignant·e',
  PERSONNEL: 'Personnel',
  GUEST: 'Invité·e',
} as const;

export const accountStateWords = {
  REQUESTED: 'Demandé',
  WAITING_SEAT: 'En attente d’une place',
  PROVISIONING: 'En création',
  PROVISIONED: 'Prêt, jamais utilisé',
  ACTIVATED: 'Actif',
  SUSPENDED: 'Suspendu',
  CLOSING: 'En fermeture',
  DELETED: 'Supprimé',
  FAILED: 'Refusé par l’ENT',
} as const;

/** Why an account went from one state to another (PRV-3). */
export const causeWords = {
  IMPORT: 'Import de l’annuaire',
  ORDER: 'Commande de la collectivité',
  OPERATOR: 'Décision d’une personne habilitée',
  RECONCILIATION: 'Rapprochement',
  ENT: 'Réponse de l’ENT',
  DAY: 'Échéance du calendrier',
  MEMBERSHIP: 'Adhésion de la collectivité',
} as const;

/** The word, or the code where there is none. */
export const wordOf = (words: Readonly<Record<string, string>>, code: string) =>
  words[code] ?? code;
