export const profiles = ['Student', 'Relative', 'Teacher', 'Personnel', 'Guest'] as const;
export type EntProfile = (typeof profiles)[number];

export type Structure = {
  readonly id: string;
  readonly externalId: string;
  readonly name: string;
  readonly UAI: string | null;
  readonly source: string;
};

export type SchoolClass = {
  readonly id: string;
  readonly externalId: string;
  readonly name: string;
  readonly level: string | null;
  readonly structureId: string;
  /** Without them a class has no application. */
  readonly hasDefaultRoles: boolean;
};

/** Where somebody is and whose relative: what a deletion takes away. */
export type Ties = {
  readonly classIds: readonly string[];
  readonly structureIds: readonly string[];
  /** Relatives of a pupil. */
  readonly relativeIds: readonly string[];
};

export type User = Ties & {
  readonly id: string;
  readonly externalId: string;
  readonly login: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly displayName: string;
  readonly birthDate: string | null;
  readonly type: EntProfile;
  readonly source: string;
  /** There: never used. There is no way to make another (§1.9). */
  readonly activationCode: string | null;
  readonly password: string | null;
  /** A password-renewal code and when it was made, in milliseconds; one at a time (§1.9). */
  readonly reset?: { readonly code: string; readonly at: number } | undefined;
  /** Came in by an identity provider. */
  readonly federated: boolean;
  readonly blocked: boolean;
  /** Milliseconds: missing from the last feed since. */
  readonly disappearanceDate: number | null;
  /** Milliseconds: pre-deleted since. */
  readonly deleteDate: number | null;
  /** Groups of a pre-deleted user: what a restoration gives back. */
  readonly backup: Omit<Ties, 'relativeIds'> | null;
  /** Property `classes` of the node: externalIds as creation, file or feed wrote them; links do not change it (row F). */
  readonly writtenClasses?: readonly string[];
  /** externalIds of schools that a person detached from: the next feed leaves it so (§1.1). */
  readonly removedFromStructures: readonly string[];
  /** Whom the platform takes for the same person (§1.12). */
  readonly duplicateIds?: readonly string[];
  readonly created: string;
  readonly lastLogin: string | null;
  /** The other properties that the schema of its profile keeps: `email`, `ine`, `attachmentId`… (appendix A). */
  readonly more: Readonly<Record<string, string>>;
};

export type Entry =
  | { put: 'structure'; value: Structure }
  | { put: 'class'; value: SchoolClass }
  | { put: 'user'; value: User }
  | { remove: string }
  | { removeClass: string }
  | { clockOffsetMs: number }
  /** Everything goes: what follows is what a backup held. */
  | { empty: true };

/** What a backup of the platform holds: structures, classes, users with their codes, passwords, blocks and families. */
export type Backup = readonly Entry[];

/** A refusal in the ENT's own words: 400 `{"error": message}` unless another status is given. */
export class EntError extends Error {
  constructor(
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}
