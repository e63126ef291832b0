import { awaitsAcademyKey, awaitsFeed, type Mender, mendedBy } from './ent-fault-sentences.js';

/** An account as far as its sentences depend on it; what is not known is left out or empty. */
export type AccountSituation = {
  readonly state: string;
  /** LOCAL, ACADEMIC_SSO, EDUCONNECT (AUT-1). */
  readonly wayIn?: string;
  readonly wayInGap?: string;
  readonly failureCode?: string;
  readonly urgentBlock?: string;
};

/** A block in the ENT apart from the state: POSSIBLE where the state blocks it and the ENT was not told yet (PRV-8). */
export type UrgentBlock = '' | 'POSSIBLE' | 'DECIDED' | 'EXCHANGE';

/**
 * Why a federated way in finds nobody: no source says the person's key (KEY_MISSING), another account bears it
 * (KEY_SHARED), or the ENT was told another identifier before, which it never lets be changed (KEY_LATE). Empty: nothing stands in the way.
 */
export type WayInGap = '' | 'KEY_MISSING' | 'KEY_SHARED' | 'KEY_LATE';

/** What a state means to somebody on the telephone, and what to do next (SUP-1). */
export type AccountSentences = { readonly inWords: string; readonly nextStep: string };

/** The one place of these sentences: the pages, the RPCs and support's answers read them here. */
export function accountSentences(of: AccountSituation): AccountSentences {
  const { state, wayIn = '', wayInGap = '', failureCode = '', urgentBlock = '' } = of;
  if (urgentBlock === 'EXCHANGE') return exchanged;
  if (state === 'FAILED') return failed(failureCode);
  const waits = state === 'PROVISIONING' ? waitingForFeed[failureCode] : undefined;
  if (waits !== undefined) return waits;
  const notDone = failureCode === 'ENT_BLOCK_REFUSED' ? refusedBlocks[state] : undefined;
  if (notDone !== undefined) return { inWords: notDone, nextStep: askWhy };
  const nextStep = open.has(state) ? (gaps[wayInGap]?.(wayIn, state) ?? '') : '';
  const usual = sentences[state]?.(wayIn) ?? unknown;
  const said =
    urgentBlock === 'DECIDED' ? { ...usual, inWords: `${usual.inWords} ${blockedAtOnce}` } : usual;
  return nextStep === '' ? said : { ...said, nextStep };
}

const open = new Set(['PROVISIONED', 'ACTIVATED']);

const exchanged: AccountSentences = {
  inWords:
    'Le compte est bloqué par précaution : dans l’ENT, son identifiant est échangé avec celui d’un autre compte.',
  nextStep:
    'Transmettez au niveau 3 sans attendre : il fait corriger l’ENT, puis le compte se rouvre de lui-même.',
};
const blockedAtOnce = 'Il est déjà bloqué dans l’ENT, sur décision d’une personne habilitée.';

const unknown: AccountSentences = {
  inWords: 'L’état du compte n’est pas connu.',
  nextStep: 'Transmettez au niveau 2.',
};

const sentences: Readonly<Record<string, (wayIn: string) => AccountSentences>> = {
  REQUESTED: () => ({
    inWords: 'Le compte est demandé : sa place n’est pas encore attribuée.',
    nextStep: 'Rien à faire : les places sont attribuées à la fin de l’import en cours.',
  }),
  WAITING_SEAT: () => ({
    inWords:
      'Le compte attend une place : toutes celles commandées par le financeur de l’école sont occupées.',
    nextStep:
      'Invitez l’école à prévenir sa commune : dès qu’elle commande des comptes supplémentaires, les places sont données dans l’ordre de la liste d’attente.',
  }),
  PROVISIONING: () => ({
    inWords: 'Le compte est en cours de création dans l’ENT.',
    nextStep:
      'Patientez : si rien n’a changé demain, transmettez au niveau 2, qui voit ce qui l’arrête.',
  }),
  PROVISIONED: (wayIn) => ({
    inWords: 'Le compte est ouvert, mais personne ne s’est encore connecté.',
    nextStep: firstLogin[wayIn] ?? `${firstLogin['LOCAL']} ${noCode}`,
  }),
  ACTIVATED: (wayIn) => ({
    inWords: 'Le compte fonctionne : il a déjà servi.',
    nextStep: lostPassword[wayIn] ?? `${lostPassword['LOCAL']} ${noCode}`,
  }),
  SUSPENDED: () => ({
    inWords: 'Le compte est suspendu sur décision d’une personne habilitée.',
    nextStep: 'Transmettez au niveau 2, qui connaît le motif et peut rétablir le compte.',
  }),
  CLOSING: () => ({
    // A plan may hold the block for a time (PRV-8), which level 1 is not told: the sentence is true of both.
    inWords:
      'Le compte se ferme : la personne n’est plus rattachée à une école qui finance l’ENT. L’ENT le bloque, aussitôt ou après un accord qui est attendu, puis le supprime.',
    nextStep:
      'Si c’est une erreur, invitez la direction de l’école à faire corriger la fiche avant la date de suppression.',
  }),
  DELETED: () => ({
    inWords: 'Le compte est supprimé.',
    nextStep:
      'Rien à faire. Si la personne revient dans une école financée, un compte lui est ouvert de nouveau.',
  }),
};

/** An academy feeds the school, so no call makes the account (PRV-9). */
const waitingForFeed: Readonly<Record<string, AccountSentences>> = {
  [awaitsFeed]: {
    inWords: 'Ce compte arrivera avec la prochaine alimentation de l’académie.',
    nextStep:
      'Rien à faire : l’académie crée elle-même les comptes de cette école dans l’ENT. Si rien n’a changé dans une semaine, transmettez au niveau 2.',
  },
  [awaitsAcademyKey]: {
    inWords:
      'Ce compte attend l’alimentation de l’académie, dont les fichiers ne donnent pas encore cette personne.',
    nextStep:
      'Invitez la direction de l’école à inscrire la personne dans l’application de l’académie (ONDE pour un élève) : le compte arrive avec l’alimentation qui suit.',
  },
};

/** The books have decided, and the ENT has not done it: what it lets the person do is what a caller asks about. */
const refusedBlocks: Readonly<Record<string, string>> = {
  ...{ PROVISIONED: keptOut(), ACTIVATED: keptOut() },
  SUSPENDED: stillIn('Le compte est suspendu sur décision d’une personne habilitée'),
  CLOSING: stillIn('Le compte se ferme'),
  WAITING_SEAT: stillIn('Le compte attend une place'),
};

const askWhy =
  'Transmettez au niveau 3, qui demande à l’exploitant de l’ENT pourquoi il refuse et relance le changement.';

function keptOut(): string {
  return 'Le compte devrait être ouvert, mais l’ENT refuse de le débloquer : la personne ne peut pas y entrer.';
}

function stillIn(state: string): string {
  return `${state}, mais l’ENT refuse de le bloquer : la personne peut encore y entrer.`;
}

export const accountStatesInSentences: readonly string[] = [...Object.keys(sentences), 'FAILED'];

const noCode = 'Par l’académie ou ÉduConnect, il n’y a pas de code.';
const firstLogin: Readonly<Record<string, string>> = {
  LOCAL:
    'La première connexion active le compte. Lettre perdue, ou code refusé : la direction de l’école en imprime une autre, avec le même code (« Lettres d’accès »). L’ENT parle d’un doublon : transmettez au niveau 2, qui fait réunir les deux comptes.',
  ACADEMIC_SSO:
    'La personne se connecte par le guichet de l’académie, avec son identifiant professionnel : il n’y a pas de code.',
  EDUCONNECT:
    'La personne se connecte par ÉduConnect, avec son compte ÉduConnect : il n’y a pas de code de l’ENT.',
};
const lostPassword: Readonly<Record<string, string>> = {
  LOCAL:
    'Mot de passe oublié : avec une adresse enregistrée dans l’ENT, la personne le renouvelle depuis la page de connexion ; sans adresse (un élève), la direction de l’école imprime une lettre avec un code de renouvellement (« Lettres d’accès »).',
  ACADEMIC_SSO:
    'Mot de passe oublié : c’est celui de l’académie, il se renouvelle auprès d’elle et non dans l’ENT.',
  EDUCONNECT:
    'Mot de passe oublié : c’est celui d’ÉduConnect, il se renouvelle sur la page d’ÉduConnect et non dans l’ENT.',
};

const recognisedBy = (wayIn: string) =>
  wayIn === 'EDUCONNECT' ? 'ÉduConnect' : 'Le guichet de l’académie';

/** Level 1 passes it on; what level 2 does then stands in it as well. */
const gaps: Readonly<Record<string, (wayIn: string, state: string) => string>> = {
  KEY_MISSING: (wayIn) =>
    `${recognisedBy(wayIn)} ne peut pas reconnaître cette personne : aucun export de l’académie ne donne sa clé. Transmettez au niveau 2, qui fait compléter la fiche à la source.`,
  KEY_SHARED: (wayIn) =>
    `${recognisedBy(wayIn)} ne peut pas reconnaître cette personne : sa clé est déjà celle d’un autre compte. Transmettez au niveau 2, qui vérifie s’il s’agit d’une seule personne ou d’une erreur de la source.`,
  KEY_LATE: (wayIn, state) =>
    `${recognisedBy(wayIn)} ne peut pas reconnaître cette personne : sa clé est connue depuis la création du compte, et l’ENT ne la prend plus. Transmettez au niveau 2. ${
      state === 'ACTIVATED'
        ? 'Le compte a servi : seul l’exploitant de l’ENT peut y mettre la clé sans rien perdre.'
        : 'Le compte n’a jamais servi : le rapprochement de nuit propose de le refaire sous la bonne clé, au niveau 3 de l’accepter.'
    }`,
};

const refused = 'L’ENT a refusé de créer ce compte';

/** Where no answer came, nothing was refused. */
function failed(code: string): AccountSentences {
  if (code.endsWith('_PERSISTS')) {
    return {
      inWords: 'L’ENT n’a pas répondu pour ce compte, malgré de nombreux essais.',
      nextStep: 'Transmettez au niveau 3, qui peut relancer la création.',
    };
  }
  const reason = why[code];
  return {
    inWords: reason === undefined ? `${refused}.` : `${refused} : ${reason}.`,
    nextStep: code === 'ENT_IDENTIFIER_TAKEN' ? otherBearsTheKey : mending[mendedBy(code)],
  };
}

const why: Readonly<Record<string, string>> = {
  ENT_BIRTH_DATE_MISSING: 'la date de naissance manque',
  ENT_NAME_MISSING: 'un nom ou un prénom manque',
  ENT_IDENTIFIER_TAKEN: 'la clé de la personne y est déjà portée par un autre compte',
  ENT_PROFILE_REFUSED: 'il n’admet pas ce profil',
  ENT_SCHOOL_REFUSED: 'il n’a pas cette école et refuse de la créer',
  ENT_CLASS_REFUSED: 'il refuse de créer la classe',
};
const otherBearsTheKey =
  'Transmettez au niveau 2 : l’autre compte est à retrouver dans l’ENT et à fusionner ou à supprimer. La création reprend alors d’elle-même le lendemain, ou à la relance.';
const mending = {
  SOURCE:
    'Transmettez au niveau 2, qui fait corriger la fiche à la source : la création reprend alors d’elle-même.',
  ACCESS:
    'Transmettez au niveau 3, qui fait rétablir l’accès du compte technique dans l’ENT et relance la création.',
  ENT: 'Transmettez au niveau 3, qui demande à l’exploitant de l’ENT pourquoi il refuse et relance la création.',
} as const satisfies Record<Mender, string>;
