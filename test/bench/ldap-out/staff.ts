import { copyIn } from '#libs/persistence';
import type { FreshDatabase } from '#libs/testing';
import { type StaffMember, staffEntry } from '../../../apps/ldap/src/ldaps/domain/entry.js';
import { realPublicSchools } from '../../support/data/schools.js';
import { firstNamesBySex, lastNames } from '../../support/generator/names.js';
import { Random } from '../../support/generator/random.js';

/** Invented staff of real schools, one in twelve of them in two; the same each time. */
export function staffOf(size: number): StaffMember[] {
  const uais = realPublicSchools().map(({ uai }) => uai);
  const random = new Random('ldap-out');
  return Array.from({ length: size }, (_, n) => {
    const first = random.between(0, uais.length - 2);
    const places = [uais[first]!, ...(n % 12 === 0 ? [uais[first + 1]!] : [])];
    return {
      personId: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
      lastName: random.pick(lastNames),
      firstName: random.pick(firstNamesBySex.F),
      places: places.map((uai) => ({ uai, isTeacher: n % 5 > 0, isHead: false })),
    };
  });
}

/** As the directory holds them. */
export async function fillDirectory(fresh: FreshDatabase, staff: readonly StaffMember[]) {
  await fresh.database.query(
    `insert into structure select uai, uai, uai, '44109', 'Nantes', '44000', true, '[]', gen_random_uuid(), 1, gen_random_uuid()
     from unnest($1::text[]) as uai`,
    [realPublicSchools().map(({ uai }) => uai)],
  );
  await fresh.unitOfWork.run(async (tx) => {
    const names = staff.map(({ personId, lastName, firstName }) => [personId, lastName, firstName]);
    await copyIn(
      tx,
      'person (person_id, last_name, first_name, source, source_key, revision)',
      names.map((name, n) => [...name, 'aaf', n, 1]),
    );
    const places = staff.flatMap((one) =>
      one.places.map(({ uai, isTeacher }) => [
        ...[one.personId, isTeacher ? 'TEACHER' : 'PERSONNEL', uai, '2022-09-01'],
      ]),
    );
    await copyIn(tx, 'enrolment (person_id, profile, uai, starts_on)', places);
  });
  await fresh.asOwner('vacuum analyze');
}

/** The same entries, attribute for attribute, below another base; the server's own `entryUUID` aside. */
export function ldifOf(staff: readonly StaffMember[], baseDn: string): string {
  const branch = `dn: ${baseDn}\nobjectClass: organizationalUnit\nou: personnels\n`;
  const entries = staff.map((one) => {
    const { attributes } = staffEntry(one);
    const lines = attributes
      .filter(({ name }) => name !== 'entryUUID')
      .flatMap(({ name, values }) =>
        values.map((value) => `${name}:: ${Buffer.from(value).toString('base64')}`),
      );
    return [`dn: uid=${one.personId},${baseDn}`, ...lines, ''].join('\n');
  });
  return [branch, ...entries].join('\n');
}
