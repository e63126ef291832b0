import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromBinary } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { type PersonChanged, PersonChangedSchema } from '#libs/contracts';
import { ImportBed } from '../../../test/import-bed.test-support.js';
import { PersonFacts } from '../../people/person-facts.pg.js';
import { derivePeople } from './anew/derivation.pg.js';

jest.setTimeout(120_000);

/** Goal: people whom nobody knew are written in passing; that comes to the same as deriving them from what is stated. */
describe('people who come', () => {
  const day = '2025-09-15';
  let bed: ImportBed;
  beforeEach(async () => {
    bed = await ImportBed.start(day);
  });
  afterEach(() => bed.stop());

  test.each([
    ['with classes, groups and further schools', 'aaf-classes'],
    ['of every kind', undefined],
  ])('DIR-5: are the same as all that is stated of them says: %s', async (_, golden) => {
    mkdirSync(bed.root, { recursive: true });
    if (golden)
      cpSync(join(import.meta.dirname, '../../../test/goldens', golden), join(bed.root, 'first'), {
        recursive: true,
      });
    else await bed.generate('first');
    await bed.emitted();
    const report = await bed.import('first', golden ? {} : { datedOn: day });
    expect(report).toMatchObject({ state: 'COMPLETED', peopleApplied: report.peopleCreated });
    const written = await derived();
    expect(written.person.length).toBeGreaterThan(3);
    // Nor does what was told of them differ from what is read of them now, keys and classes included.
    const ids = written.person.map(({ person_id }) => person_id as string);
    const told = (await bed.emitted()).people;
    const states = await bed.db.unitOfWork.run((tx) =>
      new PersonFacts().of(tx, ids, told[0]!.importId),
    );
    const byId = (people: PersonChanged[]) =>
      people.sort((a, b) => (a.personId < b.personId ? -1 : 1));
    expect(byId(told)).toEqual(
      byId(states.map(({ value }) => fromBinary(PersonChangedSchema, value!))),
    );
    expect(told.filter(({ academyKeys }) => academyKeys.length > 0).length).toBe(ids.length);
    expect(told.some(({ classLinks }) => classLinks.length > 0)).toBe(golden !== undefined);
    // Nothing is left of what follows from the statements, but the people themselves.
    await bed.db.asOwner('truncate enrolment, guardian_link');
    await bed.db.asOwner(`update person set last_name = '', source_key = '', birth_date = null`);
    await bed.db.unitOfWork.run((tx) => derivePeople(tx, ids, report.datedOn));
    expect(await derived()).toEqual(written);
  });

  test('SUP-4: has no place who is not there, and none when the person goes', async () => {
    const { asOwner } = bed.db;
    const id = '00000000-0000-4000-8000-000000000001';
    const place = `insert into enrolment (person_id, profile, uai, starts_on, ends_on)
      values ('${id}', 'TEACHER', '0440437L', '2022-09-01', '2022-10-01')`;
    await asOwner(
      `insert into structure (uai, source_key, name, insee, commune, postal_code, is_public, classes, content_hash, revision, import_id)
       values ('0440437L', '1', 'École', '44003', 'Ancenis', '44150', true, '[]', '${id}', 1, '${id}')`,
    );
    await expect(bed.db.database.query(place)).rejects.toMatchObject({
      code: '23503',
      message: expect.stringContaining(`person ${id}`),
    });
    await asOwner(
      `set session_replication_role = 'replica';
       insert into person (person_id, source, source_key, last_name, first_name, revision, left_on)
       select '${id}', 'aaf', '1', 'Brume', 'Maëlle', 1, day - 30 from platform.business_day`,
    );
    await bed.db.database.query(place);
    await bed.db.database.query(
      `insert into erasure (person_id, left_on, erased_on)
       select person_id, left_on, left_on + 30 from person where person_id = '${id}';
       delete from person where person_id = '${id}'`,
    );
    expect(await bed.count('enrolment')).toBe(0);
  });

  async function derived() {
    const { database } = bed.db;
    const [person, enrolment, link] = [
      `select person_id, source, source_key, last_name, first_name, birth_date, ine_hash, academic_identifier, left_on from person order by 1`,
      'select * from enrolment order by person_id, profile, uai, starts_on',
      'select * from guardian_link order by child_id, guardian_id',
    ].map((sql) => database.rows(sql));
    return { person: await person!, enrolment: await enrolment!, link: await link! };
  }
});
