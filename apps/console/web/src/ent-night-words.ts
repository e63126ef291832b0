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
  CLASS: 'classes sous un autre nom',
  SCHOOL: 'école sous un autre UAI ou un autre nom',
  BY_HAND: 'créés à la main dans vos classes',
  ACTIVATION: 'à activer de nouveau, lettre à imprimer',
  EXCHANGED: 'bloqués : identifiants échangés dans l’ENT',
  IDENTIFIER: 'sous un identifiant inconnu',
};
export const differenceKind = (kind: string): string => kinds[kind] ?? 'autres différences';

/** What a school that reads of such a difference wants to know: why, and whether it has to do something. Empty: it speaks for itself. */
const explanations: Readonly<Record<string, string>> = {
  PLACE:
    'La classe de chacun est celle que dit l’annuaire. Qui s’ajoute à une autre dans l’ENT, un enseignant aussi, en est retiré la nuit : pour qu’il y reste, c’est à l’annuaire de le dire (ONDE, base de l’académie ou votre fichier).',
  UNKNOWN:
    'Des utilisateurs que nous avions créés et que nos comptes ne connaissent plus : ils sont bloqués, jamais supprimés. L’assistance (niveau 3) en décide ; vous n’avez rien à faire.',
  CLASS:
    'La classe porte un autre nom dans l’ENT que dans l’annuaire. Personne n’est déplacé. Si le nouveau nom est le bon, faites-le dire par l’annuaire ; sinon, remettez l’ancien dans la console de l’ENT.',
  SCHOOL:
    'Dans l’ENT, l’école a un autre UAI ou un autre nom que dans l’annuaire. L’assistance (niveau 3) le fait corriger par l’exploitant de l’ENT : l’UAI relie l’école aux flux de l’académie.',
  BY_HAND:
    'Quelqu’un les a créés dans la console de l’ENT ; l’annuaire ne les connaît pas et ils restent tels quels. Une personne de l’école ? Faites-la inscrire dans la source (ONDE, base de l’académie ou votre fichier). Sinon, supprimez le compte dans l’ENT. La liste est sous « Comptes créés à la main dans l’ENT ».',
  ACTIVATION:
    'L’ENT a oublié leur première entrée, le plus souvent parce qu’il a été restauré. Leur code d’activation vaut de nouveau : imprimez leurs lettres, depuis « Lettres d’accès ». Les comptes restent ouverts et comptés comme avant.',
  EXCHANGED:
    'L’utilisateur porte l’identifiant d’un autre compte : par ÉduConnect, une famille entrerait dans le compte d’un autre enfant. Les deux comptes sont bloqués aussitôt. L’assistance (niveau 3) fait corriger l’ENT ; la nuit suivante les rouvre.',
  IDENTIFIER:
    'L’ENT connaît ces personnes sous un identifiant que nos comptes n’ont pas : ÉduConnect ou l’académie ne les trouvent pas. L’assistance (niveau 3) fait corriger l’ENT.',
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
