/**
 * How many deletions may be begun now, apart from the pace of all calls: a day that ends the grace of many takes its time,
 * so that who sees a mistake can stop it, and nobody else's work waits behind it.
 */
export class DeletionPace {
  private processes = 1;
  private spare: number;
  private countedAtMs: number;

  /** `perSecond`: of all processes together; so many may go at once. */
  constructor(
    private readonly perSecond: number,
    private readonly clock: () => number = () => performance.now(),
  ) {
    this.spare = perSecond;
    this.countedAtMs = this.clock();
  }

  /** So many processes live: each begins its part. */
  shareAmong(processes: number): void {
    this.processes = processes;
  }

  get allowed(): number {
    const nowMs = this.clock();
    const part = this.perSecond / this.processes;
    const more = (part * (nowMs - this.countedAtMs)) / 1_000;
    // One at least by and by, whatever the part.
    this.spare = Math.min(Math.max(part, 1), this.spare + more);
    this.countedAtMs = nowMs;
    return Math.floor(this.spare);
  }

  begun(count: number): void {
    this.spare -= count;
  }
}
