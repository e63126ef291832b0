import type { Breach, Figures, KindFigures, Torn } from './thresholds.js';

type Remark = {
  /** What was found, and what became of it. */
  readonly says: string;
  /** What whoever reads it does next. */
  readonly todo: string;
};

const nothing = 'Rien à faire.';
const source = 'Corrigez-le à la source, puis livrez un nouvel export.';
const file = 'Corrigez cette ligne du fichier, puis déposez-le de nouveau.';
const verify = 'Vérifiez auprès de l’école, et corrigez à la source si besoin.';
const oneRow =
  'Si c’est une seule personne, donnez-lui une seule ligne avec tous ses enfants, ou la même adresse sur chacune.';
const perimeter =
  'Si elles doivent être importées, faites élargir le périmètre déclaré de la source.';
const decide = 'Comparez les chiffres avec ce que la source annonce, puis approuvez ou rejetez.';

/** A head has files, no source, and approves nothing beyond the thresholds (DIR-5). */
const todoOfHeads: ReadonlyMap<string, string> = new Map([
  [
    source,
    'Corrigez-le dans ONDE, ou dans votre tableau, puis envoyez de nouveau les fichiers de l’école.',
  ],
  [file, 'Corrigez-le dans ONDE, ou cette ligne de votre tableau, puis envoyez-le de nouveau.'],
  [verify, 'Vérifiez dans votre école, et corrigez dans ONDE ou dans votre tableau si besoin.'],
  [
    perimeter,
    'Rien à faire si elles ne sont pas de votre école ; si elles en sont, corrigez l’UAI dans le fichier.',
  ],
  [
    decide,
    'Si ces chiffres vous surprennent, rejetez l’import et corrigez le fichier. S’ils sont justes, appelez l’assistance : le niveau 2 les vérifie avec vous, puis les approuve.',
  ],
]);

/** What each remark of a report means, in French, by its code. */
export const remarks: Readonly<Record<string, Remark>> = {
  ATTRIBUTE_UNKNOWN: { says: 'Attributs inconnus, ignorés.', todo: nothing },
  VALUE_MALFORMED: {
    says: 'Valeurs dont le nombre de parties n’est pas celui attendu, ignorées.',
    todo: source,
  },
  CONTROL_CHARACTER: {
    says: 'Entrées avec des signes que personne ne voit, retirés ; un identifiant qui en porte n’est pas retenu.',
    todo: source,
  },
  VALUE_NOT_UTF8: {
    says: 'Valeurs de l’annuaire LDAP qui ne sont pas du texte UTF-8, non retenues.',
    todo: source,
  },
  VALUE_TOO_LONG: {
    says: 'Entrées avec une valeur de plus de 4 096 caractères, ignorées.',
    todo: source,
  },
  WORD_TOO_LONG: {
    says: 'Entrées avec un nom de plus de 100 caractères ou un identifiant de plus de 250, ignorées ; une classe, un groupe ou un lien si long est seul ignoré.',
    todo: source,
  },
  ENTRY_TOO_LONG: { says: 'Entrées avec trop de valeurs, ignorées.', todo: source },
  SEVERAL_VALUES: {
    says: 'Attributs à valeur unique qui en portent plusieurs, première valeur retenue.',
    todo: source,
  },
  CATEGORY_UNEXPECTED: {
    says: 'Entrées d’une autre catégorie que leur fichier, ignorées.',
    todo: source,
  },
  OPERATION_UNKNOWN: {
    says: 'Modifications dont l’opération n’est pas un remplacement, ignorées.',
    todo: source,
  },
  MODIFICATION_WITHOUT_BASE: {
    says: 'Changements de fiches que l’annuaire ne tient pas de cette source, ignorés.',
    todo: 'Déposez un export complet de cette source : il remettra tout d’accord.',
  },
  DATE_MALFORMED: { says: 'Dates illisibles, ignorées.', todo: source },
  BIRTH_DATE_IMPOSSIBLE: {
    says: 'Dates de naissance avant 1900 ou après l’export, non retenues.',
    todo: source,
  },
  ENTRY_DATE_IMPOSSIBLE: {
    says: 'Dates d’entrée dans l’école avant la naissance ou plus d’un an après l’export, non retenues.',
    todo: source,
  },
  KEY_INCONSISTENT: { says: 'Entrées sans identifiant cohérent, ignorées.', todo: source },
  KEY_MISSING: { says: 'Agents sans identifiant de source, ignorés.', todo: source },
  ACCOUNT_MADE_BY_HAND: { says: 'Comptes créés à la main dans l’ENT, ignorés.', todo: nothing },
  ACADEMIC_IDENTIFIER_MISSING: {
    says: 'Agents sans identifiant académique : leur connexion par le portail académique ne pourra pas être reconnue.',
    todo: source,
  },
  NAME_MISSING: { says: 'Personnes sans nom ou sans prénom, ignorées.', todo: source },
  BIRTH_DATE_MISSING: { says: 'Élèves sans date de naissance utilisable, ignorés.', todo: source },
  GUARDIAN_NOT_LEGAL: {
    says: 'Responsables sans autorité parentale, liens non retenus.',
    todo: nothing,
  },
  INE_MALFORMED: { says: 'INE de forme inconnue, non retenus.', todo: source },
  INE_TWICE: { says: 'INE portés par plusieurs élèves du même export, non retenus.', todo: source },
  INE_ALREADY_HELD: {
    says: 'INE déjà portés par une autre personne présente, non retenus.',
    todo: source,
  },
  ROW_MALFORMED: { says: 'Lignes plus longues que la ligne de titres, ignorées.', todo: file },
  FORMULA_REFUSED: {
    says: 'Lignes dont une valeur est une formule de tableur, ignorées.',
    todo: file,
  },
  FORMULA_KEPT: {
    says: 'Lignes dont une valeur commence comme une formule de tableur, gardée comme texte : à vérifier.',
    todo: file,
  },
  FUNCTION_UNKNOWN: {
    says: 'Lignes dont la fonction n’est ni inspecteur ni conseiller pédagogique, ignorées : précisez-la.',
    todo: file,
  },
  CLASS_WITHOUT_SCHOOL: {
    says: 'Adultes dont on ne sait pas dans quelle école est leur classe, classe non retenue.',
    todo: file,
  },
  CIRCONSCRIPTION_MISSING: {
    says: 'Inspecteurs et conseillers sans circonscription, ignorés : ajoutez-la dans le fichier.',
    todo: file,
  },
  CIRCONSCRIPTION_UNKNOWN: {
    says: 'Inspecteurs et conseillers d’une circonscription qu’aucune école de la source ne porte, ignorés : vérifiez son nom, ou indiquez les UAI.',
    todo: file,
  },
  COMMUNE_MISSING: {
    says: 'Représentants sans commune, ignorés : ajoutez-la dans le fichier.',
    todo: file,
  },
  COMMUNE_UNKNOWN: {
    says: 'Représentants d’une commune dont la source n’a aucune école publique, ignorés : vérifiez son code INSEE, ou indiquez les UAI.',
    todo: file,
  },
  COMMUNE_CODE_MISSING: {
    says: 'Représentants sans code INSEE ni UAI, ignorés : plusieurs communes portent le même nom, ajoutez l’un ou l’autre dans le fichier.',
    todo: file,
  },
  ORGANISATION_MISSING: {
    says: 'Partenaires sans organisme, ignorés : ajoutez-le dans le fichier.',
    todo: file,
  },
  LEVEL_UNKNOWN: { says: 'Niveaux inconnus, non retenus.', todo: file },
  GUARDIAN_HOMONYMS: {
    says: 'Responsables de même nom, sans rien de commun par ailleurs (adresse, sinon courriel et téléphones, sinon enfants), gardés séparés : à vérifier.',
    todo: oneRow,
  },
  CHILD_UNKNOWN: {
    says: 'Responsables dont un enfant n’est pas dans l’extraction des élèves, lien non retenu.',
    todo: file,
  },
  CHILD_DOUBTFUL: {
    says: 'Responsables dont un enfant a un homonyme dans l’école, lien non retenu.',
    todo: verify,
  },
  UAI_INVALID: { says: 'Écoles dont l’UAI est invalide, ignorées.', todo: source },
  UAI_TWICE: {
    says: 'Écoles différentes qui portent le même UAI : à corriger à la source.',
    todo: source,
  },
  COMMUNE_CODE_UNKNOWN: {
    says: 'Écoles dont le code commune n’est pas connu : à compléter à la source.',
    todo: source,
  },
  SIREN_MALFORMED: { says: 'SIREN ou SIRET invalides, non retenus.', todo: source },
  CONTRACT_UNKNOWN: {
    says: 'Écoles dont on ne sait pas si elles sont publiques, non comptées comme telles.',
    todo: source,
  },
  REQUEST_IGNORED: {
    says: 'Requêtes de modification ou de suppression dans un export complet, ignorées.',
    todo: source,
  },
  DUPLICATE_ENTRY: {
    says: 'Identifiants présents plusieurs fois, première entrée retenue.',
    todo: source,
  },
  PUPIL_NAMESAKES: {
    says: 'Élèves de mêmes nom, prénom et date de naissance sur plusieurs lignes : chacun est gardé, et la question est posée dans les doublons.',
    todo: 'Répondez dans les doublons : une seule personne, ou deux.',
  },
  PUPIL_IN_SEVERAL_SCHOOLS: {
    says: 'Élèves présents sur plusieurs lignes avec des écoles différentes : avec un même identifiant, seule l’école de la première ligne est retenue.',
    todo: file,
  },
  STRUCTURE_AMBIGUOUS: {
    says: 'Rattachements par un SIREN que portent plusieurs écoles ou services, ignorés : on ne sait pas lequel.',
    todo: source,
  },
  STRUCTURE_UNKNOWN: {
    says: 'Rattachements à une école absente de l’export, ignorés.',
    todo: source,
  },
  GUARDIAN_UNKNOWN: {
    says: 'Liens vers un responsable absent de l’export, ignorés.',
    todo: source,
  },
  GUARDIAN_OF_NOBODY: { says: 'Responsables sans élève dans l’export, ignorés.', todo: verify },
  WITHOUT_STRUCTURE: { says: 'Personnes sans école connue, ignorées.', todo: source },
  STRUCTURE_NOT_IN_EXPORT: {
    says: 'Écoles connues absentes de l’export : elles restent dans l’annuaire, mais les personnes que la source n’y déclare plus en partent.',
    todo: verify,
  },
  OUTSIDE_PERIMETER: {
    says: 'Écoles ou personnes hors du périmètre déclaré de la source, ignorées.',
    todo: perimeter,
  },
  BRAKE: {
    says: 'Sécurité : beaucoup de changements d’un coup, au-delà du seuil pour une école ou pour toutes ensemble ; ils attendent une décision.',
    todo: decide,
  },
  PLAN_STALE: {
    says: 'L’annuaire ou la source a changé entre le plan et son application : un nouveau plan a été établi.',
    todo: nothing,
  },
  STATEMENT_REWRITTEN: {
    says: 'Personnes dont l’annuaire ne tenait plus ce que cette source en avait dit : quelqu’un l’a réécrit hors de tout import. La livraison les rétablit.',
    todo: 'Prévenez l’exploitant : il cherche qui a écrit dans la base de l’annuaire.',
  },
  SCHOOL_OLDER: {
    says: 'Écoles dont des données plus récentes sont déjà dans l’annuaire, laissées telles quelles.',
    todo: nothing,
  },
};

/** Of those, whose entry is left out whole: somebody who does not come in. */
export const refusedCodes: readonly string[] = [
  ...['NAME_MISSING', 'BIRTH_DATE_MISSING', 'KEY_INCONSISTENT', 'KEY_MISSING', 'WITHOUT_STRUCTURE'],
  ...['ROW_MALFORMED', 'VALUE_TOO_LONG', 'ENTRY_TOO_LONG', 'FORMULA_REFUSED', 'DUPLICATE_ENTRY'],
  ...['FUNCTION_UNKNOWN', 'CIRCONSCRIPTION_MISSING', 'CIRCONSCRIPTION_UNKNOWN', 'COMMUNE_MISSING'],
  ...['COMMUNE_UNKNOWN', 'COMMUNE_CODE_MISSING', 'ORGANISATION_MISSING', 'CATEGORY_UNEXPECTED'],
];

/** What to do about a remark, as a head does it. */
export const todoOfHead = (code: string): string => {
  const { todo = '' } = remarks[code] ?? {};
  return todoOfHeads.get(todo) ?? todo;
};

/** Of a table without identifiers the key is a digest, which tells a head nothing: file and line do. */
export const subjectOfHead = (subject: string): string =>
  /(^|\/)[ERP]-[\w-]{22}(\.[\w-]{8})?$/.test(subject) ? '' : subject;

const braked: Partial<Record<Breach, string>> = {
  ended: 'départs',
  identities: 'changements d’identité',
  added: 'arrivées',
  doublePupils: 'élèves peut-être déjà connus',
  torn: 'personnes absentes que d’autres fiches nomment encore',
  pupils: 'départs d’élèves',
  guardians: 'départs de responsables',
  staff: 'départs de personnels',
};

/** Of what the brake speaks: a school by its UAI, or all of them, and how many of the people there. */
export const brakedSubject = (
  who: string,
  over: readonly Breach[],
  figures: Figures,
  beside: {
    readonly doublePupils?: number;
    readonly torn?: Torn;
    readonly kinds?: readonly KindFigures[];
  },
): string =>
  `${who} : ${over
    .map((kind) => {
      const [count, of] = countOf(kind, figures, beside);
      return `${braked[kind] ?? kind} ${count} sur ${of}`;
    })
    .join(', ')}`;

function countOf(
  breach: Breach,
  figures: Figures,
  {
    doublePupils = 0,
    torn = { named: 0, orphaned: 0 },
    kinds = [],
  }: Parameters<typeof brakedSubject>[3],
): readonly [count: number, of: number] {
  switch (breach) {
    case 'doublePupils':
      return [doublePupils, figures.present + figures.added];
    case 'torn':
      return [torn.named + torn.orphaned, figures.present];
    case 'pupils':
    case 'guardians':
    case 'staff': {
      const { ended = 0, present = 0 } = kinds.find(({ kind }) => kind === breach) ?? {};
      return [ended, present];
    }
    default:
      return [figures[breach], figures.present];
  }
}
