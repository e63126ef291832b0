import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { loggerToken, type Logger } from '#libs/observability';
import { DomainError } from '#libs/problems';
import { ProveErasure } from './prove-erasure.js';
import { ProvenErasures } from './proven-erasures.pg.js';

/** Of each night: the newest erasures, and as many of those that had something unexpected. */
export const sample = 20;
const lookEveryMs = 15 * 60_000;
const night = { from: 1, to: 5 };
const parisHour = new Intl.DateTimeFormat('fr-FR', {
  timeZone: 'Europe/Paris',
  hour: 'numeric',
  hourCycle: 'h23',
});

/**
 * Proves some erasures each night, so that what goes wrong rings before anybody asks (SUP-4). Once a night in each
 * process; two processes prove more of them, and what was proved twice is proved.
 */
@Injectable()
export class ProveByNight implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly stop = new AbortController();
  private running: Promise<void> | undefined;
  private doneOn = '';

  constructor(
    private readonly erasures: ProvenErasures,
    private readonly prove: ProveErasure,
    private readonly businessDate: BusinessDate,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.loop();
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.running;
  }

  /** The sample of one night; how many were proved. */
  async execute(): Promise<number> {
    const ids = await this.erasures.toProve(await this.businessDate.today(), sample);
    const proofs = await this.prove.executeAll(ids);
    for (const { erasure, places } of proofs) {
      if (erasure.unexpected === 0) continue;
      const found = places.filter(({ verdict }) => !['NOTHING', 'ALLOWED'].includes(verdict));
      this.logger.error(
        {
          personId: erasure.personId,
          places: found.map(({ system, place, verdict }) => `${system} ${place} ${verdict}`),
        },
        'an erasure is not proven',
      );
    }
    return proofs.length;
  }

  private async loop(): Promise<void> {
    while (!this.stop.signal.aborted) {
      const now = new Date();
      const today = now.toISOString().slice(0, 10);
      const hour = Number(parisHour.format(now).slice(0, 2));
      if (this.doneOn !== today && hour >= night.from && hour < night.to) {
        try {
          await this.execute();
          this.doneOn = today;
        } catch (error) {
          // Tried again a quarter of an hour later; before the first business day nobody was erased.
          if (!(error instanceof DomainError && error.kind === 'conflict'))
            this.logger.error({ err: error }, 'erasures not proven, it is tried again');
        }
      }
      await sleep(lookEveryMs, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }
}
