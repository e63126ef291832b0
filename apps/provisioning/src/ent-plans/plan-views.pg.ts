import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { type SeatsOfItem, summedItems } from '../seat-prices/seat-prices.module.js';

export type FiguresView = {
  readonly renames: number;
  readonly moves: number;
  readonly blocks: number;
  readonly closes: number;
  readonly deletes: number;
};
export type PlanView = {
  readonly planId: string;
  readonly madeOn: LocalDate;
  readonly expiresOn: LocalDate;
  readonly season: string;
  /** Schools that were held when it was made, and those that still are. */
  readonly schools: number;
  readonly held: number;
  /** The highest level among those that wait; '': none waits. */
  readonly heldBy: string;
  /** Of the schools that were held. */
  readonly figures: FiguresView;
  readonly seats: number;
  readonly seatItems: readonly SeatsOfItem[];
  /** Accounts of the same plan that needed nobody's word. */
  readonly released: number;
};
export type PlanMemberView = {
  readonly membershipId: string;
  readonly memberName: string;
  readonly schools: number;
  readonly held: number;
  readonly figures: FiguresView;
  readonly seats: number;
  readonly seatItems: readonly SeatsOfItem[];
};
export type WaitingView = Pick<
  PlanView,
  'madeOn' | 'expiresOn' | 'figures' | 'seats' | 'seatItems'
>;
export type PlanSchoolView = {
  readonly uai: string;
  readonly schoolName: string;
  readonly membershipId: string;
  readonly state: string;
  readonly heldBy: string;
  readonly figures: FiguresView;
  readonly seats: number;
  readonly seatItems: readonly SeatsOfItem[];
  readonly counted: number;
  readonly decidedOn: string;
  readonly reason: string;
};

/** Plans as people see them, in figures: of their markets; undefined: of all. What ran by itself is a figure alone. */
@Injectable()
export class PlanViews {
  constructor(private readonly database: Database) {}

  /** Newest first; those that held something. */
  async list(markets: readonly string[] | undefined, limit: number): Promise<PlanView[]> {
    return this.plans(
      `exists (select from seen s where s.plan_id = p.plan_id and s.state <> 'RELEASED')`,
      [markets ?? null, limit],
    );
  }

  async get(
    planId: string,
    markets: readonly string[] | undefined,
  ): Promise<{ plan: PlanView; members: PlanMemberView[] } | undefined> {
    const [plan] = await this.plans(
      `p.plan_id::text = $3 and exists (select from seen s where s.plan_id = p.plan_id)`,
      [markets ?? null, 1, planId],
    );
    if (!plan) return undefined;
    const { rows: members } = await this.database.query<PlanMemberView>(
      `with seen as (${seen})
       select s.membership_id as "membershipId", coalesce(m.organisation_name, '') as "memberName", count(*)::int as schools,
         ${held}, ${figures}, sum(s.seats)::int as seats,
         ${summedItems(`select o.seat_items from seen o where o.plan_id = $2 and o.state <> 'RELEASED' and o.membership_id = s.membership_id`)} as "seatItems"
       from seen s left join membership m using (membership_id)
       where s.plan_id = $2 and s.state <> 'RELEASED' group by 1, 2 order by 2, 1`,
      [markets ?? null, plan.planId],
    );
    return { plan, members };
  }

  /** By UAI; one more than asked, for the cursor. */
  async schools(
    planId: string,
    markets: readonly string[] | undefined,
    page: { readonly after: string; readonly limit: number },
  ): Promise<PlanSchoolView[]> {
    const { rows } = await this.database.query<PlanSchoolView>(
      `with seen as (${seen})
       select s.uai, coalesce(o.name, '') as "schoolName", s.membership_id as "membershipId", s.held_by as "heldBy", s.seats,
         s.seat_items as "seatItems", s.counted,
         case when s.state = 'APPROVED' and not exists (select from ent_task t where t.part_id = s.part_id) then 'DONE'
           else s.state end as state,
         ${figuresOf('s.renames', 's.moves', 's.blocks', 's.closes', 's.deletes')},
         coalesce(d.decided_on::text, '') as "decidedOn", coalesce(d.reason, '') as reason
       from seen s left join ent_plan_decision d using (part_id) left join school o on o.uai = s.uai
       where s.plan_id::text = $2 and s.state <> 'RELEASED' and s.uai > $3 order by s.uai limit $4`,
      [markets ?? null, planId, page.after, page.limit + 1],
    );
    return rows;
  }

  /** What the last plan that holds something of one school holds of it. */
  async waiting(
    uai: string,
    markets: readonly string[] | undefined,
  ): Promise<WaitingView | undefined> {
    const { rows } = await this.database.query<WaitingView>(
      `with seen as (${seen})
       select p.made_on as "madeOn", p.expires_on as "expiresOn", s.seats, s.seat_items as "seatItems",
         ${figuresOf('s.renames', 's.moves', 's.blocks', 's.closes', 's.deletes')}
       from seen s join ent_plan p using (plan_id) where s.uai = $2 and s.state = 'HELD'
       order by p.made_on desc, p.plan_id desc limit 1`,
      [markets ?? null, uai],
    );
    return rows[0];
  }

  private async plans(which: string, values: unknown[]): Promise<PlanView[]> {
    const { rows } = await this.database.query<PlanView>(
      `with seen as (${seen}),
         chosen as (select * from ent_plan p where ${which} order by made_on desc, plan_id desc limit $2)
       select p.plan_id as "planId", p.made_on as "madeOn", p.expires_on as "expiresOn", p.season, x.*
       from chosen p cross join lateral (
         select (count(*) filter (where s.state <> 'RELEASED'))::int as schools, ${held},
           case max(case when s.state = 'HELD' then array_position('{SCHOOL,MEMBER,WHOLE}', s.held_by) end)
             when 1 then 'SCHOOL' when 2 then 'MEMBER' when 3 then 'WHOLE' else '' end as "heldBy",
           ${figures}, coalesce(sum(s.seats) filter (where s.state <> 'RELEASED'), 0)::int as seats,
           ${summedItems(`select o.seat_items from seen o where o.plan_id = p.plan_id and o.state <> 'RELEASED'`)} as "seatItems",
           coalesce(sum(s.renames + s.moves + s.blocks + s.closes + s.deletes) filter (where s.state = 'RELEASED'), 0)::int as released
         from seen s where s.plan_id = p.plan_id) x
       order by p.made_on desc, p.plan_id desc`,
      values,
    );
    return rows;
  }
}

const seen = `select q.* from ent_plan_part q where $1::text[] is null or exists (
  select from membership m where m.membership_id = q.membership_id and m.market_code = any($1))`;
const held = `(count(*) filter (where s.state = 'HELD'))::int as held`;
const figuresOf = (...five: readonly string[]) =>
  `json_build_object(${['renames', 'moves', 'blocks', 'closes', 'deletes']
    .map((name, at) => `'${name}', ${five[at]}`)
    .join(', ')}) as figures`;
const sumOf = (column: string) =>
  `coalesce(sum(s.${column}) filter (where s.state <> 'RELEASED'), 0)::int`;
const figures = figuresOf(
  ...['renames', 'moves', 'blocks', 'closes', 'deletes'].map((name) => sumOf(name)),
);
