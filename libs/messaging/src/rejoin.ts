import type { Transaction } from '#libs/persistence';
import type { PartitionEnds } from './topic-ends.js';
import { forgetBatches } from './unreadable-batches.js';

export type RejoinOptions = {
  /** All of the topic where they are left out. */
  readonly partitions?: readonly number[] | undefined;
  /**
   * Also positions that could be of the log that is there, for brokers that give topics no ids: of a topic known to be
   * made anew, before anything is told there.
   */
  readonly whole?: boolean;
};

/**
 * Positions that are not of the logs that are there (outside them, or of a topic that was made anew since) begin at the
 * beginning of those, with the numbers up to which they have applied: what is told again under them is dropped as a
 * repeat, what was never applied is applied. What was set aside of the former log stays, before all of the new one.
 * Returns the partitions. For the recovery as well, which acts on databases whose services are stopped.
 */
export async function rejoin(
  tx: Transaction,
  topic: string,
  logs: readonly PartitionEnds[],
  { partitions, whole = false }: RejoinOptions = {},
): Promise<readonly number[]> {
  const values = [
    ...[topic, partitions ?? null, whole],
    ...[logs.map(({ partition }) => partition), logs.map(({ low }) => low)],
    ...[logs.map(({ high }) => high), logs.map(({ topicId }) => topicId ?? null)],
  ];
  const { rows } = await tx.query<{ partition: number }>(
    `update platform.consumer_position p
        set next_offset = log.low, former = p.former + p.next_offset - log.low, topic_id = log.topic_id, stopped = null
       from unnest($4::int[], $5::bigint[], $6::bigint[], $7::text[]) as log (partition, low, high, topic_id)
      where p.topic = $1 and p.partition = log.partition and ($2::int[] is null or p.partition = any($2))
        and ($3 or p.next_offset not between log.low and log.high or p.topic_id <> log.topic_id)
      returning p.partition`,
    values,
  );
  const rejoined = rows.map(({ partition }) => partition);
  // What could not be read there is told again here, or is no more.
  for (const partition of rejoined) await forgetBatches(tx, topic, partition);
  // Below nought: of each former log a stretch of its own, the later the higher.
  await tx.query(
    `update platform.parked_event e
        set "offset" = e."offset" - 1000000000000000 + 1000000000000 * coalesce(
          (select (max(f."offset") + 1000000000000000) / 1000000000000 + 1 from platform.parked_event f
            where f.topic = e.topic and f.partition = e.partition and f."offset" < 0), 0)
      where e.topic = $1 and e.partition = any($2::int[]) and e."offset" >= 0`,
    [topic, rejoined],
  );
  return rejoined;
}
