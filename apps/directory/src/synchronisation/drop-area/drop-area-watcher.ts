import {
  Inject,
  Injectable,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { Rounds } from '#libs/rounds';
import { CancelUpload } from '../uploads/cancel-upload.js';
import { WatchDropArea } from './watch-drop-area.js';

const sweepEveryMs = 60_000;

/** Looks into the drop area again and again, and each minute for uploads that were forgotten; where it cannot, it says so and looks again. */
@Injectable()
export class DropAreaWatcher implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds: Rounds;
  private sweepAt = 0;

  constructor(
    private readonly watch: WatchDropArea,
    private readonly uploads: CancelUpload,
    everyMs: number,
    @Inject(loggerToken) logger: Logger,
  ) {
    this.rounds = new Rounds({
      logger,
      onFault: 'the drop area could not be looked at, it is looked at again',
      everyMs,
    });
  }

  onApplicationBootstrap(): void {
    this.rounds.begin(async () => {
      await this.watch.look(Date.now());
      await this.sweepUploads();
      return false;
    });
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.end();
  }

  private async sweepUploads(): Promise<void> {
    if (performance.now() < this.sweepAt) return;
    this.sweepAt = performance.now() + sweepEveryMs;
    await this.uploads.sweep(new Date());
  }
}
