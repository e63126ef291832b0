import { AccountState as StateNumber, Profile as ProfileNumber } from '#libs/contracts';
import { accountStates, type AccountState, type Profile } from './domain/account.js';

/** The contract's numbers of our words, and back. */
export const stateNumbers: Readonly<Record<AccountState, StateNumber>> = {
  REQUESTED: StateNumber.REQUESTED,
  WAITING_SEAT: StateNumber.WAITING_SEAT,
  PROVISIONING: StateNumber.PROVISIONING,
  PROVISIONED: StateNumber.PROVISIONED,
  ACTIVATED: StateNumber.ACTIVATED,
  SUSPENDED: StateNumber.SUSPENDED,
  CLOSING: StateNumber.CLOSING,
  DELETED: StateNumber.DELETED,
  FAILED: StateNumber.FAILED,
};

export const profileNumbers: Readonly<Record<Profile, ProfileNumber>> = {
  STUDENT: ProfileNumber.STUDENT,
  RELATIVE: ProfileNumber.RELATIVE,
  TEACHER: ProfileNumber.TEACHER,
  PERSONNEL: ProfileNumber.PERSONNEL,
  GUEST: ProfileNumber.GUEST,
};

export function stateOf(number: StateNumber): AccountState | undefined {
  return accountStates.find((state) => stateNumbers[state] === number);
}
