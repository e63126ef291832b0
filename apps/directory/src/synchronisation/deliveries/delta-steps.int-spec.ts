import pg from 'pg';
import { academy, ImportBed } from '../../../test/import-bed.test-support.js';
import { deltaTables, holdDelta, scopeSteps } from './delta-steps.pg.js';

/**
 * Goal: what a delta costs grows with what it says, also that of a rentrée, which names half of all people. Method: each
 * step that finds whom it concerns, as an import runs it, and how many pages it read for each key.
 */
const pupils = 4_000;
/** Some three for each look-up in an index. */
const pagesPerKeyMax = 30;
let bed: ImportBed;
let owner: pg.Client;
beforeAll(async () => {
  bed = await ImportBed.start();
  owner = new pg.Client({ connectionString: bed.db.ownerUrl });
  await owner.connect();
}, 60_000);
afterAll(async () => {
  await owner?.end();
  await bed?.stop();
});

type Read = 'Shared Hit Blocks' | 'Shared Read Blocks' | 'Local Hit Blocks' | 'Local Read Blocks';
type Plan = Readonly<Record<Read, number>>;

const pagesOf = (plan: Plan) =>
  plan['Shared Hit Blocks'] +
  plan['Shared Read Blocks'] +
  plan['Local Hit Blocks'] +
  plan['Local Read Blocks'];

test('DIR-1: whom a delta concerns is found key by key, not all of it beside all of it', async () => {
  await owner.query(deltaTables);
  const source = academy.sourceCode;
  // Each pupil with a guardian of its own; the delta names half of them, in another class.
  await owner.query(
    `insert into held_statement (source, entity, source_key, attributes, refers)
     select $1, e, e || '-' || i, '{}', case e when 1 then array['2-' || i, '0'] else '{}' end
     from generate_series(1, ${2 * pupils}) i, unnest('{1,2}'::smallint[]) e`,
    [source],
  );
  await owner.query(
    `insert into delta_statement
     select 1, '1-' || i, null, '{}', array['2-' || i, '0'], array['2-' || i, '0'], false, true, false, false, 'f', i
     from generate_series(1, ${pupils}) i`,
  );
  // As whoever holds it leaves it.
  await owner.query('analyze held_statement, delta_statement');
  await owner.query(`select gin_clean_pending_list('held_statement_refers')`);
  await owner.query('begin');
  await owner.query('set local enable_hashjoin = off; set local enable_mergejoin = off');
  for (const sql of scopeSteps) {
    if (!sql.includes('insert')) {
      await owner.query(sql);
      continue;
    }
    const importId = '00000000-0000-0000-0000-000000000000';
    const values = sql.includes('$2') ? [source, importId] : sql.includes('$1') ? [source] : [];
    const { rows } = await owner.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, buffers, timing off, format json) ${sql}`,
      values,
    );
    const perKey = pagesOf(rows[0]!['QUERY PLAN'][0].Plan) / (2 * pupils);
    expect({ sql, isByKey: perKey < pagesPerKeyMax, perKey }).toMatchObject({ isByKey: true });
  }
  await owner.query('rollback');
});

test('DIR-1: what a delta has changed waits in no list that each look-up of the next one would read', async () => {
  await owner.query('begin');
  await owner.query(
    `insert into delta_statement
     select 1, '3-' || i, null, '{}', array['4-' || i, '0'], '{}', false, false, false, false, 'f', i
     from generate_series(1, ${pupils}) i`,
  );
  for (const sql of holdDelta)
    await owner.query(sql, sql.includes('$1') ? [academy.sourceCode] : []);
  const { rows } = await owner.query<{ pages: bigint }>(
    `select gin_clean_pending_list('held_statement_refers') as pages`,
  );
  await owner.query('rollback');
  expect(rows).toEqual([{ pages: 0n }]);
});
