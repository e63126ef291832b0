import { Injectable } from '@nestjs/common';
import type { MemberMargin as MemberMarginMessage, Plain } from '#libs/contracts';
import { Database } from '#libs/persistence';
import type { LocalDate, Timeline } from '#libs/time';

export const bounds = ['FLOOR', 'MAXIMUM'] as const;
export type Bound = (typeof bounds)[number];

/** How near a member comes to its floor or its maximum, on the day from today on on which least is left. */
export type MemberMargin = Plain<MemberMarginMessage>;

export type MarginsAsked = {
  readonly marketCode: string;
  readonly bound: Bound;
  /** At most so many accounts left, or so many percent of the bound; undefined: all. */
  readonly accounts: number | undefined;
  readonly percent: number | undefined;
};

export type MarginsPage = MarginsAsked & {
  readonly on: LocalDate;
  readonly after: MarginKey | undefined;
  readonly limit: number;
};

/** margin, name, membership, item: what the list is sorted by. */
export type MarginKey = readonly [number, string, string, string];

export type BoundedItem = {
  readonly itemCode: string;
  readonly label: string;
  /** 0: none. */
  readonly groupMaximum: number;
  readonly memberMaximum: number;
  /** What the group has ordered, oldest first, over all time. */
  readonly steps: Timeline;
};

/** How near members come to their bounds, and the group to its maxima. */
@Injectable()
export class Margins {
  constructor(private readonly database: Database) {}

  /** Active memberships that have not ended, also those that begin later; the nearest first. */
  async list(asked: MarginsPage): Promise<MemberMargin[]> {
    const { marketCode, on, bound, accounts, percent, after, limit } = asked;
    return this.database.rows<MemberMargin>(margins, [
      marketCode,
      on,
      bound,
      ...[accounts, percent, ...(after ?? [null, null, null, null])],
      limit,
    ]);
  }

  /** The items of a market as they stand, with what counts for the maximum (ORD-6). */
  boundedItems(marketCode: string): Promise<BoundedItem[]> {
    return this.database.rows<BoundedItem>(boundedItems, [marketCode]);
  }
}

/**
 * Of market $1 from day $2 on: each membership's O and its bound on every day on which one of them moves, and
 * of these the day on which least is left. Days and items without a bound hold nothing to come near to. Each item
 * has steps of its own, read as they stand, except where the commitment binds all items together: there all items
 * are looked up on each day on which one of them moves.
 */
const margins = `
  with m as (
    select m.id, m.organisation_id, o.name, m.ends_on, greatest($2::date, m.starts_on) as since,
           $3 = 'FLOOR' and k.floor_scope = 'TOTAL' as is_joint
      from membership m join organisation o on o.id = m.organisation_id join market k on k.code = m.market_code
     where m.market_code = $1 and m.status = 'ACTIVE' and m.ends_on > $2::date
  ), bound_item as (
    select m.id, m.since, m.ends_on, m.is_joint, i.item_code, i.label, i.member_maximum, coalesce(c.quantity, 0) as signed
      from m join market_item i on i.market_code = $1
      left join commitment c on c.membership_id = m.id and c.item_code = i.item_code
  ), moves as (
    select b.id, b.item_code, b.since as on_day, ordered_on(b.id, b.item_code, b.since) as ordered from bound_item b
    union all
    select b.id, b.item_code, d.effective_from, d.ordered from bound_item b
      join ordered_day d on d.membership_id = b.id and d.item_code = b.item_code
     where d.effective_from > b.since and d.effective_from < b.ends_on
    union all
    select b.id, b.item_code, x.effective_from, ordered_on(b.id, b.item_code, x.effective_from) from bound_item b
      join commitment_change x on x.membership_id = b.id and x.item_code = b.item_code
     where x.effective_from > b.since and x.effective_from < b.ends_on
  ), steps as (
    select b.*, v.on_day, v.ordered from bound_item b join moves v on v.id = b.id and v.item_code = b.item_code
     where not b.is_joint
    union all
    select b.*, v.on_day, ordered_on(b.id, b.item_code, v.on_day) from bound_item b
      join (select distinct id, on_day from moves) v on v.id = b.id where b.is_joint
  ), figures as (
    select s.*, s.signed + coalesce((
             select sum(x.delta) from commitment_change x
              where x.membership_id = s.id and x.item_code = s.item_code and x.effective_from <= s.on_day), 0)::bigint as commitment
      from steps s
  ), bounded as (
    select f.id, f.on_day, f.item_code, f.label, f.ordered,
           case when $3 = 'FLOOR' then f.commitment else f.member_maximum end as bound,
           case when $3 = 'FLOOR' then f.ordered - f.commitment else f.member_maximum - f.ordered end as margin
      from figures f where not f.is_joint
    union all
    select f.id, f.on_day, '*', 'Ensemble des besoins', sum(f.ordered)::bigint, sum(f.commitment)::bigint,
           sum(f.ordered - f.commitment)::bigint
      from figures f where f.is_joint group by f.id, f.on_day
  ), nearest as (
    select distinct on (b.id, b.item_code) b.* from bounded b
     where b.bound > 0 order by b.id, b.item_code, b.margin, b.on_day
  )
  select m.id as "membershipId", m.organisation_id as "organisationId", m.name as "organisationName",
         n.item_code as "itemCode", n.label, n.on_day as on, n.ordered::float8, n.bound::float8, n.margin::float8
    from nearest n join m on m.id = n.id
   where ($4::bigint is null or n.margin <= $4::bigint)
     and ($5::bigint is null or n.margin * 100 <= n.bound * $5::bigint)
     and ($6::bigint is null or (n.margin, m.name, m.id, n.item_code) > ($6::bigint, $7::text, $8::text, $9::text))
   order by n.margin, m.name, m.id, n.item_code limit $10`;

const boundedItems = `
  select i.item_code as "itemCode", i.label, i.group_maximum::float8 as "groupMaximum",
         i.member_maximum::float8 as "memberMaximum",
         (select coalesce(jsonb_agg(jsonb_build_object('from', g.effective_from, 'quantity', g.ordered)
                                    order by g.effective_from), '[]')
            from group_ordered(i.market_code, i.item_code) g) as steps
    from market_item i where i.market_code = $1 order by i.position`;
