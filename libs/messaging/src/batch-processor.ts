import { type BusinessDayStarted, topics } from '#libs/contracts';
import { inTrace } from '#libs/observability';
import {
  isInfrastructureFault,
  isRetriableFault,
  type Transaction,
  type UnitOfWork,
} from '#libs/persistence';
import { DomainError } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { type BusinessDayKeeper, DayNotBegun, storedDay } from './business-day-keeper.js';
import type { AwaitedDay } from './calendar-waits.js';
import { offsetsOf, setForeignAside } from './foreign-records.js';
import { park, parkedKeysAmong } from './parked-records.js';
import { planRuns, type Run } from './plan-runs.js';
import { lockPosition, movePosition } from './positions.js';
import type { ReceivedEvent, TopicPlan } from './received-event.js';
import { dayStarted, type FetchedBatch, Sorting, type Stop } from './sorted-batch.js';
import { setAsideStretch } from './unreadable-batches.js';

export type Outcome =
  | {
      readonly status: 'applied';
      readonly handled: number;
      readonly parked: number;
      readonly repeated: number;
      /** Told by a life of the owner that it no longer states. */
      readonly forgone: number;
      /** Set aside: the owner of the topic did not write them. */
      readonly foreign: number;
      /** Rows that these made: a partition has a bounded number until somebody acknowledges them. */
      readonly foreignRows: number;
      /** Applied up to this fact only: the rest of the partition waits for the calendar. */
      readonly awaits?: AwaitedDay;
      /** Applied up to before this record only: a person decides how it goes on. */
      readonly stop?: Stop;
    }
  /** The stored position is not where the fetch began or ended: nothing is applied. */
  | {
      readonly status: 'elsewhere';
      readonly nextOffset: bigint;
      readonly topicId: string | null;
    };

export type RunHandler = (tx: Transaction, run: Run<ReceivedEvent>) => Promise<void>;

/** Neither the event's fault nor a bug in its handler: the partition waits and tries again. */
export function mustWait(error: unknown): boolean {
  return (
    error instanceof DayNotBegun ||
    (error instanceof DomainError && error.kind === 'unavailable') ||
    isInfrastructureFault(error) ||
    isRetriableFault(error)
  );
}

const nothing = {
  status: 'applied',
  handled: 0,
  parked: 0,
  repeated: 0,
  forgone: 0,
  foreign: 0,
  foreignRows: 0,
} as const;

/** Applies a batch in one transaction together with its new position, so each event has its effect exactly once. */
export class BatchProcessor {
  /** Never above the stored day: an event of this day or before needs no look at the calendar. */
  private day: LocalDate | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly days: BusinessDayKeeper,
    private readonly handle: RunHandler,
  ) {}

  /** The service's day as this process last saw it. */
  get knownDay(): LocalDate | undefined {
    return this.day;
  }

  /**
   * Throws what `mustWait` accepts; anything else that a handler throws parks the event. `spentAt`: a fact
   * that has waited long enough for its day, and is set aside if the day has still not come.
   */
  async process(
    batch: FetchedBatch,
    plan: TopicPlan,
    spentAt?: bigint,
    disowned?: ReadonlySet<bigint>,
  ): Promise<Outcome> {
    try {
      return await this.apply(batch, plan, { oneByOne: false, spentAt, disowned });
    } catch (error) {
      if (mustWait(error)) throw error;
      // Which event it was, only a second look tells: one by one, each behind a savepoint.
      return this.apply(batch, plan, { oneByOne: true, spentAt, disowned });
    }
  }

  private async apply(
    batch: FetchedBatch,
    plan: TopicPlan,
    { oneByOne, spentAt, disowned }: Way,
  ): Promise<Outcome> {
    const { topic, partition, fetchedOffset, highWatermark } = batch;
    const work = await this.unitOfWork.run(async (tx) => {
      const position = await lockPosition(tx, topic, partition, batch);
      const { nextOffset: stored, topicId } = position;
      if (stored < fetchedOffset || stored > highWatermark) {
        return { outcome: { status: 'elsewhere', nextOffset: stored, topicId } as const };
      }
      const lastOffset = batch.records.at(-1)?.offset;
      if (lastOffset === undefined || lastOffset < position.nextOffset) return { outcome: nothing };
      const all = new Sorting(batch, position, plan, disowned);
      if (position.parked > 0n) all.holdBack(await parkedKeysAmong(tx, topic, all.keys()));
      const { sorted, day, awaits, jump } =
        topic === topics.calendar.name
          ? await this.applyCalendar(tx, all, plan, oneByOne)
          : await this.applyUntilToday(tx, all, plan, { oneByOne, spentAt });
      const stop = jump ?? sorted.stop;
      const nextOffset = awaits?.offset ?? stop?.offset ?? lastOffset + 1n;
      const waits = { ...(awaits && { awaits }), ...(stop && { stop }) };
      if (nextOffset <= position.nextOffset && !stop)
        return { outcome: { ...nothing, ...waits }, day };
      await park(tx, sorted.parked, plan.personal);
      const foreignRows = await setForeignAside(tx, batch, sorted.foreign);
      const batches = stop?.setAside ? await setAsideStretch(tx, stop.setAside) : 0;
      const counts = {
        handled: sorted.taken - sorted.parked.length,
        repeated: sorted.repeated,
        forgone: sorted.forgone,
        parked: sorted.parked.length + batches,
        foreign: sorted.foreign.reduce((sum, one) => sum + offsetsOf(one), 0),
      };
      await movePosition(tx, topic, partition, {
        ...{ nextOffset, standing: sorted.standing, stopped: stop?.word },
        ...counts,
      });
      return {
        outcome: { status: 'applied', ...counts, foreignRows, ...waits } as const,
        day,
      };
    });
    if (work.day !== undefined && (this.day === undefined || work.day > this.day)) {
      this.day = work.day;
    }
    return work.outcome;
  }

  /** Facts up to the service's day. The first one after it stops the partition, or is set aside when its time is up. */
  private async applyUntilToday(
    tx: Transaction,
    all: Sorting,
    plan: TopicPlan,
    { oneByOne, spentAt }: { oneByOne: boolean; spentAt: bigint | undefined },
  ): Promise<Applied> {
    let { day } = this;
    if (all.hasLaterThan(day)) day = await storedDay(tx);
    let ahead = all.firstLaterThan(day);
    if (ahead && ahead.offset === spentAt) {
      all.setAside(ahead, day);
      ahead = all.firstLaterThan(day);
    }
    const sorted = ahead ? all.upTo(ahead.offset) : all;
    await this.applyEvents(tx, sorted, sorted.events, plan, oneByOne);
    return {
      sorted,
      day,
      ...(ahead && { awaits: { offset: ahead.offset, day: ahead.businessDate, stands: day } }),
    };
  }

  /**
   * The calendar never waits for itself: what it carries for a later day before that day's start is set
   * aside. The right to move the day is taken first, so that two processes cannot each hold the day and
   * wait for the other. A refused start stops the partition: nothing from there on is applied.
   */
  private async applyCalendar(
    tx: Transaction,
    all: Sorting,
    plan: TopicPlan,
    oneByOne: boolean,
  ): Promise<Applied> {
    let { day } = this;
    if (all.hasLaterThan(day)) day = await this.days.lock(tx);
    const jump = this.firstJump(all, day);
    const sorted = jump ? all.upTo(jump.offset) : all;
    let segment: ReceivedEvent[] = [];
    for (const event of [...sorted.events]) {
      if (day === undefined || event.businessDate > day) {
        if (event.type === dayStarted) {
          await this.applyEvents(tx, sorted, segment, plan, oneByOne);
          segment = [];
          const { order } = event.body as BusinessDayStarted;
          day = await this.days.advance(tx, event.businessDate, order?.reference);
        } else {
          sorted.setAside(event, day);
        }
      }
      segment.push(event);
    }
    await this.applyEvents(tx, sorted, segment, plan, oneByOne);
    return { sorted, day, ...(jump && { jump }) };
  }

  /** Before anything is applied. Each start is judged after the one before it. */
  private firstJump({ events }: Sorting, stored: LocalDate | undefined): Stop | undefined {
    let reached = stored;
    for (const event of events) {
      const { type, businessDate: day, topic, partition, offset } = event;
      if (type !== dayStarted || (reached !== undefined && day <= reached)) continue;
      const refused = this.days.judge(reached, event as ReceivedEvent<BusinessDayStarted>);
      if (refused) {
        const { code, message: word } = refused;
        const record = { topic, partition, offset, through: offset };
        return { offset, word, setAside: { ...record, cause: code, detail: word } };
      }
      reached = day;
    }
    return undefined;
  }

  private async applyEvents(
    tx: Transaction,
    sorted: Sorting,
    all: readonly ReceivedEvent[],
    plan: TopicPlan,
    oneByOne: boolean,
  ): Promise<void> {
    const events = all.filter(
      (event) => plan.handles.has(event.type) && !sorted.isBehindFailed(event),
    );
    if (oneByOne) await this.applyOneByOne(tx, sorted, events);
    else for (const run of planRuns(events)) await this.handleTraced(tx, run);
  }

  private async applyOneByOne(
    tx: Transaction,
    sorted: Sorting,
    events: readonly ReceivedEvent[],
  ): Promise<void> {
    for (const event of events) {
      if (sorted.isBehindFailed(event)) continue;
      await tx.query('savepoint one');
      try {
        await this.handleTraced(tx, { type: event.type, events: [event] });
        await tx.query('release savepoint one');
      } catch (error) {
        if (mustWait(error)) throw error;
        await tx.query('rollback to savepoint one');
        sorted.fail(event, error);
      }
    }
  }

  /** A run continues the trace of its first event. */
  private handleTraced(tx: Transaction, run: Run<ReceivedEvent>): Promise<void> {
    return inTrace(run.events[0]?.traceparent, () => this.handle(tx, run)).catch(
      (error: unknown) => {
        throw error instanceof Error ? error : new Error(String(error));
      },
    );
  }
}

type Way = {
  readonly oneByOne: boolean;
  readonly spentAt: bigint | undefined;
  readonly disowned: ReadonlySet<bigint> | undefined;
};

type Applied = {
  readonly sorted: Sorting;
  readonly day: LocalDate | undefined;
  readonly awaits?: AwaitedDay;
  /** The start of a day that was refused. */
  readonly jump?: Stop;
};
