import { type Caller, hasRole, within } from '#libs/identity';
import { accountSentences } from '#libs/trade';
import { profileNumbers, stateNumbers } from './account-numbers.js';
import type { AccountView, TransitionView } from './account-views.pg.js';

/** What a caller does not need is left empty and named in `masked` (SUP-1). */
export function toAccount(view: AccountView, of: Caller) {
  const caller = within(of, view.marketCode);
  const masked = maskedFor(caller);
  const shown = <Value>(field: string, value: Value, otherwise: Value): Value =>
    masked.includes(field) ? otherwise : value;
  const { inWords, nextStep } = accountSentences(view);
  return {
    accountId: view.accountId,
    personId: view.personId,
    profile: profileNumbers[view.profile],
    state: stateNumbers[view.state],
    since: view.since,
    uai: view.uai,
    membershipId: shown('membership_id', view.membershipId, ''),
    itemCode: shown('item_code', view.itemCode, ''),
    login: shown('login', view.login, hasRole(caller, 'support-1') ? partOf(view.login) : ''),
    failureCode: shown('failure_code', view.failureCode, ''),
    stateInWords: inWords,
    nextStep,
    wayIn: view.wayIn,
    wayInGap: view.wayInGap,
    urgentBlock: view.urgentBlock,
    waitingRank: view.waitingRank,
    masked,
  };
}

/** To whom a login is masked it is found by the whole of it only: letter by letter the rest could be read (SUP-1). */
export function toAccountOfLogin(view: AccountView, asked: string, caller: Caller) {
  const account = toAccount(view, caller);
  const isShown = !account.masked.includes('login') || view.login === asked.trim().toLowerCase();
  return isShown ? [account] : [];
}

export function toTransition(transition: TransitionView) {
  return {
    sequence: transition.sequence,
    fromState: transition.from === '' ? 0 : stateNumbers[transition.from],
    toState: stateNumbers[transition.to],
    effectiveOn: transition.effectiveOn,
    cause: transition.cause,
    uai: transition.uai,
    membershipId: transition.membershipId,
    recordedAt: transition.recordedAt.toISOString(),
    decidedBy: transition.decidedBy,
    reason: transition.reason,
  };
}

/**
 * Level 2 sees all; level 3 the technical side without what is made of a name; level 1 just enough
 * to confirm what a caller reads out; a head what its pupils need. Who is several things in
 * its market: the most.
 */
function maskedFor(caller: Caller): string[] {
  if (hasRole(caller, 'support-2', 'service')) return [];
  if (hasRole(caller, 'support-3', 'player')) return ['login'];
  const technical = ['membership_id', 'item_code', 'failure_code'];
  return hasRole(caller, 'support-1') ? [...technical, 'login'] : technical;
}

/** Enough to confirm a login, too little to use it. */
function partOf(login: string): string {
  return login === '' ? '' : `${login.slice(0, 3)}•••`;
}
