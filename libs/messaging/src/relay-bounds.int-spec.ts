import pg from 'pg';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import type { ArchivedBatch } from './fact-archive.js';
import { beginIncarnation } from './incarnations.js';
import { PositionDecisions } from './position-decisions.js';
import { rowIdsOf } from './outbox-rows.js';
import { fixRows, forgetRows, type Lease, RelaySucceeded, takeLease } from './relay-lease.js';

/**
 * Goal: a thief of the service's secret neither stops its relay nor removes a fact unseen. Method: SQL as the service's own
 * role, and the relay's own statements with forged values.
 */
let fresh: FreshDatabase;
let relay: pg.Client;
beforeEach(async () => {
  fresh = await freshDatabase('platform');
  relay = new pg.Client({ connectionString: fresh.url });
  await relay.connect();
});
afterEach(async () => {
  await relay.end();
  await fresh.drop();
});

const topic = 'provisioning.account.v1';
const digest = 'd'.repeat(64);
const add = (...keys: readonly string[]) =>
  fresh.database.query(
    `insert into platform.outbox (event_id, topic, type, key, value, occurred_at, business_date)
     select gen_random_uuid(), $2, 't', key, null, now(), '2022-09-01' from unnest($1::text[]) key`,
    [keys, topic],
  );
const waiting = () =>
  fresh.database.column<bigint>('select id from platform.outbox order by id') as Promise<bigint[]>;
const hold = async (): Promise<Lease> => {
  const lease = await takeLease(relay, 8_000);
  if (!lease) throw new Error('another relay holds the lease');
  await beginIncarnation(relay, lease.fence);
  return lease;
};
const refused = (sql: string, code: string) =>
  expect(fresh.database.query(sql)).rejects.toMatchObject({ code });
/** Each as a statement and its refusal, one after the other on one database, which each leaves as it was. */
async function allRefused(statements: readonly (readonly [string, string])[]): Promise<void> {
  const codes: [string, string][] = [];
  for (const [sql] of statements)
    codes.push([
      sql,
      await fresh.database.query(sql).then(
        () => 'done',
        (error: unknown) => (error as { code: string }).code,
      ),
    ]);
  expect(codes).toEqual(statements);
}
const batch = async (changed: Partial<ArchivedBatch>): Promise<ArchivedBatch> => ({
  ...{ topic, partition: 0, prevSeq: 1n, firstSeq: 2n, lastSeq: 3n, events: 2, bytes: 1 },
  epoch: String(await fresh.database.value('select max(epoch) from platform.incarnation')),
  records: Buffer.from([1]),
  ...changed,
});

test('FCT-1: the service’s own role cannot stop its relay', async () => {
  await add('a', 'b');
  const assignments = [
    ["held_until = '2099-01-01'", '23514'],
    ["held_until = 'infinity'", '23514'],
    ["held_until = clock_timestamp() + interval '1 minute'", '23514'],
    ['held_until = null', '23502'],
    ['fence = 9223372036854775807', '23514'],
    ['fence = fence - 1', '23514'],
    ['next_seq = 9223372036854775807', '42501'],
    ['next_seq = 1', '42501'],
    ['generation = generation + 1', '42501'],
    ["ids = '{[-1,-1]}'", '23514'],
    ["ids = '{}'", '23514'],
    ["ids = '{(,)}'", '23514'],
    ["ids = '{[1,)}'", '23514'],
    ["ids = '{[1,9000000000000000000]}'", '23514'],
    [
      "ids = (select int8range(min(id), max(id) + 1, '[]')::int8multirange from platform.outbox)",
      '23514',
    ],
  ] as const;
  await allRefused(
    assignments.map(([each, code]) => [`update platform.relay_state set ${each}`, code]),
  );
  const lease = await takeLease(relay, 8_000);
  expect(lease).toMatchObject({ nextSeq: 1n, ids: undefined });
});

test('FCT-1: a forged lease of the longest kind is over after 30 seconds', async () => {
  await fresh.database.query(
    `update platform.relay_state set fence = fence + 1, holder_pid = pid, holder_connected_at = backend_start,
       held_until = clock_timestamp() + interval '29 seconds' from pg_stat_activity where pid = pg_backend_pid()`,
  );
  expect(await takeLease(relay, 8_000)).toBeUndefined();
  expect(
    await fresh.database.value(
      `select held_until <= clock_timestamp() + interval '30 seconds' from platform.relay_state`,
    ),
  ).toBe(true);
});

test('FCT-1: the service’s own role takes away no fact, and forges none', async () => {
  await add('a', 'b');
  await allRefused([
    ['delete from platform.outbox', '42501'],
    [`update platform.outbox set topic = 'other'`, '42501'],
    ['truncate platform.outbox', '42501'],
    ['copy platform.outbox from stdin', '42501'],
    ['select from platform.outbox for update', '42501'],
    // The id that the sequence draws next: each later command would fail.
    [
      `insert into platform.outbox (id, event_id, topic, type, key, occurred_at, business_date) overriding system value
       values (3, gen_random_uuid(), 't', 't', 'k', now(), '2022-09-01')`,
      '42501',
    ],
    [`select setval(pg_get_serial_sequence('platform.outbox', 'id'), 1)`, '42501'],
    [
      `merge into platform.outbox o using (values ('a')) v (key) on o.key = v.key when matched then delete`,
      '42501',
    ],
    [`insert into platform.last_number values ('${topic}', 0, 9000)`, '42501'],
    [
      `insert into platform.last_number values ('${topic}', 0, 9000) on conflict (topic, partition) do update set seq = 9000`,
      '42501',
    ],
    ['update platform.last_number set seq = 9000', '42501'],
    ['update platform.produced set events = 0', '42501'],
    [
      `insert into platform.told (topic, partition, prev_seq, first_seq, last_seq, epoch, events, bytes, records)
       values ('${topic}', 0, 0, 1, 1, 1, 1, 1, '')`,
      '42501',
    ],
    [
      `insert into platform.incarnation (epoch, system_identifier, timeline, database_oid, generation, branch_seq)
       values (9223372036854775807, 's', 't', 1, 1, 1)`,
      '42501',
    ],
    ['insert into platform.relay_state (only_row) values (true)', '42501'],
    ['delete from platform.relay_state', '42501'],
    [`insert into platform.telling_again (topic) values ('${topic}')`, '42501'],
    ['do $$ begin lock table platform.relay_state in exclusive mode; end $$', '42501'],
  ]);
  expect(await waiting()).toHaveLength(2);
});

test('FCT-1: rows on their way stay until they were sent, under the numbers that they were given', async () => {
  await add('a', 'b', 'c');
  const [first = 0n, second = 0n] = await waiting();
  const lease = await hold();
  await fixRows(relay, lease, `{[${first},${second}]}`);
  await refused('update platform.relay_state set ids = null', '23514');
  await refused(`update platform.relay_state set ids = '{[${second},${second}]}'`, '23514');
  await refused(
    'do $$ begin begin update platform.relay_state set ids = null; exception when others then raise; end; end $$',
    '23514',
  );
  expect(await fresh.database.value('select ids from platform.relay_state')).toBe(
    `{[${first},${second + 1n})}`,
  );
});

/** Of the rows with the numbers 2 and 3; the batch of these is right but for one thing. */
test.each<[string, { number?: bigint; batch?: Partial<ArchivedBatch> }]>([
  ['without a number', {}],
  ['with the number of an earlier row', { number: 2n, batch: {} }],
  ['with a number to come', { number: 4n, batch: {} }],
  ['without its archived batch', { number: 3n }],
  ['with a batch of fewer facts', { number: 3n, batch: { events: 1 } }],
  ['with a batch of numbers to come', { number: 3n, batch: { lastSeq: 9n } }],
  ['with a batch that follows another number', { number: 3n, batch: { prevSeq: 0n } }],
  ['with a batch of another incarnation', { number: 3n, batch: { epoch: '7' } }],
])('FCT-1: a fact leaves the outbox with its trace alone, not %s', async (_, forged) => {
  await add('a', 'b');
  const lease = await hold();
  const [first = 0n, second = 0n] = await waiting();
  await fixRows(relay, lease, `{[${first},${first}]}`);
  await forgetRows(relay, lease, {
    rows: [{ id: String(first) }],
    numbers: [{ topic, partition: 0, seq: 1n, digest }],
    archived: [await batch({ prevSeq: 0n, firstSeq: 1n, lastSeq: 1n, events: 1 })],
  });
  await add('c');
  const rows = (await waiting()).map((id) => ({ id: String(id) }));
  await fixRows(relay, lease, rowIdsOf(rows));
  const { number, batch: changed } = forged;
  await expect(
    forgetRows(relay, lease, {
      rows,
      numbers: number === undefined ? [] : [{ topic, partition: 0, seq: number, digest }],
      archived: changed === undefined ? [] : [await batch(changed)],
    }),
  ).rejects.toMatchObject({ code: '23514' });
  expect((await waiting())[0]).toBe(second);
  expect(await fresh.database.value('select next_seq from platform.relay_state')).toBe(2n);
  // As it is sent.
  await forgetRows(relay, lease, {
    rows,
    numbers: [{ topic, partition: 0, seq: 3n, digest }],
    archived: [await batch({})],
  });
  expect(await waiting()).toEqual([]);
});

test('FCT-1: no row is forgotten that was not on its way, and none by a relay that was succeeded', async () => {
  await add('a', 'b');
  const [first = 0n, second = 0n] = await waiting();
  const lease = await hold();
  const forget = (client: pg.Client, ...ids: readonly bigint[]) =>
    forgetRows(client, lease, {
      rows: ids.map((id) => ({ id: String(id) })),
      numbers: [],
      archived: [],
    });
  await expect(forget(relay, first)).rejects.toMatchObject({ code: '23514' });
  await fixRows(relay, lease, `{[${first},${first}]}`);
  await expect(forget(relay, first, second)).rejects.toMatchObject({ code: '23514' });
  // Two at once: the second waits for the row, and is refused by the fence that it then finds.
  const other = new pg.Client({ connectionString: fresh.url });
  await other.connect();
  try {
    await other.query('begin; update platform.relay_state set fence = fence + 1');
    const late = forget(relay, first);
    late.catch(() => undefined);
    await other.query('commit');
    await expect(late).rejects.toThrow(RelaySucceeded);
  } finally {
    await other.end();
  }
  expect(await waiting()).toEqual([first, second]);
});

test('FCT-1: an incarnation begins where the database is another one alone, and three a day by hand', async () => {
  const raise = () => fresh.database.value<number>('select platform.raise_generation()');
  const lease = await hold();
  await beginIncarnation(relay, lease.fence);
  const count = () => fresh.database.value('select count(*)::int from platform.incarnation');
  expect(await count()).toBe(1);
  for (const generation of [2, 3, 4]) {
    expect([await raise(), await raise()]).toEqual([generation, generation]);
    await fresh.database.query(
      'select platform.begin_incarnation(fence) from platform.relay_state',
    );
    expect(await count()).toBe(generation);
  }
  expect(await raise()).toBeUndefined();
  const decisions = new PositionDecisions(fresh.database, fresh.unitOfWork, undefined as never);
  await expect(
    decisions.raiseGeneration({ userId: 'operator', reason: 'Un disque remis.' }),
  ).rejects.toMatchObject({ code: 'INCARNATIONS_TOO_MANY' });
});

test('FCT-1: a forged refusal of the broker holds a topic up for a minute', async () => {
  const { database } = fresh;
  const waits = () =>
    database.value<number>(
      'select ceil(extract(epoch from next_try_at - clock_timestamp()))::int from platform.unsent_key',
    );
  await database.query(
    `insert into platform.unsent_key (topic, key, cause, next_try_at, attempts, since)
     values ($1, null, 'INVALID_TOPIC_EXCEPTION', 'infinity', 2147483647, '2099-01-01')`,
    [topic],
  );
  expect(await waits()).toBeLessThanOrEqual(60);
  await database.query(
    `insert into platform.unsent_key as known (topic, key, cause, next_try_at) values ($1, null, 'C', now())
     on conflict (topic, key) do update set next_try_at = 'infinity', attempts = 2147483647`,
    [topic],
  );
  await database.query(`update platform.unsent_key set next_try_at = '2099-01-01'`);
  expect(await waits()).toBeLessThanOrEqual(60);
  expect(
    await database.row('select attempts, since < now() as past from platform.unsent_key'),
  ).toEqual({ attempts: 1, past: true });
});
