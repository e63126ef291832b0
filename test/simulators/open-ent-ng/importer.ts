import { EntError } from './graph/nodes.js';

type Queued = { readonly work: () => void };

/**
 * The platform's one writer (§6): while an import runs, every other change waits in memory. Its caller is told of a
 * time-out after 30 s, and the change is done all the same once the import has ended.
 */
export class Importer {
  /** How long a caller waits; the platform's own is 30 s. */
  answerAfterMs = 30_000;
  private queue: Queued[] = [];
  private ends: NodeJS.Timeout | undefined;

  /** `afterLateWork`: what was done without anybody waiting for it is to be kept, too. */
  constructor(private readonly afterLateWork: () => void) {}

  get isAtWork(): boolean {
    return this.ends !== undefined;
  }

  /** An import that lasts so long; a second one before its end prolongs it. */
  begin(durationMs: number): void {
    clearTimeout(this.ends);
    this.ends = setTimeout(() => this.end(), durationMs).unref();
  }

  /** What has waited is done, in the order in which it came. */
  end(): void {
    clearTimeout(this.ends);
    this.ends = undefined;
    const queue = this.queue;
    this.queue = [];
    for (const { work } of queue) work();
    if (queue.length > 0) this.afterLateWork();
  }

  run<Done>(change: () => Done): Done | Promise<Done> {
    if (!this.isAtWork) return change();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new EntError(timedOut(this.answerAfterMs))),
        this.answerAfterMs,
      );
      const work = () => {
        clearTimeout(timer);
        try {
          resolve(change());
        } catch (error) {
          // Nobody may wait for it any more.
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      };
      this.queue.push({ work });
    });
  }
}

export const timedOut = (ms: number): string =>
  `Timed out after waiting ${ms}(ms) for a reply. address: entcore.feeder`;
