import { jest } from '@jest/globals';
import pg from 'pg';
import { PgOutbox } from '#libs/messaging';
import {
  academy,
  caller,
  ImportBed,
  sourceCode,
  uaiA,
  uaiB,
} from '../../../test/import-bed.test-support.js';
import { everythingIn } from '../../../test/merging.test-support.js';
import { aSchool, aTeacher, deliver } from '../../../test/stated-people.test-support.js';

jest.setTimeout(120_000);

/**
 * Goal: what somebody writes into the directory past any import, as the service's own role and under an unchanged digest,
 * does not stand: what a source states is stated anew by its next full export, and who people are and where follows
 * (DIR-5). Method: rows of one pupil each are forged, the same export is delivered again; each is found by its key, and
 * all that is stored is what it was before.
 */
let bed: ImportBed;
beforeAll(async () => {
  bed = await ImportBed.withEverybody();
  await bed.onDay('2022-10-03');
});
afterAll(() => bed?.stop());

let exports = 0;
const again = async () => {
  const name = `again-${(exports += 1)}`;
  await bed.generate(name);
  return bed.import(name);
};
/** Pupils with one guardian at least, in the order of their keys. */
const pupils = () =>
  bed.db.database.rows<{ key: string; id: string }>(
    `select source_key as key, person_id as id from stated_person where entity = 1
       and exists (select from stated_link where child_key = source_key) order by 1`,
  );
const stranger = (
  key: string,
) => `(select min(source_key) from stated_person g where entity = 2 and not exists (
  select from stated_link l where l.child_key = '${key}' and l.guardian_key = g.source_key))`;

/** Of each, whose statement the next export finds rewritten: the guardians of links, too. */
const inStatements: Record<string, (key: string) => string> = {
  class: (key) => `update stated_place set class_label = 'Fausse' where source_key = '${key}'`,
  level: (key) => `update stated_place set level = 'CM9' where source_key = '${key}'`,
  'further class': (key) =>
    `update stated_place set classes = '[{"id": "x", "label": "X"}]' where source_key = '${key}'`,
  'school too many': (key) =>
    `insert into stated_place (source, source_key, profile, uai, class_id, class_label, level, is_head)
     select '${sourceCode}', '${key}', 'TEACHER', u, '', '', '', true from unnest(array['${uaiA}', '${uaiB}']) u`,
  'school too few': (key) => `delete from stated_place where source_key = '${key}'`,
  entry: (key) => `update stated_place set entered_on = '2020-02-02' where source_key = '${key}'`,
  'guardian too many': (key) =>
    `insert into stated_link (source, child_key, guardian_key, relation) select '${sourceCode}', '${key}', ${stranger(key)}, '1'`,
  'guardian too few': (key) => `delete from stated_link where child_key = '${key}'`,
  relation: (key) => `update stated_link set relation = '7' where child_key = '${key}'`,
};

/** What stands on one side alone. */
const differing = (before: readonly string[], after: readonly string[]) => [
  ...before.filter((line) => !after.includes(line)),
  ...after.filter((line) => !before.includes(line)),
];

test('DIR-5: what is forged in statements goes with the next full export, and is remarked', async () => {
  const [stated, stored] = [await bed.stated(sourceCode), await everythingIn(bed)];
  const those = await pupils();
  for (const [n, forgery] of Object.values(inStatements).entries())
    await bed.db.database.query(forgery(those[n * 5]!.key));
  // The child's and the guardian's of a link.
  const keys = differing(stated, await bed.stated(sourceCode)).flatMap((line) => {
    const [table, key = '', guardian = ''] = line.split(/[ |]/);
    return table === 'stated_link' ? [key, guardian] : [key];
  });
  const found = [...new Set(keys)].sort();
  expect(those.filter(({ key }) => found.includes(key))).toHaveLength(9);
  expect(await again()).toMatchObject({
    ...{ state: 'COMPLETED', peopleApplied: found.length },
    remarks: [{ code: 'STATEMENT_REWRITTEN', count: found.length }],
  });
  const remarked = `select subject from remark_line where code = 'STATEMENT_REWRITTEN' order by 1`;
  expect(await bed.db.database.column(remarked)).toEqual(found);
  expect(await bed.stated(sourceCode)).toEqual(stated);
  expect(await everythingIn(bed)).toEqual(stored);
  // Once it is right, the same again writes no row and remarks nothing.
  expect(await again()).toMatchObject({ peopleApplied: 0, remarks: [] });
});

const inPeople: Record<string, (id: string, key: string) => string> = {
  name: (id) => `update person set last_name = 'Fausse' where person_id = '${id}'`,
  'birth date': (id) => `update person set birth_date = '2001-01-01' where person_id = '${id}'`,
  leaver: (id) => `update person set left_on = platform.business_date() where person_id = '${id}'`,
  level: (id) => `update enrolment set level = 'CM9' where person_id = '${id}' and ends_on is null`,
  start: (id) => `update enrolment set starts_on = '2019-01-15' where person_id = '${id}'`,
  'guardian too many': (id, key) =>
    // Stated until it stands: the database takes no link that no source states.
    `insert into stated_link (source, child_key, guardian_key, relation) values ('${sourceCode}', '${key}', ${stranger(key)}, '8');
     insert into guardian_link (child_id, guardian_id, relation)
     select '${id}', g.person_id, '1' from stated_link l join stated_person g on g.source_key = l.guardian_key where l.relation = '8';
     delete from stated_link where relation = '8'`,
  'guardian too few': (id) => `delete from guardian_link where child_id = '${id}'`,
  relation: (id) => `update guardian_link set relation = '7' where child_id = '${id}'`,
  'statement kept for another': (id, key) =>
    `update stated_person set person_id = ${somebody(id)} where source_key = '${key}'`,
  'identifier given anew': (id, key) =>
    withoutStatement(
      key,
      `
    delete from person_key where source_key = '${key}';
    insert into person_key (source, source_key, person_id) values ('${sourceCode}', '${key}', ${somebody(id)});`,
      somebody(id),
    ),
  'identifier that leads nowhere': (_id, key) =>
    withoutStatement(key, `delete from person_key where source_key = '${key}';`),
};
/** As the service's own role, over a connection of its own. */
async function forge(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: bed.db.url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
/** Of another school, and no relative. */
const somebody = (id: string) =>
  `(select max(person_id::text)::uuid from person where person_id <> '${id}')`;
/** What the database lets nobody do of an identifier that is stated; `by`: whom the statement is of afterwards. */
const withoutStatement = (key: string, sql: string, by = 'person_id') => `
  create temp table taken_out on commit drop as select * from stated_person where source_key = '${key}';
  delete from stated_person where source_key = '${key}';
  ${sql}
  update taken_out set person_id = ${by};
  insert into stated_person select * from taken_out`;
const journalled = (action: string, what: string) =>
  bed.db.database.column<string[]>(
    `select details -> '${what}' from platform.audit_entry where action = '${action}' order by id`,
  );
const mended = () => journalled('people.mended', 'personIds');
const mendAll = async () => {
  await bed.emitted();
  while (await bed.parts().mend.someOf(100));
  const { people } = await bed.emitted();
  return people.map(({ personId }) => personId).sort();
};

test('DIR-5: what is forged of people goes once a full export has said again what is stated, and is told', async () => {
  const stored = await everythingIn(bed);
  const those = await pupils();
  for (const [n, forgery] of Object.values(inPeople).entries())
    await forge(forgery(those[n * 5]!.id, those[n * 5]!.key));
  const all = (held: typeof stored) => Object.values(held).flat();
  const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  const rows = differing(all(stored), all(await everythingIn(bed)));
  const people = await bed.db.database.column<string>('select person_id from person');
  const forged = [...new Set(rows.flatMap((row) => row.match(uuid) ?? []))]
    .filter((id) => people.includes(id))
    .sort();
  expect(those.filter(({ id }) => forged.includes(id))).toHaveLength(11);
  expect(await again()).toMatchObject({ state: 'COMPLETED', peopleApplied: 0, remarks: [] });
  // Nobody else is told; of an identifier that leads where it did before, and what is derived of it, nothing is.
  const told = await mendAll();
  expect(forged).toEqual(expect.arrayContaining(told));
  expect((await mended()).flat().sort()).toEqual(forged);
  expect(await everythingIn(bed)).toEqual(stored);
});

test('DIR-5: a place that nobody states ends, and it is told; who stands as stated is neither written nor told', async () => {
  const [{ id } = { id: '' }] = await pupils();
  await bed.db.database.query(
    `insert into enrolment (person_id, profile, uai, starts_on) values ($1, 'TEACHER', $2, '2022-09-01')`,
    [id, uaiB],
  );
  await again();
  expect(await mendAll()).toEqual([id]);
  expect(await bed.count(`enrolment where person_id = '${id}' and ends_on is null`)).toBe(1);
  const revisions = () => bed.db.database.rows('select person_id, revision from person order by 1');
  const [before, journal] = [await revisions(), await mended()];
  await again();
  expect(await bed.parts().mend.someOf(100)).toBe(true);
  expect(await mendAll()).toEqual([]);
  expect([await revisions(), await mended()]).toEqual([before, journal]);
  expect(await bed.parts().mend.someOf()).toBe(false);
});

test('DIR-5: an identifier leads back to whom it was of before anything is derived: nobody leaves, and nobody is told', async () => {
  const [stored, [{ id, key } = { id: '', key: '' }]] = [await everythingIn(bed), await pupils()];
  for (const forgery of ['statement kept for another', 'identifier given anew']) {
    await forge(inPeople[forgery]!(id, key));
    expect(await everythingIn(bed)).not.toEqual(stored);
    await again();
    expect(await mendAll()).toEqual([]);
    expect((await mended()).at(-1)).toContain(id);
    expect(await everythingIn(bed)).toEqual(stored);
  }
});

test('DIR-2: nobody is given a number that no source states; one that was written into the statement first goes with it', async () => {
  const stored = await everythingIn(bed);
  const [one, other] = await pupils();
  // Of an adult no source states any number, so nothing takes the place of the forged one.
  const [adult = ''] = await bed.db.database.column<string>(
    'select min(source_key) from stated_person where ine_hash is null',
  );
  const give = `update person p set ine_hash = 'forged ' || s.source_key
    from stated_person s where s.source_key = $1 and p.person_id = s.person_id`;
  await expect(bed.db.database.query(give, [one!.key])).rejects.toThrow(
    'no source states this number',
  );
  for (const key of [other!.key, adult]) {
    await bed.db.database.query(
      `update stated_person set ine_hash = 'forged ' || source_key where source_key = $1`,
      [key],
    );
    await bed.db.database.query(give, [key]);
  }
  expect(await again()).toMatchObject({
    peopleApplied: 2,
    remarks: [{ code: 'STATEMENT_REWRITTEN', count: 2 }],
  });
  expect(await everythingIn(bed)).toEqual(stored);
});

test('DIR-5: classes of adults that were written past any import go with the next full export, and those that were ended begin again', async () => {
  const source = 'taught';
  await bed.parts().declare.execute({ ...academy, sourceCode: source, academyCode: '' }, caller);
  const teachers = [1, 2, 3].map((n) =>
    aTeacher(`t-${n}`, `Klasse ${'abc'[n - 1]}`, [uaiA], `198${n}-01-01`, ['CP', 'CE1']),
  );
  const delivered = () => deliver(bed, source, '2022-10-03', [aSchool(uaiA), ...teachers]);
  expect(await delivered()).toMatchObject({ peopleApplied: 3 });
  const classes = () =>
    bed.db.database.column<string>(
      `select concat_ws('|', source_key, uai, is_group, class_id, class_label) from class_link where ends_on is null order by 1`,
    );
  const before = await classes();
  expect(before).toHaveLength(6);
  const [one, other, third] = teachers.map(({ sourceKey }) => sourceKey);
  await bed.db.database.query(
    `insert into class_link (source, source_key, uai, is_group, class_id, class_label, starts_on)
     values ($1, $2, $3, false, 'x', 'X', '2022-09-01')`,
    [source, one, uaiA],
  );
  await bed.db.database.query(
    `update class_link set ends_on = '2022-10-03' where source_key = $1 and ends_on is null`,
    [other],
  );
  await bed.db.database.query(
    `update class_link set class_label = 'Fausse' where source_key = $1`,
    [third],
  );
  expect(await delivered()).toMatchObject({
    peopleApplied: 3,
    remarks: [{ code: 'STATEMENT_REWRITTEN', count: 3 }],
  });
  expect(await classes()).toEqual(before);
  expect(await delivered()).toMatchObject({ peopleApplied: 0, remarks: [] });
});

test('DIR-5: facts of schools that were written past any import are stated and derived anew, and told', async () => {
  const facts = () =>
    bed.db.database.column<string>(
      `select concat_ws('|', 'stated', uai, name, commune, is_public, classes) from stated_structure
       union all select concat_ws('|', uai, name, commune, is_public, classes) from structure order by 1`,
    );
  const before = await facts();
  await bed.db.database.query(
    `update stated_structure set commune = 'Ailleurs' where uai = $1 and source = '${sourceCode}'`,
    [uaiA],
  );
  await bed.db.database.query(
    `update structure set name = 'Fausse', is_public = not is_public where uai = $1`,
    [uaiB],
  );
  await bed.emitted();
  expect(await again()).toMatchObject({
    remarks: [{ code: 'STATEMENT_REWRITTEN', count: 1 }],
  });
  while (await bed.parts().mend.someOf());
  expect((await bed.emitted()).structures).toBe(1);
  expect(await journalled('schools.mended', 'uais')).toEqual([[uaiB]]);
  expect(await facts()).toEqual(before);
  await again();
  while (await bed.parts().mend.someOf());
  expect(await journalled('schools.mended', 'uais')).toHaveLength(1);
});

test('DIR-5: a comparison that dies in the middle of a batch has written and told nothing, and goes on from there', async () => {
  const stored = await everythingIn(bed);
  const those = await pupils();
  for (const { id } of those) await bed.db.database.query(inPeople['level']!(id, ''));
  await again();
  await bed.emitted();
  expect(await bed.parts().mend.someOf(100)).toBe(true);
  const { people: first } = await bed.emitted();
  const dying = jest.spyOn(PgOutbox.prototype, 'add').mockRejectedValueOnce(new Error('killed'));
  await expect(bed.parts().mend.someOf(100)).rejects.toThrow('killed');
  dying.mockRestore();
  expect((await bed.emitted()).people).toEqual([]);
  const told = [...first.map(({ personId }) => personId), ...(await mendAll())];
  expect(told.sort()).toEqual(those.map(({ id }) => id).sort());
  expect(await everythingIn(bed)).toEqual(stored);
});
