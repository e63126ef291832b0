import pg from 'pg';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import { lockAtOnce, Turns } from './turns.js';

let fresh: FreshDatabase;
let elsewhere: pg.Client;
beforeAll(async () => {
  fresh = await freshDatabase('platform', { poolMax: 2 });
  elsewhere = new pg.Client({ connectionString: fresh.url });
  await elsewhere.connect();
}, 60_000);
afterAll(async () => {
  await elsewhere?.end();
  await fresh?.drop();
});

const lock = lockAtOnce('lock of a test', 'pg_advisory_xact_lock(1, 1)');
const numberInTurn = (turns: Turns, number: number, order: number[]) =>
  turns.run('key', () =>
    fresh.unitOfWork.run(async (tx) => {
      await tx.query(lock);
      order.push(number);
      return number;
    }),
  );

test('while another process has the lock, units of work wait without a connection, and then run in their order', async () => {
  const turns = new Turns();
  const order: number[] = [];
  await elsewhere.query('begin; select pg_advisory_xact_lock(1, 1)');
  const numbers = Array.from({ length: 20 }, (_, i) => i);
  const all = Promise.all(numbers.map((number) => numberInTurn(turns, number, order)));
  for (let i = 0; i < 50; i += 1) {
    await fresh.database.query('select 1');
    expect(fresh.database.pool.waitingCount).toBe(0);
  }
  expect(order).toEqual([]);
  await elsewhere.query('rollback');
  expect(await all).toEqual(numbers);
  expect(order).toEqual(numbers);
});

test('a unit of work that fails is thrown to its caller alone, and the next one runs', async () => {
  const turns = new Turns();
  const order: number[] = [];
  const failing = turns.run('key', () => fresh.database.query('select 1/0'));
  const next = numberInTurn(turns, 1, order);
  await expect(failing).rejects.toThrow('division by zero');
  expect(await next).toBe(1);
});
