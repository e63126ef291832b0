import type { LocalDate } from '#libs/time';

export { FolderUnknown, SourceUnreadable } from './source-problems.js';

/** Who comes from the national education into every school of a circonscription. */
export type InspectionRole = 'INSPECTOR' | 'ADVISER';

/** Where it stands in the delivery, so that a report can send a person there. */
type Stated = {
  readonly file: string;
  /** From 1. */
  readonly line: number;
};

/**
 * What the source's attributes said, by their names in the format, as far as a later delta may leave
 * them as they were. The INE is never among them (it is stored as a digest only).
 */
export type SourceAttributes = Readonly<Record<string, readonly string[]>>;

type Statement = Stated & {
  readonly sourceKey: string;
  /** Only where they were asked for (`ReadOptions`). */
  readonly attributes?: SourceAttributes;
};

/** A person as the source writes it: only what the chain needs (SUP-4: no address, phone or mail of a family). */
type SourcePerson = Statement & {
  readonly lastName: string;
  readonly firstName: string;
  /** From 1900 to the day of the export; another one is refused with a remark. */
  readonly birthDate?: LocalDate;
};

/** Several keys may lead to one UAI (remark `UAI_TWICE`): who is attached to any of them is in that school. */
export type SourceStructure = Statement & {
  readonly kind: 'structure';
  readonly uai: string;
  readonly name: string;
  /** Stated, or that of the commune whose SIREN the school bears; empty when neither tells. */
  readonly insee: string;
  readonly commune: string;
  readonly postalCode: string;
  /** Of the legal person behind the school (for a public one its commune), or empty. */
  readonly siren: string;
  /** UNKNOWN: the source does not say. What is known of the school from elsewhere stays; otherwise it is not public (SCH-1). */
  readonly contract: 'PUBLIC' | 'PRIVATE' | 'UNKNOWN';
  readonly isPublic: boolean;
  /** Key of the circonscription (a structure), in an LDAP its name, or absent. */
  readonly circonscription?: string;
  /** Where the format says them of the school; AAF-1D says them of its pupils alone. */
  readonly classes?: readonly SourceClass[];
  readonly groups?: readonly Omit<SourceClass, 'levels'>[];
};

/** As the school states it: with the levels that are taught in it, even without pupils. */
export type SourceClass = {
  readonly id: string;
  readonly label: string;
  readonly levels: readonly string[];
};

/** A class or group of a school. The id is the source's; in 2D shapes the label is all there is. */
export type SourceDivision = {
  readonly structureKey: string;
  readonly id: string;
  readonly label: string;
};

export type SourcePupil = SourcePerson & {
  readonly kind: 'pupil';
  /** For matching only: never stored as it is, never shown. */
  readonly ine?: string;
  /** The home school (DIR-4). */
  readonly structureKey: string;
  /** Of the first class in the home school. */
  readonly classId: string;
  readonly classLabel: string;
  /** Further schools, as stated. */
  readonly otherStructureKeys: readonly string[];
  /** Every class, in the home school and elsewhere. */
  readonly classes: readonly SourceDivision[];
  /** Absent: the file says nothing of groups, and what its source said of them stays. */
  readonly groups?: readonly SourceDivision[];
  /** PS … CM2, or empty. */
  readonly level: string;
  readonly enteredOn?: LocalDate;
  /** Those with parental authority; each once. */
  readonly guardians: readonly { readonly sourceKey: string; readonly relation: string }[];
};

export type SourceGuardian = SourcePerson & { readonly kind: 'guardian' };

/** What brings an adult into the schools, where the format says it; each has another way in and other rights. */
export type SourcePost =
  | { readonly role: 'ATSEM' }
  | { readonly role: 'GUEST' }
  | { readonly role: 'PARTNER'; readonly organisation: string }
  /** Either may be empty, not both. */
  | {
      readonly role: 'COMMUNE_REPRESENTATIVE';
      readonly insee: string;
      readonly commune: string;
    }
  /** Of the national education; their schools are those of the circonscription, as the source names it. */
  | { readonly role: InspectionRole; readonly circonscription: string };

/** Of a whole circonscription: there, as a guest, beside the schools that the person is in otherwise. */
export type SourceInspection = {
  readonly role: InspectionRole;
  /** Key of the structure in the AAF; of an LDAP the name, by which the directory knows its schools. */
  readonly circonscription: string;
  /** Its schools, where the source says them beside the person. */
  readonly structureKeys?: readonly string[];
};

/** An adult who is there for another reason than a child. */
export type SourceStaff = SourcePerson & {
  readonly kind: 'staff';
  readonly isTeacher: boolean;
  /** What the academy's single sign-on knows the person by (AUT-1); only its LDAP states it. */
  readonly academicIdentifier?: string;
  /** Of attachment, of functions and those that the person heads. */
  readonly structureKeys: readonly string[];
  readonly headOf: readonly string[];
  /** Who has one is no teacher and no personnel of the school. */
  readonly post?: SourcePost;
  readonly inspects?: readonly SourceInspection[];
  /** Absent: the file says nothing of classes, as AAF-1D, and what a table of the same source said of them stays. */
  readonly classes?: readonly SourceDivision[];
  readonly groups?: readonly SourceDivision[];
};

/** Something was ignored or is doubtful, and why. Ids only: `subject` is the key of the entry, or what the code speaks of. */
export type SourceRemark = Stated & {
  readonly kind: 'remark';
  readonly code: string;
  readonly subject: string;
};

export type SourceStatement = SourceStructure | SourcePupil | SourceGuardian | SourceStaff;

export type SourceRecord = SourceStatement | SourceRemark;

type Change = Stated & {
  readonly kind: 'change';
  readonly entity: SourceStatement['kind'];
  readonly sourceKey: string;
};

/** New to the perimeter, or stated anew: the whole statement, with its attributes. */
export type SourceAddition = Change & {
  readonly change: 'ADD';
  readonly statement: SourceStatement;
};

/**
 * The lists of the attributes named here are replaced as a whole; an empty list: no value any more.
 * All others stay as the source stated them last. It means something only with the attributes held
 * of that key (`DeltaSource.restate`); where none is held, the source must deliver a full export.
 */
export type SourceModification = Change & {
  readonly change: 'MODIFY';
  /** May hold an INE: never stored as it is. */
  readonly attributes: SourceAttributes;
  /** Of the delta, or empty. */
  readonly datedOn: LocalDate | '';
};

/** No longer in the perimeter. Its links go with it; what is not named stays (a delta never ends anything by absence). */
export type SourceRemoval = Change & { readonly change: 'DELETE' };

export type SourceChange = SourceAddition | SourceModification | SourceRemoval;

export type SourceInventory = {
  /** FULL: who is not in it is no longer stated. DELTA: changes since the export before. */
  readonly extent: 'FULL' | 'DELTA';
  /** SHA-256 over names and contents: the same files give the same import, in a folder or an archive. */
  readonly fingerprint: string;
  /** Of whom it speaks. About the others it says nothing: nobody of them leaves by its absence. */
  readonly states: readonly SourceStatement['kind'][];
  /** Where the identifiers are unique: two academies must not collide. */
  readonly perimeter: string;
  readonly datedOn: LocalDate | '';
  /** The day in the names of all files. It counts where neither the files nor the deliverer state a day. */
  readonly namedOn?: LocalDate | '';
};

export type ReadOptions = {
  /** Adds `attributes` to every statement, for sources that deliver deltas. */
  readonly withAttributes?: boolean;
  /** The school whose delivery it is, for formats that do not say it (ONDE): its UAI is the `structureKey` of what is read. */
  readonly uai?: string;
  /** The day of the data, for files that do not say it: nobody is born after it. */
  readonly datedOn?: LocalDate;
  /** Keys of names and birth dates that several pupils of the school share: they identify no pupil. */
  readonly namesakes?: ReadonlySet<string>;
};

/** Where a full state of schools and people comes from. One adapter for each format. */
export abstract class DirectorySource {
  /** Looks at a delivery (folder, archive or file) without reading the people; refuses what lacks files. */
  abstract inventory(path: string): Promise<SourceInventory>;
  /**
   * Everything in a full delivery, in bounded batches. Throws SourceUnreadable when a file is
   * truncated or holds nothing (such a file must never remove anybody, DIR-3), and for a delta.
   */
  abstract read(path: string, options?: ReadOptions): AsyncIterable<readonly SourceRecord[]>;
}

/** A format that also delivers changes. */
export abstract class DeltaSource extends DirectorySource {
  /**
   * The changes in their order, in bounded batches: a later one of the same key wins. They may name
   * people and schools that only the full export stated, so links are resolved after all are read.
   * Throws SourceUnreadable, and for a full export.
   */
  abstract readDelta(path: string): AsyncIterable<readonly (SourceChange | SourceRemark)[]>;
  /**
   * The whole statement after a modification, and remarks, from the attributes held of its key. It
   * carries an INE only if the modification names it; else the one that is held stays. Without a
   * statement among the records, what is left does not identify anybody: the former one stays.
   */
  abstract restate(change: SourceModification, held: SourceAttributes): readonly SourceRecord[];
}
