import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import Bull from 'bull';
import type { Redis } from 'ioredis';
import { inTrace, wideEvent, type Logger } from '#libs/observability';
import { AtOnce } from './at-once.js';
import type { EntPace, LearntRate } from './ent-pace.js';

export type EntQueueOptions = {
  readonly redisUrl: string;
  /** Put before every key, so that an environment or a test has a queue of its own. */
  readonly prefix: string;
  /** Accounts that this process has at work at most. */
  readonly accountsAtOnce: number;
  /** Nobody is to be served: the work waits in PostgreSQL. */
  readonly isHeld?: boolean;
};

/** A job carries accounts' ids and nothing else (SUP-4); what to do is asked of PostgreSQL. */
type Job = { readonly accountIds: readonly string[] };

const queueName = 'ent-accounts';

/** What a job costs Redis and both ends is the same however many it holds; many jobs are shared evenly by processes. */
const accountsPerJob = 10;
/**
 * A job ends with its last account, which may be one that the ENT leaves without an answer: others have begun by then. Where
 * it leaves one account in 125 so for 10 s, two jobs for each ten at once served 360 accounts a second, and four 690.
 */
const jobsForEachAtOnce = 4;

/** Processes of the service that have announced themselves within so long are alive. */
const aliveForMs = 5_000;

const loginRequestMs = 60_000;

/** A call to the ENT may take longer: then its job ends beside the new queue, which costs it 5 s at most. */
const endOfJobsMaxMs = 2_000;

/** How a process stands with the ENT: said to the others, and to people. */
export type EntStanding = {
  readonly learnt: LearntRate;
  readonly shown: EntPace['standing'] & {
    readonly pausesInARow: number;
    readonly loginPausedForSeconds: number;
  };
};

export type Colleagues = {
  /** Other processes that are alive. */
  readonly count: number;
  /** One of them is serving accounts, or resting because the ENT asked for it. */
  readonly isAnyBusy: boolean;
  /** This process is the one that does what is to be done once. */
  readonly isLeader: boolean;
  /** One was there and has not said goodbye: what it had at work lies in the queue. */
  readonly hasOneVanished: boolean;
  /** What each has learnt of how much the ENT bears. */
  readonly learnt: ReadonlyMap<string, LearntRate>;
  /** Another value than before: a person wants the refused login tried at once. */
  readonly loginRequest: string | null;
};

/**
 * Shares the work towards the ENT among processes, so many accounts of each at once; how many calls a second is the pace's
 * (`EntPace`). It may lose everything (Redis wiped) or run a job twice: PostgreSQL holds what is to be done, and every call
 * is idempotent.
 */
export class EntQueue {
  private queue: Bull.Queue<Job>;
  private work: ((accountId: string) => Promise<void>) | undefined;
  private damaged = false;
  private readonly atOnce: AtOnce;
  /** Until then nobody of the jobs that were taken is begun with. */
  private rest: PromiseWithResolvers<void> | undefined;
  private isClosing = false;
  private readonly id = randomUUID();

  constructor(
    private readonly options: EntQueueOptions,
    private readonly logger: Logger,
  ) {
    this.atOnce = new AtOnce(options.accountsAtOnce);
    this.queue = this.open();
  }

  /** Keys that a job at work needs were gone when it ended: Bull's worker ends with such an error. */
  get isDamaged(): boolean {
    return this.damaged;
  }

  get isHeld(): boolean {
    return this.options.isHeld === true;
  }

  /** From now on jobs are worked on. The work must not throw for what it can record itself. */
  process(work: (accountId: string) => Promise<void>): void {
    this.work = work;
    this.listen(this.queue, work);
  }

  /**
   * The queue with all its workers anew, after a wipe. Jobs at work end on the old one, before the new one takes any as
   * far as that is soon: their end removes the keys of the account's next job.
   */
  async renew({ isEmptied }: { isEmptied: boolean }): Promise<void> {
    const old = this.queue;
    this.queue = this.open();
    this.damaged = false;
    const isClosed = old
      .close()
      .catch((error: unknown) => this.logger.debug({ err: error }, 'old queue'));
    await Promise.race([isClosed, setTimeout(endOfJobsMaxMs, undefined, { ref: false })]);
    if (isEmptied) await this.forget();
    if (this.work) this.listen(this.queue, this.work);
  }

  private listen(queue: Bull.Queue<Job>, work: (accountId: string) => Promise<void>): void {
    const jobsAtOnce = Math.ceil(
      (jobsForEachAtOnce * this.options.accountsAtOnce) / accountsPerJob,
    );
    endAtOnce(queue);
    // The promise ends when the queue is closed.
    queue
      .process('accounts', jobsAtOnce, ({ data: { accountIds } }) =>
        inTrace(undefined, () => this.serve(queue, accountIds, work)),
      )
      .catch((error: unknown) => this.logger.debug({ err: error }, 'queue closed'));
  }

  /** Whom a process that ends, or a queue that was built anew meanwhile, has not begun with, is left to the next. */
  private async serve(
    queue: Bull.Queue<Job>,
    accountIds: readonly string[],
    work: (accountId: string) => Promise<void>,
  ): Promise<void> {
    const left: string[] = [];
    const served = accountIds.map((accountId) =>
      this.atOnce.run(async () => {
        while (this.rest && !this.isClosing) await this.rest.promise;
        if (this.isClosing || queue !== this.queue) left.push(accountId);
        else {
          const fields = { useCase: 'serve-ent', accountId };
          await wideEvent(this.logger, 'job', fields, () => work(accountId));
        }
      }),
    );
    const ends = await Promise.allSettled(served);
    // A queue that was built anew is filled again from PostgreSQL.
    if (queue === this.queue) await this.add(left);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  private open(): Bull.Queue<Job> {
    const { redisUrl, prefix } = this.options;
    const queue = new Bull<Job>(queueName, redisUrl, {
      prefix,
      settings: { stalledInterval: 10_000, maxStalledCount: 100, lockDuration: 30_000 },
      redis: { maxRetriesPerRequest: 3, enableReadyCheck: false },
    });
    queue.on('error', (error) => {
      if (queue === this.queue && /missing (key|lock)/i.test(error.message)) this.damaged = true;
      this.logger.warn({ err: error }, 'queue fault');
    });
    return queue;
  }

  async add(accountIds: readonly string[]): Promise<void> {
    if (accountIds.length === 0) return;
    const parts = Array.from({ length: Math.ceil(accountIds.length / accountsPerJob) }, (_, at) =>
      accountIds.slice(at * accountsPerJob, (at + 1) * accountsPerJob),
    );
    await this.queue.addBulk(
      parts.map((part) => ({
        name: 'accounts',
        data: { accountIds: part },
        // Of its own making, since Redis may have lost what it has counted.
        opts: { jobId: randomUUID(), removeOnComplete: true, removeOnFail: true },
      })),
    );
  }

  /** Jobs waiting, delayed, or at work. */
  async count(): Promise<number> {
    const { waiting, delayed, active } = await this.ask((queue) => queue.getJobCounts());
    return waiting + delayed + active;
  }

  /** Of jobs that wait, or are at work. */
  async accountIds(): Promise<ReadonlySet<string>> {
    const jobs: readonly (Bull.Job<Job> | null)[] = await this.ask((queue) =>
      queue.getJobs(['waiting', 'paused', 'delayed', 'active']),
    );
    // One that ended while they were read is null.
    return new Set(jobs.flatMap((job) => job?.data.accountIds ?? []));
  }

  /** A queue that was renewed while it was asked has closed its connection: the new one is asked. */
  private async ask<Answer>(question: (queue: Bull.Queue<Job>) => Promise<Answer>) {
    const { queue } = this;
    try {
      return await question(queue);
    } catch (error) {
      if (queue === this.queue) throw error;
      return question(this.queue);
    }
  }

  /** Says that this process lives, and hears who else does. Redis forgets it with everything else: it is said again. */
  async announce(isBusy: boolean, standing: EntStanding): Promise<Colleagues> {
    const { client } = await this.queue.isReady();
    await client
      .multi()
      .sadd(this.processes, this.id)
      .set(this.keyOf(this.id), isBusy ? 'busy' : 'idle', 'PX', aliveForMs)
      .set(this.standingKeyOf(this.id), JSON.stringify(standing), 'PX', aliveForMs)
      .exec();
    const { alive, vanished } = await this.announced();
    if (vanished.length > 0) await client.srem(this.processes, ...vanished);
    const others = alive.filter(({ id }) => id !== this.id);
    return {
      count: others.length,
      isAnyBusy: others.some((other) => other.isBusy),
      isLeader: others.every(({ id }) => this.id < id),
      hasOneVanished: vanished.length > 0,
      learnt: new Map(
        others.flatMap(({ id, standing: said }) => (said ? [[id, said.learnt]] : [])),
      ),
      loginRequest: await client.get(this.loginRequestKey),
    };
  }

  /** Each process tries the refused login once, within its next round. */
  async requestLogin(): Promise<void> {
    const { client } = await this.queue.isReady();
    await client.set(this.loginRequestKey, randomUUID(), 'PX', loginRequestMs);
  }

  /** Of each process that lives. */
  async standings() {
    const { alive } = await this.announced();
    return alive.flatMap(({ id, isBusy: busy, standing }) =>
      standing ? [{ processId: id.slice(0, 8), busy, ...standing.shown }] : [],
    );
  }

  private async announced() {
    const { client } = await this.queue.isReady();
    const ids = (await client.smembers(this.processes)).sort();
    if (ids.length === 0) return { alive: [], vanished: [] };
    const states = await client.mget(...ids.map((id) => this.keyOf(id)));
    const standings = await client.mget(...ids.map((id) => this.standingKeyOf(id)));
    const all = ids.map((id, at) => ({
      ...{ id, isAlive: states[at] !== null, isBusy: states[at] === 'busy' },
      // None of a process of the release before, which does not say it.
      standing: JSON.parse(standings[at] ?? 'null') as EntStanding | null,
    }));
    return {
      alive: all.filter(({ isAlive }) => isAlive),
      vanished: all.flatMap(({ id, isAlive }) => (isAlive ? [] : [id])),
    };
  }

  private keyOf(id: string): string {
    return `${this.processes}:${id}`;
  }

  private standingKeyOf(id: string): string {
    return `${this.processes}:${id}:standing`;
  }

  private get loginRequestKey(): string {
    return `${this.processes}:login-request`;
  }

  private get processes(): string {
    return `${this.options.prefix}:processes`;
  }

  /**
   * Drops every job, those left "at work" by a killed process too, which would hold their accounts up
   * until their locks end. What is to be done is in PostgreSQL; a job of a live process ends all the same.
   */
  async forget(): Promise<void> {
    const { client } = await this.queue.isReady();
    let cursor = '0';
    do {
      const [next, keys] = await client.scan(
        cursor,
        'MATCH',
        `${this.options.prefix}:${queueName}:*`,
        'COUNT',
        1_000,
      );
      if (keys.length > 0) await client.del(...keys);
      cursor = next;
    } while (cursor !== '0');
  }

  /** Nobody is begun with here; who is at work goes on. */
  async pauseHere(): Promise<void> {
    this.rest ??= Promise.withResolvers();
    await this.queue.pause(true, true);
  }

  async resumeHere(): Promise<void> {
    this.rest?.resolve();
    this.rest = undefined;
    await this.queue.resume(true);
  }

  /** Waits for the accounts at work. */
  async close(): Promise<void> {
    this.isClosing = true;
    this.rest?.resolve();
    await this.queue
      .isReady()
      .then(({ client }) =>
        client
          .multi()
          .srem(this.processes, this.id)
          .del(this.keyOf(this.id), this.standingKeyOf(this.id))
          .exec(),
      )
      .catch((error: unknown) => this.logger.debug({ err: error }, 'goodbye not said'));
    await this.queue.close();
  }
}

/**
 * Bull asks the connection on which it waits for jobs to quit, which that hears only once a job comes, and ends it half a
 * second later: each pause and each end of a process would take as long.
 */
function endAtOnce(queue: Bull.Queue<Job>): void {
  const { bclient } = queue as unknown as { readonly bclient: Redis };
  bclient.quit = () => {
    bclient.disconnect();
    return Promise.resolve('OK' as const);
  };
}
