/** How many people of a source a school has, or the whole of it, and what a plan would do with them. */
export type Figures = {
  readonly present: number;
  readonly added: number;
  readonly changed: number;
  /** One key, another name and birth date. */
  readonly identities: number;
  readonly ended: number;
  readonly returned: number;
};

export type SeasonName = 'NORMAL' | 'RENTREE' | 'FREEZE';

/** From and to: `MM-DD`, both in it. Ends and arrivals of so many percent pass; an identity never changes with a season. */
export type Season = {
  readonly name: SeasonName;
  readonly from: string;
  readonly to: string;
  readonly percent: number;
};

/** The parameters of the brake (DIR-3). */
export type Thresholds = {
  readonly percent: number;
  /** Fewer people than that never hold anything: one family is no accident. */
  readonly least: number;
  readonly seasons: readonly Season[];
};

export type Limits = {
  readonly season: SeasonName;
  /** Of people who go, and of people who come where there were some. */
  readonly percent: number;
  readonly identityPercent: number;
  readonly least: number;
};

/** What counts on a day, YYYY-MM-DD. */
export function limitsOn(day: string, { percent, least, seasons }: Thresholds): Limits {
  const date = day.slice(5);
  const season = seasons.find(({ from, to }) => from <= date && date <= to);
  return {
    season: season?.name ?? 'NORMAL',
    percent: season?.percent ?? percent,
    identityPercent: percent,
    least,
  };
}

/** Why something is held: a figure, or pupils who come as somebody new and may be known. */
export type Breach = keyof Figures | 'doublePupils' | 'torn' | KindFigures['kind'];

/** People who would end by absence, as the same delivery speaks of them. */
export type Torn = {
  /** Guardians whom its pupils name. */
  readonly named: number;
  /** Pupils not of the last level, of whom it has every guardian, and as nobody's. */
  readonly orphaned: number;
};

/**
 * A file of the export is missing, of which no number tells. That so many names lead to nobody is no slip of the source's, in
 * no season; guardians may stay a while behind children who have moved, of whom there are some at the rentrée.
 */
export const isTorn = (
  { named, orphaned }: Torn,
  { present }: Figures,
  { least }: Limits,
): boolean =>
  (named >= least && named * 100 > present) || (orphaned >= least && orphaned * 20 > present);

/** Of the whole, kind by kind: who is there, and who would end. */
export type KindFigures = {
  readonly kind: 'pupils' | 'guardians' | 'staff';
  readonly present: number;
  readonly ended: number;
};

/** An academy's teachers are two of a hundred of its people: all of them together would be below the threshold of the whole. */
export const kindsOver = (
  kinds: readonly KindFigures[],
  { least, percent }: Limits,
): readonly KindFigures[] =>
  kinds.filter(({ present, ended }) => ended >= least && ended * 100 > present * percent);

/**
 * A list without INE and guardians makes a question of each pupil: applied, each would be there twice until somebody has
 * answered. Of all that the source would state there; no season changes it.
 */
export const areTooManyDoubles = (
  doublePupils: number,
  { present, added }: Figures,
  { identityPercent, least }: Limits,
): boolean => doublePupils >= least && doublePupils * 100 > (present + added) * identityPercent;

/** What is above its limit: integers only, exactly 10 % passes, one more does not. */
export function breachesOf(figures: Figures, limits: Limits): readonly (keyof Figures)[] {
  const { present, added, identities, ended } = figures;
  const isOver = (count: number, percent: number) =>
    count >= limits.least && count * 100 > present * percent;
  return [
    ...(isOver(ended, limits.percent) ? (['ended'] as const) : []),
    ...(isOver(identities, limits.identityPercent) ? (['identities'] as const) : []),
    // Where nobody was, everybody is new.
    ...(present > 0 && isOver(added, limits.percent) ? (['added'] as const) : []),
  ];
}
