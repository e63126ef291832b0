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
  /** False: the lists disagree with the books beyond the thresholds, and nothing is recorded from them (PRV-5). */
  readonly isBelieved: boolean;
};

/**
 * Parts what was found. Never held: the block of an account that the books have blocked, missing accounts and links
 * that a feed has restored, each of which was read alone. Always held: a deletion, the block
 * of a second user that its person has used, a school that the ENT does not know, and so many missing that the answer is
 * doubted. All the rest of a school is done together, or held together where it is more than the day allows.
 */
export function planOfNight(school: EntSchool, mayCall: (calls: number) => boolean): NightPlan {
  if (school.structureId === undefined) {
    return { now: withNothing(school), held: school, calls: 0, isBelieved: false };
  }
  const { comparison, absent, elsewhere } = school;
  const { compared, blocks, back, lateKeys, unknown, places, named, strays, links } = comparison;
  const { lostActivations } = comparison;
  // To be opened again; the others are to be blocked.
  const toOpen = blocks.filter(({ user }) => user.isBlocked);
  const toBlock = blocks.filter(({ user }) => !user.isBlocked);
  const second = comparison.duplicates.filter(({ user }) => mayBlock(user));
  // A person logs in by it: its block needs that person's agreement.
  const used = second.filter(({ user }) => user.isActivated);
  const unused = second.filter(({ user }) => !user.isActivated);
  const free = unknown.filter(mayBlock);
  const found = [toOpen, places, strays, named, links, lostActivations, elsewhere, free, unused];
  const count = found.reduce((sum, each) => sum + each.length, 0);
  const isDoubted = absent.length * 100 > compared * missingPercentMax;
  const [lost, doubted] = isDoubted ? [[], absent] : [absent, []];
  const nothing = withNothing(school);
  if (!mayCall(count)) {
    const never = { blocks: toBlock, restoredLinks: comparison.restoredLinks };
    const all = {
      ...{ ...comparison, ...toldAlone, blocks: toOpen, restoredLinks: [] },
      ...{ unknown: free, duplicates: second },
    };
    return {
      now: { ...nothing, absent: lost, comparison: { ...nothing.comparison, ...never } },
      held: { ...school, absent: doubted, preDeleted: [], comparison: { ...all, missing: [] } },
      calls: 0,
      isBelieved: false,
    };
  }
  return {
    now: {
      ...school,
      absent: lost,
      preDeleted: [],
      comparison: {
        ...comparison,
        ...toldAlone,
        unknown: free,
        duplicates: unused,
        back: [],
        lateKeys: [],
      },
    },
    held: {
      ...nothing,
      absent: doubted,
      comparison: { ...nothing.comparison, duplicates: used, back, lateKeys },
    },
    calls: count,
    isBelieved: true,
  };
}

/** What a person alone can correct, in the ENT. */
const toldAlone = {
  ...{ waiting: [], exchanged: [], misnamed: [] },
  ...{ renamedClasses: [], renamedStructures: [], handMade: [], fedNames: [] },
};

/** The same school with nothing to be done there. */
export function withNothing(school: EntSchool): EntSchool {
  return {
    ...school,
    ...{ absent: [], elsewhere: [], preDeleted: [] },
    comparison: {
      ...school.comparison,
      ...{ missing: [], renumbered: [], back: [], blocks: [], places: [], named: [] },
      ...{ lateKeys: [], links: [], adoptable: [], unknown: [], waiting: [] },
      ...{ strays: [], duplicates: [], exchanged: [], misnamed: [], lostActivations: [] },
      ...{ foundClasses: [], renamedClasses: [], renamedStructures: [] },
      ...{ handMade: [], fedNames: [], fedPlaces: [], restoredLinks: [] },
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
      ...{ missing: [], ...toldAlone, fedPlaces: [], restoredLinks: [] },
      foundClasses: comparison.foundClasses.filter(({ entId }) => keys.has(`CLASS  ${entId}`)),
      renumbered: pairs('RENUMBERED', comparison.renumbered),
      back: pairs('BACK', comparison.back),
      blocks: pairs('BLOCK', comparison.blocks),
      places: pairs('PLACE', comparison.places),
      strays: pairs('PLACE', comparison.strays),
      duplicates: pairs('DUPLICATE', comparison.duplicates),
      named: pairs('NAME', comparison.named),
      lateKeys: pairs('KEY', comparison.lateKeys),
      links: pairs('LINKS', comparison.links),
      lostActivations: pairs('ACTIVATION', comparison.lostActivations),
      adoptable: pairs('ADOPTABLE', comparison.adoptable),
      unknown: comparison.unknown.filter(({ entId }) => keys.has(`UNKNOWN  ${entId}`)),
    },
  };
}
