import { BusinessDayStartedSchema, topics } from '#libs/contracts';
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
import {
  judgeNumber,
  type Numbered,
  numbersOf,
  type Standing,
  type Verdict,
} from './judge-number.js';
import { park, parkedKeysAmong, type ToPark } from './parked-records.js';
import { planRuns, type Run } from './plan-runs.js';
import { lockPosition, movePosition, type Position } from './positions.js';
import {
  NotReadable,
  readEvent,
  type RawRecord,
  type ReceivedEvent,
  type TopicPlan,
} from './received-event.js';
import type { UnreadableBatch } from './record-batches.js';
import { type SetAsideBatch, setAsideBatch } from './unreadable-batches.js';

/** Consecutive records of one partition. */
export type FetchedBatch = {
  readonly topic: string;
  readonly partition: number;
  /** Where the fetch began: compaction may have removed the record there. */
  readonly fetchedOffset: bigint;
  /** End of the log when the batch was fetched, which may be long ago: this process may have slept. */
  readonly highWatermark: bigint;
  /** Where the log began when the partition was assigned: a partition never read is read from there. */
  readonly logStart: bigint;
  /** Of the topic, as last heard; undefined: the broker gives none. */
  readonly topicId?: string | undefined;
  readonly records: readonly RawRecord[];
};

export type Outcome =
  | {
      readonly status: 'applied';
      readonly handled: number;
      readonly parked: number;
      readonly repeated: number;
      /** Told by a life of the owner that it no longer states. */
      readonly forgone: number;
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

export type Stop = {
  readonly offset: bigint;
  readonly word: string;
  /** It stops at a batch that cannot be read, which ends there. */
  readonly unreadable?: SetAsideBatch;
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

/** Only this moves a service's day (MKT-4). */
export const dayStarted = BusinessDayStartedSchema.typeName;

const nothing = { status: 'applied', handled: 0, parked: 0, repeated: 0, forgone: 0 } as const;

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
  async process(batch: FetchedBatch, plan: TopicPlan, spentAt?: bigint): Promise<Outcome> {
    try {
      return await this.apply(batch, plan, { oneByOne: false, spentAt });
    } catch (error) {
      if (mustWait(error)) throw error;
      // Which event it was, only a second look tells: one by one, each behind a savepoint.
      return this.apply(batch, plan, { oneByOne: true, spentAt });
    }
  }

  private async apply(
    batch: FetchedBatch,
    plan: TopicPlan,
    { oneByOne, spentAt }: { oneByOne: boolean; spentAt: bigint | undefined },
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
      const all = new Sorting(batch, position, plan);
      if (position.parked > 0n) all.holdBack(await parkedKeysAmong(tx, topic, all.keys()));
      const { sorted, day, awaits } =
        topic === topics.calendar.name
          ? await this.applyCalendar(tx, all, plan, oneByOne)
          : await this.applyUntilToday(tx, all, plan, { oneByOne, spentAt });
      const { stop } = sorted;
      const nextOffset = awaits?.offset ?? stop?.offset ?? lastOffset + 1n;
      const waits = { ...(awaits && { awaits }), ...(stop && { stop }) };
      if (nextOffset <= position.nextOffset && !stop)
        return { outcome: { ...nothing, ...waits }, day };
      await park(tx, sorted.parked, plan.personal);
      const batches = stop?.unreadable ? await setAsideBatch(tx, stop.unreadable) : 0;
      const counts = {
        handled: sorted.taken - sorted.parked.length,
        repeated: sorted.repeated,
        forgone: sorted.forgone,
        parked: sorted.parked.length + batches,
      };
      await movePosition(tx, topic, partition, {
        ...{ nextOffset, standing: sorted.standing, stopped: stop?.word },
        ...counts,
      });
      return {
        outcome: { status: 'applied', ...counts, ...waits } as const,
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
   * wait for the other.
   */
  private async applyCalendar(
    tx: Transaction,
    sorted: Sorting,
    plan: TopicPlan,
    oneByOne: boolean,
  ): Promise<Applied> {
    let { day } = this;
    if (sorted.hasLaterThan(day)) day = await this.days.lock(tx);
    let segment: ReceivedEvent[] = [];
    for (const event of [...sorted.events]) {
      if (day === undefined || event.businessDate > day) {
        if (event.type === dayStarted) {
          await this.applyEvents(tx, sorted, segment, plan, oneByOne);
          segment = [];
          day = await this.days.advance(tx, event.businessDate);
        } else {
          sorted.setAside(event, day);
        }
      }
      segment.push(event);
    }
    await this.applyEvents(tx, sorted, segment, plan, oneByOne);
    return { sorted, day };
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

type Applied = {
  readonly sorted: Sorting;
  readonly day: LocalDate | undefined;
  readonly awaits?: AwaitedDay;
};

/** The records of a batch, sorted into those to apply and those to park; keys with a parked event wait. */
class Sorting {
  events: ReceivedEvent[] = [];
  readonly parked: ToPark[] = [];
  taken = 0;
  repeated = 0;
  forgone = 0;
  standing: Standing;
  /** Where the numbers say that a person must decide: nothing from there on is looked at. */
  readonly stop: Stop | undefined;
  /** Keys of which a record could not be read: their later ones wait. */
  private readonly unreadable = new Set<string>();
  /** Key → offset of its event that failed or was set aside. */
  private readonly failed = new Map<string, bigint>();
  /** Keys with parked events from before. */
  private held: ReadonlySet<string> = new Set();

  constructor(
    private readonly batch: FetchedBatch,
    private readonly position: Position,
    private readonly plan: TopicPlan,
  ) {
    this.standing = position.standing;
    for (const record of batch.records) {
      if (record.offset < position.nextOffset) continue;
      if (record.unreadable) {
        this.stop = stopAtBatch(record, record.unreadable, position.nextOffset);
        break;
      }
      const word = this.take(record);
      if (word === undefined) continue;
      this.stop = { offset: record.offset, word };
      break;
    }
  }

  /** Returns why the partition stops before it, or undefined. Records of other writers bear no numbers. */
  private take(record: RawRecord): string | undefined {
    const told = numbersOf(record);
    if (told === 'unreadable') {
      this.taken += 1;
      this.parkUnread(record, 'FOREIGN_NUMBER', 'no number of a relay');
      return undefined;
    }
    const verdict = told && this.judge(told);
    if (verdict?.is === 'stop') return verdict.word;
    if (verdict?.is === 'forgone') {
      this.forgone += 1;
      return undefined;
    }
    if (verdict?.is === 'repeat') {
      this.repeated += 1;
      return undefined;
    }
    this.taken += 1;
    if (verdict?.is === 'strange') {
      this.parkUnread(record, verdict.cause, verdict.detail);
      return undefined;
    }
    if (verdict) this.standing = verdict.standing;
    this.sort(record);
    return undefined;
  }

  private judge(told: Numbered): Verdict {
    return judgeNumber(this.standing, told, this.plan.tombstones, this.position.forgoneLives);
  }

  hasLaterThan(day: LocalDate | undefined): boolean {
    return this.firstLaterThan(day) !== undefined;
  }

  firstLaterThan(day: LocalDate | undefined): ReceivedEvent | undefined {
    return this.events.find((event) => day === undefined || event.businessDate > day);
  }

  /** The same batch as if it ended before this offset. What was set aside before it stays so. */
  upTo(offset: bigint): Sorting {
    const records = this.batch.records.filter((record) => record.offset < offset);
    const part = new Sorting({ ...this.batch, records }, this.position, this.plan);
    part.holdBack(this.held);
    for (const { record, cause, detail } of this.parked) {
      const event = part.events.find((one) => one.offset === record.offset);
      if (event && cause === 'AWAITS_CALENDAR') part.park(event, cause, detail);
    }
    return part;
  }

  /** The calendar has not brought its day in time: it is set aside, and its key's later ones behind it. */
  setAside(event: ReceivedEvent, day: LocalDate | undefined): void {
    const stands = day === undefined ? 'no day has begun' : `the service stands at ${day}`;
    this.park(event, 'AWAITS_CALENDAR', `dated ${event.businessDate}, ${stands}`);
  }

  keys(): string[] {
    return [...new Set(this.events.map((event) => event.key))];
  }

  /** These keys have parked events from before: theirs wait behind them. */
  holdBack(keys: ReadonlySet<string>): void {
    this.held = keys;
    this.parkWaiting(keys, -1n);
  }

  /** An event of this key failed before this one, so this one is parked already. */
  isBehindFailed(event: ReceivedEvent): boolean {
    const failedAt = this.failed.get(event.key);
    return failedAt !== undefined && event.offset >= failedAt && !isDayStart(event);
  }

  fail(event: ReceivedEvent, error: unknown): void {
    this.park(event, 'HANDLER_FAILED', describe(error));
  }

  private park(event: ReceivedEvent, cause: ToPark['cause'], detail: string): void {
    this.parkEvent(event, cause, detail);
    this.events = this.events.filter(({ offset }) => offset !== event.offset);
    this.failed.set(event.key, event.offset);
    this.parkWaiting(new Set([event.key]), event.offset);
  }

  private sort(record: RawRecord): void {
    try {
      const event = readEvent(record, this.plan);
      if (this.unreadable.has(event.key) && !isDayStart(event))
        this.parkEvent(event, 'BEHIND_A_PARKED_EVENT', '');
      else this.events.push(event);
    } catch (error) {
      if (!(error instanceof NotReadable)) throw error;
      this.parkUnread(record, error.code, error.message);
    }
  }

  private parkUnread(record: RawRecord, cause: ToPark['cause'], detail: string): void {
    this.parked.push({ record, cause, detail });
    if (record.key !== null) this.unreadable.add(record.key);
  }

  private parkWaiting(keys: ReadonlySet<string>, after: bigint): void {
    const keep: ReceivedEvent[] = [];
    for (const event of this.events) {
      if (event.offset > after && keys.has(event.key) && !isDayStart(event))
        this.parkEvent(event, 'BEHIND_A_PARKED_EVENT', '');
      else keep.push(event);
    }
    this.events = keep;
  }

  private parkEvent(event: ReceivedEvent, cause: ToPark['cause'], detail: string): void {
    const record = this.batch.records.find(({ offset }) => offset === event.offset);
    if (!record) throw new RangeError('an event comes from a record of its batch');
    this.parked.push({ record, cause, detail });
  }
}

/** Where it begins, or where the position stands in it already. */
function stopAtBatch(
  { topic, partition, offset: through }: RawRecord,
  { from, cause }: UnreadableBatch,
  next: bigint,
): Stop {
  const offset = from > next ? from : next;
  const word = `UNREADABLE_BATCH ${offset} to ${through} cannot be read: ${cause}`;
  return { offset, word, unreadable: { topic, partition, offset, through, cause } };
}

/** A start stands for all days before it, so it waits behind nothing: else one bad record would stop the service. */
function isDayStart(event: ReceivedEvent): boolean {
  return event.type === dayStarted;
}

function describe(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  const text = error instanceof Error ? error.message : String(error);
  return typeof code === 'string' ? `${code}: ${text}` : text;
}
