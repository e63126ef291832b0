import type { Producer } from 'kafkajs';
import pg from 'pg';
import { allTopics, type Topic } from '#libs/contracts';
import type { Logger } from '#libs/observability';
import { isArchived } from './fact-archive.js';
import { type ArchivedRecord, readBatch } from './fact-archive-batch.js';
import { createKafka, type KafkaAddress } from './kafka-client.js';

/** Of one partition, what the archive of its owner holds. */
export type ArchivedPartition = {
  readonly topic: string;
  readonly partition: number;
  readonly events: number;
  readonly bytes: number;
  readonly firstSeq: bigint;
  readonly lastSeq: bigint;
  /** Rows that do not follow the one before: facts are missing there. */
  readonly holes: number;
};

export type ToldAgain = {
  readonly topic: string;
  readonly partition: number;
  readonly events: number;
  readonly lastSeq: bigint;
};

export type TellAgainOptions = {
  /** Of the database that owns the topics, as its owner: its service is stopped. */
  readonly databaseUrl: string;
  readonly kafka: KafkaAddress;
  /** Topics of facts; all that the archive holds unless told. */
  readonly topics?: readonly string[];
  /**
   * From the batches that hold these numbers on; other partitions from the beginning. A batch goes whole, since one
   * signature proves all of it.
   */
  readonly from?: readonly {
    readonly topic: string;
    readonly partition: number;
    readonly seq: bigint;
  }[];
  /** After each portion that the broker has taken. */
  readonly onProgress?: (portion: ToldAgain) => void;
};

/** Nothing was changed: a relay of this database publishes, or its facts are being told again by another. */
export class RelayRuns extends Error {
  override readonly name = 'RelayRuns';
}

/** Nothing was changed: facts are missing in the archive, so who reads it from the beginning would stop in the middle. */
export class ArchiveIncomplete extends Error {
  override readonly name = 'ArchiveIncomplete';
  constructor(readonly partitions: readonly ArchivedPartition[]) {
    const names = partitions.map(({ topic, partition }) => `${topic}/${partition}`);
    super(`facts are missing in the archive of ${names.join(', ')}`);
  }
}

/**
 * Sends archived facts once more, each partition in order, as they were: the same bytes, numbers and partition. Consumers
 * drop by number what they have. For topics that were made anew; a topic from the middle is of use only to consumers that
 * stand there. Until it has come to its end no relay of this database publishes, also after a kill: who reads something
 * new before all of the old would stop at the gap. Run again, it begins anew and tells also the topics that were left.
 *
 * One portion is in memory at a time. Returns what was told, by partition.
 * @throws {RelayRuns | ArchiveIncomplete}
 */
export async function tellAgain(options: TellAgainOptions, logger: Logger): Promise<ToldAgain[]> {
  return withClient(options.databaseUrl, async (client) => {
    const named = options.topics ?? archivedTopics.map(({ name }) => name);
    const unknown = named.find((name) => !archivedTopics.some((topic) => topic.name === name));
    if (unknown !== undefined) throw new RangeError(`${unknown} keeps no archive of facts`);
    const before = await readArchive(client);
    const incomplete = before.filter(({ topic, holes }) => named.includes(topic) && holes > 0);
    if (incomplete.length > 0) throw new ArchiveIncomplete(incomplete);
    const producer = createKafka('ent-tell-again', options.kafka, logger).producer({
      allowAutoTopicCreation: false,
      maxInFlightRequests: 1,
      retry: { retries: 10, initialRetryTime: 100, maxRetryTime: 2_000 },
    });
    // A broker that is away is known before anything is changed.
    await producer.connect();
    try {
      const topics = await beginTelling(client, named);
      const told: ToldAgain[] = [];
      for (const of of before.filter(({ topic }) => topics.includes(topic))) {
        told.push(await tellPartition(client, producer, of, options));
      }
      await client.query('delete from platform.telling_again');
      return told;
    } finally {
      await producer.disconnect();
    }
  });
}

/**
 * What was broken off is not told to its end: the relay publishes again. Who reads the topic from its beginning stops at
 * the gap, so this is for a topic that is made anew once more afterwards. Returns the topics that were left.
 */
export async function giveUpTelling(databaseUrl: string): Promise<string[]> {
  return withClient(databaseUrl, async (client) => {
    await lockTelling(client);
    const { rows } = await client.query<{ topic: string }>(
      'delete from platform.telling_again returning topic',
    );
    return rows.map(({ topic }) => topic);
  });
}

/** By partition, in the order in which `tellAgain` goes through them. */
export async function readArchive(client: pg.Client): Promise<ArchivedPartition[]> {
  const { rows } = await client.query<Record<string, string> & { partition: number }>(
    `select topic, partition, sum(events)::text as events, sum(bytes)::text as bytes,
            min(first_seq)::text as first_seq, max(last_seq)::text as last_seq,
            count(*) filter (where prev_seq <> before)::text as holes
       from (select *, lag(last_seq, 1, 0::bigint) over (partition by topic, partition order by last_seq) as before
               from platform.told) as each
      group by topic, partition order by array_position($1::text[], topic), topic, partition`,
    [archivedTopics.map(({ name }) => name)],
  );
  return rows.map(({ topic = '', partition, ...row }) => ({
    ...{ topic, partition },
    ...{ events: Number(row['events']), bytes: Number(row['bytes']), holes: Number(row['holes']) },
    firstSeq: BigInt(row['first_seq'] ?? 0),
    lastSeq: BigInt(row['last_seq'] ?? 0),
  }));
}

const archivedTopics: readonly Topic[] = allTopics.filter(isArchived);

/** Sent at once, unless one batch that the relay sent is larger. */
const eventsMax = 5_000;
const bytesMax = 3_000_000;

async function tellPartition(
  client: pg.Client,
  producer: Producer,
  { topic, partition }: ArchivedPartition,
  { kafka, from = [], onProgress }: TellAgainOptions,
): Promise<ToldAgain> {
  const start = from.find((each) => each.topic === topic && each.partition === partition);
  const firstSeq = start?.seq ?? 1n;
  let events = 0;
  for (let lastSeq = firstSeq - 1n; ;) {
    const batches = await readPortion(client, { topic, partition, lastSeq });
    const newest = batches.at(-1);
    if (newest === undefined) return { topic, partition, events, lastSeq };
    const records: ArchivedRecord[] = [];
    for (const { bytes } of batches) records.push(...(await readBatch(bytes)));
    await producer.send({
      topic: (kafka.namespace ?? '') + topic,
      acks: -1,
      messages: records.map((record) => ({ ...record, headers: { ...record.headers }, partition })),
    });
    lastSeq = newest.lastSeq;
    events += records.length;
    onProgress?.({ topic, partition, events: records.length, lastSeq });
  }
}

type Portion = { readonly lastSeq: bigint; readonly bytes: Buffer };

/** What follows that number, one batch in any case. */
async function readPortion(
  client: pg.Client,
  { topic, partition, lastSeq }: { topic: string; partition: number; lastSeq: bigint },
): Promise<Portion[]> {
  const { rows } = await client.query<{ last_seq: string; records: Buffer }>({
    name: 'read-archive',
    // Which rows are read is known before their bytes are.
    text: `select told.last_seq::text, told.records from platform.told
      where topic = $1 and partition = $2 and last_seq in (
        select last_seq from (
          select last_seq, row_number() over way as n, sum(events) over way as events_with_it,
                 sum(bytes) over way as bytes_with_it
            from (select last_seq, events, bytes from platform.told
                   where topic = $1 and partition = $2 and last_seq > $3 order by last_seq limit $4) as next
          window way as (order by last_seq rows unbounded preceding)) as weighed
         where n = 1 or (events_with_it <= $4 and bytes_with_it <= $5))
      order by told.last_seq`,
    values: [topic, partition, lastSeq, eventsMax, bytesMax],
  });
  return rows.map(({ last_seq, records }) => ({ lastSeq: BigInt(last_seq), bytes: records }));
}

/**
 * From here on no relay becomes active, and one that is frozen is fenced off. Whether one publishes is asked by its
 * connection alone: when another role's began, the owner of a database is not told.
 */
async function beginTelling(client: pg.Client, topics: readonly string[]): Promise<string[]> {
  await lockTelling(client);
  const { rowCount } = await client.query(
    `with free as (
       update platform.relay_state set fence = fence + 1, held_until = '-infinity'
        where held_until < clock_timestamp()
           or not exists (select from pg_stat_activity as holder where holder.pid = holder_pid)
       returning fence),
     begun as (
       insert into platform.telling_again (topic) select topic from unnest($1::text[]) as topic, free
       on conflict do nothing)
     select from free`,
    [topics],
  );
  if (rowCount === 0) throw new RelayRuns('its relay publishes: stop the service first');
  const { rows } = await client.query<{ topic: string }>(
    'select topic from platform.telling_again',
  );
  return rows.map(({ topic }) => topic);
}

/** Of two that tell the same at once, neither would know when all is told. */
async function lockTelling(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ mine: boolean }>(
    'select pg_try_advisory_lock(7271, 2) as mine',
  );
  if (rows[0]?.mine !== true) throw new RelayRuns('its facts are being told again by another');
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'ent-tell-again',
    keepAlive: true,
    options: '-c timezone=UTC -c lock_timeout=5s',
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
