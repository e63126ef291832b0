import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { areMarksDue } from '../copies/copies.module.js';
import { countedUpTo, type LimitsOfDay } from './domain/thresholds.js';
import type { Day, Extent, Part, Tally } from './domain/work-plan.js';
import { digest } from './part-digest.js';

/** A school of which so many calls at most are to be judged. */
export type ToJudge = Pick<Part, 'uai' | 'membershipId'> & { readonly calls: number };

/** What is to be told to the ENT and waits to be judged, with what it is judged by. */
@Injectable()
export class GatheredWork {
  /** Whether the day still has something to say first: whoever judges holds the turns of those who say it. */
  async isComing(tx: Transaction): Promise<boolean> {
    const { rows } = await tx.query<{ coming: boolean }>(
      `select ${areMarksDue} or exists (select from account, platform.business_day d
           where state = 'CLOSING' and closing_ends_on <= d.day) as coming`,
    );
    return rows[0]?.coming === true;
  }

  /** Whether something is gathered that never waits, or is no more wanted. */
  async isAnyFree(database: Pick<Transaction, 'query'>): Promise<boolean> {
    const { rows } = await database.query<{ free: boolean }>(
      `select exists (select from ent_task where gate = 'GATHERED' and kind is null) as free`,
    );
    return rows[0]?.free === true;
  }

  /**
   * What a part holds of a school that has something new is gathered with it, so that what a person reads is all of it, and
   * remembers that it was held; so is what is left of a part of which somebody counts for another school by now. What never
   * waits goes.
   */
  async gather(tx: Transaction): Promise<void> {
    await tx.query(
      `with changed as (
         select distinct plan_uai as uai from ent_task where gate = 'GATHERED'
         union select p.uai from ent_plan_part p where p.state = 'HELD' and p.digest <> (
           select ${digest} from ent_task t where t.part_id = p.part_id and t.gate = 'HELD')),
       stale as (
         update ent_plan_part p set state = 'STALE' from changed c where p.uai = c.uai and p.state = 'HELD' returning part_id)
       update ent_task t set gate = 'GATHERED' from stale where t.part_id = stale.part_id and t.gate = 'HELD'`,
    );
    await tx.query(
      `update ent_task set gate = 'OPEN', plan_uai = null, part_id = null where gate = 'GATHERED' and kind is null`,
    );
  }

  /** What is gathered, or of it these accounts alone. */
  async tallies(tx: Transaction, accountIds?: readonly string[]): Promise<Tally[]> {
    const { rows } = await tx.query<Tally>(
      `select t.plan_uai as uai, a.membership_id as "membershipId", t.kind, count(*)::int as accounts,
         (count(*) filter (where t.part_id is null and (t.kind <> 'DELETE' or a.ent_blocked)))::int as fresh,
         (count(*) filter (where t.kind in ('BLOCK', 'CLOSE') and a.item_code <> ''))::int as seats
       from ent_task t join account a using (account_id)
       where t.gate = 'GATHERED' and t.kind is not null and ($1::uuid[] is null or t.account_id = any($1)) group by 1, 2, 3`,
      [accountIds ?? null],
    );
    return rows;
  }

  /**
   * Whom the ENT has, and what was released on the day or repaired by its night, of these schools, their members and the
   * whole. Counted no further than it matters: of a member and the whole as many as allow all that is to be judged, since
   * all accounts of a market are too many for each judgement.
   */
  async extents(
    tx: Transaction,
    day: LocalDate,
    parts: readonly ToJudge[],
    { limits: { SCHOOL, MEMBER, WHOLE } }: Pick<LimitsOfDay, 'limits'>,
  ): Promise<Pick<Day, 'whole' | 'members' | 'schools'>> {
    const uais = parts.map(({ uai }) => uai);
    const ran = await this.ranOn(tx, day);
    const callsOf = summed(parts.map(({ membershipId, calls }) => [membershipId, calls]));
    const ranOf = summed(ran.map(({ membershipId, counted }) => [membershipId ?? '', counted]));
    const all = [...callsOf.values(), ...ranOf.values()].reduce((sum, each) => sum + each, 0);
    const mostOfMember = ([membershipId, calls]: [string, number]) =>
      countedUpTo(MEMBER, calls + (ranOf.get(membershipId) ?? 0));
    const { rows } = await tx.query<{ level: string; id: string; accounts: number }>(
      `with there as (
           select 'SCHOOL' as level, s.id, ${countUpTo('$2', 'a.uai = s.id')} from unnest($1::text[]) as s(id)
           union all select 'MEMBER', m.id, ${countUpTo(
             'm.most',
             // By its schools: no index has its accounts.
             'a.membership_id = m.id and a.uai in (select f.uai from school_financing f where f.membership_id = m.id)',
           )} from unnest($3::text[], $4::int[]) as m(id, most)
           union all select 'WHOLE', '', ${countUpTo('$5', 'true')}
           -- Whom a move takes from a school counts there, too.
           union all select 'SCHOOL', t.plan_uai, count(*)::int from ent_task t join account a using (account_id)
             where t.gate = 'GATHERED' and t.plan_uai <> a.uai group by 2)
       select level, id, sum(accounts)::int as accounts from there group by 1, 2`,
      [
        ...[uais, countedUpTo(SCHOOL), [...callsOf.keys()], [...callsOf].map(mostOfMember)],
        countedUpTo(WHOLE, all),
      ],
    );
    const ranIn = summed(ran.map(({ uai, counted }) => [uai, counted]));
    const of = (level: string, ranAt: ReadonlyMap<string, number>) =>
      new Map<string, Extent>(
        rows
          .filter((row) => row.level === level)
          .map(({ id, accounts }) => [id, { accounts, ran: ranAt.get(id) ?? 0 }]),
      );
    const ranAtAll = new Map([['', [...ranOf.values()].reduce((sum, each) => sum + each, 0)]]);
    const whole = of('WHOLE', ranAtAll).get('') ?? { accounts: 0, ran: 0 };
    return { whole, members: of('MEMBER', ranOf), schools: of('SCHOOL', ranIn) };
  }

  /** What was released on a day by a threshold, or repaired by its night. */
  private async ranOn(tx: Transaction, day: LocalDate): Promise<Ran[]> {
    const { rows } = await tx.query<Ran>(
      `select q.uai, q.membership_id as "membershipId", sum(q.counted)::int as counted
       from ent_plan p join ent_plan_part q using (plan_id)
       where p.made_on = $1 and q.state = 'RELEASED' group by 1, 2
       union all select uai, membership_id, calls from ent_look where day = $1 and calls > 0`,
      [day],
    );
    return rows;
  }
}

type Ran = {
  readonly uai: string;
  readonly membershipId: string | null;
  readonly counted: number;
};

function summed(figures: readonly (readonly [string, number])[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const [key, figure] of figures) sums.set(key, (sums.get(key) ?? 0) + figure);
  return sums;
}

/** SQL: whom the ENT has of these accounts, at most so many. */
const countUpTo = (most: string, which: string) => `(select count(*)::int from (
  select from account a where a.ent_id is not null and not a.ent_removed and ${which} limit ${most}) as c) as accounts`;
