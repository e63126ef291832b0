import { plural } from './words.js';

/** What differs between our books and the ENT, as a heading of a figure. */
const kinds: Readonly<Record<string, string>> = {
  MISSING: 'absents de l’ENT',
  ELSEWHERE: 'dans une autre école de l’ENT',
  PRE_DELETED: 'en attente de suppression dans l’ENT',
  RENUMBERED: 'sous un autre numéro',
  BACK: 'supprimés et revenus',
  BLOCK: 'bloqués ou ouverts à la main',
  PLACE: 'pas dans leur classe, ou dans une autre en plus',
  NAME: 'sous un autre nom ou une autre date de naissance',
  KEY: 'sous une clé que leur connexion ne cherche pas, à refaire',
  LINKS: 'liens de famille différents',
  ADOPTABLE: 'retrouvés',
  UNKNOWN: 'inconnus de nos comptes',
  DUPLICATE: 'en double dans l’ENT',
};
export const differenceKind = (kind: string): string => kinds[kind] ?? 'autres différences';

/** What a school that reads of such a difference wants to know: why, and whether it has to do something. Empty: it speaks for itself. */
const explanations: Readonly<Record<string, string>> = {
  PLACE:
    'La classe de chacun est celle que dit l’annuaire. Qui s’ajoute à une autre dans l’ENT, un enseignant aussi, en est retiré la nuit : pour qu’il y reste, c’est à l’annuaire de le dire (ONDE, base de l’académie ou votre fichier).',
  UNKNOWN:
    'Des utilisateurs que nous avions créés et que nos comptes ne connaissent plus : ils sont bloqués, jamais supprimés. L’assistance (niveau 3) en décide ; vous n’avez rien à faire.',
  DUPLICATE:
    'Une personne y a un second compte. Vos lettres portent le code du premier, jamais celui du second, qui est bloqué s’il n’a jamais servi. Fait par la base de l’académie, il empêche un élève d’activer le sien : l’assistance fait réunir les deux.',
};
export const differenceExplained = (kind: string): string => explanations[kind] ?? '';

export const differencesInWords = (
  counts: readonly { readonly kind: string; readonly count: number }[],
): string =>
  counts.map(({ kind, count }) => `${count} ${differenceKind(kind)}`).join(', ') || 'aucune';

const fates: Readonly<Record<string, string>> = {
  REPAIRED: 'réparée',
  HELD: 'en attente d’un accord',
  TOLD: 'à régler dans l’ENT',
};
export const differenceFate = (fate: string): string => fates[fate] ?? '—';

const statuses: Readonly<Record<string, string>> = {
  MATCHED: 'Tout concorde',
  TOLD: 'À régler dans l’ENT',
  REPAIRED: 'Réparée',
  HELD: 'En attente d’un accord',
  REJECTED: 'Rejetée',
  APPROVED: 'Acceptée',
  INCIDENT: 'Non comparée',
};
export const lookStatus = (status: string): string => statuses[status] ?? '—';

const incidents: Readonly<Record<string, string>> = {
  ENT_THROTTLED: 'L’ENT demande d’attendre ; la comparaison reprend d’elle-même.',
  ENT_TIMEOUT: 'L’ENT n’a pas répondu à temps ; la comparaison reprend d’elle-même.',
  ENT_UNREACHABLE: 'L’ENT ne répond pas ; la comparaison reprend d’elle-même.',
  ENT_LISTS_DIFFER: 'Deux listes de l’ENT ne nomment pas les mêmes personnes. Nouvel essai demain.',
  ENT_ANSWER_EMPTY:
    'L’ENT dit n’avoir plus personne dans cette école. Voyez avec son exploitant si c’est vrai.',
};
/** Nothing was concluded: why, and what to do. */
export const incidentInWords = (code: string): string =>
  incidents[code] ??
  'La réponse de l’ENT n’est pas fiable ; nouvel essai en cours. Si cela dure, voyez avec son exploitant.';

export const heldInWords = (held: number): string =>
  `${plural(BigInt(held), 'différence attend', 'différences attendent')} un accord.`;

/** The codes that the service takes. */
export const planReasons: Readonly<Record<string, string>> = {
  CONTROLE: 'Vérifié dans l’ENT',
  ENT_RESTAURE: 'L’ENT a été restauré',
  BASE_RESTAUREE: 'Notre base a été restaurée',
  INCIDENT_ENT: 'Incident dans l’ENT',
};
