import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { required } from './fresh-database.js';
import { giveBack, takeDatabase } from './kept-databases.js';
import { queryAt } from './query-at.js';

/** Goal: the next test finds nothing of the last one. Method: one that grew, with tables that hang on each other. */
test('what grew is taken again, as small and as empty as it was', async () => {
  const adminUrl = required('DATABASE_URL');
  const mark = `mark_${randomBytes(6).toString('hex')}`; // no other test asks for such a one
  const also = `create table ${mark} (id int primary key, text text);
    create table of_${mark} (id int references ${mark})`;
  const first = await takeDatabase(adminUrl, 'platform', also);
  await queryAt(
    first.ownerUrl,
    `insert into ${mark} select n, repeat('x', 1000) from generate_series(1, 2000) as n;
     insert into of_${mark} values (7)`,
  );
  await giveBack(adminUrl, first.name);
  const again = await takeDatabase(adminUrl, 'platform', also);
  expect(again.name).toBe(first.name);
  const size = `select pg_relation_size('${mark}')::int as size,
    (select count(*)::int from ${mark}) + (select count(*)::int from of_${mark}) as rows`;
  expect((await queryAt(again.ownerUrl, size)).rows).toEqual([{ size: 0, rows: 0 }]);
}, 60_000);

/** Goal: rows that a migration has put there are the same for each test. Method: changed, added and removed, and left alone. */
test.each([
  ['a row that was changed', (table: string) => `update ${table} set text = 'other' where id = 1`],
  ['a row that was added', (table: string) => `insert into ${table} values (3, 'more')`],
  ['a row that was removed', (table: string) => `delete from ${table} where id = 2`],
  [
    'a row that was removed and is there again, otherwise',
    (table: string) => `delete from ${table} where id = 2; insert into ${table} values (2, 'x')`,
  ],
  ['all of them', (table: string) => `truncate ${table}`],
  ['nothing', () => 'select'],
])(
  'rows of migrations stand as they stood: %s',
  async (_what, change) => {
    const adminUrl = required('DATABASE_URL');
    const table = `seed_${randomBytes(6).toString('hex')}`;
    const also = `create table ${table} (id int primary key, text text);
    insert into ${table} values (1, 'one'), (2, 'two')`;
    const standing = (url: string) => queryAt(url, `select id, text from ${table} order by id`);
    const first = await takeDatabase(adminUrl, 'platform', also);
    await queryAt(first.ownerUrl, change(table));
    await giveBack(adminUrl, first.name);
    // Twice: what was put back must be known as such by the next.
    for (let times = 0; times < 2; times += 1) {
      const again = await takeDatabase(adminUrl, 'platform', also);
      expect(again.name).toBe(first.name);
      expect((await standing(again.ownerUrl)).rows).toEqual([
        { id: 1, text: 'one' },
        { id: 2, text: 'two' },
      ]);
      await giveBack(adminUrl, again.name);
    }
  },
  60_000,
);

test.each(['add column more int', 'add check (true)'])(
  'one whose structure was changed is not taken again: %s',
  async (change) => {
    const adminUrl = required('DATABASE_URL');
    const first = await takeDatabase(adminUrl, 'platform');
    await queryAt(first.ownerUrl, `alter table platform.outbox ${change}`);
    await giveBack(adminUrl, first.name);
    const other = await takeDatabase(adminUrl, 'platform');
    expect(other.name).not.toBe(first.name);
    await giveBack(adminUrl, other.name);
  },
  60_000,
);
