import { Injectable } from '@nestjs/common';
import type { AuditAction } from '#libs/trade';
import {
  audit,
  type AuditSubject,
  type Database,
  type Transaction,
  type UnitOfWork,
} from '#libs/persistence';
import { defineProblem } from '#libs/problems';
import type { CalendarMode } from './calendar-mode.js';
import { rejoin } from './rejoin.js';
import type { TopicEnds } from './topic-ends.js';
import { forgetBatches, standsBeforeStretch } from './unreadable-batches.js';

/** A consumer stops at more than sixteen incarnations without a record in between. */
export class IncarnationsTooMany extends defineProblem('INCARNATIONS_TOO_MANY', 'conflict') {
  constructor() {
    super(
      'Trois incarnations de cette base ont commencé depuis un jour : attendez, ou passez par la reprise (ent recovery).',
    );
  }
}

/** Who decides, and why: both are journalled. */
export type Decider = { readonly userId: string; readonly reason: string };
/** Of one partition, or of all of a topic. */
export type OfTopic = { readonly topic: string; readonly partition?: number | undefined };

export type PositionRow = {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
  /** Null: whatever comes next is taken. */
  readonly epoch: bigint | null;
  readonly seq: bigint;
  /** Passed over: told by a life of the owner that it no longer states. */
  readonly forgone: bigint;
  readonly stopped: string | null;
  readonly movedAt: Date;
};

export type IncarnationRow = {
  readonly epoch: bigint;
  readonly systemIdentifier: string;
  readonly timeline: string;
  readonly databaseOid: bigint;
  readonly generation: number;
  readonly parentEpoch: bigint | null;
  readonly branchSeq: bigint;
  readonly since: Date;
};

export type SigningKeyRow = {
  readonly kid: string;
  readonly epoch: bigint;
  readonly seq: bigint;
  readonly since: Date;
};

/** Where a service stands in what it reads, and what a person decides where it stopped. */
@Injectable()
export class PositionDecisions {
  constructor(
    private readonly database: Database,
    private readonly unitOfWork: UnitOfWork,
    private readonly ends: Pick<TopicEnds, 'of'>,
  ) {}

  async positions(): Promise<PositionRow[]> {
    const { rows } = await this.database.query<PositionRow>(
      `select topic, partition, next_offset as "nextOffset", last_epoch as epoch, last_seq as seq, forgone, stopped,
              moved_at as "movedAt" from platform.consumer_position order by topic, partition`,
    );
    return rows;
  }

  /** Where the service stands in the calendar, and how its days begin. */
  async calendar(): Promise<{ businessDate: string; calendar: CalendarMode }> {
    const { rows } = await this.database.query<{ businessDate: string; calendar: CalendarMode }>(
      `select coalesce(day::text, '') as "businessDate", mode as calendar
         from platform.business_day, platform.calendar_mode`,
    );
    return rows[0] ?? { businessDate: '', calendar: 'clock' };
  }

  /** Of this service's own database, the newest first, at most 100. */
  async incarnations(): Promise<IncarnationRow[]> {
    const { rows } = await this.database.query<IncarnationRow>(
      `select epoch, system_identifier as "systemIdentifier", timeline, database_oid as "databaseOid", generation,
              parent_epoch as "parentEpoch", branch_seq as "branchSeq", since
         from platform.incarnation order by epoch desc limit 100`,
    );
    return rows;
  }

  /** Keys that this service has signed with, the newest first, at most 100 (FCT-1). */
  async signingKeys(): Promise<SigningKeyRow[]> {
    const { rows } = await this.database.query<SigningKeyRow>(
      'select kid, epoch, seq, since from platform.signing_key order by since desc limit 100',
    );
    return rows;
  }

  /**
   * Partitions that stopped go on from where they stand, with whatever comes next; from the beginning of their log where
   * they stand outside it. Those that did not stop keep their numbers, by which repeats are known; so do those that stopped
   * at a batch that cannot be read: they try again, and pass over nothing.
   */
  async goOn(of: OfTopic, by: Decider): Promise<number> {
    const stopped = (await this.positions()).filter((row) => row.stopped && isOf(row, of));
    if (stopped.length === 0) return 0;
    const logs = await this.ends.of(of.topic);
    return this.decide('positions.resumed', of, by, async (tx) => {
      const candidates = logs.map(({ partition }) => partition);
      await forgetBatches(tx, of.topic, of.partition);
      const { rows } = await tx.query<{ partition: number; triesAgain: boolean }>(
        `update platform.consumer_position p set stopped = null
           from (select partition, ${standsBeforeStretch} as "triesAgain" from platform.consumer_position
                  where topic = $1 and partition = any($2::int[]) and ($3::int is null or partition = $3)
                    and stopped is not null for update) as was
          where p.topic = $1 and p.partition = was.partition
          returning p.partition, was."triesAgain"`,
        [of.topic, candidates, of.partition ?? null],
      );
      const partitions = rows.map(({ partition }) => partition);
      const rejoined = await rejoin(tx, of.topic, logs, { partitions });
      const anything = rows.filter((row) => !row.triesAgain || rejoined.includes(row.partition));
      await tx.query(
        `update platform.consumer_position set last_epoch = null, last_seq = 0, last_prev = 0, last_digest = null, lineage = ''
          where topic = $1 and partition = any($2::int[])`,
        [of.topic, anything.map(({ partition }) => partition)],
      );
      return rows.length;
    });
  }

  /**
   * Of a topic that was made anew, and whose owner tells again what it told, under the same numbers: partitions begin at
   * the beginning of the new log and keep their numbers, so that nothing has its effect twice.
   */
  async rejoin(of: OfTopic, by: Decider): Promise<number> {
    const logs = await this.ends.of(of.topic);
    const partitions = of.partition === undefined ? undefined : [of.partition];
    return this.decide('positions.rejoined', of, by, async (tx) => {
      const rejoined = await rejoin(tx, of.topic, logs, { partitions });
      return rejoined.length;
    });
  }

  /**
   * Everything of these partitions is read again: what was set aside of them comes again by itself. For a service whose
   * state was put back to the beginning: what it has already, would have its effect once more.
   */
  readAgain(of: OfTopic, by: Decider): Promise<number> {
    return this.decide('positions.removed', of, by, async (tx) => {
      const values = [of.topic, of.partition ?? null];
      await tx.query(
        'delete from platform.parked_event where topic = $1 and ($2::int is null or partition = $2)',
        values,
      );
      const { rowCount } = await tx.query(
        'delete from platform.consumer_position where topic = $1 and ($2::int is null or partition = $2)',
        values,
      );
      return rowCount ?? 0;
    });
  }

  /**
   * For a state that PostgreSQL does not tell from the former one, as a copy of the disk that was put back: the relay in
   * place is fenced off, and the next one begins a new incarnation. Returns the generation.
   */
  raiseGeneration(by: Decider): Promise<number> {
    return this.decide('relay.generation-raised', { topic: '*' }, by, async (tx) => {
      const generation = await tx.value<number>('select platform.raise_generation()');
      if (generation === undefined) throw new IncarnationsTooMany();
      return generation;
    });
  }

  private decide(
    action: AuditAction,
    { topic, partition }: OfTopic,
    { userId, reason }: Decider,
    work: (tx: Transaction) => Promise<number>,
  ): Promise<number> {
    return this.unitOfWork.run(async (tx) => {
      const changed = await work(tx);
      const subject: AuditSubject =
        partition === undefined ? `topic:${topic}` : `topic:${topic}/${partition}`;
      await audit(tx, { action, subject, actor: userId, details: { reason, changed } });
      return changed;
    });
  }
}

const isOf = (row: PositionRow, { topic, partition }: OfTopic): boolean =>
  row.topic === topic && (partition === undefined || row.partition === partition);
