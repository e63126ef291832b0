import { defineProblem } from '#libs/problems';

/** What each cause means, and what to do, for whoever looks after the source. */
const causes = {
  SETTINGS:
    'le fichier des réglages, le certificat d’autorité ou le mot de passe manque, est illisible ou vide : vérifiez ces fichiers',
  UNREACHABLE: 'le serveur ne répond pas : vérifiez son adresse et l’ouverture du port',
  TLS_REFUSED: 'le serveur refuse de chiffrer l’échange (StartTLS) : voyez avec l’académie',
  CERTIFICATE:
    'le certificat du serveur n’est pas reconnu, ou n’est pas à son nom : voyez avec l’académie, ne contournez pas',
  CREDENTIALS: 'le compte de service ou son mot de passe est refusé : demandez-le à l’académie',
  NOT_ALLOWED: 'le compte de service n’a pas le droit de lire : demandez-le à l’académie',
  BASE_UNKNOWN: 'la branche demandée n’existe pas, ou n’est pas visible : vérifiez son nom',
  LIMIT:
    'le serveur limite le nombre de réponses ou leur durée : il faut que l’académie lève cette limite pour le compte de service',
  PAGING_REFUSED: 'le serveur ne sait pas répondre par pages : voyez avec l’académie',
  REFERRAL:
    'le serveur renvoie vers un autre pour une partie des réponses : demandez l’adresse qui les a toutes',
  CONNECTION_LOST: 'l’échange a été coupé ou a trop duré : une nouvelle lecture suivra',
  ANSWER_INCOMPLETE: 'la réponse s’arrête avant sa fin : une nouvelle lecture suivra',
  TOO_MANY: 'il y a plus de réponses que prévu : vérifiez la branche et le filtre',
  EMPTY: 'la réponse ne contient personne : vérifiez la branche, le filtre et les droits du compte',
  KEY_UNREADABLE: 'la clé d’une fiche est illisible : l’académie doit la corriger',
  SERVER_ERROR: 'le serveur a répondu par une erreur : voyez avec l’académie',
} as const;

export type LdapCause = keyof typeof causes;

/**
 * The academy's directory could not be read to its end. What was read so far says nothing about who
 * is not in it: an incident, never a departure (DIR-3).
 */
export class LdapIncident extends defineProblem('LDAP_INCIDENT', 'unavailable') {}

/** `status`: the server's result code. The server's own words are left out: they may quote entries. */
export function incident(cause: LdapCause, status?: number): LdapIncident {
  const code = status === undefined ? cause : `${cause}, code ${status}`;
  return new LdapIncident(
    `L’annuaire de l’académie n’a pas pu être lu : ${causes[cause]} (${code}). Rien n’a changé : personne n’est considéré comme parti.`,
    { cause, ...(status === undefined ? {} : { status }) },
  );
}

const causeByStatus: Readonly<Record<number, LdapCause>> = {
  3: 'LIMIT',
  4: 'LIMIT',
  8: 'CREDENTIALS',
  10: 'REFERRAL',
  11: 'LIMIT',
  12: 'PAGING_REFUSED',
  32: 'BASE_UNKNOWN',
  34: 'BASE_UNKNOWN',
  48: 'CREDENTIALS',
  49: 'CREDENTIALS',
  50: 'NOT_ALLOWED',
};

/** What the client threw, as the incident that it is. */
export function incidentFrom(error: unknown, otherwise: LdapCause): LdapIncident {
  if (error instanceof LdapIncident) return error;
  const status = typeof error === 'object' && error && 'code' in error ? error.code : undefined;
  if (typeof status !== 'number') return incident(otherwise);
  return incident(causeByStatus[status] ?? 'SERVER_ERROR', status);
}

/** undefinedAttributeType, inappropriateMatching, unwillingToPerform: the search is not one for this server. */
const searchRefused = new Set([17, 18, 53]);

/** Whether the server may be read, but not asked for what has changed since. */
export const refusesSearch = (error: unknown): boolean =>
  error instanceof LdapIncident && searchRefused.has(Number(error.details['status']));
