import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { loggerToken, type Logger } from '#libs/observability';
import { isInfrastructureFault } from '#libs/persistence';
import { backOffMs, Circuit, EntQueue, EntRefused, EntUnavailable } from '../ent/ent.module.js';
import { Batcher } from './batcher.js';
import { type EntOutcome, type EntTask, persists } from './ent-task.js';
import { EntWork } from './ent-work.pg.js';
import { MatchInEnt } from './match-in-ent.js';

/**
 * Faults of one account, while others are served, after which it is given up. Lateness is forgiven
 * longer than an answer that says no. An ENT that is not there at all is nobody's own fault.
 */
const faultsMax: Partial<Record<EntUnavailable['code'], number>> = {
  ENT_FAULT: 12,
  ENT_ANSWER_TOO_LONG: 12,
  ENT_SESSION: 12,
  ENT_TIMEOUT: 24,
  ENT_BUSY: 24,
};

/** While an import runs there, every change is late, of whomever: blocks and readings are served all the same. */
const late: ReadonlySet<EntUnavailable['code']> = new Set(['ENT_TIMEOUT', 'ENT_BUSY']);

/** What is learnt of an account without a change by the ENT's writer. */
const unchanging: ReadonlySet<string> = new Set<keyof EntOutcome>([
  ...(['accountId', 'attempts', 'servedAs', 'isBlocked', 'isConfirmed', 'isAbsent'] as const),
  ...(['hasCalled', 'isHeard', 'standingCode'] as const),
]);
const hasChanged = (outcome: EntOutcome): boolean =>
  Object.keys(outcome).some((learnt) => !unchanging.has(learnt));

/** Others may be served meanwhile: a right may be missing in one school alone. */
const connectorWaitMs = 15 * 60_000;

/** A second or so. */
const waitsOfHeard = 3;

const backOff = { firstMs: 250, mostMs: 30_000, random: Math.random };

/** The queue pauses by connecting to Redis anew: shorter pauses would overtake one another. */
const leastRestMs = 1_000;

/** Outcomes that may wait to be written. */
const backlogMax = 400;

/** While the connections of PostgreSQL are lost: some ten seconds. */
const [recordTries, recordPauseMs] = [10, 250];

/** Nobody waits for what was learnt to be written; whoever is to be served does. */
const [takeGatherMs, recordGatherMs] = [20, 50];

/**
 * Serves one account after the other: takes its work, has it done, keeps what was learnt and gives way
 * where the ENT cannot (PRV-4).
 */
@Injectable()
export class ServeEnt {
  private readonly take = new Batcher<string, EntTask | undefined>(
    100,
    async (accountIds) => {
      const tasks = new Map(
        (await this.work.take(accountIds)).map((task) => [task.accountId, task]),
      );
      return accountIds.map((accountId) => tasks.get(accountId));
    },
    takeGatherMs,
  );
  private readonly record = new Batcher<EntOutcome, void>(
    200,
    async (outcomes) => {
      await this.recorded(outcomes);
      return outcomes.map(() => undefined);
    },
    recordGatherMs,
  );

  private readonly recordings = new Set<Promise<void>>();
  /** Until what was learnt of them is written: whoever is given again meanwhile is looked at anew after that. */
  private readonly atWork = new Set<string>();
  private isResting = false;

  constructor(
    private readonly work: EntWork,
    private readonly match: MatchInEnt,
    private readonly circuit: Circuit,
    private readonly queue: EntQueue,
    @Inject(loggerToken) private readonly logger: Logger,
  ) {}

  async execute(accountId: string): Promise<void> {
    if (this.atWork.has(accountId)) return;
    this.atWork.add(accountId);
    let outcome: EntOutcome | undefined;
    try {
      outcome = await this.learnt(accountId);
    } finally {
      if (!outcome) this.atWork.delete(accountId);
    }
    if (!outcome) return;
    const recorded = this.keep(outcome);
    // The next call need not wait for the books of this one, as long as they do not fall behind.
    if (this.record.size >= backlogMax) await recorded;
  }

  /** Undefined: nothing is to be told of it any more, or it is somebody else's. */
  private async learnt(accountId: string): Promise<EntOutcome | undefined> {
    const task = await this.take.add(accountId);
    if (!task) return undefined;
    const outcome: EntOutcome = { accountId, attempts: task.attempts, servedAs: task.entId };
    try {
      await this.match.execute(task, outcome);
      this.circuit.succeeded({ hasChanged: hasChanged(outcome) });
      if (outcome.isAbsent) outcome.retryInMs = backOffMs(task.attempts, backOff);
    } catch (error) {
      if (error instanceof EntRefused) outcome.failureCode = error.code;
      else if (error instanceof EntUnavailable) await this.giveWay(task, outcome, error);
      else throw error;
    }
    return outcome;
  }

  /** At work, or resting on purpose because the ENT is down or asked for it. */
  get isBusy(): boolean {
    return this.atWork.size > 0 || this.isResting;
  }

  async drained(): Promise<void> {
    await Promise.all(this.recordings);
  }

  /** Lost with the process or the database, an outcome is asked of the ENT again: `attempts` tells. */
  private async keep(outcome: EntOutcome): Promise<void> {
    const { accountId, failureCode } = outcome;
    if (failureCode !== undefined) this.logger.warn({ accountId, failureCode }, 'the ENT refuses');
    const recorded = this.record.add(outcome).catch((error: unknown) => {
      this.logger.error({ err: error, accountId }, 'outcome not recorded');
    });
    this.recordings.add(recorded);
    await recorded;
    this.recordings.delete(recorded);
    this.atWork.delete(accountId);
  }

  /** A lost connection of PostgreSQL is no reason to ask the ENT again. */
  private async recorded(outcomes: readonly EntOutcome[]): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.work.record(outcomes);
      } catch (error) {
        if (!isInfrastructureFault(error) || tries === recordTries) throw error;
        await sleep(tries * recordPauseMs);
      }
    }
  }

  private async giveWay(task: EntTask, outcome: EntOutcome, error: EntUnavailable): Promise<void> {
    outcome.isHeard = error.isUndone || outcome.hasCalled !== true;
    // Its attempts are not counted, so they say nothing of how long it has waited.
    const waits = Math.max(task.attempts, outcome.isHeard ? waitsOfHeard : 0);
    if (error.isConnectorFault) outcome.standingCode = error.code;
    if (error.retryInMs !== undefined) {
      outcome.retryInMs = error.retryInMs;
      return this.rest(error.retryInMs);
    }
    if (error.isConnectorFault) {
      outcome.retryInMs = connectorWaitMs;
      return;
    }
    // The ENT answers, and nothing was written: neither down nor this account's fault.
    if (error.code === 'ENT_TRANSIENT') {
      outcome.retryInMs = backOffMs(waits, backOff);
      return;
    }
    const isOwn = late.has(error.code)
      ? this.circuit.changesForOthers()
      : this.circuit.servesOthers();
    const mostFaults = isOwn ? faultsMax[error.code] : undefined;
    outcome.isOwnFault = mostFaults !== undefined;
    if (mostFaults !== undefined && task.faults + 1 >= mostFaults) {
      outcome.failureCode = `${error.code}${persists}`;
      return;
    }
    outcome.retryInMs = backOffMs(waits, backOff);
    const pauseMs = this.circuit.failed();
    if (pauseMs !== undefined) await this.rest(pauseMs);
  }

  /** Those who wait in the queue wait on. */
  private async rest(pauseMs: number): Promise<void> {
    if (this.isResting) return;
    this.isResting = true;
    // Whatever becomes of the pause, the rest ends: who seems busy for ever keeps a lost queue from being renewed.
    setTimeout(() => void this.goOn(), Math.max(pauseMs, leastRestMs)).unref();
    await this.queue.pauseHere().catch((fault: unknown) => {
      this.logger.error({ err: fault }, 'queue not paused');
    });
  }

  private async goOn(): Promise<void> {
    this.isResting = false;
    await this.queue.resumeHere().catch((error: unknown) => {
      this.logger.error({ err: error }, 'queue not resumed');
    });
  }
}
