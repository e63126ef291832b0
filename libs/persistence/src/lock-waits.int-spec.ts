import pg from 'pg';
import { freshDatabase, type FreshDatabase } from '#libs/testing';

let fresh: FreshDatabase;
let elsewhere: pg.Client;
beforeAll(async () => {
  fresh = await freshDatabase('platform', { poolMax: 4 });
  elsewhere = new pg.Client({ connectionString: fresh.url });
  await elsewhere.connect();
}, 60_000);
afterAll(async () => {
  await elsewhere?.end();
  await fresh?.drop();
});

const lock = 'select pg_advisory_xact_lock(1, 1)';

test('eight times as many units of work as connections wait for a lock, and others are served beside them', async () => {
  await elsewhere.query(`begin; ${lock}`);
  const begunMs = performance.now();
  let done = 0;
  const waiting = Array.from({ length: 32 }, () =>
    fresh.unitOfWork.run(async (tx) => {
      await tx.query(lock);
      done += 1;
    }),
  );
  for (let others = 0; others < 50; others += 1) await fresh.database.query('select 1');
  expect(done).toBe(0);
  // With connections held, the first would come after five seconds.
  expect(performance.now() - begunMs).toBeLessThan(2_000);
  await elsewhere.query('rollback');
  await Promise.all(waiting);
  expect(done).toBe(32);
});

test('work within other work waits for the same lock, and both end', async () => {
  await elsewhere.query(`begin; ${lock}`);
  const within = () =>
    fresh.unitOfWork.run(async (tx) => {
      await tx.query('select pg_advisory_xact_lock(1, 2)');
      await fresh.database.query(lock);
    });
  const both = Promise.all([within(), within()]);
  setTimeout(() => void elsewhere.query('rollback'), 300);
  await both;
});

test('a statement alone waits for a lock like a unit of work', async () => {
  await elsewhere.query(`begin; ${lock}`);
  const waiting = fresh.database.query(lock);
  await expect(
    Promise.race([waiting, new Promise((resolve) => setTimeout(resolve, 400, 'waits'))]),
  ).resolves.toBe('waits');
  await elsewhere.query('rollback');
  await expect(waiting).resolves.toMatchObject({ rowCount: 1 });
});
