import { freshDatabase, type FreshDatabase } from '#libs/testing';
import { StateDigests } from './state-digests.js';

let owner: FreshDatabase;
beforeAll(async () => (owner = await freshDatabase('directory')), 60_000);
afterAll(() => owner?.drop());

test('a copy has its owner’s digest exactly if it has the same keys at the same revisions, in any order', async () => {
  const { unitOfWork } = owner;
  const digestOf = (rows: string) =>
    unitOfWork.run(async (tx) => {
      await tx.query('create temp table copy (id text, revision bigint) on commit drop');
      if (rows) await tx.query(`insert into copy values ${rows}`);
      const digests = new StateDigests(tx as never, [{ topic: 't', table: 'copy', key: 'id' }]);
      return (await digests.read())[0];
    });
  const whole = await digestOf(`('a', 1), ('b', 7)`);
  expect(whole).toMatchObject({ topic: 't', count: 2n });
  expect(await digestOf(`('b', 7), ('a', 1)`)).toEqual(whole);
  for (const other of [
    `('a', 1), ('b', 6)`,
    `('a', 7), ('b', 1)`,
    `('a', 1)`,
    `('a', 1), ('c', 7)`,
  ]) {
    expect((await digestOf(other))?.digest).not.toBe(whole?.digest);
  }
  expect(await digestOf('')).toEqual({ topic: 't', count: 0n, digest: '0' });
});
