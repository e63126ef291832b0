import { breachesOf, type Figures, type Limits } from './thresholds.js';

export type SchoolState =
  'RELEASED' | 'HELD' | 'APPROVED' | 'REJECTED' | 'EXPIRED' | 'REPLACED' | 'OLDER';

export type PlannedSchool = {
  readonly uai: string;
  readonly figures: Figures;
  readonly hasChanges: boolean;
  /** The source's last data applied to this school are younger. */
  readonly isOlder: boolean;
  /** A person approved these very changes of this school. */
  readonly isApproved: boolean;
};

export type Verdict = {
  readonly heldWhole: boolean;
  /** Why a school is held, by its UAI; `''`: the whole. */
  readonly breaches: ReadonlyMap<string, readonly (keyof Figures)[]>;
  readonly states: ReadonlyMap<string, SchoolState>;
};

/** A school over its threshold is held and the others go on; over the threshold of the whole, everything is held (DIR-3). */
export function judge(schools: readonly PlannedSchool[], whole: Figures, limits: Limits): Verdict {
  const ofWhole = breachesOf(whole, limits);
  const breaches = new Map<string, readonly (keyof Figures)[]>();
  if (ofWhole.length > 0) breaches.set('', ofWhole);
  const states = new Map<string, SchoolState>();
  for (const school of schools) {
    const own = breachesOf(school.figures, limits);
    if (own.length > 0 && !school.isOlder) breaches.set(school.uai, own);
    states.set(school.uai, stateOf(school, own.length > 0 || ofWhole.length > 0));
  }
  return { heldWhole: ofWhole.length > 0, breaches, states };
}

function stateOf(school: PlannedSchool, isOver: boolean): SchoolState {
  if (school.isOlder) return 'OLDER';
  if (!school.hasChanges || !isOver) return 'RELEASED';
  return school.isApproved ? 'APPROVED' : 'HELD';
}
