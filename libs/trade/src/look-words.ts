import { wordOf } from './account-words.js';

/** What a look at a person's data is called in French (SUP-2). What nobody chooses has no entry in `lookReasonWords`. */
export const lookReasonWords = {
  FAMILY_CALL: 'Appel d’une famille',
  SCHOOL_CALL: 'Appel d’une école',
  TICKET: 'Dossier d’assistance',
  CHECK: 'Vérification',
} as const;

/** Reasons that follow from who looks. */
const givenReasonWords = {
  OWN_SCHOOL: 'Direction de l’école',
  CONTROLLER_DECISION: 'Décision du responsable de traitement',
} as const;

export const lookReasonInWords = (reason: string | null) =>
  reason === null ? 'Non indiqué' : wordOf({ ...lookReasonWords, ...givenReasonWords }, reason);

export const lookActionWords = {
  SEARCH: 'Liste de recherche',
  PERSON: 'Fiche d’une personne',
  ACCOUNT_HISTORY: 'Historique d’un compte',
  ACCOUNT_SIDES: 'Compte comparé à l’ENT',
  JOURNAL: 'Noms d’une ligne du journal',
  EXPORT: 'Toutes les données d’une personne',
  LDAP: 'Agents des écoles, par LDAP',
  ALARM: 'Alerte : beaucoup de personnes en une heure',
} as const;

/** By the code of the problem that a look was refused with. */
export const lookRefusalWords = {
  LOOK_REASON_REQUIRED: 'Refusée : motif ou dossier manquant',
  PERSON_NOT_FOUND: 'Refusée : hors du périmètre, ou inconnue',
  SCHOOL_NOT_FOUND: 'Refusée : école hors du périmètre, ou inconnue',
  NOT_ALLOWED: 'Refusée : pas dans ses droits',
  SEARCH_BY_MASKED_FIELD: 'Refusée : recherche par un nom qui lui est masqué',
  LOOK_QUOTA_REACHED: 'Refusée : trop de personnes en une heure',
  LOOK_DAY_QUOTA_REACHED: 'Refusée : trop de personnes en un jour',
} as const;

export const roleWords = {
  'support-1': 'Assistance de niveau 1',
  'support-2': 'Assistance de niveau 2',
  'support-3': 'Assistance de niveau 3',
  'member-reader': 'Collectivité, lecture',
  'member-orderer': 'Collectivité, ordonnateur',
  'member-finance': 'Collectivité, finances',
  school: 'Direction d’école',
  coordinator: 'Coordination du groupement',
  supplier: 'Titulaire du marché',
  dpo: 'Protection des données',
  admin: 'Administration',
} as const;
