import { BusinessDayStartedSchema } from '#libs/contracts';
import type { LocalDate } from '#libs/time';
import { judgeNumber, numbersOf, type Standing, type Verdict } from './judge-number.js';
import type { ForeignRecord } from './foreign-records.js';
import type { ToPark } from './parked-records.js';
import type { Position } from './positions.js';
import {
  NotReadable,
  type LoggedRecord,
  readEvent,
  type RawRecord,
  type ReceivedEvent,
  type TopicPlan,
} from './received-event.js';
import type { UnreadableBatch } from './record-batches.js';
import type { SetAsideStretch } from './unreadable-batches.js';

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
  readonly records: readonly LoggedRecord[];
};

export type Stop = {
  readonly offset: bigint;
  readonly word: string;
  /** Two records of the owner contradict each other: the one applied last has this number and digest. */
  readonly disputed?: Pick<Standing, 'seq' | 'digest'>;
  /** What it stops at, where two persons may pass over it. */
  readonly setAside?: SetAsideStretch;
};

/** Only this moves a service's day (MKT-4). */
export const dayStarted = BusinessDayStartedSchema.typeName;

/** The records of a batch, sorted into those to apply and those to park; keys with a parked event wait. */
export class Sorting {
  events: ReceivedEvent[] = [];
  readonly parked: ToPark[] = [];
  readonly foreign: ForeignRecord[] = [];
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
    /** Offsets of records that the owner of the topic says it never published. */
    private readonly disowned: ReadonlySet<bigint> = new Set(),
  ) {
    this.standing = position.standing;
    for (const record of batch.records) {
      if (record.offset < position.nextOffset) continue;
      if (record.unreadable?.isForeign) {
        this.foreign.push({ record, fault: 'BATCH_UNREADABLE' });
        continue;
      }
      if (record.unreadable) {
        this.stop = stopAtBatch(record, record.unreadable, position.nextOffset);
        break;
      }
      const stop = this.take(record);
      if (!stop) continue;
      const { seq, digest } = this.standing;
      const disputed = stop.disputed && { disputed: { seq, digest } };
      this.stop = { offset: record.offset, word: stop.word, ...disputed };
      break;
    }
  }

  /** Returns why the partition stops before it, or undefined. */
  private take(record: LoggedRecord): Extract<Verdict, { is: 'stop' }> | undefined {
    const { standing, plan, position } = this;
    const numbers = numbersOf(record);
    if (!numbers) {
      // Whatever its number says, it moves nothing and stops nothing: its owner did not write it.
      this.foreign.push({ record, fault: record.proof.fault ?? 'NO_NUMBER' });
      return undefined;
    }
    if (this.disowned.has(record.offset)) {
      this.foreign.push({ record, fault: 'DISOWNED' });
      return undefined;
    }
    const verdict = judgeNumber(standing, numbers, plan.tombstones, position.forgoneLives);
    switch (verdict.is) {
      case 'stop':
        return verdict;
      case 'forgone':
        this.forgone += 1;
        return undefined;
      case 'repeat':
        this.repeated += 1;
        return undefined;
      case 'old':
        this.foreign.push({ record, fault: 'OLD_INCARNATION' });
        return undefined;
      case 'next':
        this.taken += 1;
        this.standing = verdict.standing;
        this.sort(record);
        return undefined;
    }
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
    const part = new Sorting({ ...this.batch, records }, this.position, this.plan, this.disowned);
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
  const detail = `up to ${through}: ${cause}`;
  const setAside = {
    topic,
    partition,
    offset,
    through,
    cause: 'UNREADABLE_BATCH',
    detail,
  } as const;
  return { offset, word, setAside };
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
