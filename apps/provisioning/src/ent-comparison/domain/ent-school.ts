import type { BookedAccount, SchoolComparison } from './school-comparison.js';

/** One school as the ENT has it, beside the books. */
export type EntSchool = {
  readonly uai: string;
  /** Undefined: the ENT does not know the school. */
  readonly structureId: string | undefined;
  readonly classes: readonly { readonly entId: string; readonly label: string }[];
  readonly comparison: SchoolComparison;
  /** Of the missing: the ENT does not know them, each asked for by itself. */
  readonly absent: readonly BookedAccount[];
  /** Of the missing: deleted there and kept for a time. */
  readonly preDeleted: readonly BookedAccount[];
  /** Of the missing: in another school there, or in none. */
  readonly elsewhere: readonly FoundElsewhere[];
};

/** With the ENT's identifiers of the classes that it is in. */
export type FoundElsewhere = BookedAccount & { readonly classIds: readonly string[] };
