import type { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { TopicEnds } from './topic-ends.js';

/** Work of a service that is neither in its outbox nor in a topic: queued jobs, rows that wait. */
export abstract class PendingWork {
  abstract count(): Promise<number>;
}

export type TopicFigures = {
  readonly topic: string;
  readonly handled: bigint;
  readonly parked: bigint;
  readonly repeated: bigint;
  /** Passed over: told by a life of the owner that it no longer states. */
  readonly forgone: bigint;
  /** Set aside: the owner of the topic did not write them. */
  readonly foreign: bigint;
  /** Of all these: read in logs that are no more, of a topic that was made anew. */
  readonly former: bigint;
  /** Partitions whose reading stopped until a person decides. */
  readonly stopped: number;
  /** Set aside, and passed over by two persons' decision. */
  readonly skipped: bigint;
  readonly endOffset: bigint;
  readonly lag: bigint;
  readonly partitions: readonly { readonly partition: number; readonly lag: bigint }[];
};

/** What the service's database and queues say. */
export type OwnFigures = {
  readonly businessDate: LocalDate | undefined;
  readonly outboxPending: bigint;
  /** Of the first that waits to be relayed; 0: none does. */
  readonly outboxOldestSeconds: number;
  /** Keys and topics whose events the broker refuses. */
  readonly unsentKeys: number;
  /** Set aside and not acknowledged. */
  readonly foreignRecords: bigint;
  /** Partitions that stopped at the start of a day that was refused. */
  readonly dayJumps: number;
  readonly workPending: bigint;
};

export type MessagingFigures = OwnFigures & {
  readonly consumerLag: bigint;
  readonly topics: readonly TopicFigures[];
  readonly produced: readonly { readonly topic: string; readonly count: bigint }[];
};

type PositionRow = {
  topic: string;
  partition: number;
  next_offset: bigint;
  handled: bigint;
  parked: bigint;
  repeated: bigint;
  forgone: bigint;
  foreign_records: bigint;
  former: bigint;
  stopped: string | null;
};

/** What a service says of itself (MKT-4: quiet is an empty outbox, no lag, no work). */
export class MessagingStatus {
  constructor(
    private readonly database: Database,
    private readonly ends: TopicEnds,
    private readonly consumed: readonly string[],
    private readonly pendingWork: () => readonly PendingWork[],
  ) {}

  /**
   * Lag first, then work, then the outbox, the way an event goes: what leaves one of them between two
   * looks is seen in the next. What goes on to another service, a second look at all of them tells.
   */
  async read(): Promise<MessagingFigures> {
    const topics = await this.topicFigures();
    const own = await this.ownFigures();
    const { rows: produced } = await this.database.query<{ topic: string; count: bigint }>(
      'select topic, events as count from platform.produced order by topic',
    );
    return {
      ...own,
      consumerLag: topics.reduce((sum, { lag }) => sum + lag, 0n),
      topics,
      produced,
    };
  }

  /** Work first, then the outbox. Does not ask the broker. */
  async ownFigures(): Promise<OwnFigures> {
    const work = await Promise.all(this.pendingWork().map((pending) => pending.count()));
    const { rows } = await this.database.query<{
      day: LocalDate | null;
      pending: bigint;
      oldest: number | null;
      unsent: number;
      foreign: bigint;
      jumps: number;
    }>(
      `select (select day from platform.business_day), (select count(*) from platform.outbox) as pending,
              (select extract(epoch from clock_timestamp() - occurred_at)::int
                 from platform.outbox order by id limit 1) as oldest,
              (select count(*)::int from platform.unsent_key) as unsent,
              (select coalesce(sum(records), 0)::bigint from platform.foreign_record
                where acknowledged_at is null) as "foreign",
              (select count(*)::int from platform.consumer_position where stopped like 'DAY_JUMPS%') as jumps`,
    );
    const [row] = rows;
    return {
      businessDate: row?.day ?? undefined,
      outboxPending: row?.pending ?? 0n,
      outboxOldestSeconds: row?.oldest ?? 0,
      unsentKeys: row?.unsent ?? 0,
      foreignRecords: row?.foreign ?? 0n,
      dayJumps: row?.jumps ?? 0,
      workPending: BigInt(work.reduce((sum, count) => sum + count, 0)),
    };
  }

  async topicFigures(): Promise<TopicFigures[]> {
    const ends = await this.ends.ofAll(this.consumed);
    const { rows } = await this.database.query<PositionRow>(
      'select topic, partition, next_offset, handled, parked, repeated, forgone, foreign_records, former, stopped from platform.consumer_position',
    );
    const { rows: passedOver } = await this.database.query<{ topic: string; n: bigint }>(
      `select topic, sum(coalesce(through - "offset", 0) + 1)::bigint as n from platform.skipped_event group by topic`,
    );
    const skippedOf = new Map(passedOver.map(({ topic, n }) => [topic, n]));
    return ends.map(({ topic, partitions }) => {
      const own = rows.filter((row) => row.topic === topic);
      const sum = (of: (row: PositionRow) => bigint) =>
        own.reduce((total, row) => total + of(row), 0n);
      const nextOf = new Map(own.map((row) => [row.partition, row.next_offset]));
      const lags = partitions.map(({ partition, low, high }) => {
        const next = nextOf.get(partition) ?? low;
        return { partition, lag: high > next ? high - next : 0n };
      });
      return {
        topic,
        handled: sum((row) => row.handled),
        parked: sum((row) => row.parked),
        repeated: sum((row) => row.repeated),
        forgone: sum((row) => row.forgone),
        foreign: sum((row) => row.foreign_records),
        former: sum((row) => row.former),
        stopped: own.filter((row) => row.stopped !== null).length,
        skipped: skippedOf.get(topic) ?? 0n,
        endOffset: partitions.reduce((total, { high }) => total + high, 0n),
        lag: lags.reduce((total, { lag }) => total + lag, 0n),
        partitions: lags,
      };
    });
  }
}
