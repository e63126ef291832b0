import { missingPercentMax } from './brakes.js';
import type { DifferenceKind } from './differences.js';
import type { EntSchool } from './ent-school.js';
import { type BookedAccount, mayBlock, type Pair } from './school-comparison.js';

/** What becomes of a school that was looked at, without a person's word and with it (PRV-8). */
export type NightPlan = {
  readonly now: EntSchool;
  readonly held: EntSchool;
  /** Calls of `now` that the thresholds of the day limit. */
  readonly calls: number;
};

/**
 * Parts what was found. Never held: what only the books learn, family links, and the block of whom the books have
 * blocked. Always held: a deletion, the block of a second user that its person has used, a school that the ENT does not
 * know, and so many missing that the answer is doubted.
 * In between, all the rest of a school together, where it is more than the day allows.
 */
export function planOfNight(school: EntSchool, mayCall: (calls: number) => boolean): NightPlan {
  if (school.structureId === undefined) {
    return { now: withNothing(school), held: school, calls: 0 };
  }
  const { comparison, absent, elsewhere } = school;
  const { compared, blocks, back, lateKeys, unknown } = comparison;
  const isDoubted = absent.length * 100 > compared * missingPercentMax;
  // To be opened again; the others are to be blocked.
  const toOpen = blocks.filter(({ user }) => user.isBlocked);
  const toBlock = blocks.filter(({ user }) => !user.isBlocked);
  const { places, named, strays } = comparison;
  const second = comparison.duplicates.filter(({ user }) => mayBlock(user));
  // Somebody comes in by it: whoever blocks it has asked whom.
  const used = second.filter(({ user }) => user.isActivated);
  const found = {
    ...{ blocks: toOpen, places, strays, named, elsewhere },
    unknown: unknown.filter(mayBlock),
    duplicates: second.filter(({ user }) => !user.isActivated),
  };
  const nothing: typeof found = {
    ...{ blocks: [], places: [], strays: [], named: [], elsewhere: [] },
    ...{ unknown: [], duplicates: [] },
  };
  const count = Object.values(found).reduce((sum, each) => sum + each.length, 0);
  const isWithin = mayCall(count);
  const [now, held] = isWithin ? [found, nothing] : [nothing, found];
  return {
    now: {
      ...school,
      ...{ absent: isDoubted ? [] : absent, elsewhere: now.elsewhere, preDeleted: [] },
      comparison: {
        ...comparison,
        ...{ places: now.places, strays: now.strays, named: now.named, unknown: now.unknown },
        duplicates: now.duplicates,
        ...{ blocks: [...toBlock, ...now.blocks], back: [], lateKeys: [], waiting: [] },
      },
    },
    held: {
      ...school,
      ...{ absent: isDoubted ? absent : [], elsewhere: held.elsewhere, preDeleted: [] },
      comparison: {
        ...withNothing(school).comparison,
        ...{ places: held.places, strays: held.strays, named: held.named, unknown: held.unknown },
        duplicates: [...held.duplicates, ...used],
        ...{ blocks: held.blocks, back, lateKeys },
      },
    },
    calls: isWithin ? count : 0,
  };
}

/** The same school with nothing to be done there. */
export function withNothing(school: EntSchool): EntSchool {
  return {
    ...school,
    ...{ absent: [], elsewhere: [], preDeleted: [] },
    comparison: {
      ...school.comparison,
      ...{ missing: [], renumbered: [], back: [], blocks: [], places: [], named: [] },
      ...{ lateKeys: [], links: [], adoptable: [], unknown: [], waiting: [] },
      ...{ strays: [], duplicates: [] },
    },
  };
}

/** Of a school, what these keys name (`differenceKey`), and nothing else. */
export function onlyThese(school: EntSchool, keys: ReadonlySet<string>): EntSchool {
  const { comparison } = school;
  const accounts = <A extends BookedAccount>(kind: DifferenceKind, all: readonly A[]) =>
    all.filter(({ accountId, entId }) => keys.has(`${kind} ${accountId} ${entId ?? ''}`));
  const pairs = <P extends Pair>(kind: DifferenceKind, all: readonly P[]) =>
    all.filter(({ account, user }) => keys.has(`${kind} ${account.accountId} ${user.entId}`));
  return {
    ...school,
    absent: accounts('MISSING', school.absent),
    elsewhere: accounts('ELSEWHERE', school.elsewhere),
    preDeleted: [],
    comparison: {
      ...comparison,
      ...{ missing: [], waiting: [] },
      renumbered: pairs('RENUMBERED', comparison.renumbered),
      back: pairs('BACK', comparison.back),
      blocks: pairs('BLOCK', comparison.blocks),
      places: pairs('PLACE', comparison.places),
      strays: pairs('PLACE', comparison.strays),
      duplicates: pairs('DUPLICATE', comparison.duplicates),
      named: pairs('NAME', comparison.named),
      lateKeys: pairs('KEY', comparison.lateKeys),
      links: pairs('LINKS', comparison.links),
      adoptable: pairs('ADOPTABLE', comparison.adoptable),
      unknown: comparison.unknown.filter(({ entId }) => keys.has(`UNKNOWN  ${entId}`)),
    },
  };
}
