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
  readonly endOffset: bigint;
  readonly lag: bigint;
  readonly partitions: readonly { readonly partition: number; readonly lag: bigint }[];
};

export type MessagingFigures = {
  readonly businessDate: LocalDate | undefined;
  readonly outboxPending: bigint;
  readonly consumerLag: bigint;
  readonly workPending: bigint;
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
    const work = await Promise.all(this.pendingWork().map((pending) => pending.count()));
    const outboxPending = await this.outboxPending();
    const { rows: days } = await this.database.query<{ day: LocalDate | null }>(
      'select day from platform.business_day',
    );
    const { rows: produced } = await this.database.query<{ topic: string; count: bigint }>(
      'select topic, events as count from platform.produced order by topic',
    );
    return {
      businessDate: days[0]?.day ?? undefined,
      outboxPending,
      consumerLag: topics.reduce((sum, { lag }) => sum + lag, 0n),
      workPending: BigInt(work.reduce((sum, count) => sum + count, 0)),
      topics,
      produced,
    };
  }

  async outboxPending(): Promise<bigint> {
    const { rows } = await this.database.query<{ n: bigint }>(
      'select count(*) as n from platform.outbox',
    );
    return rows[0]?.n ?? 0n;
  }

  async topicFigures(): Promise<TopicFigures[]> {
    const ends = await Promise.all(
      this.consumed.map(async (topic) => ({ topic, partitions: await this.ends.of(topic) })),
    );
    const { rows } = await this.database.query<PositionRow>(
      'select topic, partition, next_offset, handled, parked, repeated from platform.consumer_position',
    );
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
        endOffset: partitions.reduce((total, { high }) => total + high, 0n),
        lag: lags.reduce((total, { lag }) => total + lag, 0n),
        partitions: lags,
      };
    });
  }
}
