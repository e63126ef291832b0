import { randomUUID } from 'node:crypto';
import {
  AccountMovedSchema,
  AccountStateChangedSchema,
  BusinessDayStartedSchema,
  event,
  type NewEvent,
  topics,
} from '#libs/contracts';
import { defineProblem } from '#libs/problems';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import type { LocalDate } from '#libs/time';
import { BatchProcessor, type RunHandler } from '../src/batch-processor.js';
import type { FetchedBatch } from '../src/sorted-batch.js';
import { PgBusinessDate } from '../src/business-date.js';
import { BusinessDayKeeper, type DayHandler } from '../src/business-day-keeper.js';
import type { LoggedRecord, TopicPlan } from '../src/received-event.js';

const topic = 'provisioning.account.v1';

export const plan: TopicPlan = {
  handles: new Map([[AccountStateChangedSchema.typeName, AccountStateChangedSchema]]),
  passesOver: new Set([AccountMovedSchema.typeName]),
  tombstones: false,
  personal: false,
};

export class Refused extends defineProblem('REFUSED', 'conflict') {}
export class Unreachable extends defineProblem('UNREACHABLE', 'unavailable') {}

type Seen = { readonly key: string; readonly sequence: number; readonly day: LocalDate };

/** A service's database, and processors on it whose handler notes what it is given. */
export class ProcessorBed {
  readonly seen: Seen[] = [];
  /** Set where days begin by the clock. */
  clock: (() => Date) | undefined;

  private constructor(readonly fresh: FreshDatabase) {}

  /** At the given day; without one, the service has not begun its first. */
  static async start(day?: string): Promise<ProcessorBed> {
    const fresh = await freshDatabase('platform');
    if (day !== undefined) await fresh.database.query('select platform.begin_day($1)', [day]);
    return new ProcessorBed(fresh);
  }

  stop(): Promise<void> {
    return this.fresh.drop();
  }

  readonly record: RunHandler = async (tx, run) => {
    const day = await new PgBusinessDate(this.fresh.database).today(tx);
    for (const { key, body } of run.events) {
      this.seen.push({ key, sequence: (body as { sequence: number }).sequence, day });
    }
  };

  processor(handle: RunHandler = this.record, ...handlers: DayHandler[]): BatchProcessor {
    const days = new BusinessDayKeeper(() => handlers, this.clock);
    return new BatchProcessor(this.fresh.unitOfWork, days, handle);
  }

  async position() {
    return (await this.fresh.database.query('select * from platform.consumer_position')).rows[0];
  }

  async parked() {
    const { rows } = await this.fresh.database.query(
      'select key, "offset"::int as at, cause, cause_detail as detail, value is null as empty from platform.parked_event order by "offset"',
    );
    return rows;
  }

  today(): Promise<LocalDate> {
    return new PgBusinessDate(this.fresh.database).today();
  }

  /** What had its effect, in order: account and number. */
  names(): string[] {
    return this.seen.map(({ key, sequence }) => `${key}${sequence}`);
  }
}

let seq = 0;

/** The owner's next record; `changed` replaces headers. Without a number it is a stranger's, and has no proof. */
export function recordOf(
  offset: number,
  { type, key, value, day = '2022-01-03' }: NewEvent & { day?: string },
  changed: Record<string, string | undefined> = {},
): LoggedRecord {
  seq += 1;
  const envelope: Record<string, string | undefined> = {
    id: randomUUID(),
    type,
    'business-date': day,
    seq: String(seq),
    prev: String(seq - 1),
    epoch: '1',
    ...changed,
  };
  return {
    topic,
    partition: 0,
    offset: BigInt(offset),
    key,
    value,
    header: (name) => envelope[name],
    proof:
      envelope['seq'] === undefined ? { fault: 'NO_PROOF' } : { digest: { hex: randomUUID() } },
  };
}

/** Begins its numbers at the offset of the first. */
export function batchOf(first: number, ...events: (NewEvent & { day?: string })[]): FetchedBatch {
  seq = first;
  return {
    topic,
    partition: 0,
    fetchedOffset: BigInt(first),
    highWatermark: BigInt(first + events.length),
    logStart: 0n,
    records: events.map((each, n) => recordOf(first + n, each)),
  };
}

export const calendarPlan: TopicPlan = {
  ...plan,
  handles: new Map(),
  passesOver: new Set(topics.calendar.events.map(({ typeName }) => typeName)),
};

export type Order = { stoodOn: string; untilOn: string; reference: string };

export function dayStart(offset: number, date: string, order?: Order): LoggedRecord {
  const body = order ? { date, order } : { date };
  const start = event(BusinessDayStartedSchema, 'calendar', body);
  return { ...recordOf(offset, { ...start, day: date }), topic: topics.calendar.name };
}

export function calendarOf(first: number, ...dates: string[]): FetchedBatch {
  return {
    ...batchOf(first),
    topic: topics.calendar.name,
    highWatermark: BigInt(first + dates.length),
    records: dates.map((date, n) => dayStart(first + n, date)),
  };
}
