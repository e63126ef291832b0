import type { LocalDate } from '#libs/time';
import {
  become,
  type AccountPast,
  type AccountState,
  type Cause,
  type Profile,
} from './account.js';

/** Where an account stands, and what its order in a waiting list is (PRV-1, PRV-2). */
export type Place = {
  readonly uai: string;
  readonly membershipId: string;
  /** Empty: the market asks no seat for the profile. */
  readonly itemCode: string;
  /** Date of entry to the school. */
  readonly entryOn: LocalDate;
  readonly sourceKey: string;
  readonly classLabel: string;
  readonly classLevel: string;
};

/** An account as far as decisions need it. */
export type Account = AccountPast & {
  readonly accountId: string;
  readonly personId: string;
  readonly profile: Profile;
  readonly since: LocalDate;
  readonly sequence: number;
  readonly place: Place;
  /** A place asked for in another pool, waiting for the allotment. */
  readonly next: Omit<Place, 'entryOn' | 'sourceKey'> | null;
  readonly closingEndsOn: LocalDate | null;
  readonly failureCode: string;
};

/** One transition, or a move where `from` = `to`: what is kept for ever and told to the others. */
export type Step = {
  readonly accountId: string;
  readonly sequence: number;
  readonly personId: string;
  readonly profile: Profile;
  readonly from: AccountState | '';
  readonly to: AccountState;
  readonly effectiveOn: LocalDate;
  readonly cause: Cause;
  readonly uai: string;
  readonly membershipId: string;
  readonly itemCode: string;
  readonly failureCode: string;
  readonly decidedBy: string;
  readonly reason: string;
};

export type Reason = {
  /** Day whose effect it is; an account never goes back in time. */
  readonly on: LocalDate;
  readonly cause: Cause;
  readonly failureCode?: string;
  readonly decidedBy?: string;
  readonly reason?: string;
};

/** An account and the steps that led there, the account's own included. */
export type Stepped = { readonly account: Account; readonly steps: readonly Step[] };

export function unchanged(account: Account): Stepped {
  return { account, steps: [] };
}

/** The account in a new state (PRV-3). Throws TransitionNotAllowed. */
export function step({ account, steps }: Stepped, to: AccountState, reason: Reason): Stepped {
  const after = {
    ...account,
    ...become(account, to),
    since: later(account.since, reason.on),
    sequence: account.sequence + 1,
    failureCode: to === 'FAILED' ? (reason.failureCode ?? '') : '',
    closingEndsOn: to === 'CLOSING' ? account.closingEndsOn : null,
  };
  return { account: after, steps: [...steps, stepOf(after, account.state, reason)] };
}

/** The account in another place, its state unchanged. A new class alone is not told to the others. */
export function move({ account, steps }: Stepped, place: Place, reason: Reason): Stepped {
  const old = account.place;
  const isTold =
    old.uai !== place.uai ||
    old.membershipId !== place.membershipId ||
    old.itemCode !== place.itemCode;
  if (!isTold) return { account: { ...account, place }, steps };
  const after = { ...account, place, sequence: account.sequence + 1 };
  return { account: after, steps: [...steps, stepOf(after, account.state, reason)] };
}

/** A new account, which exists because a person is in scope. */
export function request(
  identity: { accountId: string; personId: string; profile: Profile },
  place: Place,
  reason: Reason,
): Stepped {
  const account: Account = {
    ...identity,
    state: 'REQUESTED',
    openState: null,
    activated: false,
    since: reason.on,
    sequence: 1,
    place,
    next: null,
    closingEndsOn: null,
    failureCode: '',
  };
  return { account, steps: [stepOf(account, '', reason)] };
}

function stepOf(account: Account, from: AccountState | '', reason: Reason): Step {
  return {
    accountId: account.accountId,
    sequence: account.sequence,
    personId: account.personId,
    profile: account.profile,
    from,
    to: account.state,
    effectiveOn: later(account.since, reason.on),
    cause: reason.cause,
    uai: account.place.uai,
    membershipId: account.place.membershipId,
    itemCode: account.place.itemCode,
    failureCode: account.failureCode,
    decidedBy: reason.decidedBy ?? '',
    reason: reason.reason ?? '',
  };
}

function later(a: LocalDate, b: LocalDate): LocalDate {
  return a > b ? a : b;
}
