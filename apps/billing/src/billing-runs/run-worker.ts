import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { Rounds } from '#libs/rounds';
import { WorkOffRuns } from './work-off-runs.js';

/** Works off the billing runs that were asked for. */
@Injectable()
export class RunWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds: Rounds;

  constructor(
    private readonly workOffRuns: WorkOffRuns,
    @Inject(loggerToken) logger: Logger,
  ) {
    this.rounds = new Rounds({
      logger,
      onFault: 'billing run interrupted, it begins again',
      everyMs: 500,
      afterFaultMs: 1_000,
    });
  }

  onApplicationBootstrap(): void {
    this.rounds.begin(async () => {
      await this.workOffRuns.execute(() => this.rounds.signal.aborted);
      return false;
    });
  }

  /** The draft in hand is finished first. */
  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.end();
  }
}
