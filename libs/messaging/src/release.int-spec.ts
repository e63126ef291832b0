import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { AccountStateChangedSchema } from '#libs/contracts';
import { Health, ObservabilityModule } from '#libs/observability';
import {
  createDatabase,
  Database,
  migrate,
  PersistenceModule,
  type Transaction,
  UnitOfWork,
} from '#libs/persistence';
import { accountChange, required } from '#libs/testing';
import { BatchProcessor, mustWait, type RunHandler } from './batch-processor.js';
import type { FetchedBatch } from './sorted-batch.js';
import { BusinessDayKeeper } from './business-day-keeper.js';
import type { TopicPlan } from './received-event.js';

/**
 * Goal: no release parks facts, whatever the order in which code and schema come, and two releases work side by side
 * on a schema that was expanded. Method: a small project of its own in a temporary folder, consumers of two shapes.
 */
const name = `test_release_${randomBytes(6).toString('hex')}`;
let root: string;
let ownerUrl: string;
let url: string;
let owner: pg.Client;
let database: Database;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'release-'));
  await symlink(join(process.cwd(), 'libs'), join(root, 'libs'));
  const adminUrl = required('DATABASE_URL');
  const made = await createDatabase({ adminUrl, database: name, role: name, password: name });
  ({ ownerUrl, serviceUrl: url } = made);
  owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  database = new Database({ url, poolMax: 4 });
  await write('migrations/1_create_seat/migration.sql', 'create table seat (account text, n int)');
  await write('grants.sql', 'grant select, insert on seat to :"service"');
});
afterEach(async () => {
  await database.end();
  await owner.end();
  await rm(root, { recursive: true });
  const admin = new pg.Client({ connectionString: required('DATABASE_URL') });
  await admin.connect();
  await admin.query(`drop database ${name} with (force)`);
  await admin.query(`drop role ${name}, ${name}_owner`);
  await admin.end();
});

async function write(path: string, sql: string) {
  const file = join(root, 'apps', 'shop', 'prisma', path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, sql);
}
const migrated = async () => {
  await migrate({ url: ownerUrl, service: 'shop', role: name, root });
  await owner.query("update platform.business_day set day = '2022-01-03'");
};

const topic = 'provisioning.account.v1';
const plan: TopicPlan = {
  handles: new Map([[AccountStateChangedSchema.typeName, AccountStateChangedSchema]]),
  passesOver: new Set(),
  tombstones: false,
  personal: false,
};
const consumer = (handle: RunHandler) =>
  new BatchProcessor(new UnitOfWork(database), new BusinessDayKeeper(() => []), handle);
const each =
  (statement: (tx: Transaction, account: string) => Promise<unknown>): RunHandler =>
  async (tx, run) => {
    for (const { key } of run.events) await statement(tx, key);
  };
const oldRelease = () =>
  consumer(
    each((tx, account) => tx.query('insert into seat (account, n) values ($1, 1)', [account])),
  );
const newRelease = () =>
  consumer(
    each(async (tx, account) => {
      await tx.query("insert into seat (account, item) values ($1, 'ELEVE')", [account]);
      await tx.query('select item from seat where account = $1', [account]);
    }),
  );

function batch(partition: number, first: number, count: number): FetchedBatch {
  const records = Array.from({ length: count }, (_, n) => {
    const { key, type, value } = accountChange(`account-${partition}-${first + n}`, 1);
    const envelope: Record<string, string> = {
      ...{ id: randomUUID(), type, 'business-date': '2022-01-03' },
      ...{ seq: String(first + n + 1), prev: String(first + n), epoch: '1' },
    };
    const offset = BigInt(first + n);
    const proof = { digest: { hex: `${first + n}` } };
    return { topic, partition, offset, key, value, header: (of: string) => envelope[of], proof };
  });
  const end = BigInt(first + count);
  return {
    ...{ topic, partition, records, logStart: 0n },
    ...{ fetchedOffset: BigInt(first), highWatermark: end },
  };
}
const waits = (work: Promise<unknown>) =>
  work.then(
    () => 'did not wait',
    (error: unknown) => mustWait(error),
  );
const parked = async () =>
  (await owner.query<{ n: number }>('select count(*)::int as n from platform.parked_event')).rows[0]
    ?.n;
const seats = async () =>
  (await owner.query<{ n: number }>('select count(*)::int as n from seat')).rows[0]?.n;

test('code ahead of the schema waits and parks nothing: a column, a table, a function or a right is missing', async () => {
  await migrated();
  for (const [code, statement] of [
    ['42703', 'select item from seat'],
    ['42P01', 'select 1 from pool'],
    ['42883', 'select counted(1)'],
    ['42501', 'update seat set n = 2'],
  ] as const) {
    const ahead = consumer((tx) => tx.query(statement).then(() => undefined));
    await expect(ahead.process(batch(0, 0, 200), plan)).rejects.toMatchObject({ code });
    expect([code, await waits(ahead.process(batch(0, 0, 200), plan))]).toEqual([code, true]);
    expect(await parked()).toBe(0);
  }
});

test('a column that changes under prepared statements costs connections, and no fact', async () => {
  await migrated();
  const reads = consumer(
    each((tx) => tx.query({ name: 'all-seats', text: 'select * from seat limit 1' })),
  );
  // All four connections know the statement.
  const four = (first: number) =>
    Promise.all([0, 1, 2, 3].map((partition) => reads.process(batch(partition, first, 25), plan)));
  await four(0);
  await owner.query('alter table seat alter n type bigint');
  const outcomes = await four(25);
  expect(outcomes.map((one) => one.status === 'applied' && one.handled)).toEqual([25, 25, 25, 25]);
  expect(await parked()).toBe(0);
});

test('expand, both releases side by side, contract: every fact has its effect, and none is parked', async () => {
  await migrated();
  // The new code came before its schema.
  expect(await waits(newRelease().process(batch(0, 0, 10), plan))).toBe(true);
  await write(
    'migrations/2_add_item/migration.sql',
    "alter table seat add item text not null default 'ELEVE'",
  );
  await migrated();
  await newRelease().process(batch(0, 0, 10), plan);
  await Promise.all([
    oldRelease().process(batch(1, 0, 10), plan),
    newRelease().process(batch(2, 0, 10), plan),
  ]);
  // A partition that goes from one to the other and back.
  await oldRelease().process(batch(0, 10, 10), plan);
  await newRelease().process(batch(0, 20, 10), plan);
  expect(await seats()).toBe(50);
  await write('migrations/3_contract_seat/migration.sql', 'alter table seat drop n');
  await migrated();
  await newRelease().process(batch(1, 10, 10), plan);
  expect(await waits(oldRelease().process(batch(2, 10, 10), plan))).toBe(true);
  await newRelease().process(batch(2, 10, 10), plan);
  expect([await seats(), await parked()]).toEqual([70, 0]);
});

describe('a service that starts', () => {
  const started = async () => {
    // What a release needs is read from its files when it starts.
    const app = await NestFactory.createApplicationContext(
      {
        module: class Shop {},
        imports: [
          ObservabilityModule.forService('shop', 'silent'),
          PersistenceModule.forRoot({ databaseUrl: url, poolMax: 2, name: 'shop', root }),
        ],
      },
      { logger: false, abortOnError: false },
    );
    return {
      serving: async () => (await app.get(Health).faults('SERVING'))['postgresql'] ?? 'serves',
      reads: () => app.get(Database).query('select * from seat'),
      [Symbol.asyncDispose]: () => app.close(),
    };
  };
  const word = async () => {
    await using one = await started();
    return await one.serving();
  };

  test('waits for a schema that is behind, says which migration is missing, and goes on by itself', async () => {
    await using before = await started();
    expect(await before.serving()).toMatch(/lacks all tables.*ent -- migrate shop/);
    await migrated();
    expect(await before.serving()).toBe('serves');
    await write('migrations/2_add_item/migration.sql', 'alter table seat add item text');
    await using next = await started();
    expect(await next.serving()).toMatch(/lacks migration 2_add_item/);
    expect(await waits(next.reads())).toBe(true);
    await migrated();
    expect([await next.serving(), await waits(next.reads())]).toEqual(['serves', 'did not wait']);
  });

  test('waits for its functions; those of a later release serve it too, those of an earlier one do not', async () => {
    const counts = (n: number) =>
      `create or replace function counted() returns int language sql as 'select ${n}'`;
    await write('functions/counts.sql', counts(1));
    await migrated();
    await write('functions/counts.sql', counts(2));
    expect(await word()).toMatch(/lacks apps\/shop\/prisma\/functions\/counts.sql/);
    await migrated();
    expect(await word()).toBe('serves');
    await write('functions/counts.sql', counts(1));
    expect(await word()).toBe('serves');
    // Whoever migrated last decides.
    await migrated();
    await write('functions/counts.sql', counts(2));
    expect(await word()).toMatch(/lacks/);
  });

  test('serves beside a later release that only added, and not after one that took something away', async () => {
    await migrated();
    const forget = (migration: string) =>
      rm(join(root, 'apps/shop/prisma/migrations', migration), { recursive: true });
    await write('migrations/2_add_item/migration.sql', 'alter table seat add item text');
    await migrated();
    await forget('2_add_item');
    expect(await word()).toBe('serves');
    await write('migrations/2_add_item/migration.sql', 'alter table seat add item text');
    await write('migrations/3_contract_seat/migration.sql', 'alter table seat drop n');
    await migrated();
    await forget('3_contract_seat');
    expect(await word()).toMatch(/took away.*3_contract_seat/);
    await write('migrations/3_contract_seat/migration.sql', 'select 1');
    expect(await word()).toMatch(/3_contract_seat is not the one that was applied/);
  });
});
