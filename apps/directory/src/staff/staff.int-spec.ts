import { randomUUID } from 'node:crypto';
import { type FreshDatabase, freshDatabase } from '#libs/testing';
import { Staff } from './staff.pg.js';

const [mine, alsoMine, others] = ['0440437L', '0440290B', '0440965K'];
const ids = Array.from({ length: 7 }, () => randomUUID()).sort();
const [teacher, head, parent, pupil, stranger, gone, inspector] = ids;
let fresh: FreshDatabase;
beforeAll(async () => {
  fresh = await freshDatabase('directory');
  for (const uai of [mine, alsoMine, others]) {
    await fresh.database.query(
      `insert into structure (uai, source_key, name, insee, commune, postal_code, is_public, classes, content_hash, revision, import_id)
       values ($1, $1, $1, '44003', 'Ancenis', '44150', true, '[]', $2, 1, $2)`,
      [uai, randomUUID()],
    );
  }
  for (const id of ids) {
    await fresh.database.query(
      `insert into person (person_id, source, source_key, last_name, first_name, revision)
       values ($1::uuid, 'aaf', $1::uuid::text, 'Brume', 'Maëlle', 1)`,
      [id],
    );
  }
  const places = [
    [teacher, 'TEACHER', mine, null, false],
    // In two schools of the member, in one of another, and a parent here.
    [head, 'TEACHER', mine, null, true],
    [head, 'PERSONNEL', alsoMine, null, false],
    [head, 'TEACHER', others, null, false],
    [head, 'RELATIVE', mine, null, false],
    [parent, 'RELATIVE', mine, null, false],
    [pupil, 'STUDENT', mine, null, false],
    [stranger, 'TEACHER', others, null, false],
    [gone, 'TEACHER', mine, '2022-09-30', false],
    [inspector, 'GUEST', mine, null, false],
  ];
  for (const place of places) {
    await fresh.database.query(
      `insert into enrolment (person_id, profile, uai, starts_on, ends_on, is_head) values ($1, $2, $3, '2022-09-01', $4, $5)`,
      place,
    );
  }
}, 60_000);
afterAll(() => fresh?.drop());

const page = (over: Partial<Parameters<Staff['page']>[0]> = {}) =>
  new Staff(fresh.database).page({
    ...{ uais: [mine, alsoMine], atUais: [], after: '', limit: 500, personIds: [], ...over },
  });

test('SUP-3: tells who works in these schools now, their places in them alone, and no pupil, guardian, guest or stranger', async () => {
  expect(await page()).toEqual([
    {
      ...{ personId: teacher, lastName: 'Brume', firstName: 'Maëlle' },
      places: [{ uai: mine, profile: 'TEACHER', head: false }],
    },
    {
      ...{ personId: head, lastName: 'Brume', firstName: 'Maëlle' },
      places: [
        { uai: alsoMine, profile: 'PERSONNEL', head: false },
        { uai: mine, profile: 'TEACHER', head: true },
      ],
    },
  ]);
});

test('who works in two of the schools is told whole, whichever is asked for, and nobody of another one is', async () => {
  const [, both] = await page();
  expect(await page({ atUais: [alsoMine] })).toEqual([both]);
  expect(await page({ atUais: [others] })).toEqual([]);
});

test('goes on after the person last seen, and looks for some alone', async () => {
  const found = async (over: Parameters<typeof page>[0]) =>
    (await page(over)).map(({ personId }) => personId);
  expect(await found({ limit: 1 })).toEqual([teacher]);
  expect(await found({ after: teacher! })).toEqual([head]);
  expect(await found({ after: head! })).toEqual([]);
  expect(await found({ personIds: [head!, stranger!, pupil!] })).toEqual([head]);
  expect(await found({ uais: [] })).toEqual([]);
});
