import { jest } from '@jest/globals';
import { aSchool, deliver } from '../../apps/directory/test/stated-people.test-support.js';
import { academy as aaf, caller } from '../../apps/directory/test/import-bed.test-support.js';
import { localDate } from '#libs/time';
import { PopulationDays } from '../support/generator/school-years/population-days.js';
import { AcademyBed } from './academy-bed.js';
import { answerAllOf } from './answer-all.js';
import { compare } from './compare-lines.js';
import { ExpectedPeople, linesOf, type TableAdult, withAdults } from './expected-people.js';
import { ldifOfStaff } from './ldif-of-staff.js';
import { adultsIn } from './table-adults.js';

const isProof = process.env['PROVE'] === '1';
jest.setTimeout(isProof ? 3_600_000 : 240_000);

/**
 * Goal: in whatever order the sources deliver, the same people come of it, each once (DIR-2, DIR-5). Method: the schools are
 * known; an AAF, extractions of ONDE, tables and a real LDAP state one population, each time in another order; whoever is
 * asked about is answered. What was told is compared with the population itself. In every run the AAF
 * comes last; `npm run prove -- directory` tries all orders.
 */
const day = localDate('2026-08-31');
const population = new PopulationDays({
  seed: process.env['PROVE_SEED'] ?? '1',
  ...{ size: Infinity, schoolsMax: 7, headcountMax: 32 },
});
const [ondeSite, csvSite] = [population.sites[2]!, population.sites[6]!];

const sources = ['AAF', 'ONDE', 'CSV', 'LDAP'] as const;
type Source = (typeof sources)[number];
const ordersOf = (left: readonly Source[]): Source[][] =>
  left.length === 0
    ? [[]]
    : left.flatMap((one) =>
        ordersOf(left.filter((each) => each !== one)).map((rest) => [one, ...rest]),
      );
const orders: readonly (readonly Source[])[] = isProof
  ? ordersOf(sources)
  : [['ONDE', 'LDAP', 'CSV', 'AAF']];

test.each(orders.map((order) => [order.join(', '), order] as const))(
  'DIR-2, DIR-5: %s: everybody is there once, as the population has them',
  async (_title, order) => {
    const expected = new ExpectedPeople(population, [day]);
    const academy = await AcademyBed.start(population, day);
    const adults: TableAdult[] = [];
    const deliveries: Record<Source, () => Promise<{ state: string }>> = {
      AAF: () => academy.full(day),
      ONDE: () => academy.onde(ondeSite, day),
      CSV: () =>
        academy.csv(csvSite, day, (folder) => {
          adults.push(...adultsIn(folder, csvSite.school.uai));
        }),
      LDAP: () => academy.ldap(ldifOfStaff(population, day)),
    };
    try {
      // Which schools there are is said first: a school's tables are of one that is known.
      const known = { ...aaf, sourceCode: 'ecoles', academyCode: '', priority: 50 };
      await academy.bed.parts().declare.execute(known, caller);
      const schools = population.sites.map(({ school }) => aSchool(school.uai));
      await deliver(academy.bed, known.sourceCode, day, schools);
      for (const source of order) {
        expect([source, await deliveries[source]()]).toMatchObject([
          source,
          { state: 'COMPLETED' },
        ]);
        await answerAllOf(academy, expected, day);
      }
      academy.told.take(await academy.bed.emitted());
      const people = withAdults(expected.on(day), adults);
      expect(compare(linesOf(academy.told.present()), linesOf(people))).toEqual({
        ...{ missing: [], surplus: [] },
      });
      expect(people.size).toBeGreaterThan(100);
      // And each stands as all that is stated comes to.
      expect(await academy.bed.whoDiffers()).toEqual([]);
    } finally {
      await academy.bed.stop();
    }
  },
);
