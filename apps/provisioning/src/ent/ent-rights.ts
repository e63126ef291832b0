import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { EntGateway, type EntRight, EntUnavailable } from './ent-gateway.js';
import { EntQueue } from './ent.bull-queue.js';

/** Whoever grants a right looks again soon. */
const [completeForMs, missingForMs] = [10 * 60_000, 10_000];

/** Rights that the technical account lacks: checked at the start, and again where they are read later. */
@Injectable()
export class EntRights implements OnApplicationBootstrap {
  private last: Promise<readonly EntRight[]> | undefined;
  private untilMs = 0;

  constructor(
    private readonly ent: EntGateway,
    private readonly queue: EntQueue,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    if (this.queue.isHeld) return;
    void this.missing().then((missing) => {
      if (missing && missing.length > 0)
        this.logger.error({ missing }, 'the technical account lacks rights in the ENT');
    });
  }

  /** Undefined: the ENT does not answer now. */
  async missing(): Promise<readonly EntRight[] | undefined> {
    if (this.last === undefined || performance.now() > this.untilMs) {
      this.untilMs = Infinity;
      this.last = this.ent.missingRights();
    }
    try {
      const missing = await this.last;
      if (this.untilMs === Infinity)
        this.untilMs = performance.now() + (missing.length > 0 ? missingForMs : completeForMs);
      return missing;
    } catch (error) {
      this.last = undefined;
      if (error instanceof EntUnavailable) return undefined;
      throw error;
    }
  }
}
