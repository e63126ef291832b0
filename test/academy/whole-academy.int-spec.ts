import { jest } from '@jest/globals';
import { addDays, type LocalDate, localDate } from '#libs/time';
import { PopulationDays } from '../support/generator/school-years/population-days.js';
import { AcademyBed } from './academy-bed.js';
import { AccountsOfTold } from './accounts-of-told.js';
import { answerAllOf } from './answer-all.js';
import { compare } from './compare-lines.js';
import { ExpectedPeople, linesOf, type TableAdult, withAdults } from './expected-people.js';
import { ldifOfStaff } from './ldif-of-staff.js';
import { adultsIn } from './table-adults.js';

/**
 * Goal: nobody is lost, doubled or erased, whatever an academy and its schools deliver in whatever state (DIR-1 to DIR-5,
 * SUP-4). Method: one invented population over a rentrée, delivered as AAF full and deltas, ONDE, tables and a real LDAP,
 * with what goes wrong in between; what the directory told, and the accounts that follow from it, are compared with the
 * population itself (`expected-people.ts`). Every `npm test` plays 24 schools; `npm run prove -- directory` all 1,438.
 */
const isProof = process.env['PROVE'] === '1';
const schoolsMax = isProof ? 1_438 : 24;
const headcountMax = Number(process.env['PROVE_HEADCOUNT'] ?? 32);
jest.setTimeout(isProof ? 7_200_000 : 180_000);

const seed = process.env['PROVE_SEED'] ?? '1';
const population = new PopulationDays({ seed, size: Infinity, schoolsMax, headcountMax });
const [first, rentree, cut, autumn] = ['2026-08-31', '2026-09-02', '2026-09-03', '2026-09-04'].map(
  (day) => localDate(day),
) as [LocalDate, LocalDate, LocalDate, LocalDate];
const expected = new ExpectedPeople(population, [first, rentree, cut, autumn]);
/** Schools that deliver tables of their own, those from which all pupils go missing, and those of a member. */
const [ondeSites, csvSites] = isProof
  ? [population.sites.slice(1, 6), population.sites.slice(6, 9)]
  : [population.sites.slice(2, 3), population.sites.slice(6, 7)];
const [emptied, spared] = [population.sites[10]!, population.sites[12]!];
const financed = population.sites.slice(0, 14).map(({ school }) => school.uai);

let academy: AcademyBed;
let accounts: AccountsOfTold;
let today: LocalDate = first;
/** Rows of adults of the tables: they never leave by absence. */
const adults: TableAdult[] = [];

beforeAll(async () => {
  academy = await AcademyBed.start(population, first);
  accounts = await AccountsOfTold.start(financed, first);
});
afterAll(async () => {
  await accounts?.bed.stop();
  await academy?.bed.stop();
});

async function begin(day: LocalDate): Promise<void> {
  today = day;
  await academy.bed.onDay(day);
}

/** What was told since goes to whoever reads it. */
async function tell() {
  const emitted = await academy.bed.emitted();
  academy.told.take(emitted);
  await accounts.take(emitted, today);
  return emitted;
}

const expectedOn = (day: LocalDate) => withAdults(expected.on(day), adults);

/** People, places, classes and links as the population has them; accounts for who is in a financed school, and nobody else. */
async function expectAllAsOn(day: LocalDate): Promise<void> {
  await tell();
  const people = expectedOn(day);
  const difference = compare(linesOf(academy.told.present()), linesOf(people));
  expect(difference).toEqual({ missing: [], surplus: [] });
  const wanted = [...people.values()].flatMap(({ lastName, firstName, birthDate, places }) => {
    const profiles = [...places]
      .map((place) => place.split(' '))
      .filter(([, uai = '']) => financed.includes(uai))
      .map(([profile]) => profile!);
    return [...new Set(profiles)].map((each) => `${each} ${lastName}|${firstName}|${birthDate}`);
  });
  const open = (await accounts.open()).map(({ personId, profile }) => {
    const { lastName, firstName, birthDate } = academy.told.states.get(personId)!;
    return `${profile} ${lastName}|${firstName}|${birthDate}`;
  });
  expect(compare(open, wanted)).toEqual({ missing: [], surplus: [] });
}

const answerAll = () => answerAllOf(academy, expected, first);

test('DIR-1: a first full export brings in everybody, and the same again writes no row', async () => {
  expect(await academy.full(first)).toMatchObject({ state: 'COMPLETED' });
  await answerAll();
  await expectAllAsOn(first);
  const before = await academy.rowVersions();
  expect(await academy.full(first)).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
  expect(await academy.rowVersions()).toEqual(before);
});

test('DIR-2, DIR-5: ONDE, tables and the LDAP of the academy state who is known already, and add who is not', async () => {
  await deliverOthers(first);
  await expectAllAsOn(first);
  // Guardians of a table have no birth date, so somebody is asked about them.
  expect(academy.answered).toBeGreaterThan(10);
  const staff = [...academy.told.states.values()].filter(
    ({ personId, academicIdentifier }) => academicIdentifier && academy.told.isHere(personId),
  );
  const posts = population.sites.flatMap((site) => [...population.postsOf(site)]);
  expect(staff).toHaveLength(new Set(posts.map((holderOn) => holderOn(first).key)).size);
});

test('DIR-1: deltas over a rentrée come to what the population is then', async () => {
  for (let day = addDays(first, 1); day <= rentree; day = addDays(day, 1)) {
    await begin(day);
    expect(await academy.delta(day)).toMatchObject({ state: 'COMPLETED' });
    await tell();
  }
  await deliverOthers(rentree);
  await expectAllAsOn(rentree);
});

test('DIR-3: of two schools that a file empties one is approved and one rejected, whatever lies there meanwhile', async () => {
  await begin(localDate('2026-10-05'));
  const name = academy.layFull(cut, [emptied.school.uai, spared.school.uai]);
  const held = await academy.bed.import(name, { batchPeople: 2_000 });
  expect(held).toMatchObject({ state: 'HELD' });
  const states = await academy.bed.schoolStates(held.importId);
  expect([states[emptied.school.uai], states[spared.school.uai]]).toEqual(['HELD', 'HELD']);
  await tell();
  const pupilsAt = (uai: string) =>
    [...academy.told.present().values()].filter(({ places }) =>
      [...places].some((place) => place.startsWith(`STUDENT ${uai} `)),
    ).length;
  const there = [emptied, spared].map(({ school }) => pupilsAt(school.uai));
  expect(Math.min(...there)).toBeGreaterThan(0);
  // Others lie under its name while somebody decides.
  academy.layOver(name, academy.layFull(first));
  await academy.bed.decide(held.importId, 'APPROVED', emptied.school.uai);
  const ended = await academy.bed.decide(held.importId, 'REJECTED', spared.school.uai);
  expect(ended).toMatchObject({ state: 'COMPLETED' });
  await tell();
  expect([emptied, spared].map(({ school }) => pupilsAt(school.uai))).toEqual([0, there[1]]);
});

test('DIR-3: an older export after a younger one is refused and writes no row; the next one brings all back', async () => {
  const before = await academy.rowVersions();
  // Of the school that was rejected, too: what is younger has been said, if not approved.
  const older = await academy.full(rentree);
  expect(older).toMatchObject({ state: 'REFUSED', remarks: [{ code: 'DELIVERY_OLDER' }] });
  expect(await academy.rowVersions()).toEqual(before);
  await begin(localDate('2026-10-12'));
  expect(await academy.full(autumn)).toMatchObject({ state: 'COMPLETED' });
  await deliverOthers(autumn);
  await expectAllAsOn(autumn);
  const complete = await academy.rowVersions();
  const again = await academy.full(rentree);
  expect(again).toMatchObject({ state: 'REFUSED', remarks: [{ code: 'DELIVERY_OLDER' }] });
  expect(await academy.rowVersions()).toEqual(complete);
});

test('DIR-2: two whom somebody takes for one are two again once the merge is undone, in every fact', async () => {
  const ids = [...academy.told.states.keys()].filter((id) => academy.told.isHere(id)).slice(0, 2);
  const pairId = await academy.ask(ids[0]!, ids[1]!);
  const { mergeId } = await academy.answer(pairId, 'SAME');
  await tell();
  const { missing } = compare(linesOf(academy.told.present()), linesOf(expectedOn(autumn)));
  expect(missing.length).toBeGreaterThan(0);
  await academy.part(mergeId);
  await expectAllAsOn(autumn);
});

test('SUP-4: who left is erased after the delay and nobody else; the same state again writes no row', async () => {
  await begin(localDate('2027-02-01'));
  const left = [...academy.told.states.keys()].filter((id) => !academy.told.isHere(id)).sort();
  expect(left.length).toBeGreaterThan(schoolsMax);
  const { erase } = academy.bed.parts();
  while ((await erase.execute()) > 0);
  const { erased } = await tell();
  expect([...erased].sort()).toEqual(left);
  await expectAllAsOn(autumn);
  const before = await academy.rowVersions();
  expect(await academy.full(autumn)).toMatchObject({ state: 'COMPLETED', peopleApplied: 0 });
  expect(await academy.rowVersions()).toEqual(before);
  expect(await accounts.bed.faults()).toEqual([]);
  if (!isProof) return;
  console.table(academy.took);
  const { length: openAccounts } = await accounts.open();
  const counts = { schools: population.sites.length, people: academy.told.present().size };
  console.log({ ...counts, erased: left.length, answered: academy.answered, openAccounts });
});

/** What the other sources say on a day, and who they ask about is answered. */
async function deliverOthers(day: LocalDate): Promise<void> {
  for (const site of ondeSites) {
    expect(await academy.onde(site, day)).toMatchObject({ state: 'COMPLETED' });
  }
  for (const site of csvSites) {
    const read = (folder: string) => adults.push(...adultsIn(folder, site.school.uai));
    expect(await academy.csv(site, day, read)).toMatchObject({ state: 'COMPLETED' });
  }
  expect(await academy.ldap(ldifOfStaff(population, day))).toMatchObject({ state: 'COMPLETED' });
  await answerAll();
}
