import { unreadable } from '../source-problems.js';
import type { RowRemarks } from '../tables/row-remarks.js';
import type { ReadRow } from '../tables/read-row.js';
import { bare, type EntCsvTable } from './ent-csv-table.js';

/** A column by the bare words it goes under, and its name for people. */
export type Column = { readonly label: string; readonly words: readonly string[] };

const column = (label: string, words: string): Column => ({ label, words: words.split(' ') });

export const columns = {
  id: column('Identifiant', 'id identifiant idexterne identifiantexterne externalid'),
  lastName: column('Nom', 'nom nomdefamille'),
  usageName: column('Nom d’usage', 'nomdusage nomusage'),
  firstName: column('Prénom', 'prenom'),
  birthDate: column('Date de naissance', 'datedenaissance datenaissance neele nele'),
  classes: column('Classes', 'classe classes libelleclasse classeouregroupement'),
  uais: column('UAI', 'uai codeuai rne uaiecole ecole ecoles'),
  post: column('Fonction', 'fonction fonctions'),
  isHead: column('Directeur', 'directeur directrice direction'),
  organisation: column('Organisme', 'organisme structure association partenaire employeur'),
  insee: column('Code commune', 'codecommune codeinsee insee codeinseecommune'),
  commune: column('Commune', 'commune ville collectivite'),
  circonscription: column('Circonscription', 'circonscription nomcirconscription ien'),
  pupilLastName: column('Nom', 'nom nomdefamille nomeleve nomdeleleve'),
  pupilUsageName: column('Nom d’usage', 'nomdusage nomusage nomdusageeleve nomusageeleve'),
  pupilFirstName: column('Prénom', 'prenom prenomeleve prenomdeleleve'),
  ine: column('INE', 'ine'),
  level: column('Niveau', 'niveau'),
  groups: column('Regroupement', 'regroupement regroupements groupe groupes'),
  guardianLastName: column('Nom', 'nom nomdefamille nomresponsable'),
  guardianUsageName: column('Nom d’usage', 'nomdusage nomusage nomusageresponsable'),
  guardianFirstName: column('Prénom', 'prenom prenomresponsable'),
  address: column('Adresse', 'adresse adresseresponsable'),
  postalCode: column('Code postal', 'codepostal cp cpresponsable'),
  mail: column('Courriel', 'courriel email mail'),
  phones: column(
    'Téléphone',
    'telephone telephone1 telephonedomicile telephonepersonnel telephonetravail telephoneprofessionnel telephoneportable mobile portable',
  ),
  childLastName: column(
    'Nom de l’élève',
    'nomeleve nomdeleleve nomenfant nomdelenfant nomdefamilleenfant',
  ),
  childFirstName: column(
    'Prénom de l’élève',
    'prenomeleve prenomdeleleve prenomenfant prenomdelenfant',
  ),
  childClass: column(
    'Classes de l’élève',
    'classeeleve classedeleleve classeseleve classesdeleleve classeenfant classesenfant classesenfants',
  ),
} as const;

/** What the chain does not need (SUP-4): known, and dropped while reading. */
const dropped = new Set(
  (
    'civilite titre sexe genre adresse adresse1 adresse2 cp codepostal commune ville pays courriel email mail login alias cycle regime statut ' +
    'telephone telephone1 telephonedomicile telephonepersonnel telephonetravail telephoneprofessionnel telephoneportable mobile portable numerodeposte ' +
    'adresseresponsable cpresponsable communeresponsable civiliteresponsable'
  ).split(' '),
);

/** The cells of a row by the columns of its table; a column may stand several times, and is then read by its order. */
export type RowCells = {
  of(column: Column): string;
  all(column: Column): readonly string[];
  /** False where an identifier holds a sign that nobody sees. */
  isPlain(column: Column): boolean;
};

/** Throws SourceUnreadable where a needed column is not there, with its name; unknown columns have a remark each. */
export function columnsOf(
  { file, header, rows }: EntCsvTable,
  remarks: RowRemarks,
  needed: readonly Column[],
  read: readonly Column[],
): (row: ReadRow) => RowCells {
  const at = new Map<Column, readonly number[]>();
  for (const each of [...needed, ...read]) {
    const { words } = each;
    at.set(
      each,
      header.flatMap((word, index) => (words.includes(word) ? [index] : [])),
    );
  }
  const missing = needed.find((each) => at.get(each)!.length === 0);
  if (missing) throw unreadable(file, 'COLUMN_MISSING', 1, missing.label);
  const known = new Set([...at.keys()].flatMap(({ words }) => words));
  for (const [index, word] of header.entries()) {
    const isUsed = word !== '' || rows.some(({ cells }) => (cells[index] ?? '') !== '');
    if (isUsed && !known.has(word) && !dropped.has(word))
      remarks.add('ATTRIBUTE_UNKNOWN', 1, word.slice(0, 60) || `colonne ${index + 1}`);
  }
  return ({ cells, notPlain }) => ({
    isPlain: (each) => !(at.get(each) ?? []).some((index) => notPlain.has(index)),
    of: (each) => (at.get(each) ?? []).map((index) => cells[index] ?? '').find(Boolean) ?? '',
    all: (each) => (at.get(each) ?? []).map((index) => cells[index] ?? ''),
  });
}

const yes = new Set(['oui', 'o', 'x', 'vrai', '1']);
const no = new Set(['non', 'n', 'faux', '0', '']);

/** Undefined where it is neither. */
export function isYes(text: string): boolean | undefined {
  if (yes.has(bare(text))) return true;
  return no.has(bare(text)) ? false : undefined;
}
