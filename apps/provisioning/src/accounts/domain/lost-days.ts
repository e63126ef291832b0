import type { LocalDate } from '#libs/time';
import { isOpen, type AccountState } from './account.js';
import type { Account, Step, Stepped } from './step.js';

/** What a life of our database that a restore has lost had told of an account: so from that day on. */
export type LostFact = {
  readonly state: AccountState;
  readonly effectiveOn: LocalDate;
  readonly uai: string;
  readonly membershipId: string;
  readonly itemCode: string;
};

/**
 * The same account with the days of the lost life stated again, in the order in which they were told, and from `today`
 * on what it is now, where that is something else. A fact of a higher sequence counts on each day from its own on
 * (MTR-1), so what was metered as open stays so, whatever day the account was opened anew on.
 */
export function restateLostDays(
  account: Account,
  lost: readonly LostFact[],
  today: LocalDate,
): Stepped {
  const { uai, membershipId, itemCode } = account.place;
  const now: LostFact = {
    ...{ state: account.state, effectiveOn: today },
    ...{ uai, membershipId, itemCode },
  };
  const last = lost.at(-1);
  const isAsNow =
    last?.state === now.state &&
    last.uai === uai &&
    last.membershipId === membershipId &&
    last.itemCode === itemCode;
  const facts = isAsNow ? lost : [...lost, now];
  return {
    account: { ...account, sequence: account.sequence + facts.length },
    steps: facts.map((fact, at) => stepOf(account, account.sequence + at + 1, fact)),
  };
}

function stepOf(account: Account, sequence: number, { state, ...fact }: LostFact): Step {
  const { accountId, personId, profile } = account;
  return {
    ...{ accountId, personId, profile, sequence, ...fact },
    ...{ from: state, to: state, cause: 'RECONCILIATION' },
    ...{ failureCode: '', decidedBy: '', reason: '' },
  };
}

/** Days of one place, the last one excluded. */
export type LostDays = Pick<LostFact, 'uai' | 'membershipId' | 'itemCode'> & {
  readonly fromOn: LocalDate;
  readonly toOn: LocalDate;
};

/** The open days of an account that is no more, as metering had counted them (MTR-1); an open end lasts until `today`. */
export function openDays(facts: readonly LostFact[], today: LocalDate): LostDays[] {
  let days: LostDays[] = [];
  for (const { state, effectiveOn: on, uai, membershipId, itemCode } of facts) {
    days = days.map((one) => (one.toOn > on ? { ...one, toOn: on } : one));
    if (isOpen(state)) days.push({ uai, membershipId, itemCode, fromOn: on, toOn: today });
  }
  return days.filter(({ fromOn, toOn }) => toOn > fromOn);
}
