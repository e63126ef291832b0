import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import { startBacking, forgetBackingData } from './backing.mjs';
import { Ports } from './ports.mjs';
import { Supervisor } from './supervisor.mjs';

// Servers of this test's own, whatever the environment gives: they are killed here.
let dir: string;
let supervisor: Supervisor;
let addresses: Record<'postgres' | 'redis' | 'kafka', string>;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'backing-'));
  supervisor = new Supervisor({ dir });
  const started = startBacking({
    dir,
    supervisor,
    environment: {},
    throwAway: true,
    ports: new Ports(join(dir, 'ports.json')),
    secret: () => 'only-for-this-test',
  });
  const addressOf = async (name: string) => (await started[name])?.address ?? '';
  addresses = {
    postgres: await addressOf('postgres'),
    redis: await addressOf('redis'),
    kafka: await addressOf('kafka'),
  };
}, 60_000);

afterAll(async () => {
  await supervisor.stopAll();
  forgetBackingData(dir);
  rmSync(dir, { recursive: true, force: true });
}, 60_000);

async function killAndAwait(name: string): Promise<void> {
  const restarts = supervisor.restartsOf(name);
  supervisor.kill(name);
  while (supervisor.restartsOf(name) === restarts) await sleep(10);
  await supervisor.waitReady(name);
}

async function query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: addresses.postgres });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('the backing services', () => {
  test('PostgreSQL comes back on the same port with what was committed', async () => {
    await query('create table kept as select 42 as answer');
    await killAndAwait('postgres');
    expect(await query('select answer from kept')).toEqual([{ answer: 42 }]);
  }, 30_000);

  test('PostgreSQL wants a password and knows the case of accented letters', async () => {
    const open = new pg.Client({
      connectionString: addresses.postgres.replace('only-for-this-test', 'wrong'),
    });
    await expect(open.connect()).rejects.toMatchObject({ code: '28P01' });
    expect(await query(`select lower('ÉCOLE') as name`)).toEqual([{ name: 'école' }]);
  });

  test('the broker comes back on the same port with its topics and messages, and makes none by itself', async () => {
    const kafka = new Kafka({
      brokers: [addresses.kafka],
      logLevel: logLevel.NOTHING,
      retry: { retries: 30, maxRetryTime: 2_000 },
    });
    const admin = kafka.admin();
    await admin.connect();
    await admin.createTopics({
      waitForLeaders: true,
      topics: [{ topic: 'kept', numPartitions: 1, replicationFactor: 1 }],
    });
    const producer = kafka.producer();
    await producer.connect();
    await producer.send({
      topic: 'kept',
      acks: -1,
      messages: [{ value: 'one' }, { value: 'two' }],
    });
    await killAndAwait('kafka');
    expect(await admin.fetchTopicOffsets('kept')).toMatchObject([{ partition: 0, high: '2' }]);
    await expect(admin.fetchTopicMetadata({ topics: ['unknown'] })).rejects.toThrow();
    expect(await admin.listTopics()).toEqual(['kept']);
    await producer.disconnect();
    await admin.disconnect();
  }, 60_000);

  test('Redis comes back on the same port', async () => {
    await killAndAwait('redis');
    const redis = new Redis(addresses.redis);
    expect(await redis.ping()).toBe('PONG');
    redis.disconnect();
  }, 30_000);

  test('takes an address that is given, and starts nothing', async () => {
    const started = startBacking({
      dir,
      supervisor,
      wanted: ['kafka'],
      environment: { KAFKA_BROKERS: 'broker.example.org:9092' },
      ports: new Ports(),
      secret: () => '',
    });
    expect(await started['kafka']).toEqual({ address: 'broker.example.org:9092', given: true });
  });
});
