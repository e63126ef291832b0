import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { PgOutbox } from '#libs/messaging';
import { copyIn } from '#libs/persistence';
import { freshDatabase } from '#libs/testing';
import { localDate } from '#libs/time';
import { PersonFacts } from '../../apps/directory/src/people/person-facts.pg.js';
import { ImportWorkspace } from '../../apps/directory/src/synchronisation/import-workspace.pg.js';
import { Imports } from '../../apps/directory/src/synchronisation/imports.pg.js';
import { KeyPeople } from '../../apps/directory/src/synchronisation/plans/anew/key-people.js';
import { aPupil, aSchool } from '../../apps/directory/test/stated-people.test-support.js';
import { realPublicSchools } from '../support/data/schools.js';
import { firstNamesBySex, lastNames } from '../support/generator/names.js';
import { Random } from '../support/generator/random.js';

/**
 * `--rows` pupils of an ONDE extraction, nine of ten of them known, without an INE, matched against a directory of
 * `--size` people (DIR-2): the whole plan, from the delivery that is kept to the plan that is. Beside it, the keys of
 * everybody. A pupil who is taken for another one is no result. The names are fewer than in life, so more look alike.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '50000' },
    rows: { type: 'string', default: '2000' },
    json: { type: 'boolean', default: false },
  },
});
const [size, rows] = [Number(values.size), Number(values.rows)];
const day = localDate('2022-09-01');
const schools = realPublicSchools();
const random = new Random('matching');
const fresh = await freshDatabase('directory');
const { database, unitOfWork } = fresh;

type Known = {
  readonly personId: string;
  readonly uai: string;
  readonly isPupil: boolean;
  readonly lastName: string;
  readonly firstName: string;
  readonly born: string;
};

try {
  await database.query('select platform.begin_day($1)', [day]);
  await database.query(
    `insert into declared_source (source_code, kind, title, academy_code, priority, departments, uais, profiles, enabled)
     values ('aaf', 'AAF_1D', 'AAF', '', 10, '{}', '{}', '{}', true), ('onde', 'ONDE', 'ONDE', '', 20, '{}', '{}', '{}', true)`,
  );
  await database.query(
    `insert into structure (uai, source_key, name, insee, commune, postal_code, is_public, classes, content_hash, revision, import_id)
     select uai, uai, uai, '44109', 'Nantes', '44000', true, '[]', gen_random_uuid(), 1, gen_random_uuid()
     from unnest($1::text[]) as uai`,
    [schools.map(({ uai }) => uai)],
  );
  const pupils = await fill();
  const keying = await seconds(keyEverybody);
  await fresh.asOwner('vacuum analyze');
  const { planning, ...found } = await plan(pupils);
  const result = {
    name: 'directory-matching',
    size,
    rows,
    rate: Math.round(rows / planning),
    unit: 'rows/s',
    seconds: Number(planning.toFixed(1)),
    keyed: { seconds: Number(keying.toFixed(1)), rate: Math.round(size / keying) },
    ...found,
    peakRssMb: { bench: Math.round(process.resourceUsage().maxRSS / 1_024) },
  };
  console.log(values.json ? JSON.stringify(result) : result);
} finally {
  await fresh.drop();
}

/** Two of five are pupils of eight years, the others adults without a birth date, as AAF states guardians. */
async function fill(): Promise<Known[]> {
  const pupils: Known[] = [];
  const batch = 20_000;
  for (let made = 0; made < size; made += batch) {
    const people = Array.from({ length: Math.min(batch, size - made) }, (_, n): Known => {
      const isPupil = n % 5 < 2;
      const { lastName, firstName } = names();
      const uai = random.pick(schools).uai;
      const born = isPupil ? birthDate() : '';
      return { personId: randomUUID(), uai, isPupil, lastName, firstName, born };
    });
    pupils.push(...people.filter(({ isPupil }) => isPupil).slice(0, rows));
    await unitOfWork.run(async (tx) => {
      await copyIn(
        tx,
        'person (person_id, source, source_key, last_name, first_name, birth_date, revision)',
        people.map((p) => [
          ...[p.personId, 'aaf', p.personId, p.lastName, p.firstName, p.born || null, 1],
        ]),
      );
      await copyIn(
        tx,
        'enrolment (person_id, profile, uai, starts_on, level)',
        people.map((p) => [
          ...[p.personId, p.isPupil ? 'STUDENT' : 'RELATIVE', p.uai, day, p.isPupil ? 'CE1' : ''],
        ]),
      );
      await copyIn(
        tx,
        'stated_person (source, source_key, person_id, entity, last_name, first_name, birth_date, digest, dated_on)',
        people.map((p) => [
          ...['aaf', p.personId, p.personId, p.isPupil ? 1 : 2, p.lastName, p.firstName],
          ...[p.born || null, p.personId, day],
        ]),
      );
    });
  }
  await fresh.asOwner('analyze');
  return pupils;
}

async function keyEverybody(): Promise<void> {
  const keyPeople = new KeyPeople(unitOfWork);
  while (await keyPeople.keySome());
}

async function plan(pupils: readonly Known[]) {
  const imports = new Imports(database);
  const { importId } = await unitOfWork.run((tx) =>
    imports.findOrAdd(tx, {
      ...{
        folder: 'onde',
        fingerprint: 'onde',
        source: 'onde',
        datedOn: day,
        startedOn: day,
        uai: '',
        extent: 'FULL' as const,
      },
    }),
  );
  const workspace = new ImportWorkspace(database, new PgOutbox(), new PersonFacts(), {
    ...{ batchPeople: 2_000, ineKey: 'key-of-the-bench-only', heldDays: 14 },
    thresholds: { percent: 10, least: 10, seasons: [] },
  });
  const meant = new Map<string, string>();
  const open = (await workspace.open())!;
  try {
    await open.delivery.begin();
    await open.delivery.stage(schools.map(({ uai }) => aSchool(uai)));
    for (let n = 0; n < rows; n += 1) {
      const known = n % 10 === 9 ? undefined : pupils[Math.floor((n * pupils.length) / rows)];
      const { lastName, firstName } = known ?? names();
      if (known) meant.set(`o${n}`, known.personId);
      const uai = known?.uai ?? random.pick(schools).uai;
      const born = known?.born ?? birthDate();
      const name = `${firstName.toUpperCase()} ${lastName}`;
      await open.delivery.stage([aPupil(`o${n}`, name, uai, { born, level: 'CE1' })]);
    }
    await open.delivery.keep({ states: ['pupil'] });
    const planning = await seconds(async () => void (await open.plans.current()));
    const { rows: changes } = await database.query<{
      source_key: string;
      person_id: string;
      is_matched: boolean;
    }>(
      `select source_key, person_id, match_reasons is not null as is_matched from plan_change join plan using (plan_id)
       where import_id = $1`,
      [importId],
    );
    const matched = changes.filter(({ is_matched }) => is_matched);
    const wrong = matched.filter(
      // `UAI/E/key`
      (each) => meant.get(each.source_key.split('/').at(-1)!) !== each.person_id,
    );
    const { rows: asked } = await database.query<{ n: number }>(
      'select count(distinct newcomer_id)::int as n from doubtful_pair',
    );
    if (changes.length !== rows || wrong.length > 0)
      throw new Error(`${changes.length} planned, ${wrong.length} taken for somebody else`);
    return { planning, known: meant.size, matched: matched.length, doubtful: asked[0]!.n };
  } finally {
    await open.close();
  }
}

function names() {
  const firstNames = random.pick([firstNamesBySex.F, firstNamesBySex.M]);
  return { lastName: random.pick(lastNames), firstName: random.pick(firstNames) };
}

/** Of one of eight years. */
function birthDate(): string {
  const [year, month, date] = [
    random.between(2011, 2018),
    random.between(1, 12),
    random.between(1, 28),
  ];
  return `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return (performance.now() - begun) / 1_000;
}
