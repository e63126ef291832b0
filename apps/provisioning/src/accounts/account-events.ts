import {
  AccountMovedSchema,
  AccountStateChangedSchema,
  event,
  type NewEvent,
} from '#libs/contracts';
import { profileNumbers, stateNumbers } from './account-numbers.js';
import type { Step } from './domain/step.js';

/** A step that changes the state, or a move within one. */
export function toEvent(step: Step): NewEvent {
  const common = {
    accountId: step.accountId,
    sequence: step.sequence,
    personId: step.personId,
    profile: profileNumbers[step.profile],
    effectiveOn: step.effectiveOn,
    cause: step.cause,
    uai: step.uai,
    membershipId: step.membershipId,
    itemCode: step.itemCode,
  };
  if (step.from === step.to) {
    return event(AccountMovedSchema, step.accountId, { ...common, state: stateNumbers[step.to] });
  }
  return event(AccountStateChangedSchema, step.accountId, {
    ...common,
    fromState: step.from === '' ? 0 : stateNumbers[step.from],
    toState: stateNumbers[step.to],
    failureCode: step.failureCode,
  });
}
