import { defineProblem } from '#libs/problems';

/**
 * READING: files are read and kept. PLANNED: the worker plans, or goes on with what was decided. APPLYING: batches are
 * being written. HELD: a part waits for a person. FAILED: a technical fault, until somebody retries. COMPLETED and
 * REFUSED are final.
 */
export type ImportState =
  'READING' | 'PLANNED' | 'HELD' | 'APPLYING' | 'COMPLETED' | 'REFUSED' | 'FAILED';

export class ImportUnknown extends defineProblem('IMPORT_UNKNOWN', 'not-found') {
  constructor() {
    super('Cet import n’existe pas : consultez la liste des imports.');
  }
}

export class ImportNotHeld extends defineProblem('IMPORT_NOT_HELD', 'conflict') {
  constructor(state: ImportState) {
    super('Cet import n’attend pas de décision : consultez son état avant de continuer.', {
      state,
    });
  }
}

/** What the worker takes up: everything that is neither final nor waiting for a person. */
export const UNFINISHED: readonly ImportState[] = ['READING', 'PLANNED', 'APPLYING'];

/** What nothing follows: neither its files nor its delivery are needed any more. */
export const FINAL: readonly ImportState[] = ['COMPLETED', 'REFUSED'];

/** Source or directory have moved since the plan was made: what was looked at is not what would happen. */
export class PlanStale extends defineProblem('PLAN_STALE', 'conflict') {
  constructor() {
    super(
      'L’annuaire ou la source a changé depuis que ce plan a été établi : consultez le plan le plus récent, puis décidez.',
    );
  }
}

/** The source's data of a later day are in the directory already. */
export class DeliveryOlder extends defineProblem('DELIVERY_OLDER', 'conflict') {
  constructor(datedOn: string) {
    super(
      `Des données plus récentes de cette source sont déjà dans l’annuaire que celles du ${datedOn} : rien n’a été modifié, redéposez l’export le plus récent.`,
      { datedOn },
    );
  }
}

export class DeliveryChanged extends defineProblem('DELIVERY_CHANGED', 'conflict') {
  constructor() {
    super(
      'Les fichiers ont changé depuis que l’import a été demandé : rien n’a été modifié, redemandez l’import du dossier tel qu’il est.',
    );
  }
}

export class ImportNotFailed extends defineProblem('IMPORT_NOT_FAILED', 'conflict') {
  constructor(state: ImportState) {
    super('Seul un import en échec peut être relancé : consultez son état.', { state });
  }
}

/** A technical fault is over: with its delivery kept it goes on from there, else it reads its files again. Throws ImportNotFailed. */
export function retry(state: ImportState, isDelivered: boolean): ImportState {
  if (state !== 'FAILED') throw new ImportNotFailed(state);
  return isDelivered ? 'PLANNED' : 'READING';
}

/** What each remark of a report means, in French. */
export const REMARKS: Readonly<Record<string, string>> = {
  ATTRIBUTE_UNKNOWN: 'Attributs inconnus, ignorés.',
  VALUE_MALFORMED: 'Valeurs dont le nombre de parties n’est pas celui attendu, ignorées.',
  CONTROL_CHARACTER: 'Entrées avec des caractères de contrôle, retirés.',
  VALUE_TOO_LONG: 'Entrées avec une valeur de plus de 4 096 caractères, ignorées.',
  ENTRY_TOO_LONG: 'Entrées avec trop de valeurs, ignorées.',
  SEVERAL_VALUES: 'Attributs à valeur unique qui en portent plusieurs, première valeur retenue.',
  CATEGORY_UNEXPECTED: 'Entrées d’une autre catégorie que leur fichier, ignorées.',
  OPERATION_UNKNOWN: 'Modifications dont l’opération n’est pas un remplacement, ignorées.',
  DATE_MALFORMED: 'Dates illisibles, ignorées.',
  BIRTH_DATE_IMPOSSIBLE: 'Dates de naissance avant 1900 ou après l’export, non retenues.',
  KEY_INCONSISTENT: 'Entrées sans identifiant cohérent, ignorées.',
  KEY_MISSING: 'Agents sans identifiant de source, ignorés.',
  ACCOUNT_MADE_BY_HAND: 'Comptes créés à la main dans l’ENT, ignorés.',
  ACADEMIC_IDENTIFIER_MISSING:
    'Agents sans identifiant académique : leur connexion par le portail académique ne pourra pas être reconnue.',
  NAME_MISSING: 'Personnes sans nom ou sans prénom, ignorées.',
  BIRTH_DATE_MISSING: 'Élèves sans date de naissance utilisable, ignorés.',
  SECOND_CLASS: 'Élèves de plusieurs classes dans leur école, première classe retenue.',
  SECOND_SCHOOL: 'Élèves rattachés à plusieurs écoles, première école retenue.',
  GUARDIAN_NOT_LEGAL: 'Responsables sans autorité parentale, liens non retenus.',
  INE_MALFORMED: 'INE de forme inconnue, non retenus.',
  INE_TWICE: 'INE portés par plusieurs élèves du même export, non retenus.',
  INE_ALREADY_HELD: 'INE déjà portés par une autre personne présente, non retenus.',
  ROW_MALFORMED: 'Lignes plus longues que la ligne de titres, ignorées.',
  FORMULA_REFUSED: 'Lignes dont une valeur est une formule de tableur, ignorées.',
  FORMULA_KEPT:
    'Lignes dont une valeur commence comme une formule de tableur, gardée comme texte : à vérifier.',
  FUNCTION_UNKNOWN:
    'Lignes dont la fonction n’est ni inspecteur ni conseiller pédagogique, ignorées : précisez-la.',
  CLASS_WITHOUT_SCHOOL:
    'Adultes dont on ne sait pas dans quelle école est leur classe, classe non retenue.',
  CIRCONSCRIPTION_MISSING:
    'Inspecteurs et conseillers sans circonscription, ignorés : ajoutez-la dans le fichier.',
  COMMUNE_MISSING: 'Représentants sans commune, ignorés : ajoutez-la dans le fichier.',
  ORGANISATION_MISSING: 'Partenaires sans organisme, ignorés : ajoutez-le dans le fichier.',
  LEVEL_UNKNOWN: 'Niveaux inconnus, non retenus.',
  GUARDIAN_HOMONYMS:
    'Responsables de même nom et d’adresses différentes, gardés séparés : à vérifier.',
  CHILD_UNKNOWN:
    'Responsables dont un enfant n’est pas dans l’extraction des élèves, lien non retenu.',
  CHILD_DOUBTFUL: 'Responsables dont un enfant a un homonyme dans l’école, lien non retenu.',
  UAI_INVALID: 'Écoles dont l’UAI est invalide, ignorées.',
  UAI_TWICE: 'Écoles différentes qui portent le même UAI : à corriger à la source.',
  COMMUNE_CODE_UNKNOWN: 'Écoles dont le code commune n’est pas connu : à compléter à la source.',
  SIREN_MALFORMED: 'SIREN ou SIRET invalides, non retenus.',
  CONTRACT_UNKNOWN:
    'Écoles dont on ne sait pas si elles sont publiques, non comptées comme telles.',
  REQUEST_IGNORED: 'Requêtes de modification ou de suppression dans un export complet, ignorées.',
  DUPLICATE_ENTRY: 'Identifiants présents plusieurs fois, première entrée retenue.',
  STRUCTURE_UNKNOWN: 'Rattachements à une école absente de l’export, ignorés.',
  GUARDIAN_UNKNOWN: 'Liens vers un responsable absent de l’export, ignorés.',
  GUARDIAN_OF_NOBODY: 'Responsables sans élève dans l’export, ignorés.',
  WITHOUT_STRUCTURE: 'Personnes sans école connue, ignorées.',
  STRUCTURE_NOT_IN_EXPORT: 'Écoles connues absentes de l’export, conservées.',
  OUTSIDE_PERIMETER: 'Écoles ou personnes hors du périmètre déclaré de la source, ignorées.',
  BRAKE:
    'Frein de sécurité : changements au-delà du seuil, école par école ; « annuaire » : pour l’ensemble.',
  PLAN_STALE:
    'L’annuaire ou la source a changé entre le plan et son application : un nouveau plan a été établi.',
  SCHOOL_OLDER:
    'Écoles dont des données plus récentes sont déjà dans l’annuaire, laissées telles quelles.',
};
