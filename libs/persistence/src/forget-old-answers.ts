import type { OnApplicationBootstrap, BeforeApplicationShutdown } from '@nestjs/common';
import type { Database } from './database.js';

const everyMs = 3_600_000;
const roundsMax = 20;

/**
 * Removes answers to repeated commands once they are 30 days old, at most 100,000 a time. Wall time,
 * not the business date: the delay is about a client's retries, which know nothing of our days.
 */
export async function forgetOldAnswers(database: Database): Promise<number> {
  let removed = 0;
  for (let round = 0; round < roundsMax; round += 1) {
    const count = await database.value<bigint>('select platform.remove_old_answers()');
    if (!count) break;
    removed += Number(count);
  }
  return removed;
}

/** Runs it every hour while the process lives; a failure waits for the next hour. */
export class ForgettingOldAnswers implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  constructor(
    private readonly database: Database,
    private readonly onFailure: (error: unknown) => void,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(
      () => void forgetOldAnswers(this.database).catch(this.onFailure),
      everyMs,
    );
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
