export type EntProfile = 'Student' | 'Relative' | 'Teacher' | 'Personnel' | 'Guest';

export type NewEntUser = {
  /**
   * What makes creation idempotent (PRV-4), and what ÉduConnect and the academies' single sign-on find the person by: its
   * key in the academy's export, else our account's identifier. The ENT never lets it be changed.
   */
  readonly externalId: string;
  /** Of staff: by it the academy's single sign-on finds them, too. Empty: none; told at the creation or never. */
  readonly academicMail: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly profile: EntProfile;
  /** YYYY-MM-DD; empty when unknown. */
  readonly birthDate: string;
  /** The ENT's identifiers of the children of a relative. */
  readonly childEntIds: readonly string[];
};

export type EntUser = {
  readonly entId: string;
  readonly externalId: string;
  readonly login: string;
  /** Used at least once: no activation code is left. The code itself stays in the ENT. */
  readonly isActivated: boolean;
};

/** A user of a school as the ENT itself has it: what a comparison needs to know (PRV-5). */
export type EntMember = EntUser & {
  /** By a call or in the console, not by a feed or a file. */
  readonly isMadeByHand: boolean;
  /** By an academy's feed: no call deletes it. */
  readonly isFed: boolean;
  readonly profile: string;
  readonly firstName: string;
  readonly lastName: string;
  /** YYYY-MM-DD; empty when the ENT does not say. */
  readonly birthDate: string;
  readonly isBlocked: boolean;
  readonly classes: readonly EntClass[];
  /** Of a relative. */
  readonly childEntIds: readonly string[];
};
/** How somebody comes in; read to be printed, and kept nowhere (AUT-1). */
export type EntWayIn = {
  readonly entId: string;
  readonly login: string;
  /** Undefined: it was used. */
  readonly activationCode: string | undefined;
};
export type EntStructure = {
  readonly entId: string;
  /** Empty: none. */
  readonly uai: string;
  readonly name: string;
};
export type EntClass = { readonly entId: string; readonly label: string };

/** Of one user, asked by the ENT's identifier. */
export type EntWhereabouts =
  | { readonly is: 'ABSENT' }
  /** Deleted there and kept for a time: without classes and family, and its externalId is taken. */
  | ({ readonly is: 'PRE_DELETED'; readonly deletedAt: Date | undefined } & EntNames)
  /** Of whatever school, or of none. */
  | ({
      readonly is: 'PRESENT';
      /** Its classes stand in the lists of these schools alone (`classesOfUsers`). */
      readonly structures: readonly EntSchoolOfUser[];
      readonly parentEntIds: readonly string[];
      readonly childEntIds: readonly string[];
    } & EntNames);
export type EntSchoolOfUser = Pick<EntStructure, 'entId' | 'uai'>;
/** A user and the structures that it is in. */
export type EntPlaced = { readonly entId: string; readonly structureIds: readonly string[] };
type EntNames = Pick<
  EntMember,
  'externalId' | 'login' | 'isActivated' | 'firstName' | 'lastName' | 'birthDate' | 'isBlocked'
>;

/** A school as its files must name it, since an import writes name and identifier into it anew (§3.1, 1). */
export type EntFileSchool = {
  readonly structureId: string;
  readonly name: string;
  readonly externalId: string;
  readonly uai: string;
};

/** One line of a file; the identifier is always sent, so that the same line again is the same user (§3.1, 2). */
export type EntFilePerson = {
  readonly externalId: string;
  readonly profile: EntProfile;
  readonly firstName: string;
  readonly lastName: string;
  /** YYYY-MM-DD; empty when unknown. */
  readonly birthDate: string;
  readonly classLabel: string;
  /** Of a relative: identifiers of its children, in the school or in these files. */
  readonly childExternalIds: readonly string[];
};

/** What the ENT says of files before anything of them is written. */
export type CheckedFile =
  /** `known`: identifiers that somebody has there; `refused`: who will be left out, and why. */
  | {
      readonly is: 'READY';
      readonly importId: string;
      readonly known: ReadonlySet<string>;
      readonly refused: ReadonlyMap<string, string>;
    }
  /** These lines alone stop it. */
  | { readonly is: 'STOPPED'; readonly externalIds: ReadonlySet<string> };

/** The ENT will never do this: asking again changes nothing (PRV-4). */
export class EntRefused extends Error {
  override readonly name = 'EntRefused';
  /** `code` is stable and ours; the ENT's own words are not kept, they may hold a name. */
  constructor(readonly code: string) {
    super(`Open ENT-NG refuses: ${code}`);
  }
}

/** The class or the school that was named is not there any more: the ENT does not know its identifier. */
export class EntPlaceGone extends Error {
  override readonly name = 'EntPlaceGone';
}

/** The externalId is taken: by our own earlier call, whose answer was lost. */
export class EntAlreadyThere extends Error {
  override readonly name = 'EntAlreadyThere';
}

/**
 * Faults that only the operator of the ENT, or ours, can correct: a missing right of the technical account, a second factor,
 * terms or a validation of its mail that the ENT demands, a refused login.
 */
export const connectorFaults = [
  'ENT_RIGHT_MISSING',
  'ENT_SECOND_FACTOR',
  'ENT_TERMS',
  'ENT_MAIL_NOT_VALIDATED',
  'ENT_LOGIN_REFUSED',
] as const;
export type ConnectorFault = (typeof connectorFaults)[number];

/** Rights of the technical account, without which no school is read, no class made, no user looked up (row G). */
export const entRights = ['SCHOOLS', 'CLASSES', 'USERS'] as const;
export type EntRight = (typeof entRights)[number];

/** Codes of what was refused before anything of the call was done. */
const undoneCodes: ReadonlySet<string> = new Set([
  ...['ENT_TRANSIENT', 'ENT_THROTTLED', ...connectorFaults],
]);

/** No answer, a late one, or "try later": the call may or may not have been done, unless it is known. */
export class EntUnavailable extends Error {
  override readonly name = 'EntUnavailable';
  /** Nothing of the call was done: no reading is needed before it is sent again. */
  readonly isUndone: boolean;
  /** An error of the server (5xx), and no answer of the platform. */
  readonly isServerError: boolean;
  /** When to ask again at the earliest, where the ENT said so to everybody: no account's own fault. */
  readonly retryInMs: number | undefined;
  constructor(
    readonly code:
      | ConnectorFault
      | 'ENT_UNREACHABLE'
      | 'ENT_TIMEOUT'
      | 'ENT_BUSY'
      | 'ENT_TRANSIENT'
      | 'ENT_FAULT'
      | 'ENT_SESSION'
      | 'ENT_THROTTLED'
      | 'ENT_ANSWER_TOO_LONG'
      | 'ENT_LISTS_DIFFER',
    options?: ErrorOptions & {
      retryInMs?: number | undefined;
      isUndone?: boolean;
      isServerError?: boolean;
    },
  ) {
    super(`Open ENT-NG is not available: ${code}`, options);
    this.retryInMs = options?.retryInMs;
    this.isUndone = options?.isUndone ?? undoneCodes.has(code);
    this.isServerError = options?.isServerError === true;
  }

  get isConnectorFault(): boolean {
    return connectorFaults.some((each) => each === this.code);
  }
}

/** Open ENT-NG, as far as accounts need it. Every method throws EntUnavailable or EntRefused. */
export abstract class EntGateway {
  /** Writes nothing. */
  abstract missingRights(): Promise<readonly EntRight[]>;
  /** The structure of a school, created if it is not there. */
  abstract ensureStructure(school: { uai: string; name: string }): Promise<string>;
  /** The class of a structure, created if it is not there. Throws EntPlaceGone where the structure is gone. */
  abstract ensureClass(
    structureId: string,
    schoolClass: { label: string; level: string },
  ): Promise<string>;
  /** Throws EntAlreadyThere and EntPlaceGone as well. */
  abstract createUser(classId: string, user: NewEntUser): Promise<{ entId: string; login: string }>;
  abstract usersOf(structureId: string): Promise<EntUser[]>;
  /** Of whatever schools may be seen; none at all is EntUnavailable. */
  abstract structures(): Promise<EntStructure[]>;
  abstract classesOf(structureId: string): Promise<EntClass[]>;
  /**
   * Everybody of a school, out of two of the ENT's lists that name the same people: one cut short by something on its
   * way, or read while people come and go, is EntUnavailable, not a school with fewer people.
   */
  abstract membersOf(structureId: string): Promise<EntMember[]>;
  /**
   * Everybody of a school by the first of these lists alone, read after the call and shared by callers of the same moment.
   * It may be cut short: for members that are there, or to confirm what another answer says. `isAtOnce`: without a pause for
   * further callers.
   */
  abstract listedMembersOf(
    structureId: string,
    how?: { readonly isAtOnce?: boolean },
  ): Promise<readonly EntMember[]>;
  /**
   * The classes of each user, by the lists of its schools, each list read once and shared by callers of the same moment: the
   * page of a single user has others. Throws EntUnavailable where the list of a user's school lacks the user.
   */
  abstract classesOfUsers(
    users: readonly EntPlaced[],
  ): Promise<ReadonlyMap<string, readonly EntClass[]>>;
  /**
   * `structureIds`: schools that the user was in. An administrator of schools is refused a user that is gone, as one outside
   * its schools: the lists of these schools then decide.
   */
  abstract whereaboutsOf(entId: string, structureIds?: readonly string[]): Promise<EntWhereabouts>;
  abstract setBlocked(entId: string, isBlocked: boolean): Promise<void>;
  /** Harmless when the user is gone already; `structureIds` as for `whereaboutsOf`. */
  abstract remove(entId: string, structureIds?: readonly string[]): Promise<void>;
  /** One who is pre-deleted is as before, with login and content. Harmless when it is there, or gone. */
  abstract restore(entId: string): Promise<void>;
  abstract relate(studentEntId: string, relativeEntId: string): Promise<void>;
  /** Harmless when they are not related, or one of them is gone. */
  abstract unrelate(studentEntId: string, relativeEntId: string): Promise<void>;
  /** Names, the name shown, and the birth date where one is known; the login stays. */
  abstract nameUser(
    entId: string,
    person: Pick<NewEntUser, 'firstName' | 'lastName' | 'birthDate'>,
  ): Promise<void>;
  /**
   * Ends the effect of an earlier `leaveStructure`: without it the next feed takes the user out of the school again, whatever
   * classes it joins (row H). Throws EntPlaceGone where the school, or the user, is not there.
   */
  abstract joinStructure(structureId: string, entId: string): Promise<void>;
  /** Throws EntPlaceGone where the class, or the user, is not there. */
  abstract joinClass(classId: string, entId: string): Promise<void>;
  abstract leaveClass(classId: string, entId: string): Promise<void>;
  /**
   * With its classes. To leave the classes alone would keep the user in the school's groups. Confirmed by the school's list:
   * the call's own answer may be empty.
   */
  abstract leaveStructure(structureId: string, entId: string): Promise<void>;
  /** Of everybody in the class. Throws EntPlaceGone. */
  abstract waysInOfClass(classId: string): Promise<EntWayIn[]>;
  /** Users of a school whom the ENT takes for the second of somebody, and lets nobody activate. */
  abstract keptOutOf(structureId: string): Promise<ReadonlySet<string>>;
  /** Undefined: the ENT has no such user, or has it pre-deleted. */
  abstract wayInOf(entId: string): Promise<EntWayIn | undefined>;
  /** A school as its files must name it. Undefined: its name or identifier does not survive an import. */
  abstract schoolInFiles(structureId: string): Promise<EntFileSchool | undefined>;
  /**
   * Files of a school, checked: nothing is written yet. `people`: at most `filePeopleMax`. Ends when `signal` does. Throws
   * EntRefused (`ENT_FILE_REFUSED`) where no line is to blame.
   */
  abstract checkFile(
    school: EntFileSchool,
    people: readonly EntFilePerson[],
    signal: AbortSignal,
  ): Promise<CheckedFile>;
  /** Files that were checked, written. Who was left out, by identifier, and why. */
  abstract importFile(importId: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  /** By the ENT's identifier; ends the codes before. A user that is absent or pre-deleted is left out. */
  abstract renewalCodes(entIds: readonly string[]): Promise<ReadonlyMap<string, string>>;
}
