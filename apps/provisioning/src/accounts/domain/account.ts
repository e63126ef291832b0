import { defineProblem } from '#libs/problems';

export const accountStates = [
  'REQUESTED',
  'WAITING_SEAT',
  'PROVISIONING',
  'PROVISIONED',
  'ACTIVATED',
  'SUSPENDED',
  'CLOSING',
  'DELETED',
  'FAILED',
] as const;
export type AccountState = (typeof accountStates)[number];
export type OpenState = 'PROVISIONED' | 'ACTIVATED' | 'SUSPENDED';

export const profiles = ['STUDENT', 'RELATIVE', 'TEACHER', 'PERSONNEL', 'GUEST'] as const;
export type Profile = (typeof profiles)[number];

/** Why a transition took place (PRV-3). */
export type Cause =
  | 'IMPORT'
  | 'ORDER'
  | 'OPERATOR'
  | 'RECONCILIATION'
  | 'ENT'
  | 'DAY'
  | 'MEMBERSHIP';

export class TransitionNotAllowed extends defineProblem('TRANSITION_NOT_ALLOWED', 'conflict') {}

/** What of an account's past decides where it may go. */
export type AccountPast = {
  readonly state: AccountState;
  /** The last open state; null: never open. */
  readonly openState: OpenState | null;
  /** Used at least once. */
  readonly activated: boolean;
};

/** The table of PRV-3, as it is written there. */
export const transitions: Readonly<Record<AccountState, readonly AccountState[]>> = {
  REQUESTED: ['WAITING_SEAT', 'PROVISIONING', 'DELETED'],
  WAITING_SEAT: ['PROVISIONING', 'PROVISIONED', 'ACTIVATED', 'SUSPENDED', 'CLOSING', 'DELETED'],
  PROVISIONING: ['PROVISIONED', 'FAILED', 'CLOSING', 'WAITING_SEAT'],
  FAILED: ['PROVISIONING', 'DELETED', 'WAITING_SEAT'],
  PROVISIONED: ['ACTIVATED', 'SUSPENDED', 'PROVISIONING', 'WAITING_SEAT', 'CLOSING'],
  ACTIVATED: ['SUSPENDED', 'PROVISIONING', 'WAITING_SEAT', 'CLOSING'],
  SUSPENDED: ['PROVISIONED', 'ACTIVATED', 'PROVISIONING', 'WAITING_SEAT', 'CLOSING'],
  CLOSING: ['PROVISIONED', 'ACTIVATED', 'SUSPENDED', 'WAITING_SEAT', 'DELETED'],
  DELETED: [],
};

/** Counts in U(d). */
export function isOpen(state: AccountState): state is OpenState {
  return state === 'PROVISIONED' || state === 'ACTIVATED' || state === 'SUSPENDED';
}

/** Holds a seat, where the market has an item for its profile. */
export function holdsSeat(state: AccountState): boolean {
  return isOpen(state) || state === 'PROVISIONING' || state === 'FAILED';
}

/** Whether the ENT must refuse this account's login: it exists there, and is not in use by right. */
export function isBlockedInEnt(state: AccountState): boolean {
  return state === 'WAITING_SEAT' || state === 'SUSPENDED' || state === 'CLOSING';
}

/** Whether an account with this past may go to a state: the table, and "the open state it had". */
export function mayBecome(past: AccountPast, to: AccountState): boolean {
  const { state, openState, activated } = past;
  if (!transitions[state].includes(to)) return false;
  if (state === 'WAITING_SEAT') {
    if (openState === null) return to === 'PROVISIONING' || to === 'DELETED';
    return to === openState || to === 'CLOSING';
  }
  if (state === 'CLOSING') return isOpen(to) ? to === openState : true;
  if (state === 'SUSPENDED' && isOpen(to)) return to === (activated ? 'ACTIVATED' : 'PROVISIONED');
  return true;
}

/** The past after one more transition. Throws TransitionNotAllowed. */
export function become(past: AccountPast, to: AccountState): AccountPast {
  if (!mayBecome(past, to)) {
    throw new TransitionNotAllowed(
      'Le compte n’est pas dans un état qui permet cette action. Rechargez sa fiche pour voir où il en est.',
      { from: past.state, to },
    );
  }
  return {
    state: to,
    openState: isOpen(to) ? to : past.openState,
    activated: past.activated || to === 'ACTIVATED',
  };
}
