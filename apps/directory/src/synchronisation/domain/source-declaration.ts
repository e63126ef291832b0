import { departmentOfUai, type Uai } from '#libs/identifiers';
import { defineProblem } from '#libs/problems';

export type SourceKind = 'AAF_1D' | 'ONDE' | 'ENT_CSV' | 'LDAP';

/** A source as somebody declared it (DIR-5): what it delivers, and for whom. */
export type SourceDeclaration = {
  readonly sourceCode: string;
  readonly kind: SourceKind;
  readonly title: string;
  /** What an AAF export of this source says in its head; empty: not compared. */
  readonly academyCode: string;
  /** 1 first: whose word counts where two sources state the same person. */
  readonly priority: number;
  /** Its schools: those of these departments, and these. Neither: all. */
  readonly departments: readonly string[];
  readonly uais: readonly string[];
  /** None: all. */
  readonly profiles: readonly string[];
  readonly enabled: boolean;
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
      'Ces fichiers ne disent pas de quel jour ils sont : indiquez la date des données, pour qu’un export ancien n’en efface pas un plus récent.',
    );
  }
}

/** Throws SourceDisabled, SourceMismatch: what the files say of themselves is compared, and never chooses (DIR-5). */
export function accept(source: SourceDeclaration, stated: { readonly academy: string }): void {
  if (!source.enabled) throw new SourceDisabled(source.sourceCode);
  if (source.kind !== 'AAF_1D') {
    throw new SourceMismatch(
      'Ce dossier est un export AAF, et la source en livre d’autres : choisissez la source de cet export.',
      { sourceCode: source.sourceCode, kind: source.kind },
    );
  }
  const { academyCode } = source;
  if (academyCode !== '' && stated.academy !== '' && stated.academy !== academyCode) {
    throw new SourceMismatch(
      `Cet export est de l’académie ${stated.academy}, et la source de l’académie ${academyCode} : vérifiez le dossier et la source.`,
      { sourceCode: source.sourceCode, academy: stated.academy },
    );
  }
}

/** Whether a school is one of the source's. */
export function covers(
  { departments, uais }: Pick<SourceDeclaration, 'departments' | 'uais'>,
  uai: string,
): boolean {
  if (departments.length === 0 && uais.length === 0) return true;
  return uais.includes(uai) || departments.includes(departmentOfUai(uai as Uai));
}
