import type { LocalDate } from '#libs/time';

/** RENTREE: 15 August to 15 October; SUMMER: 5 July to 14 August (PRV-8). */
export type Season = 'RENTREE' | 'NORMAL' | 'SUMMER';

export function seasonOf(day: LocalDate): Season {
  const monthAndDay = day.slice(5);
  if (monthAndDay >= '08-15' && monthAndDay < '10-16') return 'RENTREE';
  return monthAndDay >= '07-05' && monthAndDay < '08-15' ? 'SUMMER' : 'NORMAL';
}

type Limit = { readonly percent: number; readonly most: number };
type Limits = { readonly school: Limit; readonly member: Limit; readonly whole: Limit };

/**
 * How many calls of a night that close, block, move or rename may be made without a person's word: so much of those who
 * are there, at least one, and never more than so many (ours). What moves by itself at the rentrée is the directory's;
 * the ENT may be put in order then, and in summer by whoever runs its transition.
 */
const limits: Readonly<Record<Season, Limits>> = {
  NORMAL: {
    school: { percent: 5, most: 20 },
    member: { percent: 3, most: 60 },
    whole: { percent: 1, most: 500 },
  },
  RENTREE: {
    school: { percent: 15, most: 60 },
    member: { percent: 10, most: 200 },
    whole: { percent: 3, most: 2_000 },
  },
  SUMMER: {
    school: { percent: 10, most: 40 },
    member: { percent: 5, most: 100 },
    whole: { percent: 2, most: 1_000 },
  },
};

/** Of one level: who is there, and what the day has done already. */
export type Used = { readonly accounts: number; readonly calls: number };
export type UsedToday = { readonly member: Used; readonly whole: Used };

/** Whether so many calls in one school stay within each level. `users`: whom the ENT has in the school. */
export function isWithin(season: Season, calls: number, users: number, used: UsedToday): boolean {
  const { school, member, whole } = limits[season];
  // A member or a market of few accounts may do at least what one of its schools may.
  const floor = ceilingOf(school, users);
  return (
    calls <= floor &&
    used.member.calls + calls <= Math.max(floor, ceilingOf(member, used.member.accounts)) &&
    used.whole.calls + calls <= Math.max(floor, ceilingOf(whole, used.whole.accounts))
  );
}

const ceilingOf = ({ percent, most }: Limit, among: number): number =>
  Math.min(most, Math.ceil((among * percent) / 100));
