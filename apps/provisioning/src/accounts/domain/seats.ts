import type { Account, Place, Reason, Stepped } from './step.js';
import { move, unchanged } from './step.js';
import { withSeat, withoutSeat } from './assessment.js';

export type Rank = {
  readonly entryOn: string;
  readonly sourceKey: string;
  readonly accountId: string;
};

/** PRV-2: the date of entry, then the source's identifier; our own id only parts what is otherwise equal. */
export function compareRanks(a: Rank, b: Rank): number {
  return (
    compare(a.entryOn, b.entryOn) ||
    compare(a.sourceKey, b.sourceKey) ||
    compare(a.accountId, b.accountId)
  );
}

/**
 * How many seats change hands so that held ≤ the limit, which is O(d) and what is tolerated beyond it
 * (PRV-2, PRV-7): the first of those who wait get the free ones, else the latest of those who hold
 * lose theirs. Nobody who waits displaces a holder.
 */
export function seatsToMove(pool: { limit: number; held: number; asking: number }): {
  granted: number;
  lost: number;
} {
  const free = pool.limit - pool.held;
  if (free < 0) return { granted: 0, lost: -free };
  return { granted: free < pool.asking ? free : pool.asking, lost: 0 };
}

/** The one who gets a seat: at the place it asked for, if it asked for another one. */
export function grant(account: Account, reason: Reason): Stepped {
  const stepped = moveToNext(account, reason);
  // It came with its state from a pool where it held a seat.
  const came =
    account.next !== null && account.state !== 'CLOSING' && account.state !== 'WAITING_SEAT';
  return came ? stepped : withSeat(stepped, reason);
}

/** The one for whom there is none: it waits at the place it asked for, its old seat given back. */
export function refuse(account: Account, reason: Reason): Stepped {
  if (account.next === null) return withoutSeat(unchanged(account), reason);
  // Waiting first and moving then, so that it is never open without a seat where it goes.
  const waiting = withoutSeat(unchanged(account), reason);
  const { account: arrived, steps } = moveToNext(waiting.account, reason);
  return { account: arrived, steps: [...waiting.steps, ...steps] };
}

/** The one who loses its seat (PRV-7). */
export function lose(account: Account, reason: Reason): Stepped {
  return withoutSeat(unchanged(account), reason);
}

function moveToNext(account: Account, reason: Reason): Stepped {
  if (account.next === null) return unchanged(account);
  const place: Place = { ...account.place, ...account.next };
  const settled = { ...account, next: null };
  return move(unchanged(settled), place, reason);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
