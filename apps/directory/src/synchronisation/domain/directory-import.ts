import { defineProblem } from '#libs/problems';

/**
 * READING: files are read and compared (again from the start after a crash). PLANNED: the differences
 * are known. HELD: the brake waits for a person. APPLYING: batches are being written. COMPLETED and
 * REFUSED are final.
 */
export type ImportState = 'READING' | 'PLANNED' | 'HELD' | 'APPLYING' | 'COMPLETED' | 'REFUSED';

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

/** What nothing follows: its files are not needed any more. */
export const FINAL: readonly ImportState[] = ['COMPLETED', 'REFUSED'];

/** Approval sends a held import back to its files with the brake released. Throws ImportNotHeld. */
export function approve(state: ImportState): ImportState {
  if (state === 'HELD') return 'READING';
  throw new ImportNotHeld(state);
}

/** Rejected, a held import is over. Throws ImportNotHeld. */
export function reject(state: ImportState): ImportState {
  if (state === 'HELD') return 'REFUSED';
  throw new ImportNotHeld(state);
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
  NAME_MISSING: 'Personnes sans nom ou sans prénom, ignorées.',
  BIRTH_DATE_MISSING: 'Élèves sans date de naissance utilisable, ignorés.',
  SECOND_CLASS: 'Élèves de plusieurs classes dans leur école, première classe retenue.',
  SECOND_SCHOOL: 'Élèves rattachés à plusieurs écoles, première école retenue.',
  GUARDIAN_NOT_LEGAL: 'Responsables sans autorité parentale, liens non retenus.',
  INE_MALFORMED: 'INE de forme inconnue, non retenus.',
  INE_TWICE: 'INE portés par plusieurs élèves du même export, non retenus.',
  INE_ALREADY_HELD: 'INE déjà portés par une autre personne présente, non retenus.',
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
  BRAKE: 'Frein de sécurité : personnes qui disparaîtraient au-delà du seuil.',
};
