import type pg from 'pg';
import { allTopics, type ServiceName, serviceNames } from '#libs/contracts';
import {
  createKafka,
  type LogAddress,
  numbersOf,
  readLog,
  type Stretch,
  TopicEnds,
} from '#libs/messaging';
import { createLogger } from '#libs/observability';
import { withClient } from '../backup/postgres-tools.js';
import { requireStopped, ServiceRuns } from '../backup/restore-database.js';
import type { ServiceDatabase } from '../backup/service-database.js';
import type { DatabaseFacts, LastRecord, PartitionLog, RecoveryFacts, TopicLog } from './facts.js';

export const quietLogger = createLogger('recovery', 'silent');
const reader = 'ent-recovery';

/** What the databases that are there and Kafka state, and which services run still. */
export async function readFacts(
  databases: readonly ServiceDatabase[],
  address: LogAddress,
): Promise<{ facts: RecoveryFacts; absent: ServiceName[]; running: ServiceName[] }> {
  const found = await Promise.all(databases.map(readOne));
  const there = found.filter((one) => one !== undefined);
  const logs = await readLogs(address);
  const running = await Promise.all(databases.map(async (one) => ((await runs(one)) ? one : [])));
  return {
    facts: { databases: there, logs },
    absent: serviceNames.filter((service) => !there.some((one) => one.service === service)),
    running: running.flat().map(({ service }) => service),
  };
}

const runs = (database: ServiceDatabase): Promise<boolean> =>
  requireStopped(database).then(
    () => false,
    (error: unknown) => {
      if (error instanceof ServiceRuns) return true;
      throw error;
    },
  );

const readOne = ({ service, adminUrl }: ServiceDatabase): Promise<DatabaseFacts | undefined> =>
  withClient(adminUrl, (client) => readDatabase(client, service)).catch((error: unknown) => {
    // invalid_catalog_name: there is no such database.
    if ((error as { code?: unknown }).code === '3D000') return undefined;
    throw error;
  });

/** Of one instant. Numbers are below 2^53: up to 15 digits are read of them anywhere. */
export async function readDatabase(
  client: pg.Client,
  service: ServiceName,
): Promise<DatabaseFacts> {
  await client.query('begin isolation level repeatable read read only');
  const rows = async <Row>(sql: string) =>
    (await client.query<{ row: Row }>(`select to_json(one) as row from (${sql}) as one`)).rows.map(
      ({ row }) => row,
    );
  const lives = await rows<DatabaseFacts['told']['lives'][number]>(
    `select epoch, branch_seq as "branchSeq" from platform.incarnation order by epoch desc`,
  );
  const [relay] = await rows<{ nextSeq: number; onTheWay: number; isSameLife: boolean }>(
    `select next_seq as "nextSeq", coalesce((select sum(upper(r) - lower(r)) from unnest(ids) r), 0)::bigint as "onTheWay",
            coalesce((select (life.system_identifier, life.timeline, life.database_oid, life.generation)
                is not distinct from ((select system_identifier::text from pg_control_system()),
                  left(pg_walfile_name(pg_current_wal_lsn()), 8),
                  (select oid::bigint from pg_database where datname = current_database()), relay.generation)
               from platform.incarnation as life order by epoch desc limit 1), false) as "isSameLife"
       from platform.relay_state as relay`,
  );
  const lastNumbers = await rows<DatabaseFacts['told']['lastNumbers'][number]>(
    'select topic, partition, seq, digest from platform.last_number order by topic, partition',
  );
  const positions = await rows<DatabaseFacts['positions'][number]>(
    `select topic, partition, next_offset as "nextOffset", last_epoch as epoch, last_seq as seq,
            last_prev as prev, lineage, topic_id as "topicId"
       from platform.consumer_position order by topic, partition`,
  );
  const forgone = await rows<DatabaseFacts['forgone'][number]>(
    `select topic, epoch, from_seq as "fromSeq", until_epoch as "untilEpoch", last_lost as "lastLost"
       from platform.forgone_life order by topic, epoch, from_seq, until_epoch`,
  );
  const tellingAgain = await rows<{ topic: string }>('select topic from platform.telling_again');
  await client.query('commit');
  const told = {
    ...{ lives, ...relay!, lastNumbers },
    tellingAgain: tellingAgain.map(({ topic }) => topic),
  };
  return { service, told, positions, forgone };
}

/** Where each log begins and ends, and what stands there. */
export async function readLogs(address: LogAddress): Promise<TopicLog[]> {
  const ends = await readEnds(address);
  const all = ends.flatMap(({ topic, partitions }) =>
    (partitions ?? []).map((one) => ({ topic, ...one })),
  );
  const firsts = await numbersAt('first', address, all);
  const lasts = await numbersAt('last', address, all);
  return ends.map(({ topic, partitions }) => ({
    topic,
    id: partitions?.[0]?.topicId,
    partitions: partitions?.map(({ partition, low, high }): PartitionLog => {
      const at = `${topic} ${partition}`;
      const bounds = { low: Number(low), high: Number(high) };
      return { partition, ...bounds, first: firsts.get(at), last: lasts.get(at) };
    }),
  }));
}

async function readEnds(address: LogAddress) {
  const admin = createKafka(reader, address, quietLogger).admin({ retry: { retries: 5 } });
  const ends = new TopicEnds(reader, address, quietLogger);
  await admin.connect();
  try {
    const known = new Set(await admin.listTopics());
    const found = [];
    for (const { name: topic } of allTopics) {
      const isThere = known.has((address.namespace ?? '') + topic);
      found.push({ topic, partitions: isThere ? await ends.of(topic) : undefined });
    }
    return found;
  } finally {
    await admin.disconnect();
    await ends.close();
  }
}

type Bounds = Pick<Stretch, 'topic' | 'partition'> & {
  readonly low: bigint;
  readonly high: bigint;
};
/** Records read at an end of a log; 16 times as many where none of them is its owner's. */
const widening = 16n;

/**
 * The first or the last record that the owner of each log wrote. Foreign records around it count for nothing: else one
 * of them would hide a lost life from the plan (FCT-1).
 */
async function numbersAt(
  end: 'first' | 'last',
  address: LogAddress,
  logs: readonly Bounds[],
): Promise<ReadonlyMap<string, LastRecord>> {
  const found = new Map<string, LastRecord>();
  const placeOf = (one: Pick<Stretch, 'topic' | 'partition'>) => `${one.topic} ${one.partition}`;
  let left = logs.filter(({ low, high }) => low < high);
  for (let records = 1n; left.length > 0; records *= widening) {
    const stretches = left.map(({ topic, partition, low, high }) => {
      const isWhole = high - low <= records;
      const [from, to] = end === 'first' ? [low, low + records] : [high - records, high];
      return { topic, partition, ...(isWhole ? { from: low, to: high } : { from, to }) };
    });
    await readLog(reader, address, quietLogger, stretches, (record, atMs) => {
      const numbers = numbersOf(record);
      if (numbers === undefined || (end === 'first' && found.has(placeOf(record)))) return;
      const { epoch, seq } = numbers;
      found.set(placeOf(record), { epoch, seq, atMs });
    });
    left = left.filter((one) => !found.has(placeOf(one)) && one.high - one.low > records);
  }
  return found;
}
