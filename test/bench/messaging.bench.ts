import { fork, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { createKafka, createTopics } from '#libs/messaging';
import { createLogger } from '#libs/observability';
import { freshDatabase, required, type FreshDatabase } from '#libs/testing';
import {
  type Guarantee,
  guarantees,
  type WorkerMessage,
  type WorkerPlan,
} from './messaging/plan.js';

const usage = `npm run bench -- messaging [--size N] [--costs] [--json]
One million events unless told: written in transactions of 500, relayed, consumed by a Nest consumer, each in
a process of its own, timed from the first insert to the last committed effect. Beside it the bare client, tuned
as the product's is: with the envelope in the value, and with the same headers. --costs runs a fifth of the size once
per guarantee that is left out.`;

type Result = { readonly rate: number; readonly peakRssMb: Record<string, number> };

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '1000000' },
    costs: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const size = Number(values.size);
if (values.help || !Number.isInteger(size) || size < 1_000) {
  process.stdout.write(`${usage}\n`);
  process.exit(values.help ? 0 : 2);
}
const say = (line: string) => process.stdout.write(`${line}\n`);
const micro = (cpuSeconds: number, events: number) => ((cpuSeconds / events) * 1e6).toFixed(1);
const perSecond = (rate: number) => `${Math.round(rate).toLocaleString('en')}/s`;

const brokers = required('KAFKA_BROKERS').split(',');
const logger = createLogger('bench', 'warn');

say(`${size.toLocaleString('en')} events: writer, relay and consumer …`);
const whole = await runChain(size, []);
say(`  ${'all guarantees'.padEnd(28)} ${perSecond(whole.rate).padStart(10)}`);
const bareRate = await runBare(size, true);
compare('bare, envelope in the value', bareRate);
const headersRate = await runBare(size, false);
compare('bare, the same headers', headersRate);
const copyRate = await runCopy(size);
compare('bare COPY of the same rows', copyRate);

const costs: Record<string, number> = {};
if (values.costs) {
  const smaller = Math.max(1_000, Math.round(size / 5));
  const reference = (await runChain(smaller, [])).rate;
  say(
    `\nWhat each guarantee costs, ${smaller.toLocaleString('en')} events; with all: ${perSecond(reference)}`,
  );
  costs['all'] = Math.round(reference);
  for (const [name, meaning] of Object.entries(guarantees)) {
    const { rate } = await runChain(smaller, [name as Guarantee]);
    costs[`without ${name}`] = Math.round(rate);
    const percent = Math.round((1 - reference / rate) * 100);
    say(
      `  without ${name.padEnd(14)} ${perSecond(rate).padStart(10)}   ${percent} %   (${meaning})`,
    );
  }
}
if (values.json) {
  const baselines = {
    'bare-produce-consume': Math.round(bareRate),
    'bare-produce-consume-headers': Math.round(headersRate),
    copy: Math.round(copyRate),
  };
  const ratio = (baseline: number) => Math.round((whole.rate / baseline) * 1_000) / 1_000;
  say(
    JSON.stringify({
      name: 'messaging',
      size,
      rate: Math.round(whole.rate),
      unit: 'events/s',
      baselines,
      ratios: {
        'bare-produce-consume': ratio(bareRate),
        'bare-produce-consume-headers': ratio(headersRate),
        copy: ratio(copyRate),
      },
      peakRssMb: whole.peakRssMb,
      ...(values.costs ? { costs } : {}),
    }),
  );
}

function compare(name: string, rate: number): void {
  say(
    `  ${name.padEnd(28)} ${perSecond(rate).padStart(10)}   ratio ${(whole.rate / rate).toFixed(2)}`,
  );
}

/** The product's chain, and proof that every event had its effect once and in order. */
async function runChain(events: number, without: readonly Guarantee[]): Promise<Result> {
  return withStack(events, without, async (plan, producer, consumer) => {
    const workers = ['relay', 'consumer', 'writer'] as const;
    const running = new Map(workers.map((role) => [role, start({ ...plan, role })]));
    await Promise.all([...running.values()].map(({ ready }) => ready));
    const begun = await instant(producer.ownerUrl, 'select clock_timestamp() as at');
    for (const { child } of running.values()) child.send('go');
    const peakRssMb: Record<string, number> = {};
    for (const [role, { done }] of running) {
      const end = await done;
      peakRssMb[role] = end.peakRssMb;
      // Says where the time goes even on a machine that does other things as well.
      if (without.length === 0)
        say(`    ${role.padEnd(10)} ${micro(end.cpuSeconds, events)} µs of CPU an event`);
    }
    const ended = await instant(
      consumer.ownerUrl,
      'select max(moved_at) as at from platform.consumer_position',
    );
    if (without.length === 0) await prove(consumer.ownerUrl, events);
    return {
      rate: events / ((ended - begun) / 1_000),
      peakRssMb: { ...peakRssMb, ...serversRssMb() },
    };
  });
}

/** The client alone, with the envelope in the value (cheapest for it) or in headers as the product sends it. */
async function runBare(events: number, withoutHeaders: boolean): Promise<number> {
  return withStack(events, [], async (stack) => {
    const plan = { ...stack, withoutHeaders };
    const consumer = start({ ...plan, role: 'bare-consumer' });
    const producer = start({ ...plan, role: 'bare-producer' });
    await Promise.all([consumer.ready, producer.ready]);
    consumer.child.send('go');
    producer.child.send('go');
    const { cpuSeconds } = await producer.done;
    const end = await consumer.done;
    say(
      `    producer ${micro(cpuSeconds, events)}, consumer ${micro(end.cpuSeconds, events)} µs of CPU an event`,
    );
    return events / (end.seconds ?? NaN);
  });
}

async function runCopy(events: number): Promise<number> {
  return withStack(events, [], async (plan) => {
    const copy = start({ ...plan, role: 'copy' });
    await copy.ready;
    copy.child.send('go');
    return events / ((await copy.done).seconds ?? NaN);
  });
}

/** A database for the one who tells, one for the one who listens, topics of their own; all removed afterwards. */
async function withStack<T>(
  events: number,
  without: readonly Guarantee[],
  work: (
    plan: Omit<WorkerPlan, 'role'>,
    producer: FreshDatabase,
    consumer: FreshDatabase,
  ) => Promise<T>,
): Promise<T> {
  const [producer, consumer] = [
    await freshDatabase('platform', { poolMax: 2 }),
    await freshDatabase('platform', { poolMax: 2 }),
  ];
  const namespace = `bench-${randomUUID().slice(0, 8)}-`;
  try {
    await createTopics({ brokers, namespace, replication: 1 }, logger);
    await asOwner(consumer.ownerUrl, (client) =>
      client.query(`create table effect (n bigint generated always as identity primary key, event_id uuid not null,
          key text not null, type text not null, sequence bigint not null, uai text not null,
          at timestamptz not null default clock_timestamp());
        create index on effect (event_id); grant select, insert on effect to public`),
    );
    await asOwner(producer.ownerUrl, (client) =>
      client.query(`update platform.business_day set day = '2022-01-03';
        create table copied (id bigint generated always as identity primary key, event_id uuid not null, topic text not null,
          type text not null, key text not null, value bytea, occurred_at timestamptz not null, business_date date not null,
          causation text, traceparent text);
        grant select, insert on copied to public`),
    );
    await asOwner(consumer.ownerUrl, (client) =>
      client.query("update platform.business_day set day = '2022-01-03'"),
    );
    const plan = {
      size: events,
      brokers,
      namespace,
      producerUrl: producer.url,
      consumerUrl: consumer.url,
      without,
    };
    return await work(plan, producer, consumer);
  } finally {
    const admin = createKafka('bench', { brokers }, logger).admin();
    await admin.connect();
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(namespace));
    await admin.deleteTopics({ topics });
    await admin.disconnect();
    await Promise.all([producer.drop(), consumer.drop()]);
  }
}

type Worker = {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  readonly done: Promise<Extract<WorkerMessage, { kind: 'done' }>>;
};

function start(plan: WorkerPlan): Worker {
  const child = fork(fileURLToPath(new URL('./messaging/worker.js', import.meta.url)), [
    JSON.stringify(plan),
  ]);
  const message = <Kind extends WorkerMessage['kind']>(kind: Kind) =>
    new Promise<Extract<WorkerMessage, { kind: Kind }>>((resolve, reject) => {
      child.on('message', (got: WorkerMessage) => {
        if (got.kind === kind) resolve(got as Extract<WorkerMessage, { kind: Kind }>);
      });
      child.once('exit', (code) => {
        if (code !== 0) reject(new Error(`the ${plan.role} ended with ${code}`));
      });
    });
  const ready = message('ready').then(() => undefined);
  return { child, ready, done: message('done') };
}

async function asOwner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function instant(url: string, text: string): Promise<number> {
  const { rows } = await asOwner(url, (client) => client.query<{ at: Date }>(text));
  return rows[0]?.at.getTime() ?? NaN;
}

async function prove(url: string, events: number): Promise<void> {
  const { rows } = await asOwner(url, (client) =>
    client.query<{ all: number; distinct: number; overtaken: number }>(
      `select count(*)::int as all, count(distinct event_id)::int as distinct,
         count(*) filter (where sequence < before)::int as overtaken
       from (select event_id, sequence, lag(sequence) over (partition by key order by n) as before from effect) e`,
    ),
  );
  const found = rows[0];
  // Two connections write one account's events without a lock between them, so only loss and repetition are faults here.
  if (found?.all !== events || found.distinct !== events) {
    throw new Error(`not exactly once: ${JSON.stringify(found)}`);
  }
}

/** Peak memory of the servers, where the bench was told their process ids. */
function serversRssMb(): Record<string, number> {
  const pids = JSON.parse(process.env['BENCH_PIDS'] ?? '{}') as Record<string, number>;
  return Object.fromEntries(
    Object.entries(pids).flatMap(([name, pid]) => {
      try {
        const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
        return peak === undefined ? [] : [[name, Math.round(Number(peak) / 1024)]];
      } catch {
        return []; // no such file on this system: memory of servers is then not stated
      }
    }),
  );
}
