import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AccountStateChangedSchema, event, headers as names, topics } from '#libs/contracts';
import { Proposals } from '#libs/proposals';
import { accountChange, callerOf, MessagingBed } from '#libs/testing';
import { forged, parkedEvents } from '../test/consumer-bed.test-support.js';
import { PgBusinessDate } from './business-date.js';
import { PgOutbox } from './outbox.pg-outbox.js';
import { partitionOf } from './partition-of.js';
import { keyLengthMax } from './received-event.js';
import { ServiceName } from './service-name.js';
import { SkipParked } from './skip-parked.js';

/**
 * Goal: whatever stands in a record, it is applied or set aside, and its partition goes on; what no owner numbered is
 * applied by nobody. Method: a writer that is not ours, on the real broker, with numbers or without; then a good fact in
 * the same partition, and figures that add up to the end of the log.
 */
let bed: MessagingBed;
beforeEach(async () => {
  bed = await MessagingBed.start();
  seq = 0;
}, 60_000);
afterEach(() => bed.stop(), 60_000);

const partition = partitionOf('good', topics.account.partitions);
type Sent = Parameters<MessagingBed['send']>[1][number];
type Headers = NonNullable<Sent['headers']>;

const envelope = (): Headers => ({
  ...{ id: randomUUID(), type: AccountStateChangedSchema.typeName },
  'business-date': '2022-01-03',
});
/** Numbered as its owner does, each after the one before; what says otherwise is as it says. */
let seq = 0;
const numbers = ['seq', 'prev', 'epoch', 'lineage'];
const numbered = (said: Headers): Headers => {
  if (numbers.some((name) => name in said)) return said;
  seq += 1;
  return { seq: `${seq}`, prev: `${seq - 1}`, epoch: '1', ...said };
};
const good = Buffer.from(accountChange('good', 1).value ?? []);
const fact = (over: Partial<Sent> = {}, envelopeOver: Headers = {}): Sent => ({
  ...{ key: 'good', value: good, partition },
  ...over,
  headers: { ...envelope(), ...numbered(envelopeOver) },
});

/** Sends it, then a good fact: all is told when that one is applied. */
async function sendAll(records: readonly Sent[]): Promise<void> {
  const key = `last-${randomUUID()}`;
  // In parts that the broker takes, whatever the size of each.
  for (let from = 0; from < records.length; from += 3)
    await bed.send(bed.accountTopic, records.slice(from, from + 3));
  await bed.send(bed.accountTopic, [fact({ key })]);
  await bed.until('the last one is applied', async () =>
    (await bed.effects()).some((effect) => effect.key === key),
  );
  const admin = bed.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(bed.namespace + bed.accountTopic);
  await admin.disconnect();
  const end = ends.find((one) => one.partition === partition)?.high;
  const figures = await bed.row<{ told: string; parked: string; rows: string }>(
    `select (handled + repeated + parked)::text as told, parked::text,
            (select count(*)::text from platform.parked_event where partition = $1) as rows
       from platform.consumer_position where partition = $1`,
    [partition],
  );
  expect(figures).toMatchObject({ told: end, rows: figures.parked });
}
const parked = async () =>
  (
    await bed.owner.query<{ key: string | null; cause: string; detail: string }>(
      'select key, cause, cause_detail as detail from platform.parked_event order by "offset"',
    )
  ).rows;
const start = async (handler?: Parameters<MessagingBed['consumer']>[0]) => {
  await bed.fresh.unitOfWork.run((tx) => bed.begin(tx, '2022-01-03'));
  await bed.listen(bed.consumer(handler));
};

test('headers that are null, repeated, too long, or no numbers where there should be: applied without them, or set aside', async () => {
  await start();
  await sendAll([
    fact({ key: 'z' }, { causation: null, traceparent: null }),
    fact({ key: 'a' }, { seq: null, epoch: null }),
    fact({ key: 'b' }, { seq: '1', epoch: 'x' }),
    fact({ key: 'c' }, { seq: '2', epoch: '9'.repeat(400) }),
    fact({ key: 'd' }, { seq: ['1', '2'] }),
    fact({ key: 'e' }, { type: null }),
    fact({ key: 'f' }, { id: ['1', null] }),
    fact({ key: 'g' }, { id: 'Connection terminated' }),
    fact({ key: 'h' }, { id: 'x'.repeat(100_000) }),
    fact({ key: 'i' }, { ['__proto__']: 'x', constructor: 'y', toString: null, '': '' }),
  ]);
  expect((await parked()).map(({ key, cause }) => `${key} ${cause}`)).toEqual([
    ...['a FOREIGN_NUMBER', 'b FOREIGN_NUMBER', 'c FOREIGN_NUMBER', 'd FOREIGN_NUMBER'],
    ...['e UNDECODABLE', 'f UNDECODABLE', 'g HANDLER_FAILED', 'h UNDECODABLE'],
  ]);
}, 90_000);

test('what no relay numbered is applied by nobody, on no release, and holds no fact of its key up; two persons pass over it', async () => {
  const consumer = bed.consumer();
  await bed.fresh.unitOfWork.run((tx) => bed.begin(tx, '2022-01-03'));
  await bed.listen(consumer);
  const stranger = (sequence: number, key = 'mine') => ({
    ...forged(accountChange(key, sequence), '2022-01-03'),
    partition,
  });
  const own = (sequence: number, key = 'mine') =>
    fact({ key, value: Buffer.from(accountChange(key, sequence).value ?? []) });
  // First of all, before any number was read, and among those that have one.
  await sendAll([stranger(90), own(1), stranger(91), own(2), stranger(92, 'new')]);
  const withCause = async () => (await parked()).map(({ key, cause }) => `${key} ${cause}`);
  const three = ['mine FOREIGN_NUMBER', 'mine FOREIGN_NUMBER', 'new FOREIGN_NUMBER'];
  expect([await withCause(), await bed.sequencesOf('mine')]).toEqual([three, [1, 2]]);
  const aside = parkedEvents(bed, consumer);
  for (const asked of [{}, { topic: bed.accountTopic, key: 'mine' }])
    expect(await aside.release(asked)).toMatchObject({ released: 0 });
  await sendAll([own(3)]);
  expect([await withCause(), await bed.sequencesOf('mine')]).toEqual([three, [1, 2, 3]]);
  expect(await bed.sequencesOf('new')).toEqual([]);

  // Each is decided by itself: none waits behind another.
  const { database, unitOfWork } = bed.fresh;
  const skips = new SkipParked(
    ...([unitOfWork, aside, new Proposals(database), new PgBusinessDate(database)] as const),
    ...([new PgOutbox(), new ServiceName('metering')] as const),
  );
  const [, second] = await aside.list();
  const person = (userId: string) =>
    callerOf({ userId, roles: ['admin'], markets: ['*'], loggedInAt: new Date() });
  const proposal = await skips.propose(second?.id ?? 0n, 'De personne.', person('one'));
  expect(proposal.content).toMatchObject({ cause: 'FOREIGN_NUMBER', behind: 0 });
  const { digest } = proposal;
  const answer = { digest, outcome: 'APPROVED', reason: '' } as const;
  await skips.decide(proposal.proposalId, answer, person('two'));
  expect(await aside.count()).toBe(2n);
  expect(await bed.sequencesOf('mine')).toEqual([1, 2, 3]);
}, 90_000);

test('a key above the limit is set aside by its beginning and digest, and so are all later ones of it', async () => {
  await start();
  const long = (end: string) => 'é'.repeat(500_000) + end;
  const inLimit = '€'.repeat(keyLengthMax);
  await sendAll([
    ...[fact({ key: long('1') }), fact({ key: long('1') }), fact({ key: long('2') })],
    ...[
      fact({ key: inLimit }),
      fact({ key: inLimit, value: Buffer.from([1]) }),
      fact({ key: inLimit }),
    ],
    fact({ key: Buffer.from([0, 0xff, 0]), value: null }),
  ]);
  const rows = await parked();
  expect(rows.map(({ cause }) => cause)).toEqual([
    ...['UNDECODABLE', 'UNDECODABLE', 'UNDECODABLE', 'UNDECODABLE'],
    ...['BEHIND_A_PARKED_EVENT', 'UNDECODABLE'],
  ]);
  expect(rows[0]?.key).toBe(rows[1]?.key);
  expect(rows[0]?.key).not.toBe(rows[2]?.key);
  expect(rows.slice(3).map(({ key }) => key)).toEqual([inLimit, inLimit, '\uFFFD\uFFFD\uFFFD']);
  await expect(
    bed.emit('2022-01-03', event(AccountStateChangedSchema, `${inLimit}€`, {})),
  ).rejects.toThrow('above 500');
  const long1MB = event(AccountStateChangedSchema, 'k', { accountId: 'a'.repeat(1_000_001) });
  await expect(bed.emit('2022-01-03', long1MB)).rejects.toThrow('above 1000000');
}, 90_000);

test('what a record says of itself, and what its handler says of it, is set aside as text that the database takes', async () => {
  await start((events) => {
    // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- what a library may do
    if (events.some(({ key }) => key === 'none')) return Promise.reject(undefined);
    const bad = events.find(({ key }) => key.startsWith('bad'));
    return bad ? Promise.reject(new Error(`\0 \ud800 ${bad.key}`)) : Promise.resolve();
  });
  const value = event(AccountStateChangedSchema, 'x', { membershipId: 'm\0' }).value;
  await sendAll([fact({ key: 'bad', value: Buffer.from(value ?? []) }), fact({ key: 'none' })]);
  expect(await parked()).toEqual([
    { key: 'bad', cause: 'HANDLER_FAILED', detail: '\uFFFD \uFFFD bad' },
    { key: 'none', cause: 'HANDLER_FAILED', detail: 'undefined' },
  ]);
}, 90_000);

test('batches that the broker or another writer packs by gzip, snappy, lz4 or zstd are read', async () => {
  await start();
  const random = fc.sample(fc.uint8Array({ minLength: 50_000, maxLength: 90_000 }), 1)[0] ?? [];
  const code = Buffer.from(random).toString('base64');
  const failureCode = code.slice(0, 40_000) + 'x'.repeat(70_000) + 'abc'.repeat(9_000) + code;
  const value = event(AccountStateChangedSchema, 'x', { failureCode }).value;
  for (const [n, codec] of ['gzip', 'snappy', 'lz4', 'zstd'].entries()) {
    await bed.configure('compression.type', codec);
    await sendAll(
      Array.from({ length: 9 }, (_, k) => fact({ key: `k${k}`, value: Buffer.from(value ?? []) })),
    );
    expect([codec, await parked()]).toEqual([codec, []]);
    expect(await bed.effects()).toHaveLength(10 * (n + 1));
  }
}, 90_000);

test('arbitrary bytes in key, value and headers, up to 1 MB: all of it is applied or set aside', async () => {
  const bytes = (maxLength: number) =>
    fc.uint8Array({ maxLength }).map((array) => Buffer.from(array));
  const large = fc.nat({ max: 1_000_000 }).map((length) => Buffer.alloc(length, 0xfe));
  const text = fc.string({ unit: 'binary', maxLength: 50 });
  const value = fc.oneof(fc.constant(null), bytes(300), text);
  const wellKnown = (name: string) =>
    fc.tuple(fc.constant(name), fc.oneof(value, fc.constant('1')));
  const header = fc.oneof(
    ...Object.values(names).map(wellKnown),
    fc.tuple(text, value),
    fc.tuple(text, fc.array(value, { maxLength: 3 })),
  );
  const record = fc.record({
    key: fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom('a', 'b') },
      fc.constant(null),
      bytes(9_000),
    ),
    value: fc.oneof(
      { weight: 3, arbitrary: fc.constant(good) },
      { weight: 2, arbitrary: bytes(300) },
      { weight: 1, arbitrary: fc.constant(null) },
    ),
    over: fc.array(header, { maxLength: 4 }),
  });
  const seed = Date.now() % 2 ** 31;
  const drawn = fc.sample(record, { numRuns: process.env['PROVE'] ? 400 : 100, seed });
  const sizes = fc.sample(large, { numRuns: 6, seed });
  await start();
  try {
    const records: Sent[] = drawn.map(({ key, value: body, over }) => ({
      ...{ key, value: body, partition },
      headers: { ...envelope(), ...numbered(Object.fromEntries(over) as Headers) },
    }));
    for (let from = 0; from < records.length; from += 100)
      await bed.send(bed.accountTopic, records.slice(from, from + 100));
    await sendAll(
      sizes.map((size, n) =>
        n % 3 === 0
          ? fact({ key: size })
          : n % 3 === 1
            ? fact({ value: size })
            : fact({}, { id: size }),
      ),
    );
  } catch (cause) {
    throw new Error(`seed ${seed}`, { cause });
  }
}, 120_000);
