import { setTimeout as sleep } from 'node:timers/promises';
import type { QueryConfig } from 'pg';

const retryEveryMs = 20;
/** Together as long as a statement waits for a lock elsewhere (`lock_timeout` of `Database`). */
const triesMax = 250;

/**
 * Runs units of work that need one lock, one after the other for each key, so that only the first of them takes a
 * connection: the others wait in this process. Another process may have the lock (`lockAtOnce`): then the unit of work
 * fails, its connection returns to the pool, and it is run again, so it must have no effect outside its transaction.
 */
export class Turns {
  private readonly last = new Map<string, Promise<void>>();

  run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.last.get(key);
    const turn = before ? before.then(() => untilFree(work)) : untilFree(work);
    const end: Promise<void> = turn.then(
      () => this.leave(key, end),
      () => this.leave(key, end),
    );
    this.last.set(key, end);
    return turn;
  }

  private leave(key: string, end: Promise<void>): void {
    if (this.last.get(key) === end) this.last.delete(key);
  }
}

async function untilFree<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isLockTaken(error) || tries >= triesMax) throw error;
      await sleep(retryEveryMs);
    }
  }
}

/** Takes the lock that `lock` calls for, to the end of the transaction, or fails within a millisecond. */
export const lockAtOnce = (name: string, lock: string): QueryConfig => ({
  name,
  text: `select set_config('lock_timeout', '1', true), ${lock}`,
});

const isLockTaken = (error: unknown): boolean => (error as { code?: unknown }).code === '55P03';
