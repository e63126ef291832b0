import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import { type Slapd, startSlapd } from '../../../../test/support/slapd/slapd.js';
import { academy, caller, ImportBed } from '../../test/import-bed.test-support.js';
import { sourceAt } from '../../test/ldap.test-support.js';
import { aSchool, deliver } from '../../test/stated-people.test-support.js';
import { ReadAcademies } from './read-academies.js';

jest.setTimeout(120_000);

/**
 * Goal: an academy's LDAP is an import as any other, and where it cannot be read to its end nobody leaves (DIR-3, AUT-1).
 * Method: a real slapd beside a school that the AAF has brought in.
 */
const ldap = {
  ...academy,
  ...{ sourceCode: 'ldap-nantes', kind: 'LDAP' as const, academyCode: '', priority: 20 },
};

let bed: ImportBed;
let slapd: Slapd;
beforeAll(async () => {
  [bed, slapd] = await Promise.all([ImportBed.start(), startSlapd()]);
  await bed.parts().declare.execute(ldap, caller);
  const schools = ['0440290B', '0440358A'].map(aSchool);
  await deliver(bed, academy.sourceCode, '2022-09-01', schools);
});
afterAll(async () => {
  await bed.stop();
  await slapd.stop();
});

type Settings = Parameters<typeof sourceAt>[1];
function read(settings: Settings = {}) {
  bed.academies = { of: () => Promise.resolve(sourceAt(slapd, settings)) };
  return bed.import('', { source: ldap.sourceCode });
}

const staff = async () => {
  const { rows } = await bed.db.database.query<{ text: string }>(
    `select concat_ws(' ', p.academic_identifier, e.profile, e.uai, nullif(e.is_head, false)) as text
     from person p join enrolment e using (person_id) where p.source = $1 and e.ends_on is null order by 1`,
    [ldap.sourceCode],
  );
  return rows.map(({ text }) => text);
};

it('AUT-1: brings in the staff with the identifier of the single sign-on, and a second time changes nothing', async () => {
  expect(await read()).toMatchObject({ state: 'COMPLETED', peopleCreated: 4 });
  const here = await staff();
  expect(here).toEqual([
    'mbrume TEACHER 0440290B',
    'mbrume TEACHER 0440358A t',
    'nul PERSONNEL 0440290B',
    'octets PERSONNEL 0440290B',
    'sbrume2 PERSONNEL 0440290B',
    'sbrume2 PERSONNEL 0440358A',
  ]);
  const { people } = await bed.emitted();
  expect(people.map(({ academicIdentifier }) => academicIdentifier).sort()).toEqual([
    ...['mbrume', 'nul', 'octets', 'sbrume2'],
  ]);
  expect(await read()).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
  expect(await staff()).toEqual(here);
});

it.each([
  ['a wrong password', () => ({ passwordFile: slapd.caFile })],
  ['an answer without anybody', () => ({ peopleFilter: '(uid=nobody)' })],
  ['more than was agreed', () => ({ peopleMax: 1 })],
])('DIR-3: %s is an incident of the import, and nobody leaves', async (_what, settings) => {
  const here = await staff();
  const report = await read(settings());
  expect(report).toMatchObject({ state: 'REFUSED', peopleRemoved: 0 });
  expect(report.remarks.map(({ code }) => code)).toContain('LDAP_INCIDENT');
  expect(await staff()).toEqual(here);
});

it('is asked once on each day, without anybody asking', async () => {
  const { imports, worker, sources } = bed.parts();
  bed.academies = { of: () => Promise.resolve(sourceAt(slapd)) };
  const daily = new ReadAcademies(sources, imports, worker);
  const day = localDate('2022-09-05');
  for (const _again of [1, 2]) await bed.db.unitOfWork.run((tx) => daily.onDay(tx, day));
  expect([await bed.parts().worker.runNext(), await bed.parts().worker.runNext()]).toEqual([
    ...[true, false],
  ]);
  await bed.parts().declare.execute({ ...ldap, enabled: false }, caller);
  await bed.db.unitOfWork.run((tx) => daily.onDay(tx, localDate('2022-09-06')));
  expect(await bed.parts().worker.runNext()).toBe(false);
});
