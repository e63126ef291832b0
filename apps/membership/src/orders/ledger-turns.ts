import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

const patienceMs = 500;

/**
 * Lets the decisions on one ledger come one after the other in this process, so that none is judged by what another
 * is about to move. A courtesy that spares repetitions, not a lock: who has waited half a second goes ahead,
 * other processes know nothing of it, and the database decides.
 */
@Injectable()
export class LedgerTurns {
  private readonly lastOf = new Map<string, Promise<unknown>>();

  async take<T>(membershipId: string, work: () => Promise<T>): Promise<T> {
    const before = this.lastOf.get(membershipId);
    const mine = before ? ended(before).then(work) : work();
    this.lastOf.set(membershipId, mine);
    try {
      return await mine;
    } finally {
      if (this.lastOf.get(membershipId) === mine) this.lastOf.delete(membershipId);
    }
  }
}

/** However it ended: its failure is its own caller's. */
async function ended(before: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const { signal } = patience;
  const lost = sleep(patienceMs, undefined, { signal }).catch(() => undefined);
  await Promise.race([before.catch(() => undefined), lost]);
  patience.abort();
}
