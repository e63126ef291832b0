import { create, toBinary, type DescMessage, type MessageInitShape } from '@bufbuild/protobuf';
import {
  AccountStateChangedSchema,
  BusinessDayStartedSchema,
  headers,
  InvoiceDraftedSchema,
  MembershipActivatedSchema,
  MembershipEndedSchema,
  PersonChangedSchema,
  topics,
} from '#libs/contracts';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import type { NewestStates } from './newest-states.js';
import { ParkedEvents, type Replayer } from './parked-events.js';
import { park, type ParkingCause } from './parked-records.js';
import type { RawRecord } from './received-event.js';

/**
 * Goal: what was set aside is of a market, and who administers that market sees and replays it, and nothing else.
 * Method: records as a consumer parks them, of two markets, of none, and such as lie; a replayer that counts.
 */
let fresh: FreshDatabase;
let replayed: string[];
let parked: ParkedEvents;
let offset = 0n;

beforeAll(async () => {
  fresh = await freshDatabase('platform');
  await fresh.asOwner(
    `create table public.known (id text primary key, market_code text not null);
     insert into public.known values ('m-a', 'a'), ('m-b', 'b'); grant select on public.known to public`,
  );
});
afterAll(() => fresh?.drop());
beforeEach(async () => {
  await fresh.database.query('delete from platform.parked_event');
  replayed = [];
  const replayer: Replayer = {
    plans: new Map(),
    replay: (_tx, { key }) => {
      replayed.push(key ?? '');
      return Promise.resolve();
    },
  };
  const newest = {} as NewestStates;
  const known = { table: 'public.known', key: 'id' };
  parked = new ParkedEvents(fresh.database, fresh.unitOfWork, replayer, newest, known);
});

const recordOf = (topic: string, key: string, type: string, value: Uint8Array): RawRecord => ({
  ...{ topic, partition: 0, offset: offset++, key, value: Buffer.from(value) },
  header: (name) => (name === headers.type ? type : undefined),
});
const told = <Schema extends DescMessage>(
  topic: string,
  key: string,
  schema: Schema,
  body: MessageInitShape<Schema>,
) => recordOf(topic, key, schema.typeName, toBinary(schema, create(schema, body)));

async function setAside(
  record: RawRecord,
  personal = false,
  cause: ParkingCause = 'HANDLER_FAILED',
): Promise<void> {
  await fresh.unitOfWork.run((tx) => park(tx, [{ record, cause, detail: 'a bug' }], personal));
}
const account = (key: string, membershipId: string) =>
  told(topics.account.name, key, AccountStateChangedSchema, { accountId: key, membershipId });
const invoice = (key: string, marketCode: string, membershipId: string) =>
  told(topics.invoice.name, key, InvoiceDraftedSchema, { invoice: { marketCode, membershipId } });
const keysOf = async (markets?: readonly string[]) =>
  (await parked.list(200, 0n, { markets })).map(({ key, marketCode }) => [key, marketCode]);

async function setAllAside(): Promise<void> {
  await setAside(account('account-a', 'm-a'));
  await setAside(account('account-b', 'm-b'));
  await setAside(invoice('invoice-a', 'a', 'm-a'));
  // The market is in the terms that the event carries whole; the membership is not known here yet.
  const market = { code: 'b' };
  const activated = { membershipId: 'm-new', market };
  await setAside(told(topics.membership.name, 'm-new', MembershipActivatedSchema, activated));
  // Of no market, or of none that is known.
  const ended = { membershipId: 'm-never' };
  await setAside(told(topics.membership.name, 'm-never', MembershipEndedSchema, ended));
  await setAside(account('account-free', ''));
  const day = { date: '2022-09-01' };
  await setAside(told(topics.calendar.name, 'calendar', BusinessDayStartedSchema, day));
  await setAside(recordOf(topics.account.name, 'garbage', 'ent.Unknown', Buffer.from('m-a')));
  const faulty = AccountStateChangedSchema.typeName;
  await setAside(recordOf(topics.account.name, 'torn', faulty, Buffer.from([0xff, 0xff])));
  await setAside(invoice('invoice-that-lies', 'b', 'm-a'));
  const person = { personId: 'person-1', lastName: 'Exemple' };
  await setAside(told(topics.person.name, 'person-1', PersonChangedSchema, person), true);
}
const ofNobody = ['m-never', 'account-free', 'calendar', 'garbage', 'torn', 'invoice-that-lies'];

test('SUP-1: who administers a market sees what was set aside of it, and nothing of another or of none', async () => {
  await setAllAside();
  expect(await keysOf(['a'])).toEqual([
    ['account-a', 'a'],
    ['invoice-a', 'a'],
  ]);
  expect(await keysOf(['b'])).toEqual([
    ['account-b', 'b'],
    ['m-new', 'b'],
  ]);
  expect(await keysOf([])).toEqual([]);
  const all = await keysOf();
  expect(all).toHaveLength(11);
  expect(all.filter(([, market]) => market === null).map(([key]) => key)).toEqual([
    ...ofNobody,
    'person-1',
  ]);
  expect([await parked.count({ markets: ['a'] }), await parked.count()]).toEqual([2n, 11n]);
});

test('an event is of its membership’s market as soon as the membership is known', async () => {
  await setAside(account('account-c', 'm-c'));
  expect(await keysOf(['a'])).toEqual([]);
  await fresh.asOwner(`insert into public.known values ('m-c', 'a')`);
  expect(await keysOf(['a'])).toEqual([['account-c', 'a']]);
});

test('SUP-4: what is in them is told to nobody, and of a person not even kept', async () => {
  await setAllAside();
  const shown = JSON.stringify(await parked.list(200), (_key, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
  expect(shown).toContain('person-1');
  expect(shown).not.toMatch(/Exemple|"value"|"headers"/);
});

test('SUP-1: of a market, its own are replayed alone; others are there neither by name nor in the figures', async () => {
  await setAllAside();
  expect(await parked.release({ markets: ['a'] })).toEqual({ released: 2, stillParked: 0 });
  expect(replayed).toEqual(['account-a', 'invoice-a']);
  for (const [topic, key] of [
    [topics.account.name, 'account-b'],
    [topics.account.name, 'garbage'],
    [topics.calendar.name, 'calendar'],
  ] as const) {
    const nothing = { released: 0, stillParked: 0 };
    expect(await parked.release({ topic, key, markets: ['a'] })).toEqual(nothing);
  }
  expect(replayed).toEqual(['account-a', 'invoice-a']);
  expect(await parked.count()).toBe(9n);
});

test('a key that holds something of another market, or garbage, waits for who administers all', async () => {
  await setAside(account('moved', 'm-a'));
  await setAside(account('moved', 'm-b'));
  await setAside(account('behind', 'm-a'));
  await setAside(recordOf(topics.account.name, 'behind', 'ent.Unknown', Buffer.from('x')));
  expect(await parked.release({ markets: ['a'] })).toEqual({ released: 0, stillParked: 2 });
  expect(replayed).toEqual([]);
  expect(await parked.release()).toEqual({ released: 4, stillParked: 0 });
});

test('SUP-2: who asks for a replay is journalled, with what for; who has nothing to replay is not', async () => {
  await setAllAside();
  const by = { userId: 'admin', carrier: 'ent' };
  await parked.release({ markets: ['nowhere'] }, by);
  await parked.release({ topic: topics.account.name, markets: ['a'] }, by);
  const { rows } = await fresh.database.query(
    'select actor, carrier, action, subject, details from platform.audit_entry order by id',
  );
  expect(rows).toEqual([
    {
      ...{ actor: 'admin', carrier: 'ent', action: 'parked-events.replay-requested' },
      ...{ subject: 'parked:provisioning.account.v1/*', details: { keys: 1 } },
    },
  ]);
});
