import { plural } from '#libs/money';
import type { Import, PlanFigures, Source } from './api-types.js';

type Severity = 'success' | 'info' | 'warning' | 'error' | 'new';
type Stage = {
  readonly state: string;
  readonly severity: Severity;
  /** Where the import stands, and what to do next. */
  readonly next: string;
};

const stages: Record<string, Stage> = {
  READING: {
    state: 'Lecture des fichiers',
    severity: 'info',
    next: 'Les fichiers sont lus, puis comparés à l’annuaire. Rien n’est encore modifié : cette page se met à jour seule.',
  },
  PLANNED: {
    state: 'Comparaison',
    severity: 'info',
    next: 'Ce qui changerait est établi, école par école. Cette page se met à jour seule.',
  },
  HELD: {
    state: 'À décider',
    severity: 'warning',
    next: 'Des changements dépassent les seuils : ils attendent une décision, le reste est à jour. Comparez les chiffres avec ce que la source annonce, puis approuvez ou rejetez.',
  },
  APPLYING: {
    state: 'Enregistrement',
    severity: 'info',
    next: 'Les changements prévus sont enregistrés par lots. Cette page se met à jour seule.',
  },
  COMPLETED: {
    state: 'Terminé',
    severity: 'success',
    next: 'Rien n’est à faire. S’il y a des remarques, transmettez-les à la source pour qu’elle les corrige.',
  },
  REFUSED: {
    state: 'Refusé',
    severity: 'error',
    next: 'Rien n’a été modifié. La remarque ci-dessous dit pourquoi : corrigez à la source, puis déposez un nouvel export.',
  },
  FAILED: {
    state: 'En échec',
    severity: 'error',
    next: 'Une panne technique a arrêté cet import : rien n’est perdu. Relancez-le, il reprend où il en était ; s’il échoue encore, prévenez l’exploitation.',
  },
};
/** What a head does next where it is not what support does: a head has files, and retries nothing. */
const nextOfHeads: Record<string, string> = {
  COMPLETED:
    'Rien n’est à faire. S’il y a des remarques, corrigez dans ONDE ou dans votre tableau : votre prochain envoi en tient compte.',
  REFUSED:
    'Rien n’a été modifié. La remarque ci-dessous dit pourquoi : corrigez dans ONDE ou dans votre tableau, puis envoyez de nouveau les fichiers de l’école.',
  FAILED:
    'Une panne technique a arrêté cet import : rien n’est perdu, et rien n’est à renvoyer. Appelez l’assistance : le niveau 2 le relance.',
};

export function importStage(state: string, isHead = false): Stage {
  const stage = stages[state] ?? {
    ...{ state, severity: 'info' },
    next: 'Rechargez la page pour suivre cet import.',
  };
  return { ...stage, next: (isHead && nextOfHeads[state]) || stage.next };
}

/** What it waited with is in a younger import, which applies it or waits in its place. */
export const replacedStage: Stage = {
  state: 'Remplacé par un import plus récent',
  severity: 'info',
  next: 'Rien n’est à faire ici : un import plus récent de la même source contient ce que celui-ci attendait d’enregistrer.',
};
export const isReplaced = ({ state, replacedBy }: Pick<Import, 'state' | 'replacedBy'>): boolean =>
  replacedBy !== '' && ['COMPLETED', 'REFUSED'].includes(state);

/** What goes on by itself, and is worth looking at again. */
export const isMoving = (state: string) => ['READING', 'PLANNED', 'APPLYING'].includes(state);

/** How far the writing is, in words; before, how many entries were read. */
export function progress({ state, entriesRead, peopleApplied, peoplePlanned }: Import): string {
  if (state === 'APPLYING') {
    return `${plural(BigInt(peopleApplied), 'personne enregistrée', 'personnes enregistrées')} sur ${plural(BigInt(peoplePlanned), 'prévue', 'prévues')}.`;
  }
  return `${plural(BigInt(entriesRead), 'entrée lue', 'entrées lues')}.`;
}

/** Held to be looked at: nothing of it is applied yet. */
export const toLookAt: Stage = {
  state: 'À vérifier',
  severity: 'warning',
  next: 'Rien n’est encore modifié. Lisez ce qui changerait, puis approuvez ou rejetez.',
};

/** What was delivered, as a person knows it: the file that was sent, or the folder that was laid down. */
export function deliveryName(folder: string): string {
  const [root, , , file] = folder.split('/');
  // A month after it has ended an import is called by its id alone.
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(folder)) return 'nom oublié';
  // An academy's directory is read, not delivered.
  if (root === 'ldap') return 'lecture de l’annuaire';
  return root === '_envois' ? (file ?? 'fichiers envoyés') : folder;
}

const lyingStates: Record<string, { words: string; severity?: Severity }> = {
  GROWING: { words: 'En cours de dépôt', severity: 'new' },
  WAITING: { words: 'Complet, bientôt pris', severity: 'info' },
  IMPORTING: { words: 'En cours de lecture', severity: 'info' },
  REFUSED: { words: 'Refusé', severity: 'error' },
  BY_HAND: { words: 'À importer à la main' },
};
export const lyingState = (state: string) => lyingStates[state] ?? { words: state };

const sourceKinds: Record<string, string> = {
  AAF_1D: 'Annuaire fédérateur (AAF 1D)',
  ONDE: 'ONDE',
  ENT_CSV: 'Fichiers CSV de l’ENT',
  LDAP: 'Annuaire LDAP',
};
export const sourceKind = (kind: string) => sourceKinds[kind] ?? kind;

const attributes: Record<string, string> = {
  NAMES: 'noms',
  BIRTH_DATE: 'dates de naissance',
  INE: 'INE',
  ACADEMIC_IDENTIFIER: 'identifiants académiques',
  PLACES: 'écoles et classes des personnes',
  RELATIONS: 'liens de parenté',
  SCHOOLS: 'écoles',
};

/** For what a source is believed otherwise than for the rest (DIR-5). */
export const ownPriorities = ({ priorities }: Source): string =>
  priorities
    .map(({ attribute, priority }) => `${attributes[attribute] ?? attribute} : ${priority}`)
    .join(' ; ');

/** As the directory keeps them: a list, because what is decided is never erased. */
export const decisionReasons: Readonly<Record<string, string>> = {
  FERMETURE_ECOLE: 'Fermeture ou fusion d’école',
  FIN_ANNEE: 'Fin d’année, passage au collège',
  CHANGEMENT_PERIMETRE: 'Changement du périmètre de la source',
  CORRECTION_SOURCE: 'Correction faite à la source',
  APERCU_VERIFIE: 'Aperçu lu et vérifié',
  AUTRE: 'Autre motif',
};
export const decisionReason = (kept: string) => {
  const [code = '', ...ticket] = kept.split(' ');
  return [decisionReasons[code] ?? code, ...ticket].join(' ');
};

const schoolStates: Record<string, readonly [string, Severity | undefined]> = {
  RELEASED: ['Sans réserve', undefined],
  HELD: ['À décider', 'warning'],
  APPROVED: ['Approuvée', 'success'],
  REJECTED: ['Rejetée', 'error'],
  EXPIRED: ['Sans décision à temps', 'error'],
  REPLACED: ['Remplacée par un export plus récent', undefined],
  OLDER: ['Données trop anciennes', undefined],
};
export const schoolStateCodes = Object.keys(schoolStates);
export const schoolState = (state: string) => schoolStates[state]?.[0] ?? state;
export const schoolStateSeverity = (state: string) => schoolStates[state]?.[1];

const seasons: Record<string, string> = {
  RENTREE: 'seuils de la rentrée',
  FREEZE: 'seuils de l’été, les plus stricts',
  NORMAL: 'seuils habituels',
};
export const season = (code: string) => seasons[code] ?? code;

/** What happens to people, what does not happen left out. */
export function figuresInWords(figures: PlanFigures): string {
  // Not who is in the school: others may have stated people there.
  const before =
    figures.present === 0
      ? 'Cette source n’a encore déclaré personne'
      : `Cette source déclarait déjà ${plural(BigInt(figures.present), 'personne', 'personnes')}`;
  return `${before} : ${changesInWords(figures)}.`;
}
export const changesInWords = (figures: PlanFigures): string =>
  kinds
    .filter(([kind]) => figures[kind] > 0)
    .map(([kind, one, several]) => plural(BigInt(figures[kind]), one, several))
    .join(', ') || 'aucun changement';

/** Of those who arrive: known under another key, or perhaps known, so that somebody is asked (DIR-2); and who does not, for what a row says. */
export const matchesInWords = (matched: number, doubtful: number, refused = 0): string =>
  [
    ...(matched > 0 ? [plural(BigInt(matched), 'personne reconnue', 'personnes reconnues')] : []),
    ...(doubtful > 0 ? [plural(BigInt(doubtful), 'doublon possible', 'doublons possibles')] : []),
    ...(refused > 0 ? [plural(BigInt(refused), 'ligne refusée', 'lignes refusées')] : []),
  ].join(', ');

const kinds: readonly (readonly [kind: keyof PlanFigures, one: string, several: string])[] = [
  ['ended', 'départ', 'départs'],
  ['identities', 'changement d’identité', 'changements d’identité'],
  ['added', 'arrivée', 'arrivées'],
  ['returned', 'retour', 'retours'],
  ['changed', 'modification', 'modifications'],
];

/** What a person writes down to show that it was read: the gravest figure of what is decided. */
export type FigureToConfirm = { readonly value: number; readonly words: string };
export function figureToConfirm({
  ended,
  identities,
  added,
  changed,
  returned,
}: PlanFigures): FigureToConfirm {
  if (ended > 0) return { value: ended, words: 'départs' };
  if (identities > 0) return { value: identities, words: 'changements d’identité' };
  return { value: added + changed + returned, words: 'arrivées et modifications' };
}

/** Typed by hand, with or without spaces between the thousands. */
export const isConfirmed = (typed: string, { value }: FigureToConfirm) =>
  /^\d[\d\s]*$/.test(typed.trim()) && Number(typed.replaceAll(/\s/g, '')) === value;
