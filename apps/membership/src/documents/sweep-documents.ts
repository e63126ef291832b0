import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { type Logger, loggerToken } from '#libs/observability';
import { UnitOfWork } from '#libs/persistence';
import { DocumentStore } from './document-store.js';
import { Documents } from './documents.pg.js';

const everyMs = 3_600_000;
const blobsMax = 100;

/**
 * Removes contents that no document names (uploads that failed), a day old, at most 100 an hour. Wall
 * time, not the business date: it is about uploads on their way, which know nothing of our days.
 */
@Injectable()
export class SweepDocuments implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly documents: Documents,
    private readonly store: DocumentStore,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  /** How many were removed. A crash in between leaves rows whose content is gone: they are swept again. */
  execute(): Promise<number> {
    return this.unitOfWork.run(async (tx) => {
      const orphans = await this.documents.forgetOrphans(tx, blobsMax);
      for (const sha256 of orphans) await this.store.remove(sha256);
      return orphans.length;
    });
  }

  onApplicationBootstrap(): void {
    const sweep = () =>
      void this.execute().catch((error: unknown) =>
        this.logger.warn({ err: error }, 'documents could not be swept'),
      );
    this.timer = setInterval(sweep, everyMs);
    this.timer.unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }
}
