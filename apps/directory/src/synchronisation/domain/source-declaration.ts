import { departmentOfUai, type Uai } from '#libs/identifiers';
import { defineProblem } from '#libs/problems';
import { addDays, frenchDate, type LocalDate } from '#libs/time';
import type { Believed } from './attribute-priorities.js';

export type SourceKind = 'AAF_1D' | 'ONDE' | 'ENT_CSV' | 'LDAP';

/** A source as somebody declared it (DIR-5): what it delivers, and for whom. */
export type SourceDeclaration = Believed & {
  readonly sourceCode: string;
  readonly kind: SourceKind;
  readonly title: string;
  /** What an AAF export of this source says in its head; empty: not compared. */
  readonly academyCode: string;
  /** Its schools: those of these departments, and these. Neither: all. */
  readonly departments: readonly string[];
  readonly uais: readonly string[];
  /** None: all. */
  readonly profiles: readonly string[];
  readonly enabled: boolean;
  /** Between its full exports it delivers changes; of an LDAP, it is asked for them between its full readings. */
  readonly deliversDeltas: boolean;
  /** It delivers at least that often; 0: nobody expects anything. */
  readonly everyDays: number;
};

export class SourceUndeclared extends defineProblem('SOURCE_UNDECLARED', 'not-found') {
  constructor(sourceCode: string) {
    super(
      'Cette source n’est pas déclarée : déclarez-la d’abord, avec ses écoles et ses profils.',
      { sourceCode },
    );
  }
}

export class SourceDisabled extends defineProblem('SOURCE_DISABLED', 'conflict') {
  constructor(sourceCode: string) {
    super('Cette source est désactivée : réactivez-la avant de livrer ses fichiers.', {
      sourceCode,
    });
  }
}

/** The files are of somebody else than the source that they were delivered for. */
export class SourceMismatch extends defineProblem('SOURCE_MISMATCH', 'invalid') {}

export class DeliveryUndated extends defineProblem('DELIVERY_UNDATED', 'invalid') {
  constructor() {
    super(
      'Ni ces fichiers ni leurs noms ne disent de quel jour ils sont : indiquez la date des données (avec la commande : --dated-on JOUR), pour qu’un export ancien n’en efface pas un plus récent.',
    );
  }
}

/** Our day stands still for a week at most without somebody's order (MKT-4): what is dated beyond is mistyped, or of a wrong clock. */
const aheadDaysMax = 7;

/** Taken, it would make all that is true older than it, for years. */
export class DeliveryAhead extends defineProblem('DELIVERY_AHEAD', 'invalid') {
  constructor(datedOn: LocalDate, today: LocalDate) {
    super(
      `Ces données sont datées du ${frenchDate(datedOn)}, et nous sommes le ${frenchDate(today)} : rien n’a été importé. Corrigez la date indiquée ; si c’est le fichier qui la porte, redemandez un export à qui le livre.`,
      { datedOn, today },
    );
  }
}

/** Throws DeliveryAhead. */
export function ensureNotAhead(datedOn: LocalDate, today: LocalDate): void {
  if (datedOn > addDays(today, aheadDaysMax)) throw new DeliveryAhead(datedOn, today);
}

/** The file does not say of which school it is. */
export class SchoolNotNamed extends defineProblem('SCHOOL_NOT_NAMED', 'invalid') {
  constructor(sourceCode: string) {
    super(
      'Ces fichiers ne disent pas de quelle école ils sont, et la source en a plusieurs : indiquez l’UAI de l’école.',
      { sourceCode },
    );
  }
}

export class SchoolNotOfSource extends defineProblem('SCHOOL_NOT_OF_SOURCE', 'invalid') {
  constructor(sourceCode: string, uai: string) {
    super(
      `L’école ${uai} n’est pas de celles de cette source, ou l’annuaire ne la connaît pas encore : vérifiez l’UAI et la source.`,
      { sourceCode, uai },
    );
  }
}

export class DeltasUndeclared extends defineProblem('DELTAS_UNDECLARED', 'conflict') {
  constructor(sourceCode: string) {
    super(
      'Ces fichiers ne disent que des changements (Delta), et la source n’est pas déclarée pour en livrer : déposez un export complet, ou déclarez-la ainsi puis redéposez un export complet.',
      { sourceCode },
    );
  }
}

/** Kinds whose files are of schools, one or some, and say nothing of the others: their keys are each school's own. */
export const speaksBySchools = ({ kind }: Pick<SourceDeclaration, 'kind'>): boolean =>
  kind === 'ONDE' || kind === 'ENT_CSV';

/** Its changes mean something only beside what it said before, attribute by attribute. An LDAP states whom it names whole. */
export const holdsStatements = ({
  kind,
  deliversDeltas,
}: Pick<SourceDeclaration, 'kind' | 'deliversDeltas'>): boolean =>
  deliversDeltas && kind !== 'LDAP';

/** Before anything is read: only an LDAP is asked without a folder. Throws SourceDisabled, SourceMismatch. */
export function acceptKind({ enabled, kind, sourceCode }: SourceDeclaration, folder: string): void {
  if (!enabled) throw new SourceDisabled(sourceCode);
  if (kind !== 'LDAP' || folder === '') return;
  throw new SourceMismatch(
    'Cette source est un annuaire LDAP, qui est lu et ne se dépose pas : choisissez la source de ces fichiers.',
    { sourceCode, kind },
  );
}

/**
 * The school whose delivery it is, or empty where the files say it themselves. What they say of themselves is compared,
 * and never chooses (DIR-5). Throws DeltasUndeclared, SourceMismatch, SchoolNotNamed, SchoolNotOfSource.
 */
export function accept(
  source: SourceDeclaration,
  delivery: {
    readonly academy: string;
    readonly uai: string;
    readonly extent: 'FULL' | 'DELTA';
  },
): string {
  const { sourceCode, academyCode, kind } = source;
  const { academy } = delivery;
  if (delivery.extent === 'DELTA' && !source.deliversDeltas) throw new DeltasUndeclared(sourceCode);
  if (kind === 'AAF_1D') {
    if (academyCode !== '' && academy !== '' && academy !== academyCode) {
      throw new SourceMismatch(
        `Cet export est de l’académie ${academy}, et la source de l’académie ${academyCode} : vérifiez le dossier et la source.`,
        { sourceCode, academy },
      );
    }
    return '';
  }
  const uai = delivery.uai || (source.uais.length === 1 ? source.uais[0]! : '');
  if (uai === '' && kind === 'ONDE') throw new SchoolNotNamed(sourceCode);
  if (uai !== '' && !covers(source, uai)) throw new SchoolNotOfSource(sourceCode, uai);
  return uai;
}

/** Whether a source may speak of this kind of entity at all; which staff are teachers is known only from what is said of them. */
export function speaksOf(
  { profiles }: Pick<SourceDeclaration, 'profiles'>,
  entity: string,
): boolean {
  if (profiles.length === 0) return true;
  if (entity === 'pupil') return profiles.includes('STUDENT');
  return entity !== 'guardian' || profiles.includes('RELATIVE');
}

type Adult = { readonly isTeacher: boolean; readonly post?: { readonly role: string } };

/** Who comes with a post is a guest of the school, but for the ATSEM, whom the commune employs in it. */
export function placeProfileOf({ isTeacher, post }: Adult): 'TEACHER' | 'PERSONNEL' | 'GUEST' {
  if (post && post.role !== 'ATSEM') return 'GUEST';
  return isTeacher && !post ? 'TEACHER' : 'PERSONNEL';
}

type Placed = Adult & {
  readonly structureKeys: readonly string[];
  readonly headOf: readonly string[];
  readonly inspects?: readonly unknown[];
};

/** What of an adult the source may speak of; undefined: nothing. Who inspects schools is a guest of them, whatever else the same person is. */
export function spokenOfAdult<One extends Placed>(
  { profiles }: Pick<SourceDeclaration, 'profiles'>,
  adult: One,
): Omit<One, 'inspects'> | undefined {
  if (profiles.length === 0) return adult;
  const { inspects, ...place } = adult;
  const mayInspect = inspects !== undefined && profiles.includes('GUEST');
  const asGuest = mayInspect ? { inspects } : {};
  if (profiles.includes(placeProfileOf(adult))) return { ...place, ...asGuest };
  return mayInspect ? { ...place, ...asGuest, structureKeys: [], headOf: [] } : undefined;
}

/** Whether a school is one of the source's. */
export function covers(
  { departments, uais }: Pick<SourceDeclaration, 'departments' | 'uais'>,
  uai: string,
): boolean {
  if (departments.length === 0 && uais.length === 0) return true;
  return uais.includes(uai) || departments.includes(departmentOfUai(uai as Uai));
}
