import { Inject, Injectable } from '@nestjs/common';
import { Gauge, loggerToken, type Logger, registry } from '#libs/observability';
import { MeterPositions } from './meter-positions.js';
import { UsageReader } from './usage.reader.js';

const differing = new Gauge({
  name: 'ent_usage_differences',
  help: 'Changes of U that are not those of the facts, by the last recount (MTR-2)',
  registers: [registry],
});
const recountedAt = new Gauge({
  name: 'ent_usage_recounted_seconds',
  help: 'When the usage was recounted last, in seconds since 1970; 0: not since this process began',
  registers: [registry],
});

/**
 * Compares the incremental figures with the facts once a business day, beside the running service: one statement, whose
 * sorts go to the disk beyond work_mem. The day of the last recount is kept in this process alone: a row in the database
 * could be forged by the same hand as a figure.
 */
@Injectable()
export class RecountEachDay {
  private recountedOn: string | undefined;

  constructor(
    private readonly usage: UsageReader,
    private readonly positions: MeterPositions,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** False where this process has recounted on the service's day, or no day has begun. */
  async execute(): Promise<boolean> {
    const today = await this.positions.businessDate();
    if (today === undefined || today === this.recountedOn) return false;
    const { differences, accounts } = await this.usage.recount('', today, undefined);
    differing.set(differences);
    recountedAt.set(Date.now() / 1_000);
    this.recountedOn = today;
    const figures = { differences, accounts, until: today };
    if (differences > 0) this.logger.error(figures, 'the usage is not that of the facts');
    else this.logger.info(figures, 'the usage is that of the facts');
    return true;
  }
}
