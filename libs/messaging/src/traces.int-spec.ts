import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import { Traces } from './traces.js';

let fresh: FreshDatabase;
let owner: pg.Client;
beforeAll(async () => {
  fresh = await freshDatabase('directory');
  owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
}, 60_000);
afterAll(async () => {
  await owner?.end();
  await fresh?.drop();
});

const id = randomUUID();
const other = randomUUID();
const found = async (keeps = {}) =>
  new Traces(fresh.database, fresh.unitOfWork, keeps).find([id.toUpperCase(), other]);
const places = async (keeps = {}) =>
  (await found(keeps)).traces.map(({ place, because }) => `${place} ${because ? 'kept' : '!'}`);

const parked = (topic: string, offset: number) =>
  fresh.database.query(
    `insert into platform.parked_event (topic, partition, "offset", key, cause) values ($1, 0, $2, $3, 'HANDLER_FAILED')`,
    [topic, offset, id],
  );

test('SUP-4: an id is found in text, bytes, lists and JSON of whatever table there is, and told with the rule', async () => {
  expect(await found()).toMatchObject({ traces: [], unread: [] });
  // A table that nobody thought of.
  await owner.query(
    `create table next_one (id uuid, ids text[], said jsonb, body bytea, raw bytea)`,
  );
  await owner.query('grant select on next_one to public');
  const bytes = (text: string) => Buffer.from(text);
  for (const row of [
    { id },
    { ids: ['x', id] },
    { said: { about: { [id]: 1 } } },
    { body: bytes(`a\u0001${id}z`) },
    { raw: Buffer.from(id.replaceAll('-', ''), 'hex') },
  ]) {
    const [[column, value]] = Object.entries(row) as [[string, unknown]];
    await owner.query(`insert into next_one (${column}) values ($1)`, [value]);
  }
  expect(await places()).toEqual(
    ['body', 'id', 'ids', 'raw', 'said'].map((column) => `public.next_one.${column} !`),
  );
  const keeps = { 'public.next_one.id': { because: 'Parce que.', until: `date '2030-01-02'` } };
  expect((await found(keeps)).traces).toContainEqual({
    ...{ id, place: 'public.next_one.id', rows: 1 },
    ...{ because: 'Parce que.', until: '2030-01-02' },
  });
  await owner.query('revoke select on next_one from public');
  expect(await found()).toMatchObject({ traces: [], unread: ['public.next_one'] });
  await owner.query('drop table next_one');
});

test('SUP-4: of the tables of every service, rows with a reason are allowed, those about people are not', async () => {
  const { database } = fresh;
  await parked('provisioning.account.v1', 1);
  await database.query(
    `insert into platform.outbox (event_id, topic, type, key, value, occurred_at, business_date)
     values ($1, 'directory.person.v1', 't', $2, null, now(), '2022-09-01')`,
    [randomUUID(), id],
  );
  await owner.query(
    `insert into platform.idempotent_answer (organisation_id, operation, key, request_hash, answer, stored_at)
     values ('o', 'p', 'k', 'h', $1, '2022-09-01')`,
    [JSON.stringify({ personId: id })],
  );
  await database.query(
    `insert into platform.audit_entry (actor, action, subject, details, recorded_at) values ('a', 'b', 'c', $1, '2022-09-01')`,
    [JSON.stringify({ personIds: [id] })],
  );
  expect(await places()).toEqual([
    'platform.audit_entry.details kept',
    'platform.idempotent_answer.answer kept',
    'platform.outbox.key kept',
    'platform.parked_event.key kept',
  ]);
  expect((await found()).traces.map(({ until }) => until)).toEqual([
    ...['2032-09-01', '2022-10-02', '', ''],
  ]);
  await parked('directory.person.v1', 2);
  await owner.query(`update platform.idempotent_answer set operation = $1`, [id]);
  await owner.query(
    `insert into platform.told (topic, partition, prev_seq, first_seq, last_seq, epoch, events, bytes, records)
     values ('directory.person.v1', 0, 0, 1, 1, 1, 1, 1, '\\x00')`,
  );
  expect(await places()).toEqual(
    expect.arrayContaining([
      'platform.parked_event.key !',
      'platform.idempotent_answer.operation !',
      'platform.told.topic !',
    ]),
  );
});

test('SUP-4: a database that a restore put aside was not looked through, and is named', async () => {
  const { rows } = await fresh.database.query<{ name: string }>(
    'select current_database() as name',
  );
  const aside = `${rows[0]!.name}_before_20260101T000000Z`;
  await owner.query(`create database "${aside}" template template0`).catch(() => undefined);
  const made = await owner.query('select from pg_database where datname = $1', [aside]);
  if (made.rowCount === 0) throw new Error('the owner of a test database makes none');
  expect((await found()).unread).toEqual([aside]);
  await owner.query(`drop database "${aside}"`);
});

test('a text too short to be an id, and too many of them, are not looked for', async () => {
  const traces = new Traces(fresh.database, fresh.unitOfWork, {});
  await expect(traces.find(['a'])).rejects.toMatchObject({ code: 'TOO_MANY_IDS' });
  const many = Array.from({ length: 501 }, () => randomUUID());
  await expect(traces.find(many)).rejects.toMatchObject({ code: 'TOO_MANY_IDS' });
});
