import { jest } from '@jest/globals';
import pg from 'pg';
import { localDate } from '#libs/time';
import { Database, isInfrastructureFault } from '#libs/persistence';
import {
  ancenis,
  marketCode,
  MembershipWorld,
} from '../../../../../test/support/builders/membership-world.js';
import type { PrismaClient } from '../../generated/prisma/client.js';
import { MembershipViews } from '../../adhesion/memberships/membership-views.pg.js';
import { MembershipTables } from '../../membership-tables.prisma-client.js';
import { SchoolsFinanced } from './schools-financed.pg.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

const poolMax = 3;
let world: MembershipWorld;
let tables: MembershipTables;
let reader: SchoolsFinanced;
let member: string;

const links = [
  ['0440001A', '2022-07-19', '2023-07-19'],
  ['0440001A', '2024-07-19', '2026-07-19'],
  ['0440002B', '2022-07-19', '2026-07-19'],
] as const;

beforeAll(async () => {
  world = await MembershipWorld.create(poolMax);
  tables = new MembershipTables(world.database);
  reader = new SchoolsFinanced(tables);
  await world.day('2022-01-14');
  await world.publishMarket();
  await world.day('2022-07-19');
  member = await world.activeMember(ancenis, 412);
  for (const [uai, startsOn, endsOn] of links) {
    await world.database.query(
      `insert into school_link (id, membership_id, uai, starts_on, ends_on, insee, recorded_by, recorded_on)
       values ($1, $2, $3, $4, $5, '44003', 'somebody', '2022-07-19')`,
      [`${uai} ${startsOn}`, member, uai, startsOn, endsOn],
    );
  }
});
afterAll(async () => {
  await tables.onApplicationShutdown();
  await world?.fresh.drop();
});

const keysOf = async (after: readonly [string, string] | undefined, limit: number) =>
  (await reader.list(member, after, limit)).map(({ uai, startsOn, endsOn }) => [
    uai,
    startsOn,
    endsOn,
  ]);

test('lists links by school and first day, page after page, days as text', async () => {
  expect(await keysOf(undefined, 10)).toEqual(links);
  expect(await keysOf(undefined, 1)).toEqual([links[0]]);
  expect(await keysOf(['0440001A', '2022-07-19'], 10)).toEqual(links.slice(1));
  expect(await keysOf(['0440001A', '2024-07-19'], 10)).toEqual(links.slice(2));
  expect(await keysOf(['0440002B', '2022-07-19'], 10)).toEqual([]);
});

test('tells a whole link, an exception that is not there as an empty text', async () => {
  expect(await reader.list(member, undefined, 1)).toEqual([
    {
      membershipId: member,
      uai: '0440001A',
      startsOn: '2022-07-19',
      endsOn: '2023-07-19',
      insee: '44003',
      territoryException: '',
      exceptionDocumentId: '',
      endReason: '',
      recordedOn: '2022-07-19',
    },
  ]);
});

test.each([
  ['PAST', '2023-07-18', []],
  ['PAST', '2023-07-19', [links[0]]],
  ['CURRENT', '2023-07-18', [links[0], links[2]]],
  ['CURRENT', '2023-07-19', [links[2]]],
  ['FUTURE', '2024-07-18', [links[1]]],
  ['FUTURE', '2024-07-19', []],
  ['NONE', '2024-07-19', []],
] as const)('SCH-1: tells the links that are %s on %s', async (is, on, expected) => {
  const found = await reader.list(member, undefined, 10, { is, on: localDate(on) });
  expect(found.map(({ uai, startsOn, endsOn }) => [uai, startsOn, endsOn])).toEqual(expected);
});

test('SCH-1: a link that was taken back is in no state but NONE, on any day', async () => {
  await world.database.query(
    `insert into school_link (id, membership_id, uai, starts_on, ends_on, insee, recorded_by, recorded_on)
     values ('none', $1, '0440003C', '2023-01-01', '2023-01-01', '44003', 'somebody', '2022-07-19')`,
    [member],
  );
  for (const on of ['2022-12-31', '2023-01-01', '2023-01-02'] as const) {
    const states = [];
    for (const is of ['PAST', 'CURRENT', 'FUTURE', 'NONE'] as const) {
      const found = await reader.list(member, undefined, 10, { is, on: localDate(on) });
      if (found.some(({ uai }) => uai === '0440003C')) states.push(is);
    }
    expect(states).toEqual(['NONE']);
  }
  await world.fresh.asOwner(
    "set session_replication_role = replica; delete from school_link where id = 'none'",
  );
});

test('SUP-3: says whose membership it is, and nothing of one that is not there', async () => {
  expect(await world.membershipViews.ownerOf(member)).toEqual({
    organisationId: `org-${ancenis.siren}`,
    marketCode,
  });
  expect(await world.membershipViews.ownerOf('nobody')).toBeUndefined();
  expect(await reader.list('nobody', undefined, 10)).toEqual([]);
});

test('reads over the one pool of the process, however many ask', async () => {
  const asked = await Promise.all(Array.from({ length: 100 }, () => keysOf(undefined, 10)));
  expect(asked.every((found) => found.length === links.length)).toBe(true);
  const connections = await world.count(
    'from pg_stat_activity where usename = current_user and datname = current_database()',
  );
  expect(connections).toBeLessThanOrEqual(poolMax);
});

test('a connection that dies under a read is an infrastructure fault, and the next read works', async () => {
  const owner = new pg.Client({ connectionString: world.fresh.ownerUrl });
  await owner.connect();
  await owner.query('begin; lock table school_link in access exclusive mode');
  const read = reader.list(member, undefined, 10).then(
    () => undefined,
    (error: unknown) => error,
  );
  const admin = new pg.Client({ connectionString: process.env['DATABASE_URL'] });
  await admin.connect();
  // It waits for the lock in turns of some milliseconds.
  let rowCount: number | null = 0;
  while (rowCount === 0)
    ({ rowCount } = await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = $1 and wait_event_type = 'Lock'`,
      [owner.database],
    ));
  const error = await read;
  await owner.query('commit');
  await Promise.all([owner.end(), admin.end()]);
  expect([rowCount, isInfrastructureFault(error)]).toEqual([1, true]);
  expect(await keysOf(undefined, 10)).toEqual(links);
});

test('a database that cannot be reached is an infrastructure fault', async () => {
  const nowhere = new Database({ url: 'postgres://nobody@127.0.0.1:1/none', poolMax: 1 });
  const away = new MembershipTables(nowhere);
  const error = await new MembershipViews(nowhere, away)
    .ownerOf('m')
    .catch((fault: unknown) => fault);
  await away.onApplicationShutdown();
  await nowhere.end();
  expect(isInfrastructureFault(error)).toBe(true);
});

test('refuses to write or to open a transaction, also to who goes round the types', async () => {
  const client = tables.read as unknown as PrismaClient;
  for (const work of [
    () => client.school.deleteMany(),
    () => client.$executeRaw`delete from school_link`,
    () => client.school.create({ data: { uai: '0440001A', isPublic: true, revision: 1 } }),
    () => client.$transaction((tx) => tx.school.count()),
  ]) {
    await expect(work()).rejects.toThrow('neither write nor open a transaction');
  }
});

test('putting the client down leaves the pool to its owner', async () => {
  const another = new MembershipTables(world.database);
  await new SchoolsFinanced(another).list(member, undefined, 1);
  await another.onApplicationShutdown();
  expect(await world.count('from school_link')).toBe(links.length);
});
