import { Inject, Injectable } from '@nestjs/common';
import { LOGGER, type Logger } from '#libs/observability';
import {
  backOffMs,
  Circuit,
  EntAlreadyThere,
  EntGateway,
  type EntProfile,
  EntQueue,
  EntRefused,
  EntUnavailable,
  type EntUser,
} from '../ent/ent.module.js';
import { Batcher } from './batcher.js';
import { isBlockedInEnt, isOpen, type Profile } from '../accounts/accounts.module.js';
import { type EntOutcome, type EntTask, persists, EntWork } from './ent-work.pg.js';
import { EntPlaces } from './ent-places.js';

/**
 * Faults of one account, while others are served, after which it is given up. Lateness is forgiven
 * longer than an answer that says no. An ENT that is not there at all is nobody's own fault.
 */
const faultsMax: Partial<Record<EntUnavailable['code'], number>> = {
  ENT_FAULT: 12,
  ENT_SESSION: 12,
  ENT_TIMEOUT: 24,
  ENT_BUSY: 24,
};

/** Outcomes that may wait to be written. */
const backlogMax = 400;

/**
 * Makes the ENT match one account (PRV-4). May run twice for the same account: creation is told
 * apart by externalId, blocking and linking have no second effect, deletion checks.
 */
@Injectable()
export class ServeEnt {
  readonly #take = new Batcher<string, EntTask | undefined>(100, async (accountIds) => {
    const tasks = new Map((await this.work.take(accountIds)).map((task) => [task.accountId, task]));
    return accountIds.map((accountId) => tasks.get(accountId));
  });
  readonly #record = new Batcher<EntOutcome, void>(200, async (outcomes) => {
    await this.work.record(outcomes);
    return outcomes.map(() => undefined);
  });

  readonly #unrecorded = new Set<Promise<void>>();
  #atWork = 0;
  #isResting = false;

  constructor(
    private readonly work: EntWork,
    private readonly ent: EntGateway,
    private readonly places: EntPlaces,
    private readonly circuit: Circuit,
    private readonly queue: EntQueue,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async execute(accountId: string): Promise<void> {
    this.#atWork += 1;
    try {
      await this.serveOne(accountId);
    } finally {
      this.#atWork -= 1;
    }
  }

  private async serveOne(accountId: string): Promise<void> {
    const startedAtMs = performance.now();
    const task = await this.#take.add(accountId);
    if (!task) return;
    const outcome: EntOutcome = { accountId };
    try {
      await this.serve(task, outcome, startedAtMs);
      this.circuit.succeeded();
    } catch (error) {
      if (error instanceof EntRefused) outcome.failureCode = error.code;
      else if (error instanceof EntUnavailable) await this.giveWay(task, outcome, error);
      else throw error;
    }
    const recorded = this.keep(outcome);
    // The next call need not wait for the books of this one, as long as they do not fall behind.
    if (this.#record.size >= backlogMax) await recorded;
  }

  /** At work, or resting on purpose because the ENT is down or asked for it. */
  get isBusy(): boolean {
    return this.#atWork > 0 || this.#isResting || this.unrecorded > 0;
  }

  /** Outcomes learnt and not yet written: rows whose work is done, and must not be queued again. */
  get unrecorded(): number {
    return this.#unrecorded.size;
  }

  async drained(): Promise<void> {
    await Promise.all(this.#unrecorded);
  }

  /** Lost with the process or the database, an outcome is asked of the ENT again: `attempts` tells. */
  private async keep(outcome: EntOutcome): Promise<void> {
    const { accountId, failureCode } = outcome;
    if (failureCode !== undefined) this.logger.warn({ accountId, failureCode }, 'the ENT refuses');
    const recorded = this.#record.add(outcome).catch((error: unknown) => {
      this.logger.error({ err: error, accountId }, 'outcome not recorded');
    });
    this.#unrecorded.add(recorded);
    await recorded;
    this.#unrecorded.delete(recorded);
  }

  private async serve(task: EntTask, outcome: EntOutcome, startedAtMs: number): Promise<void> {
    let entId = task.entId;
    if (entId === null) {
      const user = await this.find(task, startedAtMs);
      if (user === undefined) {
        if (task.state === 'PROVISIONING') return this.create(task, outcome);
        outcome.isAbsent = true;
        return;
      }
      ({ entId } = user);
      Object.assign(outcome, { entId: user.entId, login: user.login, isBlocked: false });
    }
    if (task.state === 'DELETED') {
      await this.ent.remove(entId);
      outcome.isRemoved = true;
      return;
    }
    const mustBlock = isBlockedInEnt(task.state);
    if (task.isBlocked !== mustBlock) await this.ent.setBlocked(entId, mustBlock);
    outcome.isBlocked = mustBlock;
    outcome.isConfirmed = task.state === 'PROVISIONING';
    // Before anything that may be refused: who is no guardian any more must not see the child.
    for (const child of task.formerChildren) {
      await this.ent.unrelate(child.entId, entId);
      outcome.unlinkedChildIds = [...(outcome.unlinkedChildIds ?? []), child.accountId];
    }
    if (isOpen(task.state) && task.entPlace !== placeOf(task))
      await this.moveTo(task, entId, outcome);
    for (const child of task.unlinkedChildren) {
      await this.ent.relate(child.entId, entId);
      outcome.linkedChildIds = [...(outcome.linkedChildIds ?? []), child.accountId];
    }
  }

  private async create(task: EntTask, outcome: EntOutcome): Promise<void> {
    const structureId = await this.places.structure(task.uai, task.schoolName);
    const classId = await this.places.schoolClass(
      structureId,
      task.uai,
      task.classLabel,
      task.classLevel,
    );
    try {
      const user = await this.ent.createUser(classId, {
        externalId: task.accountId,
        firstName: task.firstName,
        lastName: task.lastName,
        birthDate: task.birthDate,
        profile: entProfiles[task.profile],
        childEntIds: task.children.map(({ entId }) => entId),
      });
      Object.assign(outcome, user);
    } catch (error) {
      if (!(error instanceof EntAlreadyThere)) throw error;
      const user = await this.places.userByExternalId(
        structureId,
        task.accountId,
        performance.now(),
      );
      if (!user) throw new EntUnavailable('ENT_BUSY', { cause: error });
      Object.assign(outcome, { entId: user.entId, login: user.login });
    }
    Object.assign(outcome, { classId, place: placeOf(task), isBlocked: false, isConfirmed: true });
    outcome.linkedChildIds = task.children.map(({ accountId }) => accountId);
  }

  /** Read before create: only where an earlier call may have been done without our knowing. */
  private async find(task: EntTask, startedAtMs: number): Promise<EntUser | undefined> {
    if (task.attempts === 1) return undefined;
    const structureId = await this.places.structure(task.uai, task.schoolName);
    return this.places.userByExternalId(structureId, task.accountId, startedAtMs);
  }

  private async moveTo(task: EntTask, entId: string, outcome: EntOutcome): Promise<void> {
    const structureId = await this.places.structure(task.uai, task.schoolName);
    const classId = await this.places.schoolClass(
      structureId,
      task.uai,
      task.classLabel,
      task.classLevel,
    );
    if (classId !== task.entClassId) {
      await this.ent.joinClass(classId, entId);
      if (task.entClassId !== null) await this.ent.leaveClass(task.entClassId, entId);
    }
    Object.assign(outcome, { classId, place: placeOf(task) });
  }

  private async giveWay(task: EntTask, outcome: EntOutcome, error: EntUnavailable): Promise<void> {
    if (error.retryInMs !== undefined) {
      outcome.retryInMs = error.retryInMs;
      return this.rest(error.retryInMs);
    }
    const mostFaults = this.circuit.servesOthers() ? faultsMax[error.code] : undefined;
    outcome.isOwnFault = mostFaults !== undefined;
    if (mostFaults !== undefined && task.faults + 1 >= mostFaults) {
      outcome.failureCode = `${error.code}${persists}`;
      return;
    }
    outcome.retryInMs = backOffMs(task.attempts, {
      firstMs: 250,
      mostMs: 30_000,
      random: Math.random,
    });
    const pauseMs = this.circuit.failed();
    if (pauseMs !== undefined) await this.rest(pauseMs);
  }

  /** Those who wait in the queue wait on. */
  private async rest(pauseMs: number): Promise<void> {
    if (this.#isResting) return;
    this.#isResting = true;
    // Whatever becomes of the pause, the rest ends: who seems busy for ever keeps a lost queue from being renewed.
    setTimeout(() => void this.goOn(), pauseMs).unref();
    await this.queue.pauseHere().catch((fault: unknown) => {
      this.logger.error({ err: fault }, 'queue not paused');
    });
  }

  private async goOn(): Promise<void> {
    this.#isResting = false;
    await this.queue.resumeHere().catch((error: unknown) => {
      this.logger.error({ err: error }, 'queue not resumed');
    });
  }
}

function placeOf({ uai, classLabel }: EntTask): string {
  return `${uai}|${classLabel}`;
}

const entProfiles: Readonly<Record<Profile, EntProfile>> = {
  STUDENT: 'Student',
  RELATIVE: 'Relative',
  TEACHER: 'Teacher',
  PERSONNEL: 'Personnel',
  GUEST: 'Guest',
};
