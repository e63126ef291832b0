import { createHash } from 'node:crypto';
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { type LocalDate, localDate } from '#libs/time';
import { PopulationDays } from '../support/generator/school-years/population-days.js';
import { writeDeltaAaf } from '../support/generator/formats/aaf-days.js';
import { AcademyBed } from './academy-bed.js';

const isProof = process.env['PROVE'] === '1';
jest.setTimeout(isProof ? 7_200_000 : 120_000);

/**
 * Goal: nobody of a whole academy with its guardians is lost, doubled or otherwise than stated, however many they are
 * (DIR-1). Method: an export, the same again and a delta of eight months, of 1,000,000 people by `npm run prove -- directory`
 * and of 4,000 in every run. Nothing here holds them all: the population, unit by unit, and the directory, by one
 * statement, come to a count and a digest of lines of who is where and whose child, in whatever order.
 */
const size = Number(process.env['PROVE_PEOPLE'] ?? (isProof ? 1_000_000 : 4_000));
const population = new PopulationDays({ seed: process.env['PROVE_SEED'] ?? '1', size });
const [first, later] = [localDate('2026-10-05'), localDate('2027-06-14')];

let academy: AcademyBed;
beforeAll(async () => {
  academy = await AcademyBed.start(population, first);
});
afterAll(() => academy?.bed.stop());

/** Lines, and their sum as numbers of 60 bits: PostgreSQL's `md5` comes to the same. */
class Lines {
  private count = 0;
  private sum = 0n;

  add(...parts: readonly string[]): void {
    const digest = createHash('md5').update(parts.join('|')).digest('hex');
    this.count += 1;
    this.sum += BigInt(`0x${digest.slice(0, 15)}`);
  }

  toString(): string {
    return `${this.count} ${this.sum}`;
  }
}

type Digests = { readonly people: string; readonly places: string; readonly links: string };

/** By the population itself: each entry of an export is somebody, since one source alone states them. */
function expectedOn(day: LocalDate): Digests {
  const [people, places, links] = [new Lines(), new Lines(), new Lines()];
  for (const site of population.sites) {
    for (const holderOn of population.postsOf(site)) {
      const { key, lastName, firstName, birthDate, role, uais } = holderOn(day);
      people.add(key, lastName, firstName, birthDate);
      for (const uai of uais) places.add(key, role === 'AIDE' ? 'PERSONNEL' : 'TEACHER', uai, '');
    }
    for (const family of population.familiesOf(site)) {
      const { pupils, guardians } = population.familyOn(family, day);
      for (const { key, lastName, firstName, birthDate, uai, schoolClass } of pupils) {
        people.add(key, lastName, firstName, birthDate);
        places.add(key, 'STUDENT', uai, schoolClass.label);
      }
      for (const { guardian, pupils: own } of guardians) {
        people.add(guardian.key, guardian.lastName, guardian.firstName, '');
        for (const uai of new Set(own.map(({ uai }) => uai)))
          places.add(guardian.key, 'RELATIVE', uai, '');
        for (const child of own) links.add(child.key, guardian.key);
      }
    }
  }
  return { people: `${people}`, places: `${places}`, links: `${links}` };
}

/** By the directory: who is here, where, and links of pupils who are here to guardians who are. */
async function found(): Promise<Digests> {
  const digest = async (line: string, from: string) => {
    const [text] = await academy.bed.db.database.column<string>(
      `select count(*) || ' ' || coalesce(sum(('x' || substr(md5(${line}), 1, 15))::bit(60)::bigint), 0)::numeric from ${from}`,
    );
    return text!;
  };
  return {
    people: await digest(
      `concat_ws('|', p.source_key, p.last_name, p.first_name, coalesce(p.birth_date::text, ''))`,
      'person p where left_on is null',
    ),
    places: await digest(
      `concat_ws('|', p.source_key, e.profile, e.uai, case when e.profile = 'STUDENT' then e.class_label else '' end)`,
      'person p join enrolment e using (person_id) where e.ends_on is null',
    ),
    links: await digest(
      `concat_ws('|', c.source_key, g.source_key)`,
      `guardian_link l join person c on c.person_id = l.child_id join person g on g.person_id = l.guardian_id
       where c.left_on is null and g.left_on is null`,
    ),
  };
}

/** What the worker does between two imports: everybody is keyed and compared with what is stated, and the delivery goes. */
async function rest(): Promise<void> {
  const { keyPeople, mend, ended } = academy.bed.parts();
  while (await keyPeople.keySome());
  while (await mend.someOf());
  while (await ended.removeSome());
}

/** Events of people that wait to be published, forgotten once they are counted: nobody holds a million of them. */
async function toldOfPeople(): Promise<number> {
  const { rows } = await academy.bed.db.asOwner<{ n: number }>(
    `with gone as (delete from platform.outbox returning type)
     select count(*)::int as n from gone where type like '%.PersonChanged'`,
  );
  return rows[0]!.n;
}

test('DIR-1: everybody of a first full export is there once, as stated, and told once; the same again writes no row', async () => {
  const name = academy.layFull(first);
  const { root } = academy.bed;
  cpSync(join(root, name), join(root, 'again'), { recursive: true });
  const report = await academy.bring(name);
  expect(report).toMatchObject({ state: 'COMPLETED' });
  const expected = expectedOn(first);
  expect(await found()).toEqual(expected);
  const [people] = expected.people.split(' ');
  expect([report.peopleApplied, await toldOfPeople()]).toEqual([Number(people), Number(people)]);
  expect(Number(people)).toBeGreaterThan(size * 0.85);
  await rest();
  const before = await academy.rowVersions();
  expect(await academy.bring('again')).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
  await rest();
  expect([await academy.rowVersions(), await toldOfPeople()]).toEqual([before, 0]);
});

test('DIR-1: a delta of eight months comes to what the population is then, and tells of whom it changes alone', async () => {
  await academy.bed.onDay(later);
  writeDeltaAaf(population, { folder: academy.folder('year'), day: later, since: first });
  const report = await academy.bring('year');
  expect(report).toMatchObject({ state: 'COMPLETED' });
  expect(await found()).toEqual(expectedOn(later));
  expect(await academy.bed.count('person where left_on is not null')).toBeGreaterThan(0);
  const told = await toldOfPeople();
  expect([told > 0, told < size / 10, told]).toEqual([true, true, report.peopleApplied]);
  if (isProof) console.table(academy.took);
});
