import { localDate } from '#libs/time';
import type { EntSchool } from './ent-school.js';
import { planOfNight } from './night-plan.js';
import type { BookedAccount, Pair, SeenUser } from './school-comparison.js';
import { isWithin, seasonOf, type UsedToday } from './seasons.js';

const day = localDate('2022-11-10');
const many: UsedToday = {
  member: { accounts: 10_000, calls: 0 },
  whole: { accounts: 100_000, calls: 0 },
};

it.each([
  ['2022-07-04', 'NORMAL'],
  ['2022-07-05', 'SUMMER'],
  ['2022-08-14', 'SUMMER'],
  ['2022-08-15', 'RENTREE'],
  ['2022-10-15', 'RENTREE'],
  ['2022-10-16', 'NORMAL'],
  ['2023-02-28', 'NORMAL'],
])('PRV-8: the season of %s is %s', (on, season) => {
  expect(seasonOf(localDate(on))).toBe(season);
});

// By hand: 5 % of 100 users; 20 at most; 3 % of 10,000 accounts, 60 at most; 1 % of 100,000, 500 at most.
it.each<[string, number, number, UsedToday, boolean]>([
  ['within the school', 5, 100, many, true],
  ['beyond the school', 6, 100, many, false],
  ['beyond the most of a school', 21, 1_000, many, false],
  ['one in the smallest school', 1, 3, many, true],
  ['beyond the member', 5, 100, { ...many, member: { accounts: 10_000, calls: 56 } }, false],
  ['to the last of the member', 5, 100, { ...many, member: { accounts: 10_000, calls: 55 } }, true],
  ['beyond the whole', 5, 100, { ...many, whole: { accounts: 100_000, calls: 496 } }, false],
])('PRV-8: what a night may do by itself: %s', (_, calls, users, used, is) => {
  expect(isWithin('NORMAL', calls, users, used)).toBe(is);
});

const pair = (accountId: string, isBlocked: boolean) =>
  ({ account: { accountId }, user: { entId: accountId, isBlocked } }) as Pair;
const account = (accountId: string) => ({ accountId }) as BookedAccount;
function aSchool(
  found: Partial<EntSchool['comparison']>,
  { structureId = 's' as string | undefined, absent = [] as BookedAccount[] } = {},
): EntSchool {
  const nothing = { missing: [], renumbered: [], back: [], blocks: [], places: [], named: [] };
  const more = { lateKeys: [], links: [], adoptable: [], unknown: [] };
  const figures = { users: 100, compared: 100, atWork: 0, others: 0 };
  const comparison = { ...figures, ...nothing, ...more, ...found };
  const [preDeleted, elsewhere] = [[], []];
  return { uai: '0440001A', structureId, classes: [], comparison, absent, preDeleted, elsewhere };
}
const places = Array.from({ length: 6 }, (_, index) => pair(`p${index}`, false));

it('PRV-8: beyond the season all is held that closes, moves or renames; blocks that the books want and links never are', () => {
  const [opened, closed, linked] = [pair('o', false), pair('c', true), pair('l', false)];
  const links = [{ ...linked, lostChildIds: ['x'], extraChildIds: [] }];
  const school = aSchool({ places, blocks: [opened, closed], links });
  const { now, held, calls } = planOfNight(school, day, many);
  expect(calls).toBe(0);
  expect(now.comparison).toMatchObject({ places: [], blocks: [opened], links });
  expect(held.comparison).toMatchObject({ places, blocks: [closed], links: [] });
});

it('PRV-8: within it all is done, but for a deletion; who is blocked already is told alone', () => {
  const [free, blocked] = [
    { entId: 'f', isBlocked: false },
    { entId: 'b', isBlocked: true },
  ];
  const unknown = [free, blocked] as SeenUser[];
  const back = [pair('b', false)];
  const { now, held, calls } = planOfNight(aSchool({ unknown, back }), day, many);
  expect([calls, now.comparison.unknown, now.comparison.back]).toEqual([1, [free], []]);
  expect([held.comparison.unknown, held.comparison.back]).toEqual([[], back]);
});

it('PRV-5: more than 30 % missing, or a school that the ENT does not know, is held', () => {
  const lost = (count: number) => Array.from({ length: count }, (_, at) => account(`m${at}`));
  const { now, held } = planOfNight(aSchool({}, { absent: lost(31) }), day, many);
  expect([now.absent.length, held.absent.length]).toEqual([0, 31]);
  const few = planOfNight(aSchool({}, { absent: lost(30) }), day, many);
  expect([few.now.absent.length, few.held.absent.length]).toEqual([30, 0]);
  const gone = aSchool({ links: [] }, { structureId: undefined, absent: lost(1) });
  const unknownSchool = planOfNight({ ...gone, structureId: undefined }, day, many);
  expect([unknownSchool.now.absent, unknownSchool.held.absent.length]).toEqual([[], 1]);
});
