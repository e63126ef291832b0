import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Day, Extent, Tally } from './domain/work-plan.js';

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

  /**
   * All that is gathered. What a part holds of a school that has something new is gathered with it, so that what a person
   * reads is all of it; what is no more wanted goes.
   */
  async gather(tx: Transaction): Promise<Tally[]> {
    await tx.query(
      `with changed as (
         select distinct plan_uai as uai from ent_task where gate = 'GATHERED'),
       stale as (
         update ent_plan_part p set state = 'STALE' from changed c where p.uai = c.uai and p.state = 'HELD' returning part_id)
       update ent_task t set gate = 'GATHERED', part_id = null from stale where t.part_id = stale.part_id and t.gate = 'HELD'`,
    );
    await tx.query(
      `update ent_task set gate = 'OPEN', plan_uai = null where gate = 'GATHERED' and kind is null`,
    );
    return this.tallies(tx);
  }

  /** What is gathered, or of it these accounts alone. */
  async tallies(tx: Transaction, accountIds?: readonly string[]): Promise<Tally[]> {
    const { rows } = await tx.query<Tally>(
      `select t.plan_uai as uai, a.membership_id as "membershipId", t.kind, count(*)::int as accounts,
         (count(*) filter (where t.kind in ('BLOCK', 'CLOSE') and a.item_code <> ''))::int as seats
       from ent_task t join account a using (account_id)
       where t.gate = 'GATHERED' and t.kind is not null and ($1::uuid[] is null or t.account_id = any($1)) group by 1, 2, 3`,
      [accountIds ?? null],
    );
    return rows;
  }

  /** Whom the ENT has, and what was released on the day, of these schools, their members and the whole. */
  async extents(
    tx: Transaction,
    day: LocalDate,
    uais: readonly string[],
  ): Promise<Pick<Day, 'whole' | 'members' | 'schools'>> {
    const { rows } = await tx.query<{ level: string; id: string; accounts: number; ran: number }>(
      `with there as (
           select uai, membership_id, count(*)::int as accounts from account
           where ent_id is not null and not ent_removed group by 1, 2),
         -- Whom a move takes from a school counts there, too.
         leaving as (
           select t.plan_uai as uai, count(*)::int as accounts from ent_task t join account a using (account_id)
           where t.gate = 'GATHERED' and t.plan_uai <> a.uai group by 1),
         ran as (
           select q.uai, q.membership_id, sum(q.counted)::int as counted from ent_plan p join ent_plan_part q using (plan_id)
           where p.made_on = $1 and q.state = 'RELEASED' group by 1, 2),
         found as (
           select 'SCHOOL' as level, uai as id, accounts, 0 as ran from there where uai = any($2)
           union all select 'SCHOOL', uai, accounts, 0 from leaving
           union all select 'SCHOOL', uai, 0, counted from ran where uai = any($2)
           union all select 'MEMBER', membership_id, accounts, 0 from there
           union all select 'MEMBER', membership_id, 0, counted from ran
           union all select 'WHOLE', '', accounts, 0 from there
           union all select 'WHOLE', '', 0, counted from ran)
       select level, id, sum(accounts)::int as accounts, sum(ran)::int as ran from found group by 1, 2`,
      [day, uais],
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
