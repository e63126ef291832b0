import { randomUUID } from 'node:crypto';
import { tablesThatSay } from '#libs/testing';
import { localDate } from '#libs/time';
import {
  academy,
  caller,
  ImportBed,
  sourceCode,
  uaiA,
} from '../../test/import-bed.test-support.js';
import { endImports, eraseAll, someLeave } from '../../test/leavers.test-support.js';
import { doublesOn } from '../../test/merging.test-support.js';
import { ErasureDelay, Erasures } from './erasures.pg.js';

/** Goal: who left is erased when the delay is over, from every table, and nobody else (SUP-4). */
let everybody: ImportBed;
let bed: ImportBed;
beforeAll(async () => {
  everybody = await ImportBed.withEverybody();
});
afterAll(() => everybody?.stop());
beforeEach(async () => {
  bed = await everybody.copy();
});
afterEach(() => bed.stop());

const proofs = async () =>
  (
    await bed.db.database.query<{
      person_id: string;
      left_on: string;
      erased_on: string;
      told_again_on: string | null;
    }>('select person_id, left_on, erased_on, told_again_on from erasure order by 1')
  ).rows;

test('SUP-4: a leaver is erased when the delay is over, with a proof, and its relatives lose the link', async () => {
  const left = await someLeave(bed);
  const { people } = bed.parts();
  await bed.onDay('2022-12-31');
  expect(await eraseAll(bed)).toBe(0);
  await bed.onDay('2023-01-01');
  expect(await eraseAll(bed)).toBe(1);
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

test('SUP-4: once a leaver is erased, no table says the name, the key or the INE hash, those of the platform included', async () => {
  const [gone] = await someLeave(bed);
  const { rows } = await bed.db.database.query<{ ine_hash: string | null }>(
    'update person set last_name = $2, first_name = $2 where person_id = $1 returning ine_hash',
    [gone!.personId, 'Zwyxélith'],
  );
  await bed.db.database.query(
    `insert into class_link (source, source_key, uai, is_group, class_id, class_label, starts_on, ends_on)
     select source, source_key, $2, false, 'CP', 'CP', '2022-09-01', '2022-10-03' from person_key where person_id = $1`,
    [gone!.personId, uaiA],
  );
  const said = ['Zwyxélith', gone!.sourceKey, rows[0]!.ine_hash].filter((text) => text !== null);
  expect(await tablesThatSay(bed.db.database, said)).toEqual(
    expect.arrayContaining([
      ...['class_link', 'delivered_person', 'person', 'person_key', 'plan_change'].map(
        (name) => `public.${name}`,
      ),
    ]),
  );
  await bed.onDay('2023-01-01');
  await endImports(bed);
  await eraseAll(bed);
  expect(await tablesThatSay(bed.db.database, said)).toEqual([]);
});

test('SUP-4: nor do answers that are given again, the journal, or what an import was refused for, its file named after the person', async () => {
  const [gone, other] = await someLeave(bed);
  const [born, name] = ['1999-02-28', 'Zwyxelith'];
  const { rows } = await bed.db.database.query<{ ine_hash: string | null }>(
    'update person set last_name = $2, first_name = $2, birth_date = $3 where person_id = $1 returning ine_hash',
    [gone!.personId, name, born],
  );
  const said = [name, born, gone!.sourceKey, rows[0]!.ine_hash].filter((text) => text !== null);
  const { pairs, decide } = doublesOn(bed);
  await bed.db.database.query(
    `insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on) values ($1, $2, 90, '{}', '2022-10-03')`,
    [gone!.personId, other!.personId],
  );
  const [pair] = await pairs.page('ALL', { uai: '', limit: 1, after: undefined });
  const { pairId, version } = pair!;
  const decision = { pairId, caller, answer: 'DIFFERENT' as const };
  const stale = { ...decision, expectedVersion: version + 1, idempotencyKey: randomUUID() };
  await expect(decide.execute(stale)).rejects.toMatchObject({ code: 'DOUBLE_STALE' });
  await decide.execute({ ...decision, expectedVersion: version, idempotencyKey: randomUUID() });
  const table = { ...academy, sourceCode: 'tables', kind: 'ENT_CSV' as const, academyCode: '' };
  await bed.parts().declare.execute(table, caller);
  const header = 'Nom;Prénom;Né(e) le;Classe;UAI';
  const pupil = `${header}\nRoux;Tom;2016-01-02;CP;${uaiA}\n`;
  bed.lay('named', { [`Eleve ${name}.csv`]: pupil });
  const { start, worker, imports } = bed.parts();
  const demand = { folder: 'named', sourceCode: 'tables', datedOn: '2022-10-03', caller };
  const { importId } = await start.execute(demand);
  // Cut while it was copied.
  bed.lay('named', { [`Eleve ${name}.csv`]: `${pupil}"${name};${name};${born};CP` });
  await worker.runNext();
  const refused = await imports.get(importId);
  expect(refused).toMatchObject({ state: 'REFUSED' });
  expect(refused.remarks[0]!.message).toContain(`Eleve ${name}.csv`);
  expect(await bed.count('platform.idempotent_answer')).toBe(2);
  expect(await tablesThatSay(bed.db.database, said)).toEqual(
    expect.arrayContaining(['public.import_remark', 'public.person']),
  );
  await bed.onDay('2023-01-01');
  await endImports(bed);
  await eraseAll(bed);
  expect(await tablesThatSay(bed.db.database, said)).toEqual([]);
  // What was wrong is still told.
  const { remarks } = await imports.get(importId);
  expect(remarks[0]!.message).toMatch(/coupé ou mal formé\. Rien n’a été importé/);
});

test('SUP-4: leavers of one day are erased batch by batch; whoever is interrupted leaves whole batches, and the rest due', async () => {
  const left = await someLeave(bed, 5);
  await bed.onDay('2023-01-01');
  const { erase, erasures } = bed.parts();
  expect(await erase.execute(2)).toBe(2);
  const due = { due: left.length - 2, overdue: 0 };
  expect(await erasures.count(localDate('2023-01-01'))).toEqual(due);
  expect((await bed.emitted()).erased).toHaveLength(2);
  expect(await eraseAll(bed, 2)).toBe(Math.ceil((left.length - 2) / 2));
  expect(await proofs()).toHaveLength(left.length);
  expect((await bed.emitted()).erased).toHaveLength(left.length - 2);
});

test('SUP-4: who is not erased three months after leaving is counted as overdue', async () => {
  const left = await someLeave(bed);
  const { erasures } = bed.parts();
  const all = left.length;
  expect(await erasures.count(localDate('2023-01-03'))).toEqual({ due: all, overdue: 0 });
  expect(await erasures.count(localDate('2023-01-04'))).toEqual({ due: all, overdue: all });
  // Whatever delay is set, three months are the end of it.
  const late = new Erasures(bed.db.database, new ErasureDelay(200));
  expect(await late.count(localDate('2023-01-02'))).toEqual({ due: 0, overdue: 0 });
  expect(await late.count(localDate('2023-01-03'))).toEqual({ due: all, overdue: 0 });
});

test('SUP-4: who comes back with a backup is erased again once the days have come again, and told again', async () => {
  const left = await someLeave(bed);
  const ids = left.map(({ personId }) => personId).sort();
  const [lost, restored] = [await bed.copy(), await bed.copy()];
  const usual = bed;
  try {
    for (const life of [lost, restored]) {
      bed = life;
      const { people } = bed.parts();
      expect(await people.find(ids[0]!)).toMatchObject({ personId: ids[0]! });
      // The calendar that the copy had not read crosses many days at once.
      await endImports(bed, '2023-01-09');
      await eraseAll(bed);
      expect((await bed.emitted()).erased.sort()).toEqual(ids);
      expect(
        await tablesThatSay(
          bed.db.database,
          left.map(({ sourceKey }) => sourceKey),
        ),
      ).toEqual([]);
      expect((await proofs()).map(({ person_id }) => person_id)).toEqual(ids);
    }
  } finally {
    bed = usual;
    await Promise.all([lost.stop(), restored.stop()]);
  }
});

test('SUP-4: whom a source still states is not due', async () => {
  const [stated, ...others] = await someLeave(bed);
  await bed.db.database.query(
    `insert into stated_person (source, source_key, person_id, entity, last_name, first_name, digest, dated_on)
     values ($2, 'another key', $1, 1, 'Inventé', 'Élève', gen_random_uuid(), '2022-10-03')`,
    [stated!.personId, sourceCode],
  );
  await bed.onDay('2023-01-01');
  await eraseAll(bed);
  expect((await bed.emitted()).erased.sort()).toEqual(
    others.map(({ personId }) => personId).sort(),
  );
});

test('SUP-4: nobody is erased beside an import', async () => {
  await someLeave(bed);
  await bed.onDay('2023-01-01');
  const { erase, workspace, start } = bed.parts();
  await bed.generate('later', { exportedOn: '2023-01-01' });
  await start.execute({
    folder: 'later',
    sourceCode,
    caller,
  });
  const open = await workspace.open();
  try {
    expect(await bed.parts({ turnWaitMs: 100 }).erase.execute()).toBe(0);
  } finally {
    await open!.close();
  }
  expect(await erase.execute()).toBeGreaterThan(0);
});

test('SUP-4: a tombstone is told once more eight days later, so that Kafka compacts what is before it', async () => {
  const left = await someLeave(bed);
  await bed.onDay('2023-01-01');
  await eraseAll(bed);
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
