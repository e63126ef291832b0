import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { DomainError } from '#libs/problems';
import { EraseLeavers } from './erase-leavers.js';
import { TellErasuresAgain } from './tell-erasures-again.js';

const lookEveryMs = 1_000;
const afterFaultMs = 5_000;

/** Does what is due by the tables alone, batch by batch: a crash loses nothing, and a second process may do the same. */
@Injectable()
export class ErasureWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stop = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    private readonly eraseLeavers: EraseLeavers,
    private readonly tellAgain: TellErasuresAgain,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.loop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  private async loop(): Promise<void> {
    while (!this.stop.signal.aborted) {
      let waitMs = lookEveryMs;
      try {
        if ((await this.eraseLeavers.execute()) + (await this.tellAgain.execute()) > 0) continue;
      } catch (error) {
        // Before the first business day nobody can be due: that is no fault.
        if (!(error instanceof DomainError)) {
          this.logger.error({ err: error }, 'erasure failed, it is tried again');
          waitMs = afterFaultMs;
        }
      }
      await sleep(waitMs, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }
}
