import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { WorkOffRuns } from './work-off-runs.js';

const lookEveryMs = 250;
const restAfterFaultMs = 1_000;

/** Works off what PostgreSQL says is waiting, again and again, without a memory of its own: a crash loses nothing. */
@Injectable()
export class RunWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private stopping = false;
  private running: Promise<void> | undefined;

  constructor(
    private readonly workOffRuns: WorkOffRuns,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.loop();
  }

  /** The draft in hand is finished first. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopping = true;
    await this.running;
  }

  private async loop(): Promise<void> {
    while (!this.stopping) {
      try {
        await this.workOffRuns.execute(() => this.stopping);
        await sleep(lookEveryMs, undefined, { ref: false });
      } catch (error) {
        this.logger.error({ err: error }, 'billing run interrupted, it begins again');
        await sleep(restAfterFaultMs, undefined, { ref: false });
      }
    }
  }
}
