import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, jest } from '@jest/globals';
import { callerOf } from '#libs/testing';
import { PersonData } from '../person-exports/person-data.pg.js';
import {
  academy,
  caller,
  current,
  ImportBed,
  uaiA,
  uaiB,
} from '../../test/import-bed.test-support.js';
import { doublesOn, everythingIn, withoutIds } from '../../test/merging.test-support.js';
import {
  aGuardian,
  aPupil,
  aSchool,
  aTeacher,
  deliver,
} from '../../test/stated-people.test-support.js';

jest.setTimeout(60_000);

/**
 * Goal: two who may be one are asked about once, merged, and undone as if they had never been one (DIR-2). Method: the
 * academy and a second source state the same family and others who look like them, some things differ; what is stored
 * is compared before and after, also with imports between, with what the same imports make of two who never were one.
 */
const day = '2022-09-01';
const schools = [aSchool(uaiA), aSchool(uaiB)];
const other = 'other';
const head = callerOf({ userId: 'u-head', roles: ['school'], uais: [uaiA] });
let bed: ImportBed;

/** The academy's level is another one, so that the pupils are asked about. */
const academySays = (more: Parameters<typeof deliver>[3] = []) => [
  ...schools,
  aPupil('p1', 'Maëlys Le Montrieux', uaiA, { level: 'CP', ine: '1', guardians: { g1: '1' } }),
  aGuardian('g1', 'Ana Le Montrieux'),
  aPupil('p2', 'Enzo Tarvel', uaiA, { level: 'CP', guardians: { g2: '1' } }),
  aGuardian('g2', 'Paul Tarvel'),
  aTeacher('t1', 'Nora Vasseroy', [uaiA]),
  ...more,
];
const otherSays = ({ maelysIn = uaiA, enzo = true, level = 'CE1' } = {}) => [
  ...schools,
  aPupil('o1', 'Maëlys Le Montrieux', maelysIn, {
    ...{ level, classes: [level, 'ULIS'], groups: [`Chorale ${level}`] },
    guardians: { o11: '1', o12: '2' },
  }),
  aGuardian('o11', 'Anna Le Montrieux'),
  // She teaches there, too.
  aTeacher('o11', 'Anna Le Montrieux', [uaiA], undefined, [level]),
  aGuardian('o12', 'Luc Le Montrieux'),
  ...(enzo ? [aPupil('o2', 'Enzo Tarvel', uaiB, { level: 'CE1', furtherUais: [uaiA] })] : []),
];

beforeAll(async () => {
  bed = await ImportBed.start(day);
  const declaration = {
    ...academy,
    sourceCode: other,
    title: 'Écoles',
    academyCode: '',
    priority: 20,
  };
  await bed.parts().declare.execute(declaration, caller);
  await deliver(bed, academy.sourceCode, day, academySays());
  await deliver(bed, other, day, otherSays());
  await bed.onDay('2022-09-05');
  await bed.emitted();
});
afterAll(() => bed.stop());

const doubles = () => doublesOn(bed);
const open = async (reach: 'ALL' | string[] = 'ALL') =>
  doubles().pairs.page(reach, { uai: '', limit: 50, after: undefined });
/** The open pair of whoever bears a first name that begins so. */
const pairOf = async (firstName: string) =>
  (await open()).find(({ newcomer }) => newcomer.firstName.startsWith(firstName))!;

async function answer(firstName: string, given: 'SAME' | 'DIFFERENT', by = caller) {
  const { pairId } = await pairOf(firstName);
  return { pairId, ...(await doubles().answer(pairId, given, by)) };
}
const undo = (mergeId: string, by = caller) =>
  doubles().undo.execute({ mergeId, idempotencyKey: '', caller: by });

const everything = () => everythingIn(bed);

/** As nobody may: an answer stays. */
const askAgain = (where = 'true') =>
  bed.db.asOwner(
    `alter table doubtful_pair disable trigger answer_stays;
     update doubtful_pair set answer = null, answered_by = null, answered_on = null where ${where};
     alter table doubtful_pair enable trigger answer_stays`,
  );

test('DIR-2: a head sees the pairs inside the own school, level 2 all, each with both sides and reasons', async () => {
  const all = await open();
  expect(all.map(({ newcomer }) => newcomer.firstName).sort()).toEqual(['Enzo', 'Maëlys']);
  const inside = await open([uaiA]);
  expect(inside.map(({ newcomer }) => newcomer.firstName).sort()).toEqual(['Maëlys']);
  const { newcomer, known, reasons } = await pairOf('Maëlys');
  expect(reasons).toEqual(expect.arrayContaining(['BIRTH_DATE_EQUAL', 'LEVEL_DIFFERENT']));
  expect([newcomer, known]).toMatchObject([
    { sources: ['Écoles'], level: 'CE1', guardianCount: 2, uais: [uaiA] },
    { sources: [academy.title], level: 'CP', guardianCount: 1, uais: [uaiA] },
  ]);
});

test('SUP-4: whoever asks is told what is held: as delivered, an identifier to log in, a question about a double', async () => {
  const { newcomer } = await pairOf('Maëlys');
  const { database } = bed.db;
  await database.query(
    `insert into held_statement (source, entity, source_key, attributes, refers)
     select source, 1, source_key, '{"ENTEleveMEF": ["001"], "ENTEleveAutoriteParentale": ["of-another$1"]}', '{}'
       from person_key where person_id = $1`,
    [newcomer.personId],
  );
  await database.query(
    `update person set academic_identifier = 'mlemontrieux' where person_id = $1`,
    [newcomer.personId],
  );
  const told = (await new PersonData(database).of(newcomer.personId))!.tables;
  const rows = told.flatMap((table) => table.rows.map((cells) => cells.join('|')));
  expect(rows).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^Identifiant de connexion de l’académie\|mlemontrieux\|/),
      'Écoles|ENTEleveMEF|001',
      'Écoles|ENTEleveAutoriteParentale|1 personne',
      `Question : même personne qu’une autre fiche ?|${day}|pas encore de réponse|`,
    ]),
  );
  expect(
    told.every(({ columns, rows }) => rows.every((row) => row.length === columns.length)),
  ).toBe(true);
  expect(JSON.stringify(told)).not.toContain('of-another');
  await database.query('delete from held_statement');
  await database.query('update person set academic_identifier = null');
});

test('DIR-2: what is asked of two schools is not the head’s to answer', async () => {
  const refused = answer('Enzo', 'SAME', head);
  await expect(refused).rejects.toMatchObject({ code: 'DOUBLE_UNKNOWN' });
});

test('DIR-2: nobody is merged or parted while an import runs, and what was asked stays open', async () => {
  const { pairId } = await pairOf('Maëlys');
  const refusals: unknown[] = [];
  const meanwhile = async () => {
    const beside = doublesOn(bed, { turnWaitMs: 100 });
    const unknown = { mergeId: randomUUID(), idempotencyKey: '', caller };
    const attempts = [beside.answer(pairId, 'SAME', caller), beside.undo.execute(unknown)];
    for (const each of await Promise.allSettled(attempts))
      refusals.push(each.status === 'rejected' && (each.reason as { code: string }).code);
  };
  await deliver(bed, other, day, otherSays(), { meanwhile });
  expect(refusals).toEqual(['IMPORT_RUNS', 'IMPORT_RUNS']);
  expect(await pairOf('Maëlys')).toMatchObject({ pairId, answer: '' });
});

test('DIR-2: an answer is about the two as they were read: who changed meanwhile is compared anew', async () => {
  const { pairId, known, version } = await pairOf('Maëlys');
  const answered = (expectedVersion: number) =>
    doubles().decide.execute({
      ...({ pairId, answer: 'SAME', expectedVersion, idempotencyKey: '', caller } as const),
    });
  await expect(answered(0)).rejects.toMatchObject({ code: 'DOUBLE_STALE' });
  // An import says another thing of one of them while a person compares.
  const { rows } = await bed.db.database.query<{ revision: bigint }>(
    'update person set revision = revision + 1 where person_id = $1 returning revision',
    [known.personId],
  );
  expect(rows).toHaveLength(1);
  await expect(answered(version)).rejects.toMatchObject({ code: 'DOUBLE_STALE' });
  expect(await pairOf('Maëlys')).toMatchObject({ pairId, answer: '', version: version + 1 });
});

test('DIR-2: merged, one has all that both had; undone, everything is as before', async () => {
  const before = await everything();
  const { newcomer, known, pairId } = await pairOf('Maëlys');
  expect(await pairOf('An')).toBeUndefined();
  const { mergeId } = await answer('Maëlys', 'SAME', head);
  const told = (await bed.emitted()).people;
  const of = (id: string) => told.find(({ personId }) => personId === id)!;
  expect(current(of(newcomer.personId))).toEqual([]);
  expect(of(newcomer.personId).enrolments[0]!.period!.endsOn).toBe('2022-09-05');
  expect(current(of(known.personId))).toEqual([uaiA]);
  expect(of(known.personId).guardianIds).toHaveLength(3);
  // The relatives hear of it, too.
  expect(new Set(told.map(({ personId }) => personId)).size).toBe(5);
  const again = doubles().answer(pairId, 'SAME', caller);
  await expect(again).rejects.toMatchObject({ code: 'DOUBLE_ANSWERED' });
  // What the child has in common its guardians may have.
  expect((await pairOf('An')).reasons).toContain('RELATIVE_SHARED');
  await bed.onDay('2022-09-06');
  await undo(mergeId, head);
  expect(await everything()).toEqual(before);
  expect((await bed.emitted()).people).toHaveLength(5);
  await expect(undo(mergeId)).rejects.toMatchObject({ code: 'MERGE_UNDONE' });
  // Undone is answered: nobody is asked again.
  expect(await pairOf('Maëlys')).toBeUndefined();
});

test('DIR-2: undone after imports, each has what the imports said of its own', async () => {
  await askAgain();
  const imports = async () => {
    // The other source moves one pupil to another school, ends another and states another level; the academy one of its own.
    await bed.onDay('2022-09-12');
    const moved = otherSays({ maelysIn: uaiB, enzo: false, level: 'CE2' });
    await deliver(bed, other, '2022-09-12', moved);
    const more = [aPupil('p9', 'Rose Orsolin', uaiB)];
    await deliver(bed, academy.sourceCode, '2022-09-12', academySays(more));
    await bed.onDay('2022-09-15');
  };
  const merges = [];
  for (const firstName of ['Maëlys', 'An', 'Enzo']) merges.push(await answer(firstName, 'SAME'));
  await imports();
  for (const { mergeId } of merges) await undo(mergeId);
  const after = withoutIds(await everything());
  // The same without any merge.
  await bed.renew(day);
  const declaration = { ...academy, sourceCode: other, academyCode: '', priority: 20 };
  await bed.parts().declare.execute(declaration, caller);
  await deliver(bed, academy.sourceCode, day, academySays());
  await deliver(bed, other, day, otherSays());
  await imports();
  expect(after).toEqual(withoutIds(await everything()));
});

test('DIR-2: merged twice, the last merge is undone first, and all is as before', async () => {
  const before = await everything();
  const { known } = await pairOf('Maëlys');
  const first = await answer('Maëlys', 'SAME');
  await bed.db.database.query(
    `insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on)
     select $1, person_id, 1, '{}', '2022-09-15' from person where first_name = 'Rose'`,
    [known.personId],
  );
  const second = await answer('Maëlys', 'SAME');
  await expect(undo(first.mergeId)).rejects.toMatchObject({ code: 'MERGE_NOT_LAST' });
  await undo(second.mergeId);
  await undo(first.mergeId);
  expect(await everything()).toEqual(before);
});

test('DIR-2: a teacher who is a parent in two families is asked about until there is one person', async () => {
  await askAgain('score > 1');
  const { newcomer, known } = await pairOf('Maëlys');
  await bed.db.database.query(
    `insert into doubtful_pair (newcomer_id, known_id, score, reasons, found_on)
     select person_id, $1, 1, '{}', '2022-09-15' from person where first_name = 'Nora'`,
    [newcomer.personId],
  );
  const { mergeId } = await answer('Maëlys', 'SAME');
  const asked = await pairOf('Nora');
  expect([asked.known.personId, asked.score]).toEqual([known.personId, 1]);
  await answer('Nora', 'DIFFERENT');
  await undo(mergeId);
  // Two again: what was asked of the other one is, too.
  expect((await pairOf('Nora')).known.personId).toBe(newcomer.personId);
  await answer('Nora', 'DIFFERENT');
});

test('DIR-2: whom a third source states is who is left of a merge, and nobody is asked about the other one', async () => {
  await askAgain('score > 1');
  const { known } = await pairOf('Maëlys');
  await answer('Maëlys', 'SAME');
  const third = { ...academy, sourceCode: 'third', academyCode: '', priority: 30 };
  await bed.parts().declare.execute(third, caller);
  const stated = aPupil('x1', 'Maëlys Le Montrieux', uaiA, { level: '', ine: '1' });
  const { planId } = await deliver(bed, 'third', '2022-09-15', [...schools, stated]);
  const { rows } = await bed.db.database.query(
    `select reason, person_id, (select count(*)::int from doubtful_pair where plan_id = c.plan_id) as asked
     from plan_change c where plan_id = $1`,
    [planId],
  );
  expect(rows).toEqual([{ reason: 'MATCHED', person_id: known.personId, asked: 0 }]);
});

test('DIR-4: whoever writes, no place of somebody who exists is removed', async () => {
  const attack = bed.db.database.query('delete from enrolment');
  await expect(attack).rejects.toMatchObject({ code: '23001' });
});

test('SUP-4: who is erased is in no question, no merge and no key any more', async () => {
  const { newcomer: enzo } = await pairOf('Enzo');
  // Three merges bear this day; who was absorbed by one that is undone exists, and is not due.
  const merges = await doubles().merges.page('ALL', {
    ...{ decidedBy: 'PERSON', limit: 10, after: undefined },
  });
  const standing = merges.filter(({ undoneOn }) => undoneOn === '');
  expect(standing).toHaveLength(1);
  const absorbed = { personId: standing[0]!.absorbedId };
  expect(await placesOf(absorbed.personId)).toContain('person_merge');
  expect(await placesOf(enzo.personId)).toContain('doubtful_pair');
  await bed.onDay('2023-01-15');
  const { erase, ended } = bed.parts();
  // What was planned, with the ids of its people, goes when its plan has expired.
  while (await ended.removeSome());
  // The turn of the import before ends with its connection, which the server closes a moment later.
  while ((await erase.execute()) === 0) await setTimeout(20);
  const kept = ['erasure', 'audit_entry', 'outbox'];
  for (const { personId } of [enzo, absorbed])
    expect((await placesOf(personId)).filter((table) => !kept.includes(table))).toEqual([]);
});

/** The tables that hold an id. */
async function placesOf(id: string): Promise<string[]> {
  const { rows } = await bed.db.database.query<{ schema: string; name: string }>(
    `select table_schema as schema, table_name as name from information_schema.tables
     where table_schema in ('public', 'platform') and table_type = 'BASE TABLE'`,
  );
  const looks = rows.map(
    ({ schema, name }) =>
      `select '${name}' as name where exists (select from "${schema}"."${name}" t where t::text like $1)`,
  );
  const held = await bed.db.asOwner(looks.join(' union all '), [`%${id}%`]);
  return held.rows.map(({ name }) => String(name));
}
