import type { LocalDate } from '#libs/time';

export const seasonNames = ['RENTREE', 'NORMAL', 'SUMMER'] as const;
export type SeasonName = (typeof seasonNames)[number];

/** From the lowest to the highest: who may approve follows it. */
export const levels = ['SCHOOL', 'MEMBER', 'WHOLE'] as const;
export type Level = (typeof levels)[number];

/** So much of those who are there, and never more than so many. */
export type Limit = { readonly percent: number; readonly most: number };
export type Limits = Readonly<Record<Level, Limit>>;

/** How much the ENT may be told on a day without a person's word (PRV-8). */
export type Thresholds = {
  /** Fewer than that never wait: one family is no accident. */
  readonly least: number;
  /** Outside both it is NORMAL; first and last day, `MM-DD`. */
  readonly seasons: readonly {
    readonly name: Exclude<SeasonName, 'NORMAL'>;
    readonly from: string;
    readonly to: string;
  }[];
  readonly limits: Readonly<Record<SeasonName, Limits>>;
};

export type LimitsOfDay = {
  readonly season: SeasonName;
  readonly least: number;
  readonly limits: Limits;
};

export function limitsOn(day: LocalDate, { least, seasons, limits }: Thresholds): LimitsOfDay {
  const date = day.slice(5);
  const season = seasons.find(({ from, to }) => from <= date && date <= to)?.name ?? 'NORMAL';
  return { season, least, limits: limits[season] };
}

/** What a level allows on a day where so many are there. */
export function ceilingOf(
  { least, limits }: Pick<LimitsOfDay, 'least' | 'limits'>,
  level: Level,
  among: number,
): number {
  const { percent, most } = limits[level];
  return Math.max(least, Math.min(most, Math.ceil((among * percent) / 100)));
}

/**
 * Beyond so many who are there nobody need count on: either the most decides, or they allow so many calls, if no more are
 * to be judged.
 */
export const countedUpTo = ({ percent, most }: Limit, calls = Number.POSITIVE_INFINITY): number =>
  percent === 0 ? 0 : Math.ceil((Math.min(most, calls) * 100) / percent);

/**
 * As settings write them: `SCHOOL:5:20,MEMBER:3:60,WHOLE:1:500` (percent, most). Undefined where a level is missing or
 * twice, or a figure is no percentage.
 */
export function limitsFrom(text: string): Limits | undefined {
  const found = new Map<string, Limit>();
  for (const part of text.split(',')) {
    const [, level = '', percent = '', most = ''] = /^(\w+):(\d{1,3}):(\d{1,7})$/.exec(part) ?? [];
    if (found.has(level) || !isLevel(level) || Number(percent) > 100) return undefined;
    found.set(level, { percent: Number(percent), most: Number(most) });
  }
  const [SCHOOL, MEMBER, WHOLE] = levels.map((level) => found.get(level));
  return SCHOOL && MEMBER && WHOLE ? { SCHOOL, MEMBER, WHOLE } : undefined;
}

/** As settings write them: `RENTREE:08-15:10-15,SUMMER:07-05:08-14`. */
export const seasonsFrom = (text: string): Thresholds['seasons'] =>
  [...text.matchAll(/(RENTREE|SUMMER):(\d\d-\d\d):(\d\d-\d\d)/g)].map(
    ([, name, from = '', to = '']) => ({
      ...{ name: name === 'SUMMER' ? ('SUMMER' as const) : ('RENTREE' as const), from, to },
    }),
  );

const isLevel = (text: string): text is Level => (levels as readonly string[]).includes(text);
