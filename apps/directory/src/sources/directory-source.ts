import type { LocalDate } from '#libs/time';

export { FolderUnknown, SourceUnreadable } from './source-problems.js';

/** A person as the source writes it: only what the chain needs (SUP-4: no address, phone or mail of a family). */
type SourcePerson = {
  readonly sourceKey: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly birthDate?: LocalDate;
};

export type SourceStructure = {
  readonly kind: 'structure';
  readonly sourceKey: string;
  readonly uai: string;
  readonly name: string;
  readonly insee: string;
  readonly commune: string;
  readonly postalCode: string;
  readonly isPublic: boolean;
};

export type SourcePupil = SourcePerson & {
  readonly kind: 'pupil';
  /** For matching only: never stored as it is, never shown. */
  readonly ine?: string;
  readonly structureKey: string;
  readonly classId: string;
  readonly classLabel: string;
  /** PS … CM2, or empty. */
  readonly level: string;
  readonly enteredOn?: LocalDate;
  readonly guardians: readonly { readonly sourceKey: string; readonly relation: string }[];
};

export type SourceGuardian = SourcePerson & { readonly kind: 'guardian' };

export type SourceStaff = SourcePerson & {
  readonly kind: 'staff';
  readonly isTeacher: boolean;
  readonly structureKeys: readonly string[];
  readonly headOf: readonly string[];
};

/** Something was ignored, and why. Ids only. */
export type SourceRemark = {
  readonly kind: 'remark';
  readonly code: string;
  readonly subject: string;
};

export type SourceRecord =
  SourceStructure | SourcePupil | SourceGuardian | SourceStaff | SourceRemark;

export type SourceInventory = {
  /** SHA-256 over names and contents: the same files give the same import. */
  readonly fingerprint: string;
  /** Where the identifiers are unique: two academies must not collide. */
  readonly perimeter: string;
  readonly datedOn: LocalDate | '';
};

/** Where a full state of schools and people comes from. */
export abstract class DirectorySource {
  /** Looks at the folder without reading the people; refuses what is no complete full export. */
  abstract inventory(folder: string): Promise<SourceInventory>;
  /**
   * Everything in the folder, in bounded batches. Throws SourceUnreadable when a file is truncated
   * or holds nothing: such a file must never remove anybody (DIR-3).
   */
  abstract read(folder: string): AsyncIterable<readonly SourceRecord[]>;
}
