import { setTimeout as sleep } from 'node:timers/promises';

export type ServiceRate = {
  /** Calls served per second; 0: no limit. */
  readonly perSecond: number;
  /** Added to every answer. */
  readonly latencyMs: number;
};

/** A token bucket that makes callers wait, as a slow service does, rather than refuses them. */
export class Throttle {
  private current: ServiceRate;
  private nextFreeAtMs = 0;

  constructor(rate: ServiceRate) {
    this.current = rate;
  }

  get rate(): ServiceRate {
    return this.current;
  }

  set(rate: ServiceRate): void {
    this.current = rate;
    this.nextFreeAtMs = 0;
  }

  async pass(): Promise<void> {
    const { perSecond, latencyMs } = this.current;
    let waitMs = latencyMs;
    if (perSecond > 0) {
      const nowMs = performance.now();
      // A quarter of a second's calls may come at once.
      this.nextFreeAtMs = Math.max(this.nextFreeAtMs, nowMs - 250) + 1000 / perSecond;
      waitMs += Math.max(0, this.nextFreeAtMs - nowMs);
    }
    if (waitMs >= 1) await sleep(waitMs);
  }
}
