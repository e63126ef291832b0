/** A statement waits so long for a lock with its connection (`lock_timeout`); then the connection returns to the pool. */
export const lockWaitMs = 25;
const patienceMs = 5_000;
/** Also where the work before the lock takes long. */
const triesMin = 5;
/** A turn is waited for no longer: work within other work that has one could wait for ever. */
const turnWaitMs = 1_000;

/**
 * Runs work again while another transaction has a lock that the work needs. The tries of all that wait in one process
 * take turns in a quarter of its connections, so the others stay free for those who need no lock.
 */
export class LockWaits {
  private readonly queue: (() => void)[] = [];
  private free: number;

  /** `connections` of the pool; `patience`: so many times as long as usual a lock is waited for. */
  constructor(
    connections: number,
    private readonly patience: number,
  ) {
    this.free = Math.max(1, Math.floor(connections / 4));
  }

  /**
   * `work` must have no effect outside its transaction. After about five seconds, throws what PostgreSQL returned to
   * the last try (55P03).
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    let begunMs = Infinity;
    for (let tries = 1; ; tries += 1) {
      try {
        return await (tries === 1 ? work() : this.inTurn(work));
      } catch (error) {
        if (!isLockTaken(error)) throw error;
        const nowMs = performance.now();
        begunMs = Math.min(begunMs, nowMs);
        if (tries >= triesMin && nowMs - begunMs >= patienceMs * this.patience) throw error;
      }
    }
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.free <= 0) await this.turn();
    this.free -= 1;
    try {
      return await work();
    } finally {
      this.free += 1;
      if (this.free > 0) this.queue.shift()?.();
    }
  }

  private turn(): Promise<void> {
    return new Promise((resolve) => {
      const begin = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.queue.splice(this.queue.indexOf(begin), 1);
        resolve();
      }, turnWaitMs);
      this.queue.push(begin);
    });
  }
}

/** PostgreSQL's code, also where a typed read has wrapped it. */
function isLockTaken(error: unknown): boolean {
  const { code, cause } = error as { code?: unknown; cause?: { originalCode?: unknown } };
  return (cause?.originalCode ?? code) === '55P03';
}
