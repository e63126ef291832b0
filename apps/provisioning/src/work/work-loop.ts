import {
  type BeforeApplicationShutdown,
  Inject,
  Injectable,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { Rounds } from '#libs/rounds';
import { CopyAnew } from '../copies/copies.module.js';
import { TellDays } from '../days-told/days-told.module.js';
import { Circuit, type Colleagues, EntPace, EntQueue, LoginPause } from '../ent/ent.module.js';
import { AllotSeats } from '../seats/seats.module.js';
import { AssessPeople, EndGracePeriods, RestateLostDays } from '../accounts/accounts.module.js';
import { CarryOutRetries } from '../ent-faults/ent-faults.module.js';
import { ReconcileSchools } from '../ent-comparison/ent-comparison.module.js';
import { SendSchoolFiles } from '../ent-files/ent-files.module.js';
import { MakePlans } from '../ent-plans/ent-plans.module.js';
import { CarryOutUrgentBlocks, EntWork, ServeEnt } from '../ent-work/ent-work.module.js';
import { PendingAccounts } from './pending-accounts.pg.js';

const idleMs = 150;
/** Eight loops that ask PostgreSQL all day long, mostly for nothing: rarer after some seconds of that. */
const calmMs = 600;
/** Accounts given to the queue at once, and jobs that wait in it before no more are. */
const [portion, jobsMax] = [1_000, 100];
/** Jobs there and none at work for so long: they are ghosts. */
const stuckAfterMs = 5_000;
/** Several processes have no job for so long, and none is at work: rows that are queued were lost. */
const calmForMs = 2_000;

/**
 * Does what PostgreSQL says is due, without a memory of its own: a crash loses nothing. Several processes share the
 * queue: each fills it and works on it, and none empties it while another lives.
 */
@Injectable()
export class WorkLoop implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private isProcessing = false;
  /** What a killed process had at work may lie in the queue, until this one is alone and builds it anew. */
  private mayHaveGhosts = true;
  private busyAtMs = performance.now();
  private readonly rounds: Rounds[] = [];
  private loginRequest: string | null = null;

  constructor(
    private readonly copyAnew: CopyAnew,
    private readonly assessPeople: AssessPeople,
    private readonly allotSeats: AllotSeats,
    private readonly endGracePeriods: EndGracePeriods,
    private readonly restateLostDays: RestateLostDays,
    private readonly makePlans: MakePlans,
    private readonly tellDays: TellDays,
    private readonly reconcileSchools: ReconcileSchools,
    private readonly retries: CarryOutRetries,
    private readonly serveEnt: ServeEnt,
    private readonly urgentBlocks: CarryOutUrgentBlocks,
    private readonly schoolFiles: SendSchoolFiles,
    private readonly work: EntWork,
    private readonly pending: PendingAccounts,
    private readonly queue: EntQueue,
    private readonly pace: EntPace,
    private readonly circuit: Circuit,
    private readonly loginPause: LoginPause,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.begin('copies', () => this.copyAnew.execute());
    this.begin('accounts', () => this.accountsDue());
    this.begin('days told', () => this.tellDays.execute());
    if (this.queue.isHeld) {
      this.logger.warn('ENT_WORK=held: nothing is told to the ENT');
      return;
    }
    // Its colleagues hear of it at each round, so it is not calm.
    this.begin('ENT', () => this.fillQueue(), idleMs);
    this.begin('urgent blocks', () => this.urgentBlocks.execute());
    this.begin('files', (signal) => this.schoolFiles.execute(signal));
    this.begin('reconciliation', () => this.reconcileSchools.execute());
    this.begin('retries', () => this.retries.execute());
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.rounds.map((rounds) => rounds.end()));
    await this.queue.close();
    await this.serveEnt.drained();
  }

  /** Seats of a day before people of the next: the pools wait for their own day's people themselves. */
  private async accountsDue(): Promise<boolean> {
    if (!(await this.pending.isAnyDue())) return false;
    await this.makePlans.freeWhatNeverWaits();
    if (await this.allotSeats.execute()) return true;
    if ((await this.assessPeople.execute()) > 0) return true;
    if ((await this.endGracePeriods.execute()) > 0) return true;
    if ((await this.restateLostDays.execute()) > 0) return true;
    return this.makePlans.execute();
  }

  /** What the queue has lost (Redis wiped, a job that died) is given to it again. */
  private async fillQueue(): Promise<boolean> {
    const { learnt, standing } = this.pace;
    const shown = {
      ...{ ...standing, pausesInARow: this.circuit.pausesInARow },
      loginPausedForSeconds: Math.ceil(this.loginPause.leftMs / 1_000),
    };
    const others = await this.queue.announce(this.serveEnt.isBusy, { learnt, shown });
    const isLoginRequested =
      others.loginRequest !== null && others.loginRequest !== this.loginRequest;
    if (isLoginRequested) this.loginPause.skip();
    this.loginRequest = others.loginRequest;
    this.pace.shareAmong(others.count + 1);
    this.pace.hear(others.learnt);
    if (others.hasOneVanished) this.mayHaveGhosts = true;
    if (this.mayHaveGhosts && others.count === 0) {
      if (this.isProcessing) await this.queue.renew({ isEmptied: true });
      else await this.queue.forget();
      await this.work.requeueAll();
      this.mayHaveGhosts = false;
    }
    if (!this.isProcessing) {
      this.queue.process((accountId) => this.serveEnt.execute(accountId));
      this.isProcessing = true;
    }
    const idleForMs = this.idleForMs(others);
    const queued = await this.queue.count();
    const calmMs = others.count === 0 ? 0 : calmForMs;
    const lost =
      queued === 0 && others.isLeader && idleForMs >= calmMs
        ? await this.work.requeueAll(calmMs)
        : 0;
    const isStuck = queued > 0 && others.isLeader && idleForMs >= stuckAfterMs;
    if (this.queue.isDamaged || isStuck) {
      this.logger.warn(
        { queued, others: others.count },
        'jobs were lost or nobody works on them: the queue is built anew',
      );
      // Where nobody is at work there is no job to take away from anybody.
      await this.queue.renew({ isEmptied: isStuck || others.count === 0 });
      await this.work.requeueAll();
      this.busyAtMs = performance.now();
      return true;
    }
    if (queued >= jobsMax) return false;
    await this.schoolFiles.reserve();
    const { deletions } = this.pace;
    const toDelete = await this.work.deletionsDue(Math.min(deletions.allowed, portion));
    deletions.begun(toDelete.length);
    const accountIds = [...(await this.work.due(portion)), ...toDelete];
    await this.queue.add(accountIds);
    // Nobody has been idle before there was something to do.
    if (queued === 0 && lost === 0 && accountIds.length > 0) this.busyAtMs = performance.now();
    return false;
  }

  /** For how long nobody has been at work, here or elsewhere; negative: somebody is. */
  private idleForMs({ isAnyBusy }: Colleagues): number {
    const nowMs = performance.now();
    if (!isAnyBusy && !this.serveEnt.isBusy) return nowMs - this.busyAtMs;
    this.busyAtMs = nowMs;
    return -1;
  }

  private begin(
    name: string,
    round: (signal: AbortSignal) => Promise<boolean>,
    calmEveryMs = calmMs,
  ): void {
    const rounds = new Rounds({
      logger: this.logger,
      onFault: `${name}: work failed, it begins again`,
      everyMs: idleMs,
      calmMs: calmEveryMs,
      afterFaultMs: 1_000,
    });
    this.rounds.push(rounds);
    rounds.begin(() => round(rounds.signal));
  }
}
