import { randomUUID } from 'node:crypto';
import { jest } from '@jest/globals';
import { ImportBed } from '../../test/import-bed.test-support.js';
import { someLeave } from '../../test/leavers.test-support.js';

/**
 * Goal: a person who has the secret of the service's database erases nobody before the delay is over, and writes no proof of
 * an erasure that did not take place. Method: the statements of one transaction, as the service's own role.
 */
jest.setTimeout(120_000);
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

const [refused, notGranted] = ['23001', '42501'];

/** The SQLSTATE that refused these statements of one transaction; undefined: accepted. */
async function refusal(...statements: readonly string[]): Promise<string | undefined> {
  try {
    await bed.db.unitOfWork.run(async (tx) => {
      for (const statement of statements) await tx.query(statement);
    });
    return undefined;
  } catch (error) {
    return (error as { code?: string }).code;
  }
}
async function refusals(attacks: readonly (readonly string[])[]) {
  const found: [string, string | undefined][] = [];
  for (const attack of attacks) found.push([attack.join('; '), await refusal(...attack)]);
  return found;
}
const people = () => bed.count('person');
const proof = (leavers = 'left_on is not null') =>
  `insert into erasure (person_id, left_on, erased_on) select person_id, left_on, platform.business_date() from person where ${leavers}`;
const places = 'update enrolment set ends_on = platform.business_date() where ends_on is null';
const leave = 'update person set left_on = platform.business_date() where left_on is null';
const removal = 'delete from person where left_on is not null';
const insertion = (leftOn: string, id = randomUUID()) =>
  `insert into person (person_id, source, source_key, last_name, first_name, revision, left_on)
   values ('${id}', 'aaf', '1', 'Brume', 'Maëlle', 1, ${leftOn})`;

test('SUP-4: refuses a day of leaving before the day of the service, whoever writes it', async () => {
  await bed.onDay('2022-10-03');
  const attacks = [
    ["update person set left_on = '2022-01-01'"],
    ['update person set left_on = platform.business_date() - 1'],
    [insertion("'2022-01-01'")],
    [
      `insert into person select * from person on conflict (person_id) do update set left_on = '2022-01-01'`,
    ],
    [
      "merge into person p using (select 1) as one on true when matched then update set left_on = '2022-01-01'",
    ],
    [leave, "update person set left_on = '2022-01-01'"],
  ];
  expect(await refusals(attacks)).toEqual(attacks.map((attack) => [attack.join('; '), refused]));
  expect(await refusal(leave)).toBeUndefined();
});

test('SUP-4: refuses to erase a person who left in the same transaction, under a day that it wrote, or without a proof', async () => {
  await someLeave(bed);
  const before = await people();
  const id = randomUUID();
  const attacks = [
    [places, leave, proof(), removal],
    [places, 'savepoint s', leave, 'release s', proof(), removal],
    [
      places,
      leave,
      "with gone as (delete from person where left_on is not null returning person_id, left_on) insert into erasure (person_id, left_on, erased_on) select person_id, left_on, '2022-10-03' from gone",
    ],
    [`merge into person p using (select 1) as one on true when matched then delete`],
    [
      insertion('platform.business_date()', id),
      proof(`person_id = '${id}'`),
      `delete from person where person_id = '${id}'`,
    ],
    ["select platform.begin_day('2023-03-01')", proof(), removal],
    ['savepoint s', "select platform.begin_day('9999-12-31')", 'release s', proof(), removal],
    // The day after: the setting of the service is not over, nor the floor of the database.
    [proof(), removal],
  ];
  for (const [attack, code] of await refusals(attacks))
    expect([attack, code]).toEqual([attack, expect.stringMatching(/^(23001|42501)$/)]);
  await bed.onDay('2022-11-01');
  expect(await refusal(proof(), removal)).toBe(refused);
  await bed.onDay('2022-11-02');
  expect([
    await refusal(removal),
    await refusal(
      'update person set revision = revision + 1 where left_on is not null',
      proof(),
      removal,
    ),
    await refusal(proof(), 'delete from person'),
    await people(),
  ]).toEqual([refused, refused, refused, before]);
  // Due by the floor of the database, whole and with its proof.
  expect(await refusal(proof(), removal)).toBeUndefined();
});

test('SUP-4: refuses what would take the rules away: triggers, roles, tables in their place, truncation', async () => {
  await someLeave(bed);
  await bed.onDay('2022-10-04');
  const shadowed = (table: string) =>
    `create temp table ${table} on commit drop as select * from public.${table} limit 0`;
  const attacks = [
    ['truncate person'],
    ['truncate erasure cascade'],
    ["set local session_replication_role = 'replica'"],
    ['alter table person disable trigger all'],
    ['drop trigger person_is_erased_after_leaving on person'],
    ['create rule r as on delete to person do instead nothing'],
    ['create function public.f() returns trigger language plpgsql as $$ begin return old; end $$'],
    ['create trigger t before delete on person execute function platform.refuse_change()'],
    [
      "select set_config('search_path', 'pg_temp', true)",
      shadowed('enrolment'),
      'delete from public.person where left_on is not null',
    ],
    [
      shadowed('person'),
      shadowed('erasure'),
      shadowed('enrolment'),
      'insert into erasure select gen_random_uuid(), null, null',
      'delete from public.person',
    ],
    [
      'create temp table own (id int) on commit drop',
      `create function pg_temp.own() returns trigger language plpgsql as $$ begin delete from public.person; return new; end $$`,
      'create trigger t after insert on own for each row execute function pg_temp.own()',
      'insert into own values (1)',
    ],
    [proof(), 'set constraints all immediate'],
    [
      shadowed('person'),
      `insert into public.erasure (person_id, left_on, erased_on) select person_id, left_on, '2022-10-04' from public.person where left_on is not null`,
      'set constraints all immediate',
    ],
  ];
  for (const [attack, code] of await refusals(attacks))
    expect([attack, code]).toEqual([attack, expect.stringMatching(/^(23001|42501|23502)$/)]);
  expect(await bed.count('erasure')).toBe(0);
});

test('SUP-4: refuses a proof of an erasure that did not take place, and a change of a proof', async () => {
  await someLeave(bed);
  const stranger = `('${randomUUID()}', '2022-07-01', platform.business_date())`;
  const into = 'insert into erasure (person_id, left_on, erased_on)';
  expect([
    await refusal(`${into} values ${stranger}`),
    await refusal(proof()),
    await refusal(
      `${into} select person_id, platform.business_date(), platform.business_date() from person where left_on is null`,
    ),
  ]).toEqual([refused, refused, refused]);
  await bed.onDay('2023-01-01');
  const { erase } = bed.parts();
  expect([
    await refusal(
      `${into} select person_id, '2022-10-02', platform.business_date() from person where left_on is not null`,
      removal,
    ),
    await refusal(
      `${into} select person_id, left_on, '2022-12-31' from person where left_on is not null`,
      removal,
    ),
  ]).toEqual([refused, refused]);
  expect(await erase.execute()).toBeGreaterThan(0);
  const found = `insert into erasure_proof (person_id, proved_at, unexpected) select person_id, now(), 1 from erasure`;
  expect(await refusal(found)).toBeUndefined();
  expect([
    await refusal('delete from erasure'),
    await refusal('truncate erasure cascade'),
    await refusal('update erasure set unexpected = 0'),
    await refusal('update erasure set proved_at = now()'),
    await refusal("update erasure set held_until = '2099-01-01'"),
    await refusal("update erasure set keys_left = '{}'"),
    await refusal('delete from erasure_proof'),
    await refusal('update erasure_proof set unexpected = 0'),
    await refusal('truncate erasure_proof'),
  ]).toEqual([
    ...[notGranted, notGranted, notGranted, notGranted, notGranted],
    ...[refused, notGranted, notGranted, notGranted],
  ]);
  const { rows } = await bed.db.database.query('select distinct unexpected from erasure');
  expect(rows).toEqual([{ unexpected: 1 }]);
  // An older finding does not take the place of the newest.
  expect(
    await refusal(
      "insert into erasure_proof (person_id, proved_at, unexpected) select person_id, now() - interval '1 day', 0 from erasure",
    ),
  ).toBeUndefined();
  expect((await bed.db.database.query('select distinct unexpected from erasure')).rows).toEqual(
    rows,
  );
});

test('DIR-2, SUP-3: refuses a guardian whom no source states of the child', async () => {
  const link = (child: string, guardian: string) =>
    `insert into guardian_link (child_id, guardian_id, relation) values (${child}, ${guardian}, '1')`;
  const child = "(select person_id from enrolment where profile = 'STUDENT' order by 1 limit 1)";
  const stranger = `(select person_id from enrolment e where profile = 'RELATIVE'
    and not exists (select from guardian_link l where l.guardian_id = e.person_id and l.child_id = ${child}) order by 1 limit 1)`;
  const before = await bed.count('guardian_link');
  const shadowed = (table: string) =>
    `create temp table ${table} on commit drop as select * from public.${table} limit 0`;
  expect([
    await refusal(link(child, stranger)),
    await refusal(link('gen_random_uuid()', 'gen_random_uuid()')),
    await refusal(
      `${link(child, stranger)} on conflict (child_id, guardian_id) do update set relation = '2'`,
    ),
    await refusal(
      shadowed('person_merge'),
      `insert into person_merge (merge_id, survivor_id, absorbed_id, undone_on, merged_on, merged_by, step, absorbed_uais, by_import, undone_by)
       select gen_random_uuid(), ${child}, gen_random_uuid(), platform.business_date(), platform.business_date(), '', 1, '{}', false, ''`,
      link(child, stranger),
    ),
    await bed.count('guardian_link'),
  ]).toEqual([refused, refused, refused, refused, before]);
  // The statement that states the link is still there once it was removed: the same may be derived anew.
  expect(
    await refusal(
      'create temp table known on commit drop as select * from guardian_link',
      'delete from guardian_link',
      'insert into guardian_link select * from known',
    ),
  ).toBeUndefined();
});
