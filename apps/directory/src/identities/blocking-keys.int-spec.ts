import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { BlockingKeys } from './blocking-keys.pg.js';

/** Goal: whoever was written has the keys of what is written, and nobody else is looked at (DIR-2). */
let db: FreshDatabase;
const keys = new BlockingKeys();
beforeAll(async () => {
  db = await freshDatabase('directory');
});
afterAll(() => db.drop());

const idOf = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;
const write = (number: number, lastName: string) =>
  db.database.query(
    `insert into person (person_id, source, source_key, last_name, first_name, birth_date, revision)
     values ($1, 'aaf', $2, $3, 'Lila', '2016-03-09', 1)
     on conflict (person_id) do update set last_name = excluded.last_name, revision = person.revision + 1`,
    [idOf(number), String(number), lastName],
  );
const keySome = () => db.unitOfWork.run((tx) => keys.catchUp(tx));
const waiting = () => db.database.column<string>('select person_id from person_to_key');
const keysOf = async (number: number) =>
  (
    await db.database.column<bigint[]>('select keys from blocking_keys where person_id = $1', [
      idOf(number),
    ])
  )[0];

test('DIR-2: keys who came, and who has another name, once', async () => {
  await write(1, 'DURAND');
  await write(2, 'PETIT');
  await write(2, 'PETITJEAN');
  expect(await keySome()).toBe(true);
  expect(await waiting()).toEqual([]);
  expect(await keySome()).toBe(false);
  const before = await keysOf(1);
  const beside = await keysOf(2);
  await write(1, 'MOREAU');
  expect(await waiting()).toEqual([idOf(1)]);
  expect(await keysOf(1)).toEqual(before);
  expect(await keySome()).toBe(true);
  expect(await keysOf(1)).not.toEqual(before);
  expect(await keysOf(2)).toEqual(beside);
});

test('DIR-2: who is written while being keyed is keyed once more', async () => {
  await write(3, 'LEROUX');
  await db.unitOfWork.run(async (tx) => {
    await keys.catchUp(tx);
    // Commits before the one that keys.
    await write(3, 'LEROY');
  });
  const before = await keysOf(3);
  expect(await waiting()).toEqual([idOf(3)]);
  expect(await keySome()).toBe(true);
  expect(await keysOf(3)).not.toEqual(before);
});

test('DIR-2: of two who key at once the second waits for the first, and keys who is left', async () => {
  await db.database.query(
    `insert into person (person_id, source, source_key, last_name, first_name, revision)
     select gen_random_uuid(), 'aaf', 'many-' || n, 'BERNARD', 'Lila', 1 from generate_series(1, 2001) n`,
  );
  const second: Promise<boolean>[] = [];
  await db.unitOfWork.run(async (tx) => {
    await keys.catchUp(tx);
    second.push(keySome());
    await tx.query('select pg_sleep(0.2)');
  });
  expect(await Promise.all(second)).toEqual([true]);
  expect(await waiting()).toEqual([]);
});

test('SUP-4: nobody who is gone is to be keyed', async () => {
  await write(5, 'GARNIER');
  await db.asOwner(`update platform.business_day set day = '2025-01-01'`);
  await db.database.query(
    'update person set left_on = platform.business_date() where person_id = $1',
    [idOf(5)],
  );
  await db.asOwner(`update platform.business_day set day = '2026-01-01'`);
  await db.database.query(
    `insert into erasure (person_id, left_on, erased_on)
     select person_id, left_on, platform.business_date() from person where person_id = '${idOf(5)}';
     delete from person where person_id = '${idOf(5)}'`,
  );
  expect(await waiting()).not.toContain(idOf(5));
});
