import type { EntSchool } from './ent-school.js';
import { foundIn, heldKeys } from './differences.js';
import { onlyThese, planOfNight } from './night-plan.js';
import type { BookedAccount, Pair, SeenUser } from './school-comparison.js';

/** What the day allows (`ent-plans/domain/work-plan.ts` says it). */
const upTo = (most: number) => (calls: number) => calls <= most;

const pair = (accountId: string, isBlocked: boolean) =>
  ({ account: { accountId }, user: { entId: accountId, isBlocked } }) as Pair;
const account = (accountId: string) => ({ accountId }) as BookedAccount;
function aSchool(
  found: Partial<EntSchool['comparison']>,
  { structureId = 's' as string | undefined, absent = [] as BookedAccount[] } = {},
): EntSchool {
  const nothing = { missing: [], renumbered: [], back: [], blocks: [], places: [], named: [] };
  const more = { lateKeys: [], waiting: [], links: [], adoptable: [], unknown: [], strays: [] };
  const identifiers = { exchanged: [], misnamed: [], lostActivations: [] };
  const labels = { foundClasses: [], renamedClasses: [], renamedStructures: [], handMade: [] };
  const figures = { users: 100, compared: 100, atWork: 0, others: 0 };
  const comparison = {
    ...figures,
    ...nothing,
    ...more,
    ...identifiers,
    ...labels,
    ...{ duplicates: [], fedPlaces: [], fedNames: [], restoredLinks: [] },
    ...found,
  };
  const [preDeleted, elsewhere] = [[], []];
  return { uai: '0440001A', structureId, classes: [], comparison, absent, preDeleted, elsewhere };
}
const places = Array.from({ length: 6 }, (_, index) => ({
  ...pair(`p${index}`, false),
  extraClassIds: [],
}));

test('PRV-5, PRV-8: beyond the season everything is held, links and numbers too, but accounts read alone as missing and the blocks that the books want', () => {
  const [opened, closed, linked] = [pair('o', false), pair('c', true), pair('l', false)];
  const links = [{ ...linked, lostChildIds: ['x'], extraChildIds: [] }];
  const renumbered = [pair('r', false)];
  const absent = [account('m')];
  const school = aSchool({ places, blocks: [opened, closed], links, renumbered }, { absent });
  const { now, held, calls, isBelieved } = planOfNight(school, upTo(7));
  expect([calls, isBelieved, now.absent, held.absent]).toEqual([0, false, absent, []]);
  expect(now.comparison).toMatchObject({ places: [], blocks: [opened], links: [], renumbered: [] });
  expect(held.comparison).toMatchObject({ places, blocks: [closed], links, renumbered });
  // Links count like names.
  expect(planOfNight(school, upTo(8)).calls).toBe(8);
});

test('PRV-8: within it all is done, but for a deletion; who is blocked already is told alone', () => {
  const [free, blocked] = [
    { entId: 'f', isBlocked: false },
    { entId: 'b', isBlocked: true },
  ];
  const unknown = [free, blocked] as SeenUser[];
  const back = [pair('b', false)];
  const { now, held, calls } = planOfNight(aSchool({ unknown, back }), upTo(6));
  expect([calls, now.comparison.unknown, now.comparison.back]).toEqual([1, [free], []]);
  expect([held.comparison.unknown, held.comparison.back]).toEqual([[], back]);
});

test('PRV-5, PRV-8: a second user that nobody has used is blocked within the season; one that somebody comes in by waits for a word; an academy’s own, and one that is blocked, are told alone', () => {
  const second = (entId: string, changed: Partial<SeenUser>): Pair => ({
    account: account('a'),
    user: { entId, isBlocked: false, isActivated: false, isFed: false, ...changed } as SeenUser,
  });
  const [free, used] = [second('free', {}), second('used', { isActivated: true })];
  const told = [second('fed', { isFed: true }), second('blocked', { isBlocked: true })];
  const strays = [pair('s', false)];
  const school = aSchool({ strays, duplicates: [free, used, ...told] });
  const within = planOfNight(school, upTo(2));
  expect([within.calls, within.now.comparison.duplicates, within.now.comparison.strays]).toEqual([
    ...[2, [free], strays],
  ]);
  expect([within.held.comparison.duplicates, within.held.comparison.strays]).toEqual([[used], []]);
  const beyond = planOfNight(school, upTo(1));
  expect([beyond.now.comparison.duplicates, beyond.now.comparison.strays]).toEqual([[], []]);
  expect(beyond.held.comparison).toMatchObject({ duplicates: [free, used], strays });
  const fates = foundIn(school, within).map(({ kind, entId, fate }) => `${kind} ${entId} ${fate}`);
  expect(fates).toEqual([
    ...['PLACE s REPAIRED', 'DUPLICATE free REPAIRED', 'DUPLICATE used HELD'],
    ...['DUPLICATE fed TOLD', 'DUPLICATE blocked TOLD'],
  ]);
  const keys = heldKeys(foundIn(school, beyond));
  expect(onlyThese(school, keys).comparison).toMatchObject({ duplicates: [free, used], strays });
});

test('PRV-9: a link that a feed has restored is cut whatever the season allows, and takes nothing of it', () => {
  const restoredLinks = [{ ...pair('g', false), lostChildIds: [], extraChildIds: ['c'] }];
  const school = aSchool({ strays: [pair('s', false)], restoredLinks });
  const [within, beyond] = [planOfNight(school, upTo(1)), planOfNight(school, upTo(0))];
  expect([within.calls, within.now.comparison.restoredLinks]).toEqual([1, restoredLinks]);
  expect(beyond.now.comparison).toMatchObject({ restoredLinks, strays: [] });
  expect(beyond.held.comparison.restoredLinks).toEqual([]);
});

test('PRV-5: more than 30 % missing, or a school that the ENT does not know, is held', () => {
  const lost = (count: number) => Array.from({ length: count }, (_, at) => account(`m${at}`));
  const { now, held } = planOfNight(aSchool({}, { absent: lost(31) }), upTo(6));
  expect([now.absent.length, held.absent.length]).toEqual([0, 31]);
  const few = planOfNight(aSchool({}, { absent: lost(30) }), upTo(6));
  expect([few.now.absent.length, few.held.absent.length]).toEqual([30, 0]);
  const gone = aSchool({ links: [] }, { structureId: undefined, absent: lost(1) });
  const unknownSchool = planOfNight({ ...gone, structureId: undefined }, upTo(6));
  expect([unknownSchool.now.absent, unknownSchool.held.absent.length]).toEqual([[], 1]);
});
