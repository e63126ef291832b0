import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { BusinessDate } from '#libs/messaging';
import { loggerToken, type Logger } from '#libs/observability';
import { Rounds } from '#libs/rounds';
import { isUnproven } from './domain/judge-proof.js';
import { ProveErasure } from './prove-erasure.js';
import { ProvenErasures } from './proven-erasures.pg.js';

/** Of each night: the newest erasures, and as many of those that had something unexpected. */
export const sample = 20;
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
  private readonly rounds: Rounds;
  private doneOn = '';

  constructor(
    private readonly erasures: ProvenErasures,
    private readonly prove: ProveErasure,
    private readonly businessDate: BusinessDate,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {
    this.rounds = new Rounds({
      logger,
      onFault: 'erasures not proven, it is tried again',
      everyMs: 15 * 60_000,
    });
  }

  onApplicationBootstrap(): void {
    this.rounds.begin(() => this.look(new Date()));
  }

  beforeApplicationShutdown(): Promise<void> {
    return this.rounds.end();
  }

  /** The sample of one night; how many were proved. */
  async execute(): Promise<number> {
    const ids = await this.erasures.toProve(await this.businessDate.today(), sample);
    const proofs = await this.prove.executeAll(ids);
    for (const { erasure, places } of proofs) {
      if (erasure.unexpected === 0) continue;
      const found = places.filter(isUnproven);
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

  private async look(now: Date): Promise<boolean> {
    const today = now.toISOString().slice(0, 10);
    const hour = Number(parisHour.format(now).slice(0, 2));
    if (this.doneOn === today || hour < night.from || hour >= night.to) return false;
    await this.execute();
    this.doneOn = today;
    return false;
  }
}
