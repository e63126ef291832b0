import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { RecountEachDay } from './recount-each-day.js';

const lookEveryMs = 60_000;
/** A demo plays a day in seconds: no recount follows another one sooner. */
const restMs = 3_600_000;

/** Looks each minute whether a recount is due; a failure is tried again in the next. */
@Injectable()
export class RecountScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private restsUntil = 0;
  private running: Promise<void> | undefined;

  constructor(
    private readonly recount: RecountEachDay,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.running ??= this.look().finally(() => {
        this.running = undefined;
      });
    }, lookEveryMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.running;
  }

  private async look(): Promise<void> {
    try {
      if (performance.now() < this.restsUntil) return;
      if (await this.recount.execute()) this.restsUntil = performance.now() + restMs;
    } catch (error) {
      this.logger.error({ err: error }, 'usage not recounted, next try in a minute');
    }
  }
}
