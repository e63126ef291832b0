import { setTimeout as sleep } from 'node:timers/promises';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { ImportConnection } from './import-connection.pg.js';
import type { ImportToRun } from './import-to-run.js';

/** Goal: what is copied in while the files are read on is never in the transaction of something else. */
let db: FreshDatabase;
beforeAll(async () => {
  db = await freshDatabase('platform');
}, 60_000);
afterAll(() => db.drop());

test('takes one transaction after the other, also behind one that failed, and none is under way once it is closed', async () => {
  const connection = new ImportConnection(await db.database.connect(), {} as ImportToRun);
  const done: string[] = [];
  const transactions = new Set<string>();
  const slow = (name: string, ends: () => void = () => undefined) =>
    connection.run(async (tx) => {
      const before = await tx.row<{ id: string }>('select pg_current_xact_id()::text as id');
      await sleep(20);
      const after = await tx.row<{ id: string }>('select pg_current_xact_id()::text as id');
      expect(after).toEqual(before);
      transactions.add(after!.id);
      ends();
      done.push(name);
    });
  const first = slow('first');
  const failed = slow('second', () => {
    throw new RangeError('no');
  });
  const third = slow('third');
  await expect(failed).rejects.toThrow('no');
  await Promise.all([first, third]);
  expect(done).toEqual(['first', 'third']);
  expect(transactions.size).toBe(3);
  void slow('last');
  await connection.close();
  expect(done.at(-1)).toBe('last');
});
