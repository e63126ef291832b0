import { jest } from '@jest/globals';
import { ImportBed, sourceCode, uaiA, uaiB } from '../../../test/import-bed.test-support.js';
import { everythingIn } from '../../../test/merging.test-support.js';

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
  leaver: (id) => `update person set left_on = '2022-09-15' where person_id = '${id}'`,
  level: (id) => `update enrolment set level = 'CM9' where person_id = '${id}'`,
  start: (id) => `update enrolment set starts_on = '2019-01-15' where person_id = '${id}'`,
  'guardian too many': (id, key) =>
    `insert into guardian_link (child_id, guardian_id, relation)
     select '${id}', person_id, '1' from stated_person where source_key = ${stranger(key)}`,
  'guardian too few': (id) => `delete from guardian_link where child_id = '${id}'`,
  relation: (id) => `update guardian_link set relation = '7' where child_id = '${id}'`,
};
const mended = () =>
  bed.db.database.column<string[]>(
    `select details -> 'personIds' from platform.audit_entry where action = 'people.mended' order by id`,
  );
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
    await bed.db.database.query(forgery(those[n * 5]!.id, those[n * 5]!.key));
  const all = (held: typeof stored) => Object.values(held).flat();
  const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
  const rows = differing(all(stored), all(await everythingIn(bed)));
  const forged = [...new Set(rows.flatMap((row) => row.match(uuid) ?? []))].sort();
  expect(those.filter(({ id }) => forged.includes(id))).toHaveLength(8);
  expect(await again()).toMatchObject({ state: 'COMPLETED', peopleApplied: 0, remarks: [] });
  expect(await mendAll()).toEqual(forged);
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
