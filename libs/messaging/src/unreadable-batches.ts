import type { Transaction } from '#libs/persistence';
import { parkedDetail } from './parked-records.js';

/** Consecutive offsets of a partition, both within: a batch that cannot be read, or one start of a day that is refused. */
export type SetAsideStretch = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly through: bigint;
  readonly cause: 'UNREADABLE_BATCH' | 'DAY_JUMPS';
  readonly detail: string;
};

/** Partitions that stand before such a stretch: to go on is to try again. */
export const standsBeforeStretch = `stopped ~ '^(UNREADABLE_BATCH|DAY_JUMPS)'`;
export const isStretch = `cause in ('UNREADABLE_BATCH', 'DAY_JUMPS')`;

/**
 * Sets the stretch aside, once, so that two persons may pass over it. Its partition stands before it until then, since
 * later facts must not overtake it. Returns the number of rows added.
 */
export async function setAsideStretch(
  tx: Transaction,
  { topic, partition, offset, through, cause, detail }: SetAsideStretch,
): Promise<number> {
  const { rowCount } = await tx.query(
    `insert into platform.parked_event (topic, partition, "offset", through, cause, cause_detail)
     values ($1, $2, $3, $4, $5, $6) on conflict (topic, partition, "offset") do nothing`,
    [topic, partition, offset, through, cause, parkedDetail(detail)],
  );
  return rowCount ?? 0;
}

/** It is passed over: its partition goes on behind it, whatever number comes next there. */
export async function goOnBehind(
  tx: Transaction,
  { topic, partition, offset, through }: Omit<SetAsideStretch, 'cause' | 'detail'>,
): Promise<void> {
  await tx.query(
    `update platform.consumer_position
        set next_offset = $4, last_epoch = null, last_seq = 0, last_prev = 0, last_digest = null, lineage = '', stopped = null
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
        where topic = $1 and ($2::int is null or partition = $2) and ${isStretch} returning partition)
     update platform.consumer_position p set parked = parked - gone.n
       from (select partition, count(*) as n from gone group by partition) as gone
      where p.topic = $1 and p.partition = gone.partition`,
    [topic, partition ?? null],
  );
}
