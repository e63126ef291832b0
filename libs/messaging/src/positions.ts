import type { Database, Transaction } from '#libs/persistence';

/** How far a partition has been applied, as its consumer's own database says. */
export type Position = {
  readonly nextOffset: bigint;
  readonly lastEpoch: number;
  readonly lastSeq: bigint;
  /** Parked events of this partition. */
  readonly parked: bigint;
};

/**
 * The stored position is outside the log: records were deleted, or the topic was made anew. No retry
 * helps, and going on would skip events silently: a person decides.
 */
export class PositionLost extends Error {
  override readonly name = 'PositionLost';
}

export function positionLost(
  at: string,
  next: bigint,
  log: { readonly low: bigint; readonly high: bigint } | undefined,
): PositionLost {
  const where = log ? `[${log.low}, ${log.high}]` : 'not there';
  return new PositionLost(`${at}: stored ${next}, the log is ${where}`);
}

/**
 * The first statement of a batch: creates, locks and reads the position. Whoever comes second waits
 * here, then sees what the first has written, so a member that lost its partition does no harm.
 */
export async function lockPosition(
  tx: Transaction,
  topic: string,
  partition: number,
  logStart: bigint,
): Promise<Position> {
  const { rows } = await tx.query<{
    next_offset: bigint;
    last_epoch: number;
    last_seq: bigint;
    parked: bigint;
  }>({
    name: 'position-lock',
    text: `insert into platform.consumer_position as p (topic, partition, next_offset) values ($1, $2, $3)
      on conflict (topic, partition) do update set next_offset = p.next_offset
      returning next_offset, last_epoch, last_seq, parked`,
    values: [topic, partition, logStart],
  });
  const row = rows[0];
  if (!row) throw new RangeError('an upsert returns its row');
  return {
    nextOffset: row.next_offset,
    lastEpoch: row.last_epoch,
    lastSeq: row.last_seq,
    parked: row.parked,
  };
}

export type Progress = {
  readonly nextOffset: bigint;
  readonly lastEpoch: number;
  readonly lastSeq: bigint;
  /** Added to the counts of the partition. */
  readonly handled: number;
  readonly repeated: number;
  readonly parked: number;
};

/** The last statement of a batch. */
export async function movePosition(
  tx: Transaction,
  topic: string,
  partition: number,
  progress: Progress,
): Promise<void> {
  const { nextOffset, lastEpoch, lastSeq, handled, repeated, parked } = progress;
  await tx.query({
    name: 'position-move',
    text: `update platform.consumer_position set next_offset = $3, last_epoch = $4, last_seq = $5,
      handled = handled + $6, repeated = repeated + $7, parked = parked + $8, moved_at = clock_timestamp()
      where topic = $1 and partition = $2`,
    values: [topic, partition, nextOffset, lastEpoch, lastSeq, handled, repeated, parked],
  });
}

export type StoredPosition = {
  readonly topic: string;
  readonly partition: number;
  readonly nextOffset: bigint;
};

/** All positions of the service, as they stand. */
export async function readPositions(database: Database): Promise<StoredPosition[]> {
  const { rows } = await database.query<StoredPosition>(
    'select topic, partition, next_offset as "nextOffset" from platform.consumer_position',
  );
  return rows;
}
