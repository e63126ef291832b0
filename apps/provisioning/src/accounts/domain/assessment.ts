import { addDays, addMonths, type LocalDate, maxDate, minDate } from '#libs/time';
import type { Profile } from './account.js';
import {
  move,
  request,
  step,
  unchanged,
  type Account,
  type Place,
  type Reason,
  type Stepped,
} from './step.js';

export type Assessment = Stepped & {
  /** Undefined: an account that exists already. */
  readonly isNew?: true;
  /** The pool whose allotment must look at this account. */
  readonly asksSeatOf?: { readonly membershipId: string; readonly itemCode: string };
  /** The pool that it waits for no more: one less there (PRV-2). */
  readonly leftListOf?: { readonly membershipId: string; readonly itemCode: string };
};

/** Of who leaves: the days that the market grants, and those for which the ENT keeps a used account once deleted. */
export type Grace = { readonly graceDays: number; readonly trashDays: number };

/**
 * What becomes of a person's account of one profile on a day (PRV-1, PRV-3): `wanted` is the place
 * it should have, undefined when the person is out of scope. Seats are not taken here: who needs one
 * is left to the allotment, so that the order of PRV-2 does not depend on the order of messages.
 */
export function assess(
  account: Account | undefined,
  wanted: Place | undefined,
  context: { newAccountId: string; personId: string; profile: Profile } & Grace & Reason,
): Assessment | undefined {
  if (account === undefined) {
    if (wanted === undefined) return undefined;
    return open(wanted, context);
  }
  return wanted === undefined ? close(account, context) : keep(account, wanted, context);
}

function open(
  wanted: Place,
  context: { newAccountId: string; personId: string; profile: Profile } & Reason,
): Assessment {
  const { newAccountId: accountId, personId, profile } = context;
  const requested = request({ accountId, personId, profile }, wanted, context);
  if (wanted.itemCode === '') return { ...step(requested, 'PROVISIONING', context), isNew: true };
  return { ...requested, isNew: true, asksSeatOf: wanted };
}

function close(account: Account, context: Grace & Reason): Assessment {
  const freed = account.place.itemCode === '' ? {} : { asksSeatOf: account.place };
  const given = { ...account, next: null };
  switch (account.state) {
    case 'CLOSING':
    case 'DELETED':
      return unchanged(given);
    case 'REQUESTED':
    case 'FAILED':
      return { ...step(unchanged(given), 'DELETED', context), ...freed };
    case 'WAITING_SEAT':
      if (account.openState === null)
        return { ...step(unchanged(given), 'DELETED', context), ...freed };
      break;
    default:
  }
  const closing = { ...given, closingEndsOn: endOfGrace(account.activated, context) };
  return { ...step(unchanged(closing), 'CLOSING', context), ...freed };
}

/**
 * Three months at most, whatever the market grants (PRV-3): 90 days may be one more. The ENT keeps who was used for a time
 * of its own once it is deleted, which has to be over by then too (SUP-4); who was never used is gone at once. A week is
 * left in any case, so that a mistake can be found: where that is too much, an alarm says so (`ent_erasures_late`).
 */
function endOfGrace(wasUsed: boolean, { on, graceDays, trashDays }: Grace & Reason): LocalDate {
  return minDate(addDays(on, graceDays), lawfulEnd(on, wasUsed ? trashDays : 0));
}

const lawfulEnd = (closedOn: LocalDate, trashDays: number): LocalDate =>
  maxDate(addDays(addMonths(closedOn, 3), -trashDays), addDays(closedOn, 7));

/**
 * The ENT shows that somebody was in, and the books did not know it yet. Who may not come in at the moment was in before:
 * its state stays, and a grace that counted on an account that was never used ends earlier, tomorrow at the earliest.
 */
export function foundUsed(
  account: Account,
  { on, trashDays }: Pick<Grace, 'trashDays'> & Pick<Reason, 'on'>,
): Stepped {
  if (account.state === 'PROVISIONED')
    return step(unchanged(account), 'ACTIVATED', { on, cause: 'ENT' });
  const { closingEndsOn, since } = account;
  const lawful = maxDate(lawfulEnd(since, trashDays), addDays(on, 1));
  return unchanged({
    ...account,
    activated: true,
    closingEndsOn: closingEndsOn && minDate(closingEndsOn, lawful),
  });
}

function keep(account: Account, wanted: Place, context: Reason): Assessment {
  const { state, place } = account;
  const needsSeat = wanted.itemCode !== '';
  const samePool = place.membershipId === wanted.membershipId && place.itemCode === wanted.itemCode;
  const settled = unchanged({ ...account, next: null });
  const asked: Assessment = {
    ...unchanged({
      ...account,
      next: wanted,
      place: { ...place, entryOn: wanted.entryOn, sourceKey: wanted.sourceKey },
    }),
    asksSeatOf: wanted,
  };
  if (state === 'CLOSING')
    return needsSeat ? asked : withSeat(move(settled, wanted, context), context);
  if (state === 'REQUESTED' || state === 'WAITING_SEAT') {
    const moved = move(settled, wanted, context);
    const left = samePool || place.itemCode === '' ? {} : { leftListOf: place };
    if (!needsSeat) return { ...withSeat(moved, context), ...left };
    return { ...moved, asksSeatOf: wanted, ...left };
  }
  if (needsSeat && !samePool) return asked;
  const moved = move(settled, wanted, context);
  // What the ENT refused waits for changed data: this is it.
  if (state === 'FAILED' && context.cause === 'IMPORT') return step(moved, 'PROVISIONING', context);
  return samePool || place.itemCode === '' ? moved : { ...moved, asksSeatOf: place };
}

/** A seat was taken, or none is needed: to work, or back to the open state it had. */
export function withSeat(stepped: Stepped, reason: Reason): Stepped {
  const { state, openState } = stepped.account;
  if (openState !== null) return step(stepped, openState, reason);
  // Closed before the ENT had answered: begin again, through the waiting list (PRV-3).
  const waiting = state === 'CLOSING' ? step(stepped, 'WAITING_SEAT', reason) : stepped;
  return step(waiting, 'PROVISIONING', reason);
}

/** No seat is free, or the seat was lost (PRV-2, PRV-7). */
export function withoutSeat(stepped: Stepped, reason: Reason): Stepped {
  if (stepped.account.state === 'WAITING_SEAT') return stepped;
  return step(stepped, 'WAITING_SEAT', reason);
}
