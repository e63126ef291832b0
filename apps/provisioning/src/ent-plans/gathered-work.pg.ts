import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { countedUpTo, type LimitsOfDay } from './domain/thresholds.js';
import type { Day, Extent, Part, Tally } from './domain/work-plan.js';

/** What is to be told to the ENT and waits to be judged, with what it is judged by. */
@Injectable()
export class GatheredWork {
  /** Whether the day still has something to say first: whoever judges holds the turns of those who say it. */
  async isComing(tx: Transaction): Promise<boolean> {
    const { rows } = await tx.query<{ coming: boolean }>(
      `select exists (select from person_mark m where import_id = '' and not exists (
           select from person_mark h where h.person_id = m.person_id and h.import_id <> ''))
         or exists (select from pool_mark m where not exists (
           select from school_financing f where f.membership_id = m.membership_id and f.awaits_transfer))
         or exists (select from account, platform.business_day d
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
   * remembers that it was held; what never waits goes.
   */
  async gather(tx: Transaction): Promise<void> {
    await tx.query(
      `with changed as (
         select distinct plan_uai as uai from ent_task where gate = 'GATHERED'),
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
   * whole. Counted no further
   * than it matters: all accounts of a market are too many for each judgement.
   */
  async extents(
    tx: Transaction,
    day: LocalDate,
    parts: readonly Pick<Part, 'uai' | 'membershipId'>[],
    { limits: { SCHOOL, MEMBER, WHOLE } }: Pick<LimitsOfDay, 'limits'>,
  ): Promise<Pick<Day, 'whole' | 'members' | 'schools'>> {
    const uais = parts.map(({ uai }) => uai);
    const membershipIds = [...new Set(parts.map(({ membershipId }) => membershipId))];
    const { rows } = await tx.query<{ level: string; id: string; accounts: number; ran: number }>(
      `with there as (
           select 'SCHOOL' as level, s.id, ${countUpTo('$4', 'a.uai = s.id')} from unnest($2::text[]) as s(id)
           union all select 'MEMBER', m.id, ${countUpTo(
             '$5',
             // By its schools: no index has its accounts.
             'a.membership_id = m.id and a.uai in (select f.uai from school_financing f where f.membership_id = m.id)',
           )} from unnest($3::text[]) as m(id)
           union all select 'WHOLE', '', ${countUpTo('$6', 'true')}),
         -- Whom a move takes from a school counts there, too.
         leaving as (
           select t.plan_uai as uai, count(*)::int as accounts from ent_task t join account a using (account_id)
           where t.gate = 'GATHERED' and t.plan_uai <> a.uai group by 1),
         ran as (
           select q.uai, q.membership_id, sum(q.counted)::int as counted from ent_plan p join ent_plan_part q using (plan_id)
           where p.made_on = $1 and q.state = 'RELEASED' group by 1, 2
           union all select uai, membership_id, calls from ent_look where day = $1 and calls > 0),
         found as (
           select level, id, accounts, 0 as ran from there
           union all select 'SCHOOL', uai, accounts, 0 from leaving
           union all select 'SCHOOL', uai, 0, counted from ran where uai = any($2)
           union all select 'MEMBER', membership_id, 0, counted from ran
           union all select 'WHOLE', '', 0, counted from ran)
       select level, id, sum(accounts)::int as accounts, sum(ran)::int as ran from found group by 1, 2`,
      [day, uais, membershipIds, ...[SCHOOL, MEMBER, WHOLE].map(countedUpTo)],
    );
    const of = (level: string) =>
      new Map<string, Extent>(
        rows
          .filter((row) => row.level === level)
          .map(({ id, accounts, ran }) => [id, { accounts, ran }]),
      );
    const whole = of('WHOLE').get('') ?? { accounts: 0, ran: 0 };
    return { whole, members: of('MEMBER'), schools: of('SCHOOL') };
  }
}

/** SQL: whom the ENT has of these accounts, at most so many. */
const countUpTo = (most: string, which: string) => `(select count(*)::int from (
  select from account a where a.ent_id is not null and not a.ent_removed and ${which} limit ${most}) as c) as accounts`;
