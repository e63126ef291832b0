import type { Clock } from './clock.js';
import { EntError } from './graph/nodes.js';

/** How long a caller of the wizard waits (§3.1). */
const importAnswerAfterMs = 600_000;

/**
 * The platform's one writer (§6): while an import runs, every other change waits in memory, another import too. Its caller
 * is told of a time-out after 30 s, and the change is done all the same once the import has ended.
 */
export class Importer {
  /** How long a caller of any other change waits; the platform's own is 30 s. */
  answerAfterMs = 30_000;
  private queue: (() => void)[] = [];
  private running: { timer: NodeJS.Timeout; endsAtMs: number; write: () => void } | undefined;

  /** `afterLateWork`: what was done without anybody waiting for it is to be kept, too. */
  constructor(
    private readonly clock: Clock,
    private readonly afterLateWork: () => void,
  ) {}

  get isAtWork(): boolean {
    return this.running !== undefined;
  }

  /** An import that lasts so long, and writes at its end; a second one of an operator before that prolongs it. */
  begin(durationMs: number, write = this.running?.write ?? (() => undefined)): void {
    clearTimeout(this.running?.timer);
    const timer = setTimeout(() => this.end(), durationMs).unref();
    this.running = { timer, endsAtMs: this.clock.now() + durationMs, write };
  }

  /** The clock was put on. */
  tick(): void {
    if (this.running && this.running.endsAtMs <= this.clock.now()) this.end();
  }

  /** What has waited is done, in the order in which it came, until another import is. */
  end(): void {
    const { running } = this;
    if (!running) return;
    clearTimeout(running.timer);
    this.running = undefined;
    running.write();
    while (!this.running && this.queue.length > 0) this.queue.shift()?.();
    this.afterLateWork();
  }

  run<Done>(change: () => Done): Done | Promise<Done> {
    if (!this.isAtWork) return change();
    return this.inTurn(change, { answerAfterMs: this.answerAfterMs, lastsMs: 0 });
  }

  /** Files that take so long; the answer comes once they are written. */
  import<Done>(write: () => Done, lastsMs: number): Done | Promise<Done> {
    if (lastsMs === 0) return this.run(write);
    return this.inTurn(write, { answerAfterMs: importAnswerAfterMs, lastsMs });
  }

  private inTurn<Done>(
    change: () => Done,
    { answerAfterMs, lastsMs }: { answerAfterMs: number; lastsMs: number },
  ): Promise<Done> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new EntError(timedOut(answerAfterMs))), answerAfterMs);
      timer.unref();
      const done = () => {
        clearTimeout(timer);
        try {
          resolve(change());
        } catch (error) {
          // Nobody may wait for it any more.
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      const start = lastsMs === 0 ? done : () => this.begin(lastsMs, done);
      if (this.isAtWork) this.queue.push(start);
      else start();
    });
  }
}

export const timedOut = (ms: number): string =>
  `Timed out after waiting ${ms}(ms) for a reply. address: entcore.feeder`;
