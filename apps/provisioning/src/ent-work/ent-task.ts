import type { AccountState, Profile } from '../accounts/accounts.module.js';

/** A class of a school, by our words. */
export type Place = { readonly uai: string; readonly label: string };
export type WantedPlace = Place & {
  readonly schoolName: string;
  readonly level: string;
  /** The ENT's identifiers of school and class, as the books have them; null: not made yet, or not there any more. */
  readonly structureId: string | null;
  readonly classId: string | null;
};
export type ToldPlace = Place & {
  readonly classId: string;
  readonly structureId: string | null;
  /** Nothing keeps the account in the school any more. */
  readonly leavesSchool: boolean;
};

/** A child of a guardian, with the classes in which the books had it when the work was taken. */
export type EntChild = {
  readonly accountId: string;
  readonly entId: string;
  /** Another one by the time the guardian's work is written down: the child's was written down in between. */
  readonly version: string;
  readonly places: readonly (Place & { readonly classId: string })[];
};

/** An account with work towards the ENT, as it stood when the work was taken. */
export type EntTask = {
  readonly accountId: string;
  readonly state: AccountState;
  readonly profile: Profile;
  readonly entId: string | null;
  /** Under which it is made: what its way in names it by, else the account's id. */
  readonly externalId: string;
  /** By which the academy's single sign-on finds staff; empty: none, or another way in (AUT-1). */
  readonly academicMail: string;
  /**
   * The user of the account that the same person had before, where this one has none: perhaps still kept there (PRV-3).
   * `isKept`: its deletion was rejected, so the user stays until the legal day (PRV-8).
   */
  readonly former: {
    readonly entId: string;
    readonly isRemoved: boolean;
    readonly isKept: boolean;
  } | null;
  readonly isBlocked: boolean;
  /** Blocked there whatever the books say: `isBlocked` is what its state asked for. */
  readonly isUrgentlyBlocked: boolean;
  /** Given up because somebody else bore its identifier there: tried again, since that is mended in the ENT alone. */
  readonly isToTryAgain: boolean;
  /** Academy that feeds the school today: no call creates, renames or moves the account there. Null: none (PRV-9). */
  readonly fedBy: string | null;
  /** Its own class; where it has no user yet, the one it is made in. */
  readonly home: WantedPlace;
  /** Classes of now that the ENT was not told, its own first. */
  readonly placesToJoin: readonly WantedPlace[];
  /** Classes that the ENT was told, and should have. */
  readonly placesKept: readonly WantedPlace[];
  /** Classes that the ENT has it in, and should not any more. */
  readonly placesToLeave: readonly ToldPlace[];
  /** Classes in which a call without an answer may have made it. */
  readonly triedPlaces: readonly (ToldPlace & { readonly isWanted: boolean })[];
  /** Times it was taken since all was answered, this time included: from the second on a call may have been done unheard. */
  readonly attempts: number;
  /** Faults of its own in a row: while the ENT served others. */
  readonly faults: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly birthDate: string;
  /** Digest of the names and the birth date (`ent_identity`); null: the person is erased. */
  readonly identity: string | null;
  /** The one that the ENT was last told of; null: not known. */
  readonly toldIdentity: string | null;
  readonly children: readonly EntChild[];
  readonly unlinkedChildren: readonly EntChild[];
  /** Linked there, and children of this relative no more. */
  readonly formerChildren: readonly { accountId: string; entId: string }[];
};

/** What the ENT now has, as far as it was learnt. */
export type EntOutcome = {
  readonly accountId: string;
  /** Of the work as it was taken (`EntTask.attempts`): another count by now says that somebody has taken it again since. */
  readonly attempts: number;
  /** The user that the work was taken for (`EntTask.entId`): what the ENT refuses of another says nothing of this one. */
  readonly servedAs?: string | null;
  entId?: string;
  login?: string;
  joined?: readonly (Place & { readonly classId: string })[];
  left?: readonly Place[];
  /** Its classes were read after all that was told: `joined` and `left` are what the ENT has. */
  areClassesRead?: boolean;
  /** It has these names and this birth date. */
  identity?: string | null;
  /** Of a user taken over from the account before: what the ENT goes on calling it. */
  takenOverAs?: string;
  /** The user taken over was never deleted: its moves and names wait for a plan (PRV-8). */
  isTakenAsItIs?: boolean;
  /** The academic mail that it was made with. */
  academicMail?: string;
  isBlocked?: boolean;
  isRemoved?: boolean;
  linkedChildren?: readonly Pick<EntChild, 'accountId' | 'version'>[];
  unlinkedChildIds?: readonly string[];
  /** The ENT has the account and lets it in. */
  isConfirmed?: boolean;
  /** A call about this user was sent: until then a fault leaves nothing that may be done unheard. */
  hasCalled?: boolean;
  /** The effect of each call of this round is known. */
  isHeard?: boolean;
  /** It is not there, though a call might have made it. */
  isAbsent?: boolean;
  failureCode?: string;
  /** The connector itself is not let through, or a feed will make it: shown like a refusal, and nobody is given up for it. */
  standingCode?: string;
  retryInMs?: number;
  /** The fault is this account's own: others are served. */
  isOwnFault?: boolean;
};

/** Whoever left is not there, and may still be made by a call or a file that was asked before. Looked for again. */
export const creationUnheard = 'ENT_CREATION_UNHEARD';

/** Somebody else bears the identifier there, or one who was deleted and is still kept. */
export const identifierTaken = 'ENT_IDENTIFIER_TAKEN';

/** Ends the code of what was given up after many faults: the ENT may have done it all the same. */
export const persists = '_PERSISTS';
