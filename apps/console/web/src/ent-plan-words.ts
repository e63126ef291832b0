import { plural } from './words.js';

export type PlanFigures = {
  readonly renames: number;
  readonly moves: number;
  readonly blocks: number;
  readonly closes: number;
  readonly deletes: number;
};

/** Accounts by what would be done to them in the ENT. */
export const figuresInWords = (figures: PlanFigures | undefined): string => {
  if (!figures) return 'aucun compte';
  const { closes, blocks, deletes, moves, renames } = figures;
  return (
    [
      [closes, 'fermeture', 'fermetures'],
      [blocks, 'blocage (place perdue)', 'blocages (places perdues)'],
      [deletes, 'suppression', 'suppressions'],
      [moves, 'changement de classe ou d’école', 'changements de classe ou d’école'],
      [renames, 'changement de nom', 'changements de nom'],
    ] as const
  )
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => plural(BigInt(count), one, many))
    .join(', ');
};

const levels: Readonly<Record<string, string>> = {
  SCHOOL: 'seuil de l’école dépassé',
  MEMBER: 'seuil du membre dépassé',
  WHOLE: 'seuil de l’ensemble dépassé',
};
/** Why it waits. */
export const planLevel = (heldBy: string): string => levels[heldBy] ?? '—';

const states: Readonly<Record<string, string>> = {
  HELD: 'En attente d’un accord',
  APPROVED: 'Acceptée, l’ENT en est averti',
  DONE: 'Acceptée, faite',
  REJECTED: 'Rejetée',
  EXPIRED: 'Expirée, planifiée de nouveau',
  STALE: 'Remplacée par un plan plus récent',
};
export const planState = (state: string): string => states[state] ?? '—';

const seasons: Readonly<Record<string, string>> = {
  RENTREE: 'rentrée',
  NORMAL: 'année scolaire',
  SUMMER: 'été',
};
export const planSeason = (season: string): string => seasons[season] ?? '—';

/** The codes that the service takes. */
export const planDecisionReasons: Readonly<Record<string, string>> = {
  DEPART_CONFIRME: 'Départ confirmé',
  FERMETURE_ECOLE: 'Fermeture de l’école',
  RENTREE: 'Rentrée scolaire',
  VERIFIE_AVEC_LE_MEMBRE: 'Vérifié avec le membre',
  ERREUR_A_CORRIGER: 'Erreur, à corriger à la source',
  CONTROLE: 'Autre contrôle',
};
