import type { Transaction } from '#libs/persistence';
import { parkedDetail } from './parked-records.js';

/** Consecutive offsets of a partition, both within: what stands there cannot be read. */
export type SetAsideBatch = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly through: bigint;
  readonly cause: string;
};

/**
 * Notes the batch among what is set aside, once, so that two persons may pass over it; its partition stands before it until
 * then, since whose facts it holds is not known, and later ones of theirs must not overtake it. Returns how many rows it adds.
 */
export async function setAsideBatch(
  tx: Transaction,
  { topic, partition, offset, through, cause }: SetAsideBatch,
): Promise<number> {
  const { rowCount } = await tx.query(
    `insert into platform.parked_event (topic, partition, "offset", through, cause, cause_detail)
     values ($1, $2, $3, $4, 'UNREADABLE_BATCH', $5) on conflict (topic, partition, "offset") do nothing`,
    [topic, partition, offset, through, parkedDetail(`up to ${through}: ${cause}`)],
  );
  return rowCount ?? 0;
}

/** It is passed over: its partition goes on behind it, whatever number comes next there. */
export async function goOnBehind(
  tx: Transaction,
  { topic, partition, offset, through }: Omit<SetAsideBatch, 'cause'>,
): Promise<void> {
  await tx.query(
    `update platform.consumer_position
        set next_offset = $4, last_epoch = null, last_seq = 0, last_prev = 0, lineage = '', stopped = null
      where topic = $1 and partition = $2 and next_offset between $3 and $4`,
    [topic, partition, offset, through + 1n],
  );
}

/** Of partitions that try again, or whose log is another by now: what cannot be read is set aside anew. */
export async function forgetBatches(
  tx: Transaction,
  topic: string,
  partition: number | undefined,
): Promise<void> {
  await tx.query(
    `with gone as (delete from platform.parked_event
        where topic = $1 and ($2::int is null or partition = $2) and cause = 'UNREADABLE_BATCH' returning partition)
     update platform.consumer_position p set parked = parked - gone.n
       from (select partition, count(*) as n from gone group by partition) as gone
      where p.topic = $1 and p.partition = gone.partition`,
    [topic, partition ?? null],
  );
}
