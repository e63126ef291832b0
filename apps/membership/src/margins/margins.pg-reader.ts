import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { type BoundedItem, MarginReader, type MemberMargin } from './margins.reader.js';

/**
 * Of market $1 from day $2 on: each membership's O and its bound on every day on which one of them moves, and
 * of these the day on which least is left. Days and items without a bound hold nothing to come near to.
 */
const margins = `
  with m as (
    select m.id, m.organisation_id, o.name, m.ends_on, greatest($2::date, m.starts_on) as since, k.floor_scope
      from membership m join organisation o on o.id = m.organisation_id join market k on k.code = m.market_code
     where m.market_code = $1 and m.status = 'ACTIVE' and m.ends_on > $2::date
  ), days as (
    select m.id, m.since as on_day from m
    union
    select m.id, d.effective_from from m join ordered_day d on d.membership_id = m.id
       and d.effective_from > m.since and d.effective_from < m.ends_on
    union
    select m.id, x.effective_from from m join commitment_change x on x.membership_id = m.id
       and x.effective_from > m.since and x.effective_from < m.ends_on
  ), figures as (
    select days.id, days.on_day, i.item_code, i.label, i.member_maximum,
           ordered_on(days.id, i.item_code, days.on_day) as ordered,
           commitment_on(days.id, i.item_code, days.on_day) as commitment
      from days cross join market_item i where i.market_code = $1
  ), bounded as (
    select f.id, f.on_day, f.item_code, f.label, f.ordered, f.commitment as bound, f.ordered - f.commitment as margin
      from figures f join m on m.id = f.id where $3 = 'FLOOR' and m.floor_scope = 'ITEM'
    union all
    select f.id, f.on_day, '*', 'Ensemble des besoins', sum(f.ordered)::bigint, sum(f.commitment)::bigint,
           sum(f.ordered - f.commitment)::bigint
      from figures f join m on m.id = f.id where $3 = 'FLOOR' and m.floor_scope = 'TOTAL' group by f.id, f.on_day
    union all
    select f.id, f.on_day, f.item_code, f.label, f.ordered, f.member_maximum, f.member_maximum - f.ordered
      from figures f where $3 = 'MAXIMUM'
  ), nearest as (
    select distinct on (b.id, b.item_code) b.* from bounded b
     where b.bound > 0 order by b.id, b.item_code, b.margin, b.on_day
  )
  select m.id, m.organisation_id, m.name, n.item_code, n.label, n.on_day, n.ordered, n.bound, n.margin
    from nearest n join m on m.id = n.id
   where ($4::bigint is null or n.margin <= $4::bigint)
     and ($5::bigint is null or n.margin * 100 <= n.bound * $5::bigint)
     and ($6::bigint is null or (n.margin, m.name, m.id, n.item_code) > ($6::bigint, $7::text, $8::text, $9::text))
   order by n.margin, m.name, m.id, n.item_code limit $10`;

const boundedItems = `
  select i.item_code, i.label, i.group_maximum, i.member_maximum,
         (select coalesce(jsonb_agg(jsonb_build_object('from', g.effective_from, 'ordered', g.ordered)
                                    order by g.effective_from), '[]')
            from group_ordered(i.market_code, i.item_code) g) as steps
    from market_item i where i.market_code = $1 order by i.position`;

@Injectable()
export class PgMarginReader extends MarginReader {
  constructor(private readonly database: Database) {
    super();
  }

  async margins(asked: Parameters<MarginReader['margins']>[0]): Promise<MemberMargin[]> {
    const { marketCode, on, bound, accounts, percent, after, limit } = asked;
    const { rows } = await this.database.query<MarginRow>(margins, [
      marketCode,
      on,
      bound,
      accounts ?? null,
      percent ?? null,
      ...(after ?? [null, null, null, null]),
      limit,
    ]);
    return rows.map((row) => ({
      membershipId: row.id,
      organisationId: row.organisation_id,
      organisationName: row.name,
      itemCode: row.item_code,
      label: row.label,
      on: row.on_day,
      ordered: Number(row.ordered),
      bound: Number(row.bound),
      margin: Number(row.margin),
    }));
  }

  async boundedItems(marketCode: string): Promise<BoundedItem[]> {
    const { rows } = await this.database.query<ItemRow>(boundedItems, [marketCode]);
    return rows.map(({ item_code, label, group_maximum, member_maximum, steps }) => ({
      itemCode: item_code,
      label,
      groupMaximum: Number(group_maximum),
      memberMaximum: Number(member_maximum),
      steps,
    }));
  }
}

type MarginRow = {
  id: string;
  organisation_id: string;
  name: string;
  item_code: string;
  label: string;
  on_day: LocalDate;
  ordered: bigint;
  bound: bigint;
  margin: bigint;
};
type ItemRow = {
  item_code: string;
  label: string;
  group_maximum: bigint;
  member_maximum: bigint;
  steps: BoundedItem['steps'];
};
