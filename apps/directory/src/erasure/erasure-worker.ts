import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { Rounds } from '#libs/rounds';
import { EraseLeavers } from './erase-leavers.js';
import { TellErasuresAgain } from './tell-erasures-again.js';

/** Erases whom it is time for, batch by batch. */
@Injectable()
export class ErasureWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly rounds: Rounds;

  constructor(
    private readonly eraseLeavers: EraseLeavers,
    private readonly tellAgain: TellErasuresAgain,
    @Inject(loggerToken) logger: Logger,
  ) {
    this.rounds = new Rounds({
      logger,
      onFault: 'erasure failed, it is tried again',
      everyMs: 1_000,
      afterFaultMs: 5_000,
    });
  }

  onApplicationBootstrap(): void {
    this.rounds.begin(
      async () => (await this.eraseLeavers.execute()) + (await this.tellAgain.execute()) > 0,
    );
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.end();
  }
}
