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
  private changed = new AbortController();

  constructor(rate: ServiceRate) {
    this.current = rate;
  }

  get rate(): ServiceRate {
    return this.current;
  }

  /** Whom the rate before it made wait is served at once. */
  set(rate: ServiceRate): void {
    this.current = rate;
    this.nextFreeAtMs = 0;
    this.changed.abort();
    this.changed = new AbortController();
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
    const { signal } = this.changed;
    if (waitMs >= 1) await sleep(waitMs, undefined, { signal }).catch(() => undefined);
  }
}
