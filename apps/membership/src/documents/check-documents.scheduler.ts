import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { Gauge, type Logger, loggerToken, registry } from '#libs/observability';
import { CheckDocuments } from './check-documents.js';

const differing = new Gauge({
  name: 'ent_documents_at_fault',
  help: 'Documents whose content is absent or damaged, or that the journal says nobody uploaded, by the last check (ADH-2)',
  registers: [registry],
});
const checkedAt = new Gauge({
  name: 'ent_documents_checked_seconds',
  help: 'When all documents were checked last, in seconds since 1970; 0: not since this process began',
  registers: [registry],
});

const everyMs = 24 * 3_600_000;
const firstAfterMs = 60_000;

/**
 * Checks every document a minute after the start and then once a day. Wall time: it is about bytes on a disk. A page
 * that fails is tried again a minute later, from where the check stood. The metric changes at the end of a check.
 */
@Injectable()
export class CheckDocumentsScheduler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;
  private isStopping = false;
  private after = '';
  private atFault = 0;

  constructor(
    private readonly check: CheckDocuments,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.later(firstAfterMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.timer);
    await this.running;
  }

  /** To the end, or until the process stops. */
  async execute(): Promise<void> {
    do {
      const { atFault, next } = await this.check.page(this.after, '');
      for (const document of atFault)
        this.logger.error({ ...document, title: undefined }, 'a document is at fault');
      this.atFault += atFault.length;
      this.after = next;
    } while (this.after !== '' && !this.isStopping);
    if (this.isStopping) return;
    differing.set(this.atFault);
    checkedAt.set(Date.now() / 1_000);
    this.atFault = 0;
  }

  private later(ms: number): void {
    this.timer = setTimeout(() => {
      this.running = this.execute().then(
        () => this.later(everyMs),
        (error: unknown) => {
          this.logger.error({ err: error }, 'documents not checked, next try in a minute');
          this.later(firstAfterMs);
        },
      );
    }, ms).unref();
  }
}
