import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { toBinary } from '@bufbuild/protobuf';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import {
  AccountDaysToldSchema,
  AccountMovedSchema,
  AccountStateChangedSchema,
  topics,
} from '#libs/contracts';
import {
  BatchConsumer,
  createKafka,
  createTopics,
  MessagingModule,
  partitionOf,
} from '#libs/messaging';
import { createLogger, ObservabilityModule } from '#libs/observability';
import { copyIn, Database, PersistenceModule } from '#libs/persistence';
import { freshDatabase, required, testFactKeyFiles } from '#libs/testing';
import { addDays } from '#libs/time';
import { AccountChangedConsumer } from '../../apps/metering/src/usage/account-changed.consumer.js';
import { AccountFacts } from '../../apps/metering/src/usage/account-facts.pg.js';
import { Certificates } from '../../apps/metering/src/usage/certificates/certificates.pg.js';
import { TellLateFacts } from '../../apps/metering/src/usage/certificates/tell-late-facts.js';
import { DaysTold } from '../../apps/metering/src/usage/days-told.pg.js';
import { RecordAccountFacts } from '../../apps/metering/src/usage/record-account-facts.js';
import { PgUsageReader } from '../../apps/metering/src/usage/usage.pg-reader.js';
import { accountEvents, factRows, firstDay } from './meter/account-events.js';
import { cpuMsOf } from './orders/cpu.js';

/**
 * Account events through Kafka into the meter, by the service's own consumer; the records lie in the topic when it
 * begins. Beside it a bare COPY of the same rows, in the same run. Slope: the exponent of time over events counted, from
 * the first tenth on; 1 is linear. On a busy machine the same of CPU says more than the clock: the meter's own and that
 * of the connections that it has. Before it ends all is recounted: a fast wrong meter is no result.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '400000' },
    json: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
if (!Number.isSafeInteger(size) || size < 10_000) {
  throw new RangeError('--size is a number of events, 10000 or more');
}
const brokers = required('KAFKA_BROKERS').split(',');
// One child of this file only produces, another only meters, with the bounds of memory that the stack gives a service:
// what the others hold is none of the meter's memory.
const producing = process.env['BENCH_PRODUCE'];
const metering = process.env['BENCH_METER'];
const asService = ['--max-old-space-size=512', '--max-semi-space-size=16'];
const namespace =
  producing ?? process.env['BENCH_NAMESPACE'] ?? `bench-${randomUUID().slice(0, 8)}-`;
const logger = createLogger('bench', 'warn');
const topic = topics.account;
if (producing !== undefined) {
  await produce();
  process.exit(0);
}
if (metering !== undefined) {
  const samples = await consume(metering);
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1_024);
  process.send!({ samples, peakMb } satisfies Metered, () => process.exit(0));
  await new Promise(() => undefined);
}
const stack = await freshDatabase('metering');
await stack.allowTemporary();
try {
  await createTopics({ brokers, namespace, replication: 1 }, logger);
  await stack.database.query('select platform.begin_day($1)', [addDays(firstDay, 100)]);
  await produced();
  const { samples, peakMb } = await consumed();
  const meterRate = rateOf(samples.at(-1)!);
  const reader = new PgUsageReader(stack.database);
  const { differences, meteredAccountDays } = await reader.recount(
    ...(['', addDays(firstDay, 400), undefined] as const),
  );
  if (differences !== 0 || meteredAccountDays === 0n) throw new Error('the recount differs');
  report(meterRate, await bareCopy(), samples, peakMb);
} finally {
  const admin = createKafka('bench', { brokers }, logger).admin();
  await admin.connect();
  const all = (await admin.listTopics()).filter((one) => one.startsWith(namespace));
  await admin.deleteTopics({ topics: all });
  await admin.disconnect();
  await stack.drop();
}

async function produced(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
    env: { ...process.env, BENCH_PRODUCE: namespace },
  });
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error('the events were not produced');
}

/** By partition and in order, as the relay sends them. */
async function produce(): Promise<void> {
  const producer = createKafka('bench-meter', { brokers }, logger).producer({
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  let messages: object[] = [];
  const flush = async () => {
    if (messages.length > 0) {
      await producer.send({
        ...{ topic: namespace + topic.name, acks: -1 },
        messages: messages as { value: Buffer }[],
      });
    }
    messages = [];
  };
  const last: number[] = [];
  let seq = 0;
  for (const body of accountEvents(size)) {
    const partition = partitionOf(body.accountId, topic.partitions);
    seq += 1;
    messages.push({
      partition,
      key: body.accountId,
      value: Buffer.from(toBinary(AccountStateChangedSchema, body)),
      headers: {
        id: randomUUID(),
        type: AccountStateChangedSchema.typeName,
        aggregate: body.accountId,
        'occurred-at': '2026-11-25T00:00:00.123456Z',
        'business-date': addDays(firstDay, 100),
        seq: `${seq}`,
        epoch: '1795000000000',
        prev: `${last[partition] ?? 0}`,
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    });
    last[partition] = seq;
    if (messages.length >= 5_000) await flush();
  }
  await flush();
  await producer.disconnect();
}

type Sample = {
  readonly events: number;
  readonly ms: number;
  /** CPU milliseconds so far. */
  readonly node: number;
  readonly postgres: number;
};
type Metered = { readonly samples: Sample[]; readonly peakMb: number };

async function consumed(): Promise<Metered> {
  const child = fork(fileURLToPath(import.meta.url), process.argv.slice(2), {
    env: { ...process.env, BENCH_METER: stack.url, BENCH_NAMESPACE: namespace },
    execArgv: [...process.execArgv, ...asService],
  });
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`the meter ended with ${code}`);
  });
  failed.catch(() => undefined);
  const [metered] = (await Promise.race([once(child, 'message'), failed])) as [Metered];
  return metered;
}

/** The service's consumers on the service's frame; what is counted is looked at as it goes. */
async function consume(url: string): Promise<Sample[]> {
  const database = new Database({ url, poolMax: 1 });
  const providers = [...[AccountFacts, Certificates, TellLateFacts, DaysTold, RecordAccountFacts]];
  @Module({
    imports: [
      ObservabilityModule.forService('bench', 'warn'),
      PersistenceModule.forRoot({ databaseUrl: url, poolMax: 6, name: 'bench' }),
      MessagingModule.forService({
        ...{ service: 'metering', brokers, namespace, databaseUrl: url },
        factKeys: testFactKeyFiles(),
        ...{ service: 'metering', brokers, namespace, databaseUrl: url, calendar: 'player' },
        consumes: {
          [topic.name]: {
            handles: [AccountStateChangedSchema, AccountMovedSchema, AccountDaysToldSchema],
          },
        },
      }),
    ],
    controllers: [AccountChangedConsumer],
    providers,
  })
  class BenchModule {}
  const app = await NestFactory.create(BenchModule, { logger: ['error', 'warn'] });
  app.connectMicroservice({ strategy: app.get(BatchConsumer) });
  let begun = performance.now();
  await app.startAllMicroservices();
  await app.init();
  const samples: Sample[] = [];
  for (let counted = 0; counted < size;) {
    const { rows } = await database.query<{ n: bigint }>(
      'select coalesce(sum(handled), 0)::bigint as n from platform.consumer_position where topic = $1',
      [topic.name],
    );
    const now = Number(rows[0]?.n ?? 0n);
    // Joining the group is no metering: the clock begins with the first batch.
    if (counted === 0 && now > 0) begun = performance.now();
    if (now > counted) {
      const cpu = { node: ownCpuMs(), postgres: await clientsCpuMs(database) };
      samples.push({ events: now, ms: performance.now() - begun, ...cpu });
    }
    counted = now;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await app.close();
  await database.end();
  // The first batch was done before the clock began.
  const [first] = samples as [Sample];
  return samples.slice(1).map(({ events, ms, node, postgres }) => ({
    ...{ events: events - first.events, ms },
    ...{ node: node - first.node, postgres: postgres - first.postgres },
  }));
}

function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Of the connections to this database, which stay; what tidies up behind them comes and goes. */
async function clientsCpuMs(database: Database): Promise<number> {
  const { rows } = await database.query<{ pid: number }>(
    `select pid from pg_stat_activity where datname = current_database() and backend_type = 'client backend'`,
  );
  return rows.reduce((sum, { pid }) => sum + cpuMsOf(pid), 0);
}

function rateOf({ events, ms }: Pick<Sample, 'events' | 'ms'>): number {
  return Math.round((events * 1_000) / ms);
}

/** Of log(time) over log(events), by least squares, from the first tenth on. */
function slopeOf(samples: readonly Sample[], time: (sample: Sample) => number): number {
  const points = samples
    .filter(({ events }) => events >= size / 10)
    .map((sample) => ({ x: Math.log(sample.events), y: Math.log(time(sample)) }));
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [mx, my] = [mean(({ x }) => x), mean(({ y }) => y)];
  const over = points.reduce((sum, { x, y }) => sum + (x - mx) * (y - my), 0);
  return over / points.reduce((sum, { x }) => sum + (x - mx) ** 2, 0);
}

async function bareCopy(): Promise<number> {
  const begun = performance.now();
  await stack.unitOfWork.run(async (tx) => {
    await tx.query(`create temp table bare (account_id uuid, sequence bigint, effective_on date,
      is_open boolean, membership_id text, item_code text, uai text) on commit drop`);
    const target =
      'bare (account_id, sequence, effective_on, is_open, membership_id, item_code, uai)';
    await copyIn(tx, target, factRows(size) as Iterable<never>);
  });
  return rateOf({ events: size, ms: performance.now() - begun });
}

function report(
  meterRate: number,
  copyRate: number,
  samples: readonly Sample[],
  peakMb: number,
): void {
  const slope = slopeOf(samples, ({ ms }) => ms);
  const cpuSlope = slopeOf(samples, ({ node, postgres }) => node + postgres);
  const { events, node, postgres } = samples.at(-1)!;
  const each = (cpuMs: number) => Number(((cpuMs * 1_000) / events).toFixed(1));
  const ratio = Number((meterRate / copyRate).toFixed(3));
  console.log(`meter, ${size} account events through Kafka, by the service's consumer`);
  console.log(`  metered              ${meterRate} events/s`);
  console.log(`  bare COPY            ${copyRate} rows/s (meter ÷ COPY = ${ratio})`);
  console.log(
    `  slope                ${slope.toFixed(3)} (time ~ events ^ slope), ${cpuSlope.toFixed(3)} by CPU`,
  );
  console.log(
    `  CPU of an event      node ${each(node)} µs, PostgreSQL ${each(postgres)} µs: ${Math.round(1_000_000 / Math.max(each(node), each(postgres)))} events/s where each has a core`,
  );
  console.log(`  peak memory          ${peakMb} MB, with a service’s bounds`);
  if (!values.json) return;
  console.log(
    JSON.stringify({
      ...{ name: 'meter', size, rate: meterRate, unit: 'events/s' },
      ...{ baselines: { copy: copyRate }, ratios: { copy: ratio } },
      ...{ cpuMicrosecondsPerEvent: { node: each(node), postgres: each(postgres) } },
      ...{
        slope: Number(slope.toFixed(3)),
        cpuSlope: Number(cpuSlope.toFixed(3)),
        peakRssMb: { metering: peakMb },
      },
    }),
  );
}
