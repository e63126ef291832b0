import { type Database, leaveInFlight, type Transaction } from '#libs/persistence';
import { type ForgoneLife, forgoneLivesOf } from './forgone-lives.js';
import type { Standing } from './judge-number.js';
import type { PartitionEnds } from './topic-ends.js';

/** How far a partition has been applied, as its consumer's own database says. */
export type Position = {
  readonly nextOffset: bigint;
  /** Of the topic that was read; null: not known. */
  readonly topicId: string | null;
  readonly standing: Standing;
  /** Parked events of this partition. */
  readonly parked: bigint;
  /** Of its topic: what its owner told and no longer states. */
  readonly forgoneLives: readonly ForgoneLife[];
};

/**
 * The stored position is outside the log: records were deleted, or the topic was made anew. No retry
 * helps, and going on would skip events silently: a person decides.
 */
export class PositionLost extends Error {
  override readonly name = 'PositionLost';
}

/** Where a partition stands, and in the log of which topic; no id: nobody told it. */
type Place = { readonly nextOffset: bigint; readonly topicId?: string | null | undefined };

/** Why the place is not in the log that is there, or undefined. */
export function lossOf(
  at: string,
  { nextOffset, topicId }: Place,
  log: PartitionEnds | undefined,
): PositionLost | undefined {
  if (!log) return new PositionLost(`${at}: stored ${nextOffset}, the log is not there`);
  if (topicId && log.topicId && topicId !== log.topicId) {
    const word = `topic made anew: ${topicId} was read up to ${nextOffset}, ${log.topicId} is there`;
    return new PositionLost(`${at}: ${word}`);
  }
  if (nextOffset >= log.low && nextOffset <= log.high) return undefined;
  return new PositionLost(`${at}: stored ${nextOffset}, the log is [${log.low}, ${log.high}]`);
}

/**
 * The first statement of a batch: creates, locks and reads the position. Whoever comes second waits
 * here, then sees what the first has written, so a member that lost its partition does no harm.
 */
export async function lockPosition(
  tx: Transaction,
  topic: string,
  partition: number,
  { logStart, topicId }: { logStart: bigint; topicId?: string | undefined },
): Promise<Position> {
  const { rows } = await tx.query<{
    next_offset: bigint;
    topic_id: string | null;
    last_epoch: bigint | null;
    last_seq: bigint;
    last_prev: bigint;
    last_digest: string | null;
    lineage: string;
    parked: bigint;
    forgone_lives: ForgoneLife[];
  }>({
    name: 'position-lock',
    text: `insert into platform.consumer_position as p (topic, partition, next_offset, topic_id) values ($1, $2, $3, $4)
      on conflict (topic, partition) do update set next_offset = p.next_offset
      returning next_offset, topic_id, last_epoch, last_seq, last_prev, last_digest, lineage, parked, ${forgoneLivesOf('p.topic')} as forgone_lives`,
    values: [topic, partition, logStart, topicId ?? null],
  });
  const row = rows[0];
  if (!row) throw new RangeError('an upsert returns its row');
  return {
    nextOffset: row.next_offset,
    topicId: row.topic_id,
    standing: {
      epoch: row.last_epoch === null ? undefined : Number(row.last_epoch),
      seq: Number(row.last_seq),
      prev: Number(row.last_prev),
      lineage: row.lineage,
      digest: row.last_digest === null ? undefined : { hex: row.last_digest },
    },
    parked: row.parked,
    forgoneLives: row.forgone_lives,
  };
}

export type Progress = {
  readonly nextOffset: bigint;
  readonly standing: Standing;
  /** Why it stops there, until a person decides. */
  readonly stopped: string | undefined;
  /** Added to the counts of the partition. */
  readonly handled: number;
  readonly repeated: number;
  readonly forgone: number;
  readonly parked: number;
  /** Written by another than the owner of the topic. */
  readonly foreign: number;
};

/** The last statement of a batch: it travels with the commit. */
export async function movePosition(
  tx: Transaction,
  topic: string,
  partition: number,
  progress: Progress,
): Promise<void> {
  const { nextOffset, standing, stopped, handled, repeated, forgone, parked, foreign } = progress;
  const { epoch, seq, prev, lineage, digest } = standing;
  await leaveInFlight(tx, {
    name: 'position-move',
    text: `update platform.consumer_position set next_offset = $3, last_epoch = $4, last_seq = $5, last_prev = $9, lineage = $10, stopped = $11,
      handled = handled + $6, repeated = repeated + $7, parked = parked + $8, forgone = forgone + $12, last_digest = $13,
      foreign_records = foreign_records + $14, moved_at = clock_timestamp()
      where topic = $1 and partition = $2`,
    values: [
      ...[topic, partition, nextOffset, epoch ?? null, seq, handled, repeated, parked],
      ...[prev, lineage, stopped ?? null, forgone, digest?.hex ?? null, foreign],
    ],
  });
}

export type StoredPosition = {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
  /** Of the topic that was read; null: not known. */
  readonly topicId: string | null;
  /** Why it stands still until a person decides. */
  readonly stopped: string | null;
};

/** All positions of the service, as they stand. */
export async function readPositions(database: Database): Promise<StoredPosition[]> {
  const { rows } = await database.query<StoredPosition>(
    'select topic, partition, next_offset as "nextOffset", topic_id as "topicId", stopped from platform.consumer_position',
  );
  return rows;
}

/** Told to whoever asks for the positions; cleared where the partition goes on. */
export async function noteStop(
  database: Database,
  topic: string,
  partition: number,
  why: string,
): Promise<void> {
  await database.query(
    'update platform.consumer_position set stopped = $3 where topic = $1 and partition = $2',
    [topic, partition, why],
  );
}

/** Of positions that do not know it: what is read first, is what later reads are compared with. */
export async function adoptTopicId(
  database: Database,
  topic: string,
  partitions: readonly number[],
  topicId: string,
): Promise<void> {
  await database.query(
    `update platform.consumer_position set topic_id = $3
      where topic = $1 and partition = any($2::int[]) and topic_id is null`,
    [topic, partitions, topicId],
  );
}
