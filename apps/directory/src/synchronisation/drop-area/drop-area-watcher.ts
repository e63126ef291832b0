import { setTimeout as sleep } from 'node:timers/promises';
import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { CancelUpload } from '../uploads/cancel-upload.js';
import { WatchDropArea } from './watch-drop-area.js';

const sweepEveryMs = 60_000;

/** Looks into the drop area again and again, and each minute for uploads that were forgotten; where it cannot, it says so and looks again. */
@Injectable()
export class DropAreaWatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stopping = new AbortController();
  private sweepAt = 0;
  private running: Promise<void> | undefined;

  constructor(
    private readonly watch: WatchDropArea,
    private readonly uploads: CancelUpload,
    private readonly everyMs: number,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.loop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async loop(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.watch.look(Date.now());
        await this.sweepUploads();
      } catch (error) {
        this.logger.warn(
          { err: error },
          'the drop area could not be looked at, it is looked at again',
        );
      }
      await sleep(this.everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  private async sweepUploads(): Promise<void> {
    if (performance.now() < this.sweepAt) return;
    this.sweepAt = performance.now() + sweepEveryMs;
    await this.uploads.sweep(new Date());
  }
}
