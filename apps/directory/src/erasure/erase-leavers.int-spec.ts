import { topics } from '#libs/contracts';
import { StateDigests } from '#libs/messaging';
import { localDate } from '#libs/time';
import {
  caller,
  current,
  ImportBed,
  leaving,
  sourceCode,
  uaiA,
} from '../../test/import-bed.test-support.js';
import { states } from '../states.js';
import { GetErasure } from './get-erasure.js';

let bed: ImportBed;
beforeEach(async () => {
  bed = await ImportBed.start();
  await bed.generate('here');
  await bed.import('here');
  await bed.emitted();
});
afterEach(() => bed.stop());

/** Some leave on 3 October; what was told of them then. */
async function someLeave(count = 3) {
  await bed.onDay('2022-10-03');
  await bed.generate('gone', leaving(uaiA, count));
  expect(await bed.import('gone')).toMatchObject({ state: 'COMPLETED' });
  return (await bed.emitted()).people.filter((person) => current(person).length === 0);
}

async function eraseAll(limit?: number): Promise<number> {
  const { erase } = bed.parts();
  let batches = 0;
  while ((await erase.execute(limit)) > 0) batches++;
  return batches;
}

/** Tables of any schema in which a row says one of these texts, as such or in bytes. */
async function tablesThatSay(texts: readonly string[]): Promise<string[]> {
  const { rows: tables } = await bed.db.database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
     where schemaname in ('public', 'platform') order by 1`,
  );
  expect(tables.length).toBeGreaterThan(30);
  const found: string[] = [];
  for (const { name } of tables) {
    const { rowCount } = await bed.db.database.query(
      `select from ${name} as row where exists (select from unnest($1::text[]) as said
         where position(lower(said) in lower(row::text)) > 0
            or position(encode(convert_to(said, 'UTF8'), 'hex') in row::text) > 0) limit 1`,
      [texts],
    );
    if (rowCount) found.push(name);
  }
  return found;
}

const proofs = async () =>
  (
    await bed.db.database.query<{
      person_id: string;
      left_on: string;
      erased_on: string;
      told_again_on: string | null;
    }>('select person_id, left_on, erased_on, told_again_on from erasure order by 1')
  ).rows;

it('SUP-4: a leaver is erased when the delay is over, with a proof, and its relatives lose the link', async () => {
  const left = await someLeave();
  const { people } = bed.parts();
  await bed.onDay('2022-12-31');
  expect(await eraseAll()).toBe(0);
  await bed.onDay('2023-01-01');
  expect(await eraseAll()).toBe(1);
  const due = await bed.emitted();
  const ids = left.map(({ personId }) => personId).sort();
  expect(due.erased.sort()).toEqual(ids);
  expect(due.people.length).toBeGreaterThan(0);
  expect(due.people.flatMap(({ childIds }) => childIds).filter((id) => ids.includes(id))).toEqual(
    [],
  );
  expect(await people.find(ids[0]!)).toBeUndefined();
  expect(await proofs()).toEqual(
    ids.map((personId) => ({
      ...{ person_id: personId, left_on: '2022-10-03', erased_on: '2023-01-01' },
      told_again_on: null,
    })),
  );
});

it('SUP-4: once a leaver is erased, no table says the name, the key or the INE hash, those of the platform included', async () => {
  const [gone] = await someLeave();
  const { rows } = await bed.db.database.query<{ ine_hash: string | null }>(
    'update person set last_name = $2, first_name = $2 where person_id = $1 returning ine_hash',
    [gone!.personId, 'Zwyxélith'],
  );
  const said = ['Zwyxélith', gone!.sourceKey, rows[0]!.ine_hash].filter((text) => text !== null);
  expect(await tablesThatSay(said)).toEqual(
    expect.arrayContaining([
      ...['delivered_person', 'person', 'person_key', 'plan_change'].map(
        (name) => `public.${name}`,
      ),
    ]),
  );
  await bed.onDay('2023-01-01');
  await bed.expire('2023-01-01');
  const { ended } = bed.parts();
  while (await ended.removeSome()) continue;
  await eraseAll();
  expect(await tablesThatSay(said)).toEqual([]);
});

it('SUP-4: leavers of one day are erased batch by batch; whoever is interrupted leaves whole batches, and the rest due', async () => {
  const left = await someLeave(5);
  await bed.onDay('2023-01-01');
  const { erase, erasures } = bed.parts();
  expect(await erase.execute(2)).toBe(2);
  const due = { due: left.length - 2, overdue: 0 };
  expect(await erasures.count(localDate('2023-01-01'))).toEqual(due);
  expect((await bed.emitted()).erased).toHaveLength(2);
  expect(await eraseAll(2)).toBe(Math.ceil((left.length - 2) / 2));
  expect(await proofs()).toHaveLength(left.length);
  expect((await bed.emitted()).erased).toHaveLength(left.length - 2);
});

it('SUP-4: who is not erased three months after leaving is counted as overdue', async () => {
  const left = await someLeave();
  const { erasures } = bed.parts();
  const all = left.length;
  expect(await erasures.count(localDate('2023-01-03'))).toEqual({ due: all, overdue: 0 });
  expect(await erasures.count(localDate('2023-01-04'))).toEqual({ due: all, overdue: all });
});

it('SUP-4: the proof tells the days, and whether a table or the outbox still holds the person', async () => {
  const [gone] = await someLeave();
  const { personId } = gone!;
  const digests = new StateDigests(bed.db.database, states);
  const getErasure = new GetErasure(bed.db.database);
  const found = () => digests.find(topics.person.name, [personId, 'nobody']);
  await expect(getErasure.execute(personId)).rejects.toMatchObject({ code: 'NOT_ERASED' });
  expect(await found()).toEqual({ keepsStates: true, heldKeys: [personId], waitingKeys: [] });
  await bed.onDay('2023-01-01');
  await eraseAll();
  expect(await found()).toEqual({ keepsStates: true, heldKeys: [], waitingKeys: [personId] });
  await bed.emitted();
  expect(await found()).toEqual({ keepsStates: true, heldKeys: [], waitingKeys: [] });
  expect(await getErasure.execute(personId.toUpperCase())).toEqual({
    ...{ personId, leftOn: '2022-10-03', erasedOn: '2023-01-01', toldAgainOn: '' },
  });
});

it('SUP-4: whom a source still states is not due', async () => {
  const [stated, ...others] = await someLeave();
  await bed.db.database.query(
    `insert into stated_person (source, source_key, person_id, entity, last_name, first_name, digest, dated_on)
     values ($2, 'another key', $1, 1, 'Inventé', 'Élève', gen_random_uuid(), '2022-10-03')`,
    [stated!.personId, sourceCode],
  );
  await bed.onDay('2023-01-01');
  await eraseAll();
  expect((await bed.emitted()).erased.sort()).toEqual(
    others.map(({ personId }) => personId).sort(),
  );
});

it('SUP-4: nobody is erased beside an import', async () => {
  await someLeave();
  await bed.onDay('2023-01-01');
  const { erase, workspace, start } = bed.parts();
  await bed.generate('later', { exportedOn: '2023-01-01' });
  await start.execute({
    folder: 'later',
    sourceCode,
    caller,
  });
  const open = await workspace.open();
  expect(await erase.execute()).toBe(0);
  await open!.close();
  expect(await erase.execute()).toBeGreaterThan(0);
});

it('SUP-4: a tombstone is told once more eight days later, so that Kafka compacts what is before it', async () => {
  const left = await someLeave();
  await bed.onDay('2023-01-01');
  await eraseAll();
  await bed.emitted();
  const { tellAgain } = bed.parts();
  await bed.onDay('2023-01-08');
  expect(await tellAgain.execute()).toBe(0);
  await bed.onDay('2023-01-09');
  expect(await tellAgain.execute()).toBe(left.length);
  expect(await tellAgain.execute()).toBe(0);
  expect((await bed.emitted()).erased.sort()).toEqual(left.map(({ personId }) => personId).sort());
  expect(new Set((await proofs()).map((proof) => proof.told_again_on))).toEqual(
    new Set(['2023-01-09']),
  );
  for (const attack of [
    `update erasure set told_again_on = null`,
    `update erasure set told_again_on = '2023-02-01'`,
  ])
    await expect(bed.db.database.query(attack)).rejects.toMatchObject({ code: '23001' });
  for (const attack of [`delete from erasure`, `update erasure set erased_on = '2022-12-01'`])
    await expect(bed.db.database.query(attack)).rejects.toMatchObject({ code: '42501' });
});
