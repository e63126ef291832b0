import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AccountStateChangedSchema, event, headers as names, topics } from '#libs/contracts';
import { accountChange, MessagingBed } from '#libs/testing';
import { forged, parkedEvents } from '../test/consumer-bed.test-support.js';
import { ForeignRecords } from './foreign-records.js';
import { partitionOf } from './partition-of.js';
import { keyLengthMax } from './received-event.js';

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

const stateNumber = (record: Sent) => typeof record.headers?.['seq'] === 'string';

/** Sends them, those with a number with the owner's proof, then a good fact: all are read when that one is applied. */
async function sendAll(records: readonly Sent[]): Promise<void> {
  const key = `last-${randomUUID()}`;
  // In parts that the broker takes, whatever the size of each.
  for (let from = 0; from < records.length; from += 3) {
    const part = records.slice(from, from + 3);
    for (const record of part)
      await bed[stateNumber(record) ? 'sendProven' : 'send'](bed.accountTopic, [record]);
  }
  await bed.sendProven(bed.accountTopic, [fact({ key })]);
  await bed.until('the last one is applied', async () =>
    (await bed.effects()).some((effect) => effect.key === key),
  );
  const admin = bed.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(bed.namespace + bed.accountTopic);
  await admin.disconnect();
  const end = ends.find((one) => one.partition === partition)?.high;
  const figures = await bed.row<{ read: string; parked: string; rows: string; strange: string }>(
    `select (handled + repeated + parked + foreign_records)::text as read, parked::text, foreign_records::text as strange,
            (select count(*)::text from platform.parked_event where partition = $1) as rows,
            (select coalesce(sum(records), 0)::text from platform.foreign_record where partition = $1) as aside
       from platform.consumer_position where partition = $1`,
    [partition],
  );
  expect(figures).toMatchObject({ read: end, rows: figures.parked, aside: figures.strange });
}
const foreign = async () =>
  (
    await bed.owner.query<{ fault: string; records: number }>(
      'select fault, records from platform.foreign_record order by id',
    )
  ).rows.map(({ fault, records }) => `${fault} ${records}`);
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
    fact({ key: 'b' }, { seq: '801', epoch: 'x' }),
    fact({ key: 'c' }, { seq: '802', epoch: '9'.repeat(400) }),
    fact({ key: 'd' }, { seq: ['1', '2'] }),
    fact({ key: 'e' }, { type: null }),
    fact({ key: 'f' }, { id: ['1', null] }),
    fact({ key: 'g' }, { id: 'Connection terminated' }),
    fact({ key: 'h' }, { id: 'x'.repeat(100_000) }),
    fact({ key: 'i' }, { ['__proto__']: 'x', constructor: 'y', toString: null, '': '' }),
  ]);
  // « b » and « c » have the owner's proof, yet no number that makes sense.
  expect(await foreign()).toEqual(['NO_PROOF 1', 'NO_NUMBER 2', 'NO_PROOF 1']);
  expect((await parked()).map(({ key, cause }) => `${key} ${cause}`)).toEqual([
    ...['e UNDECODABLE', 'f UNDECODABLE', 'g HANDLER_FAILED', 'h UNDECODABLE'],
  ]);
}, 90_000);

test('FCT-1: a record without the owner’s proof has no effect, whatever its number; its key goes on, and one person acknowledges all', async () => {
  const consumer = bed.consumer();
  await bed.fresh.unitOfWork.run((tx) => bed.begin(tx, '2022-01-03'));
  await bed.listen(consumer);
  const stranger = (sequence: number, over: Headers, key = 'mine') => {
    const forgery = forged(accountChange(key, sequence), '2022-01-03');
    return { ...forgery, headers: { ...forgery.headers, ...over }, partition };
  };
  const own = (sequence: number) =>
    fact({ key: 'mine', value: Buffer.from(accountChange('mine', sequence).value ?? []) });
  const epoch = '1';
  // No number, the right next one, the same one again, a huge one, and one that contradicts.
  await bed.send(bed.accountTopic, [
    stranger(90, {}),
    stranger(91, { seq: '1', prev: '0', epoch }),
  ]);
  await bed.sendProven(bed.accountTopic, [own(1)]);
  await bed.send(bed.accountTopic, [
    stranger(92, { seq: '2', prev: '1', epoch }),
    stranger(93, { seq: '1', prev: '0', epoch }),
    stranger(94, { seq: '999999999999', prev: '1', epoch }),
    stranger(95, { seq: '2', prev: '0', epoch }),
    stranger(96, { seq: '2', prev: '1', epoch, proof: '1r.x' }, 'new'),
  ]);
  await sendAll([own(2), own(3)]);
  expect(await bed.sequencesOf('mine')).toEqual([1, 2, 3]);
  expect(await bed.sequencesOf('new')).toEqual([]);
  expect(await parked()).toEqual([]);
  expect(consumer.fault()).toBeUndefined();
  expect(await foreign()).toEqual(['NO_PROOF 2', 'NO_PROOF 4', 'PROOF_UNREADABLE 1']);
  expect(await parkedEvents(bed, consumer).release()).toMatchObject({ released: 0 });

  const records = new ForeignRecords(bed.fresh.database, bed.fresh.unitOfWork);
  const { stretches, total } = await records.list(50);
  expect([total, stretches.map(({ type }) => type)]).toEqual([
    7n,
    [1, 2, 3].map(() => AccountStateChangedSchema.typeName),
  ]);
  const by = { userId: 'admin', reason: 'Compte de lecture détourné, fermé.' };
  expect(await records.acknowledge(stretches[1]!.id, by)).toBe(6n);
  expect(await records.list(50)).toMatchObject({ total: 1n, stretches: [{ records: 1 }] });
  expect(
    await bed.row('select actor, action, subject, details from platform.audit_entry'),
  ).toMatchObject({
    ...{ actor: 'admin', action: 'foreign-records.acknowledged', subject: 'foreign-records' },
    details: { records: '6', reason: by.reason },
  });
  // SUP-4: neither key nor value is kept.
  const { text } = await bed.row<{ text: string }>(
    `select string_agg(f::text, ' ') as text from platform.foreign_record f`,
  );
  expect(text).not.toMatch(/mine|new/);
}, 90_000);

test('FCT-1: the service’s own role removes and rewrites nothing of what was set aside as foreign', async () => {
  await bed.owner.query(
    `insert into platform.foreign_record (topic, partition, first_offset, last_offset, records, fault) values ('t', 0, 1, 1, 1, 'NO_PROOF')`,
  );
  const { database } = bed.fresh;
  for (const statement of [
    'delete from platform.foreign_record',
    'truncate platform.foreign_record',
    'update platform.foreign_record set records = 0',
    `update platform.foreign_record set fault = 'NO_NUMBER'`,
  ])
    await expect(database.query(statement)).rejects.toThrow(/permission denied/);
});

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
    for (const record of records)
      await bed[stateNumber(record) ? 'sendProven' : 'send'](bed.accountTopic, [record]);
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
