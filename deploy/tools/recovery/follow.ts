import type pg from 'pg';
import { topicNamed } from '#libs/contracts';
import type { LogAddress } from '#libs/messaging';
import { consumers } from './consumers.js';
import type { RecoveryFacts } from './facts.js';
import { readLostRecords } from './lost-records.js';
import { statedNumbers } from './stated-numbers.js';
import type { Step } from './steps.js';

/**
 * The reader stands where its owner stands. What it had handled or set aside of the lost life counts as passed over, as
 * it does for who had not read it yet, and nothing of it can be released any more.
 */
export async function follow(
  client: pg.Client,
  { consumer, topic, partitions }: Extract<Step, { do: 'follow' }>,
  { facts, address }: { facts: RecoveryFacts; address: LogAddress },
): Promise<void> {
  const { told } = facts.databases.find(({ service }) => service === topicNamed(topic)!.owner)!;
  const { positions } = facts.databases.find(({ service }) => service === consumer)!;
  const nextOf = new Map(
    positions.filter((one) => one.topic === topic).map((one) => [one.partition, one.nextOffset]),
  );
  const lost = new Map<number, { offsets: bigint[]; numbers: Set<string> }>();
  await readLostRecords(
    { facts, consumers, address },
    ({ partition, offset }, { epoch, seq }) => {
      if (offset >= BigInt(nextOf.get(partition) ?? 0)) return;
      const own = lost.get(partition) ?? { offsets: [], numbers: new Set() };
      // A repeat is counted as one, and stays so.
      if (!own.numbers.has(`${epoch} ${seq}`)) own.offsets.push(offset);
      own.numbers.add(`${epoch} ${seq}`);
      lost.set(partition, own);
    },
    topic,
  );
  for (const partition of partitions) {
    const { epoch, seq, prev, lineage, digest } = statedNumbers(told, topic, partition);
    const offsets = lost.get(partition)?.offsets ?? [];
    await client.query(
      `with released as (
         delete from platform.parked_event
          where topic = $1 and partition = $2 and "offset" = any($7::bigint[]) returning 1),
         aside as (select count(*) as n from released)
       update platform.consumer_position
          set last_epoch = $3, last_seq = $4, last_prev = $5, lineage = $6, last_digest = $9, stopped = null,
              parked = parked - aside.n, handled = handled - ($8 - aside.n), forgone = forgone + $8
         from aside where topic = $1 and partition = $2`,
      [topic, partition, epoch, seq, prev, lineage, offsets, offsets.length, digest],
    );
  }
}
