import pg from 'pg';
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
const look = (subject: string) =>
  looks.record(agent, { action: 'PERSON', reason: 'CHECK', subjects: [subject] });

it('SUP-2: twenty looks at once make one unbroken chain', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, i) => look(`p-${i}`)));
  expect(await looks.verify()).toEqual({ lines: 20, broken: [] });
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
  const owner = new pg.Client({ connectionString: fresh.ownerUrl });
  await owner.connect();
  await owner.query('alter table look disable trigger look_is_append_only');
  await owner.query(`update look set user_id = 'somebody-else' where id = 7`);
  await owner.end();
  expect(await looks.verify()).toEqual({ lines: 20, broken: ['7'] });
});

it('filters by agent, by person and by the days of Paris, the newest first', async () => {
  const all = { limit: 200 };
  const [first] = await looks.list({ ...all, personId: 'p-4' });
  expect(first).toMatchObject({ subjects: ['p-4'], userName: '' });
  const ids = (await looks.list({ ...all, userId: 'support-1' })).map(({ id }) => Number(id));
  expect(ids).toEqual([...ids].sort((a, b) => b - a));
  expect(ids).toHaveLength(19);
  expect(await looks.list({ ...all, to: '2000-01-01' })).toEqual([]);
  expect(await looks.list({ ...all, from: '2000-01-01' })).toHaveLength(20);
});
