import { setTimeout as sleep } from 'node:timers/promises';
import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LOGGER, type Logger } from '#libs/observability';
import { DomainError } from '#libs/problems';
import { EntQueue } from '../ent/ent.module.js';
import { AllotSeats } from '../seats/seats.module.js';
import { AssessPeople, EndGracePeriods } from '../accounts/accounts.module.js';
import { EntWork, ReadFirstUses, ServeEnt } from '../ent-work/ent-work.module.js';

const idleMs = 150;
const queueSizeMax = 1_000;
/** Jobs there and none at work for so long: they are ghosts. */
const stuckAfterMs = 5_000;

/** Does what PostgreSQL says is due, without a memory of its own: a crash loses nothing. */
@Injectable()
export class WorkLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  #isStopping = false;
  /** The queue was built anew by this process: what a killed one left there is gone. */
  #isQueueOurs = false;
  #busyAtMs = performance.now();
  #loops: Promise<void>[] = [];

  constructor(
    private readonly assessPeople: AssessPeople,
    private readonly allotSeats: AllotSeats,
    private readonly endGracePeriods: EndGracePeriods,
    private readonly readFirstUses: ReadFirstUses,
    private readonly serveEnt: ServeEnt,
    private readonly work: EntWork,
    private readonly queue: EntQueue,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.#loops = [
      this.loop('accounts', () => this.accountsDue()),
      this.loop('ent', () => this.fillQueue()),
      this.loop('first-uses', () => this.readFirstUses.execute()),
    ];
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    await Promise.all(this.#loops);
    await this.queue.close();
    await this.serveEnt.drained();
  }

  /** Seats of a day before people of the next: the pools wait for their own day's people themselves. */
  private async accountsDue(): Promise<boolean> {
    if (await this.allotSeats.execute()) return true;
    if ((await this.assessPeople.execute()) > 0) return true;
    return (await this.endGracePeriods.execute()) > 0;
  }

  /** What the queue has lost (Redis wiped, a job that died) is given to it again. */
  private async fillQueue(): Promise<boolean> {
    if (!this.#isQueueOurs) {
      await this.queue.forget();
      await this.work.requeueAll();
      this.queue.process((accountId) => this.serveEnt.execute(accountId));
      this.#isQueueOurs = true;
    }
    const queued = await this.queue.count();
    if (queued === 0 && !this.serveEnt.isBusy) await this.work.requeueAll();
    if (this.queue.isDamaged || (queued > 0 && this.isStuck())) {
      this.logger.warn(
        { queued },
        'jobs were lost or nobody works on them: the queue is built anew',
      );
      await this.queue.renew();
      await this.work.requeueAll();
      return true;
    }
    if (queued >= queueSizeMax) return false;
    const accountIds = await this.work.due(queueSizeMax);
    await this.queue.add(accountIds);
    return false;
  }

  /** A wipe in the middle of a job can leave its bare id in the queue, which no worker will ever take. */
  private isStuck(): boolean {
    const nowMs = performance.now();
    if (this.serveEnt.isBusy) this.#busyAtMs = nowMs;
    if (nowMs - this.#busyAtMs < stuckAfterMs) return false;
    this.#busyAtMs = nowMs;
    return true;
  }

  private async loop(name: string, work: () => Promise<boolean>): Promise<void> {
    while (!this.#isStopping) {
      try {
        if (!(await work())) await sleep(idleMs);
      } catch (error) {
        // Before the first business day nothing can be dated: that is no fault.
        if (!(error instanceof DomainError))
          this.logger.error({ err: error, loop: name }, 'work failed');
        await sleep(1_000);
      }
    }
  }
}
