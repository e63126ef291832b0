import pg from 'pg';
import { CheckSeals, Seals } from '#libs/persistence';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import type { Visitor } from '../visitor.js';
import { ConsoleTables } from '../console-tables.prisma-client.js';
import { Looks } from './looks.pg.js';

let fresh: FreshDatabase;
let looks: Looks;
let tables: ConsoleTables;
beforeAll(async () => {
  fresh = await freshDatabase('console');
  tables = new ConsoleTables(fresh.database);
  looks = new Looks(fresh.database, fresh.unitOfWork, tables);
}, 60_000);
afterAll(async () => {
  await tables.onApplicationShutdown();
  await fresh.drop();
});

const agent: Visitor = {
  sessionId: 's',
  userId: 'support-1',
  name: 'Nadia Corbel',
  roles: ['support-1'],
  uais: [],
  markets: [],
  csrfToken: 'c',
};
const look = (subject: string, visitor = agent) =>
  looks.record(visitor, { action: 'PERSON', reason: 'CHECK', subjects: [subject] });
const verify = () =>
  new CheckSeals(fresh.unitOfWork, new Seals(fresh.database, fresh.unitOfWork)).execute('looks');
const agentNamed = (userId: string): Visitor => ({ ...agent, userId });
/** So that a look which waits for it fails instead of waiting. */
const turnOf = (userId: string) => `select pg_advisory_xact_lock(7272, hashtext('${userId}'))`;

it('SUP-2: twenty looks at once of an agent stand in the order of their times, and are sealed', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, i) => look(`p-${i}`)));
  const times = (await looks.list({ limit: 200 })).map(({ recordedAt }) => recordedAt);
  expect(times).toEqual([...times].sort().reverse());
  expect(await verify()).toMatchObject({ books: [{ book: 'looks', entries: 20 }], findings: [] });
});

it('SUP-2: an agent whose look is under way keeps nobody else waiting', async () => {
  const slow = new pg.Client({ connectionString: fresh.url });
  await slow.connect();
  try {
    await slow.query('begin');
    await slow.query(turnOf('support-1'));
    const others = Array.from({ length: 50 }, (_, i) => agentNamed(`other-${i}`));
    await Promise.all(others.map((other) => look('p-of-others', other)));
    const { rows } = await fresh.database.query<{ count: bigint }>(
      `select count(*) from look where subjects = '{p-of-others}'`,
    );
    expect(rows[0]?.count).toBe(50n);
  } finally {
    await slow.end();
  }
});

it('SUP-2: the service cannot change, remove or empty the journal', async () => {
  for (const statement of [
    `update look set subjects = '{}'`,
    'delete from look where id = 3',
    'truncate look',
  ]) {
    await expect(fresh.database.query(statement)).rejects.toThrow(
      /never changed|permission denied/,
    );
  }
});

it('SUP-2: shows a line that the owner of the database changed behind its back', async () => {
  await verify();
  const owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
  await owner.query('set session_replication_role = replica');
  await owner.query(`update look set subjects = '{p-x}' where subjects = '{p-7}'`);
  await owner.end();
  const [line] = await looks.list({ limit: 1, personIds: ['p-x'] });
  expect((await verify()).findings).toMatchObject([{ code: 'ENTRY_REWRITTEN', entry: line!.id }]);
});

it('filters by agent, by person and by the days of Paris, the newest first', async () => {
  const all = { limit: 200 };
  const [first] = await looks.list({ ...all, personIds: ['p-4', 'p-of-nobody'] });
  expect(first).toMatchObject({ subjects: ['p-4'], userName: '', refusal: null });
  const ids = (await looks.list({ ...all, userIds: ['support-1'] })).map(({ id }) => Number(id));
  expect(ids).toEqual([...ids].sort((a, b) => b - a));
  expect(ids).toHaveLength(20);
  expect(await looks.list({ ...all, to: '2000-01-01' })).toEqual([]);
  expect(await looks.list({ ...all, from: '2000-01-01' })).toHaveLength(70);
});
