import {
  areTooManyDoubles,
  type Breach,
  breachesOf,
  type Figures,
  isTorn,
  kindsOver,
  type KindFigures,
  type Limits,
  type Torn,
} from './thresholds.js';

export type SchoolState =
  | 'RELEASED'
  | 'HELD'
  | 'APPROVED'
  | 'REJECTED'
  | 'EXPIRED'
  | 'REPLACED'
  | 'OLDER';

export type PlannedSchool = {
  readonly uai: string;
  readonly figures: Figures;
  /** New pupils about whom somebody will be asked (DIR-2). */
  readonly doublePupils: number;
  readonly hasChanges: boolean;
  /** The source's last data applied to this school are younger. */
  readonly isOlder: boolean;
  /** A person approved these very changes of this school. */
  readonly isApproved: boolean;
};

export type Verdict = {
  readonly heldWhole: boolean;
  /** Why a school is held, by its UAI; `''`: the whole. */
  readonly breaches: ReadonlyMap<string, readonly Breach[]>;
  readonly states: ReadonlyMap<string, SchoolState>;
  /** Beyond their threshold, or the whole is: not for a head to approve (DIR-5). */
  readonly over: ReadonlySet<string>;
};

/** What is judged beside the figures, if any. `planOnly`: all that changes waits to be looked at. */
export type Beside = {
  readonly planOnly?: boolean;
  /** Schools with undecided changes of an older delivery, which this delivery contains. */
  readonly carriedUais?: readonly string[];
  readonly torn?: Torn;
  readonly kinds?: readonly KindFigures[];
};
const nobodyTorn: Torn = { named: 0, orphaned: 0 };

/**
 * A school over its threshold is held and the others go on, and so are small schools that are emptied together; over the
 * threshold of the whole, everything is held (DIR-3).
 */
export function judge(
  schools: readonly PlannedSchool[],
  whole: Figures,
  limits: Limits,
  { planOnly = false, carriedUais = [], torn = nobodyTorn, kinds = [] }: Beside = {},
): Verdict {
  const ofWhole: Breach[] = [...breachesOf(whole, limits)];
  if (isTorn(torn, whole, limits)) ofWhole.push('torn');
  if (!ofWhole.includes('ended')) ofWhole.push(...kindsOver(kinds, limits).map(({ kind }) => kind));
  const breaches = new Map<string, readonly Breach[]>();
  if (ofWhole.length > 0) breaches.set('', ofWhole);
  const states = new Map<string, SchoolState>();
  const over = new Set<string>();
  const areManyEmptied = peopleOf(schools.filter(isEmptied)) >= limits.least;
  for (const school of schools) {
    const { figures, doublePupils } = school;
    const own: Breach[] = [...breachesOf(figures, limits)];
    if (areManyEmptied && isEmptied(school) && own.length === 0) own.push('ended');
    if (areTooManyDoubles(doublePupils, figures, limits)) own.push('doublePupils');
    if (own.length > 0 && !school.isOlder) breaches.set(school.uai, own);
    const isOver = own.length > 0 || ofWhole.length > 0;
    if (isOver) over.add(school.uai);
    states.set(school.uai, stateOf(school, isOver || planOnly || carriedUais.includes(school.uai)));
  }
  return { heldWhole: ofWhole.length > 0, breaches, states, over };
}

/**
 * Nobody is left whom the source states there, and nobody comes instead. One school of a few people may have closed; where
 * several together lose as many as ever hold a school, their part of the delivery is missing: of each, too few leave to
 * be seen, and of all of an academy's staff as well.
 */
const isEmptied = ({ isOlder, figures: { present, added, returned, ended } }: PlannedSchool) =>
  !isOlder && present > 0 && ended === present && added + returned === 0;
const peopleOf = (schools: readonly PlannedSchool[]): number =>
  schools.reduce((sum, { figures }) => sum + figures.ended, 0);

function stateOf(school: PlannedSchool, waits: boolean): SchoolState {
  if (school.isOlder) return 'OLDER';
  if (!school.hasChanges || !waits) return 'RELEASED';
  return school.isApproved ? 'APPROVED' : 'HELD';
}
