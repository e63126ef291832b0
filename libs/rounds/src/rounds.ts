import { setTimeout as sleep } from 'node:timers/promises';
import { BusinessDayNotBegun } from '#libs/messaging';
import type { Logger } from '#libs/observability';

export type RoundsOptions = {
  readonly logger: Logger;
  /** What the log says of a round that failed. */
  readonly onFault: string;
  /** Milliseconds of rest after a round that left nothing to do. */
  readonly everyMs: number;
  /** The longer there has been nothing, the longer the rests, a twentieth of it, up to this; `everyMs` without it. */
  readonly calmMs?: number;
  /** And after one that failed; `everyMs` without it. */
  readonly afterFaultMs?: number;
};

/**
 * Work that a process looks for again and again, one round after the other, without a memory of its own: what is due
 * stands in the database, so a crash loses nothing, and a second process may do the same.
 */
export class Rounds {
  private readonly ending = new AbortController();
  private resting = new AbortController();
  private isWoken = false;
  private underWay: Promise<void> | undefined;
  /** When there was something to do, or somebody said so. */
  private busyAtMs = performance.now();

  constructor(private readonly options: RoundsOptions) {}

  /** Aborted once the rounds are to end: a long round may stop at its next step. */
  get signal(): AbortSignal {
    return this.ending.signal;
  }

  /** @param round true: there is more to do, the next round begins without a rest. What it throws is logged. */
  begin(round: () => Promise<boolean>): void {
    this.underWay ??= this.goRound(round);
  }

  /** The next round begins at once; one under way is followed by another. */
  wake(): void {
    this.isWoken = true;
    this.busyAtMs = performance.now();
    this.resting.abort();
  }

  /** The round in hand is finished first. */
  async end(): Promise<void> {
    this.ending.abort();
    this.resting.abort();
    await this.underWay;
  }

  private async goRound(round: () => Promise<boolean>): Promise<void> {
    const { logger, onFault, everyMs, calmMs = everyMs, afterFaultMs = everyMs } = this.options;
    while (!this.signal.aborted) {
      this.isWoken = false;
      try {
        if (await round()) this.busyAtMs = performance.now();
        else await this.rest(restMs(performance.now() - this.busyAtMs, { everyMs, calmMs }));
      } catch (error) {
        // Before the first business day nothing can be due: that is no fault.
        if (!(error instanceof BusinessDayNotBegun)) logger.error({ err: error }, onFault);
        await this.rest(afterFaultMs);
      }
    }
  }

  private async rest(ms: number): Promise<void> {
    if (this.isWoken || this.signal.aborted) return;
    this.resting = new AbortController();
    const { signal } = this.resting;
    await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

/** Who has been idle for a while is asked less often, and as often as ever once there was something again. */
export const restMs = (
  idleForMs: number,
  { everyMs, calmMs }: { readonly everyMs: number; readonly calmMs: number },
): number => Math.min(Math.max(everyMs, idleForMs / 20), Math.max(everyMs, calmMs));
