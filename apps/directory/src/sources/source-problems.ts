import { defineProblem } from '#libs/problems';

/** The folder is outside the drop area, or is not there. */
export class FolderUnknown extends defineProblem('FOLDER_UNKNOWN', 'not-found') {
  constructor() {
    super(
      'Ce dossier n’existe pas dans la zone de dépôt : vérifiez son nom. Les fichiers d’un import sont effacés quand il est terminé ou refusé ; la liste des imports dit ce qu’il en est.',
    );
  }
}

/** What each cause means, for the person who delivered. */
const causes = {
  FILE_MISSING: 'il manque les fichiers de cette catégorie',
  FILE_GONE: 'ce fichier n’est plus là',
  PART_MISSING: 'il manque une partie de cette catégorie',
  NOT_A_FULL_EXPORT: 'c’est un export partiel (Delta), un export complet est attendu',
  NOT_A_DELTA: 'c’est un export complet, un export partiel (Delta) est attendu',
  FULL_AND_DELTA: 'des fichiers complets et partiels (Delta) sont mêlés',
  TWO_EXPORTS:
    'deux exports complets de jours différents sont mêlés ; ne gardez que les fichiers du plus récent',
  SEVERAL_DAYS:
    'les noms des fichiers portent des jours différents ; livrez les fichiers d’un seul export complet, du même jour',
  TWO_ACADEMIES: 'des fichiers de deux académies sont mêlés ; livrez chacune pour sa source',
  NOT_WELL_FORMED: 'le fichier est coupé ou mal formé',
  CHARSET: 'le fichier n’est pas écrit dans le jeu de caractères qu’il annonce',
  CHARSET_MIXED:
    'les lettres accentuées y sont écrites de deux façons, comme quand deux fichiers sont copiés l’un dans l’autre ; ouvrez-le, vérifiez les noms et enregistrez-le en UTF-8',
  FORMAT_UNKNOWN:
    'la première ligne n’est pas celle d’une extraction d’ONDE, Élèves ou Responsables ; extrayez de nouveau, et ne modifiez pas le fichier',
  COLUMN_MISSING: 'il manque une colonne obligatoire',
  PROFILE_UNKNOWN:
    'ni le nom du fichier ni sa première ligne ne disent de qui il parle ; nommez-le par exemple Enseignants.csv, Personnels.csv, Eleves.csv, Responsables.csv, Invites.csv, ATSEM.csv, Partenaires.csv, Elus.csv ou Inspecteurs.csv',
  SCHOOL_FOLDER:
    'le nom de ce dossier ne donne pas un UAI exact ; nommez-le « École@identifiant_UAI », ou « École@identifiant_UAI_classe »',
  EMPTY: 'le fichier ne contient personne',
  FILE_TWICE: 'deux fichiers portent ce nom, ou parlent des mêmes personnes ; n’en gardez qu’un',
  NOT_A_FILE: 'c’est un lien ou un fichier spécial',
  PATH_REFUSED: 'ce nom mène hors de l’archive',
  ARCHIVE_DAMAGED: 'l’archive est coupée ou abîmée',
  ENCRYPTED: 'l’archive est protégée par un mot de passe',
  TOO_MANY_FILES: 'il y a trop de fichiers',
  TOO_LARGE:
    'c’est plus que ce qui est lu en une fois : 20 000 lignes et 16 Mo d’un tableau, 8 Go d’une archive décompressée',
} as const;

export type UnreadableCause = keyof typeof causes;

/** A file is truncated, not well formed, empty or missing: nothing is imported from such an export. */
export class SourceUnreadable extends defineProblem('SOURCE_UNREADABLE', 'invalid') {}

/** `line` is where reading stopped; `what` is a name of ours for what is at fault, never text of the file. */
export function unreadable(
  file: string,
  cause: UnreadableCause,
  line?: number,
  what?: string,
): SourceUnreadable {
  const name = file.replace(/\p{C}/gu, '').slice(0, 120);
  const place = line === undefined ? name : `${name}, ligne ${line}`;
  const reason = what === undefined ? causes[cause] : `${causes[cause]}, « ${what} »`;
  return new SourceUnreadable(
    `Cette livraison ne peut pas être lue : ${reason} (${place}). Rien n’a été importé : corrigez-la, puis envoyez de nouveau tous ses fichiers.`,
    { file: name, cause, ...(line === undefined ? {} : { line }) },
  );
}
