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
