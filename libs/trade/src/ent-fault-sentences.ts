/** What a refusal of the ENT means, and what has to be mended before its accounts are tried again. */
export type EntFaultSentences = { readonly inWords: string; readonly nextStep: string };

/** By its code, for pages and commands; the code itself is what the people who mend it search for. */
export function entFaultSentences(code: string): EntFaultSentences {
  const persisting = code.endsWith('_PERSISTS');
  return sentences[code] ?? (persisting ? unanswered : unknown);
}

/**
 * Codes of accounts that no call makes, since an academy feeds their school (PRV-9): the feed is expected to bring the
 * person under its key, or no source states a key of that academy yet.
 */
export const awaitsFeed = 'ENT_AWAITS_FEED';
export const awaitsAcademyKey = 'ENT_AWAITS_ACADEMY_KEY';
export const feedWaits: readonly string[] = [awaitsFeed, awaitsAcademyKey];

/** Who can mend what a refusal is about: the source of the fiche, who gives the technical account its access, the ENT's operator. */
export type Mender = 'SOURCE' | 'ACCESS' | 'ENT';

/** By its code; of one without words the ENT's operator is asked. */
export function mendedBy(code: string): Mender {
  const nextStep = sentences[code]?.nextStep;
  if (nextStep === atSource) return 'SOURCE';
  return nextStep === rights ? 'ACCESS' : 'ENT';
}

const atSource =
  'Faites corriger les fiches à la source : chaque compte repart de lui-même avec sa fiche corrigée. Reprendre avant ne change rien.';
const inEnt =
  'Demandez à l’exploitant de l’ENT pourquoi il refuse, puis reprenez. Sans cela, tout est réessayé chaque jour.';
const rights = 'Faites rétablir l’accès du compte technique dans l’ENT, puis reprenez.';

const unanswered: EntFaultSentences = {
  inWords: 'L’ENT n’a pas répondu pour ces comptes, malgré de nombreux essais.',
  nextStep: 'Quand l’ENT répond de nouveau, reprenez : ce qui a été fait sans réponse est reconnu.',
};
const unknown: EntFaultSentences = {
  inWords: 'L’ENT refuse sans que la cause soit connue.',
  nextStep: inEnt,
};

const sentences: Readonly<Record<string, EntFaultSentences>> = {
  ENT_BIRTH_DATE_MISSING: {
    inWords: 'L’ENT refuse de créer ces comptes : la date de naissance manque.',
    nextStep: atSource,
  },
  ENT_NAME_MISSING: {
    inWords: 'L’ENT refuse de créer ces comptes : un nom ou un prénom manque.',
    nextStep: atSource,
  },
  ENT_IDENTIFIER_TAKEN: {
    inWords: 'L’ENT refuse de créer ces comptes : un autre compte y porte déjà leur clé.',
    nextStep:
      'Dans l’ENT, retrouvez l’autre compte et fusionnez-le ou supprimez-le, puis reprenez. Sans cela, la création est réessayée chaque jour.',
  },
  ENT_PROFILE_REFUSED: {
    inWords: 'L’ENT refuse de créer ces comptes : il n’en admet pas le profil.',
    nextStep: inEnt,
  },
  ENT_REFUSED: { inWords: 'L’ENT refuse de créer ces comptes.', nextStep: inEnt },
  ENT_SCHOOL_REFUSED: {
    inWords: 'L’ENT refuse de créer l’école.',
    nextStep:
      'Un administrateur local ne crée pas d’école : demandez à l’exploitant de l’ENT de la créer sous son UAI, puis reprenez.',
  },
  ENT_CLASS_REFUSED: { inWords: 'L’ENT refuse de créer la classe.', nextStep: inEnt },
  ENT_BLOCK_REFUSED: {
    inWords: 'L’ENT refuse de bloquer ou de débloquer ces comptes.',
    nextStep: inEnt,
  },
  ENT_DELETE_REFUSED: { inWords: 'L’ENT refuse de supprimer ces comptes.', nextStep: inEnt },
  ENT_FED_BY_ACADEMY: {
    inWords: 'Ces comptes sont alimentés par l’académie : aucun appel ne les supprime.',
    nextStep: 'Rien à faire ici : l’ENT les laisse partir quand l’académie ne les annonce plus.',
  },
  [awaitsFeed]: {
    inWords: 'L’académie alimente ces écoles : aucun appel n’y crée de compte.',
    nextStep:
      'Rien à faire : ces comptes arrivent avec la prochaine alimentation de l’académie, qui donne leur clé.',
  },
  [awaitsAcademyKey]: {
    inWords:
      'L’académie alimente ces écoles, et aucune source ne donne encore la clé académique de ces personnes.',
    nextStep:
      'Faites inscrire ces personnes dans l’application de l’académie (ONDE pour les élèves) : leur clé vient avec l’export suivant, puis le compte avec l’alimentation.',
  },
  ENT_RESTORE_REFUSED: { inWords: 'L’ENT refuse de restaurer ces comptes.', nextStep: inEnt },
  ENT_LINK_REFUSED: {
    inWords: 'L’ENT refuse de relier ces responsables à leurs enfants.',
    nextStep: inEnt,
  },
  ENT_UNLINK_REFUSED: {
    inWords: 'L’ENT refuse de défaire des liens de famille.',
    nextStep: inEnt,
  },
  ENT_NAMES_REFUSED: {
    inWords: 'L’ENT refuse le nouveau nom ou la nouvelle date de naissance.',
    nextStep: atSource,
  },
  ENT_MOVE_REFUSED: {
    inWords: 'L’ENT refuse un changement de classe ou d’école.',
    nextStep: inEnt,
  },
  ENT_RIGHT_MISSING: {
    inWords: 'Le compte technique n’a pas les droits d’administration de ces écoles.',
    nextStep: rights,
  },
  ENT_SECOND_FACTOR: {
    inWords: 'L’ENT demande un second facteur au compte technique.',
    nextStep: rights,
  },
  ENT_TERMS: {
    inWords: 'L’ENT demande au compte technique d’accepter ses conditions.',
    nextStep: rights,
  },
  ENT_MAIL_NOT_VALIDATED: {
    inWords: 'L’ENT demande au compte technique de valider son adresse électronique.',
    nextStep: rights,
  },
  ENT_LOGIN_REFUSED: {
    inWords:
      'L’ENT refuse la connexion du compte technique : mot de passe, compte bloqué ou trop d’essais.',
    nextStep:
      'Vérifiez le mot de passe et le compte dans l’ENT ; après trop d’essais, l’accès rouvre après 15 minutes.',
  },
};

/** That have words of their own. */
export const entFaultCodes: readonly string[] = Object.keys(sentences);
