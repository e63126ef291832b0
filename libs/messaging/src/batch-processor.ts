import { headers as names } from '#libs/contracts';
import { inTrace } from '#libs/observability';
import {
  isInfrastructureFault,
  isRetriableFault,
  type Transaction,
  type UnitOfWork,
} from '#libs/persistence';
import { DomainError } from '#libs/problems';
import type { LocalDate } from '#libs/time';
import { type BusinessDayKeeper, DayNotBegun } from './business-day-keeper.js';
import { park, parkedKeysAmong, type ToPark } from './parked-records.js';
import { planRuns, type Run } from './plan-runs.js';
import { lockPosition, movePosition, type Position, PositionLost } from './positions.js';
import {
  NotReadable,
  readEvent,
  type RawRecord,
  type ReceivedEvent,
  type TopicPlan,
} from './received-event.js';

/** Consecutive records of one partition. */
export type FetchedBatch = {
  readonly topic: string;
  readonly partition: number;
  /** Where the fetch began: compaction may have removed the record there. */
  readonly fetchedOffset: bigint;
  /** End of the log when the batch was fetched. */
  readonly highWatermark: bigint;
  readonly records: readonly RawRecord[];
};

export type Outcome =
  | {
      readonly status: 'applied';
      readonly handled: number;
      readonly parked: number;
      readonly repeated: number;
    }
  /** The fetch began above the stored position: fetch again from there. */
  | { readonly status: 'behind'; readonly nextOffset: bigint };

export type RunHandler = (tx: Transaction, run: Run<ReceivedEvent>) => Promise<void>;

/** Neither the event's fault nor a bug in its handler: the partition waits and tries again. */
export function mustWait(error: unknown): boolean {
  return (
    error instanceof PositionLost ||
    error instanceof DayNotBegun ||
    (error instanceof DomainError && error.kind === 'unavailable') ||
    isInfrastructureFault(error) ||
    isRetriableFault(error)
  );
}

/** Applies a batch in one transaction together with its new position, so each event has its effect exactly once. */
export class BatchProcessor {
  /** Never above the stored day: an event of this day or before needs no look at the calendar. */
  private knownDay: LocalDate | undefined;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly days: BusinessDayKeeper,
    private readonly handle: RunHandler,
  ) {}

  /** Throws what `mustWait` accepts; anything else that a handler throws parks the event. */
  async process(batch: FetchedBatch, plan: TopicPlan): Promise<Outcome> {
    try {
      return await this.apply(batch, plan, false);
    } catch (error) {
      if (mustWait(error)) throw error;
      // Which event it was, only a second look tells: one by one, each behind a savepoint.
      return this.apply(batch, plan, true);
    }
  }

  private async apply(batch: FetchedBatch, plan: TopicPlan, oneByOne: boolean): Promise<Outcome> {
    const { topic, partition, fetchedOffset, highWatermark } = batch;
    const work = await this.unitOfWork.run(async (tx) => {
      const position = await lockPosition(tx, topic, partition, fetchedOffset);
      if (position.nextOffset > highWatermark) {
        throw new PositionLost(
          `${topic}/${partition}: stored ${position.nextOffset}, the log ends at ${highWatermark}`,
        );
      }
      if (position.nextOffset < fetchedOffset) {
        return { outcome: { status: 'behind', nextOffset: position.nextOffset } as const };
      }
      const sorted = new Sorting(batch, position, plan);
      const lastOffset = batch.records.at(-1)?.offset;
      if (lastOffset === undefined || lastOffset < position.nextOffset) {
        return { outcome: { status: 'applied', handled: 0, parked: 0, repeated: 0 } as const };
      }
      if (position.parked > 0n) sorted.holdBack(await parkedKeysAmong(tx, topic, sorted.keys()));
      const day = await this.applyByDay(tx, sorted, plan, oneByOne);
      await park(tx, sorted.parked, plan.personal);
      const counts = {
        handled: sorted.taken - sorted.parked.length,
        repeated: sorted.repeated,
        parked: sorted.parked.length,
      };
      await movePosition(tx, topic, partition, {
        nextOffset: lastOffset + 1n,
        ...sorted.last,
        ...counts,
      });
      return { outcome: { status: 'applied', ...counts } as const, day };
    });
    if (work.day !== undefined && (this.knownDay === undefined || work.day > this.knownDay)) {
      this.knownDay = work.day;
    }
    return work.outcome;
  }

  /**
   * Segments by business date: before an event dated after the service's day, the service moves to
   * that day (MKT-4). The right to move is taken first, so that two partitions cannot each hold the
   * day and wait for the other.
   */
  private async applyByDay(
    tx: Transaction,
    sorted: Sorting,
    plan: TopicPlan,
    oneByOne: boolean,
  ): Promise<LocalDate | undefined> {
    let day = this.knownDay;
    const latest = sorted.events.reduce<LocalDate | undefined>(
      (date, event) =>
        date === undefined || event.businessDate > date ? event.businessDate : date,
      undefined,
    );
    if (latest !== undefined && (day === undefined || latest > day)) day = await this.days.lock(tx);
    let segment: ReceivedEvent[] = [];
    const applySegment = async () => {
      const events = segment.filter((event) => plan.handles.has(event.type));
      segment = [];
      if (oneByOne) await this.applyOneByOne(tx, sorted, events);
      else for (const run of planRuns(events)) await this.handleTraced(tx, run);
    };
    for (const event of sorted.events) {
      if (day === undefined || event.businessDate > day) {
        await applySegment();
        day = await this.days.advance(tx, event.businessDate);
      }
      segment.push(event);
    }
    await applySegment();
    return day;
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
    return inTrace(run.events[0]?.traceparent, () => this.handle(tx, run));
  }
}

/** The records of a batch, sorted into those to apply and those to park; keys with a parked event wait. */
class Sorting {
  events: ReceivedEvent[] = [];
  readonly parked: ToPark[] = [];
  taken = 0;
  repeated = 0;
  last: { lastEpoch: number; lastSeq: bigint };
  /** Keys of which a record could not be read: their later ones wait. */
  private readonly unreadable = new Set<string>();
  private readonly failed = new Set<string>();

  constructor(
    private readonly batch: FetchedBatch,
    position: Position,
    plan: TopicPlan,
  ) {
    this.last = { lastEpoch: position.lastEpoch, lastSeq: position.lastSeq };
    for (const record of batch.records) {
      if (record.offset < position.nextOffset) continue;
      if (this.isRepeat(record)) {
        this.repeated += 1;
        continue;
      }
      this.taken += 1;
      this.sort(record, plan);
    }
  }

  keys(): string[] {
    return [...new Set(this.events.map((event) => event.key))];
  }

  /** These keys have parked events from before: theirs wait behind them. */
  holdBack(keys: ReadonlySet<string>): void {
    this.parkWaiting(keys, -1n);
  }

  /** An event of this key failed before this one, so this one is parked already. */
  isBehindFailed(event: ReceivedEvent): boolean {
    return this.failed.has(event.key);
  }

  fail(event: ReceivedEvent, error: unknown): void {
    this.parkEvent(event, 'HANDLER_FAILED', describe(error));
    this.failed.add(event.key);
    this.parkWaiting(this.failed, event.offset);
  }

  private sort(record: RawRecord, plan: TopicPlan): void {
    try {
      const event = readEvent(record, plan);
      if (this.unreadable.has(event.key)) this.parkEvent(event, 'BEHIND_A_PARKED_EVENT', '');
      else this.events.push(event);
    } catch (error) {
      if (!(error instanceof NotReadable)) throw error;
      this.parked.push({ record, cause: error.code, detail: error.message });
      if (record.key !== null) this.unreadable.add(record.key);
    }
  }

  private parkWaiting(keys: ReadonlySet<string>, after: bigint): void {
    const keep: ReceivedEvent[] = [];
    for (const event of this.events) {
      if (event.offset > after && keys.has(event.key))
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

  /** The relay's numbers rise; what is not above the last one was sent before. Records of other writers have none. */
  private isRepeat(record: RawRecord): boolean {
    const seqText = record.header(names.seq);
    if (seqText === undefined || !/^\d{1,18}$/.test(seqText)) return false;
    const seq = BigInt(seqText);
    const epoch = Number(record.header(names.epoch) ?? 0);
    const { lastEpoch, lastSeq } = this.last;
    if (epoch < lastEpoch || (epoch === lastEpoch && seq <= lastSeq)) return true;
    this.last = { lastEpoch: epoch, lastSeq: seq };
    return false;
  }
}

function describe(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  const text = error instanceof Error ? error.message : String(error);
  return typeof code === 'string' ? `${code}: ${text}` : text;
}
