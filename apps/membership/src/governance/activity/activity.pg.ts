import { Injectable } from '@nestjs/common';
import { Database, insertRow, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { GroupTotals, MemberActivity, PublishedListDecision } from './domain/activity.js';

export type ActivityPage = {
  readonly marketCode: string;
  /** Empty: every organisation. */
  readonly organisationId: string;
  readonly on: LocalDate;
  /** Name and id of the last row seen. */
  readonly after: readonly [string, string] | undefined;
  readonly limit: number;
};
export type PublishedMember = {
  readonly membershipId: string;
  readonly organisationName: string;
  readonly organisationKind: string;
};

/** What can be read of the group's activity, as committed. */
@Injectable()
export class Activity {
  constructor(private readonly database: Database) {}

  async totals(marketCode: string, on: LocalDate): Promise<GroupTotals> {
    const row = await this.database.row<GroupTotals>(
      `with a as materialized (${activity})
       select (count(*) filter (where is_in_force))::int as members, coalesce(sum("schoolsFinanced"), 0)::int as "schoolsFinanced",
              coalesce(sum("ordersSigned"), 0)::int as "ordersSigned",
              (select coalesce(jsonb_agg(jsonb_build_object('itemCode', i.item_code, 'label', i.label,
                        'commitment', s.commitment, 'ordered', s.ordered) order by i.position), '[]')
                 from market_item i cross join lateral (
                   select coalesce(sum((f->>'commitment')::bigint), 0) as commitment,
                          coalesce(sum((f->>'ordered')::bigint), 0) as ordered
                     from a, jsonb_array_elements(a.figures) f where f->>'itemCode' = i.item_code) s
                where i.market_code = $2) as figures
         from a`,
      [on, marketCode],
    );
    if (!row) throw new RangeError('An aggregate has one row');
    return row;
  }

  /** By name. */
  async list({ marketCode, organisationId, on, after, limit }: ActivityPage) {
    const rows = await this.database.rows<MemberActivity & { readonly is_in_force: boolean }>(
      `${activity} and ($3 = '' or m.organisation_id = $3) and (o.name, m.id) > ($4, $5)
        order by o.name, m.id limit $6`,
      [on, marketCode, organisationId, after?.[0] ?? '', after?.[1] ?? '', limit],
    );
    return rows.map(({ is_in_force: _, ...member }): MemberActivity => member);
  }

  decision(marketCode: string) {
    return this.database.row<PublishedListDecision>(
      `select content, decided_on as "decidedOn", reason from published_list_decision
        where market_code = $1 order by id desc limit 1`,
      [marketCode],
    );
  }

  /** In force on the day, by name. */
  published({ marketCode, on, after, limit }: Omit<ActivityPage, 'organisationId'>) {
    return this.database.rows<PublishedMember>(
      `select m.id as "membershipId", o.name as "organisationName", o.kind as "organisationKind"
         from membership m join organisation o on o.id = m.organisation_id
        where m.market_code = $1 and m.starts_on <= $2 and $2 < m.ends_on and (o.name, m.id) > ($3, $4)
        order by o.name, m.id limit $5`,
      [marketCode, on, after?.[0] ?? '', after?.[1] ?? '', limit],
    );
  }

  /** Decisions are only added: the last one counts. */
  addDecision(tx: Transaction, marketCode: string, decision: PublishedListDecision, by: string) {
    const { content, reason, decidedOn } = decision;
    const row = { marketCode, content, reason, decidedOn, decidedBy: by };
    return insertRow(tx, 'published_list_decision', row);
  }
}

/** Of each membership $2 ever accepted, its figures on $1: outside the membership all are 0. */
const activity = `
  select m.id as "membershipId", m.organisation_id as "organisationId", o.name as "organisationName",
         o.kind as "organisationKind", m.status, coalesce(m.starts_on::text, '') as "startsOn",
         coalesce(m.ends_on::text, '') as "endsOn",
         coalesce(m.starts_on <= $1 and $1 < m.ends_on, false) as is_in_force, coalesce(f.figures, '[]') as figures,
         (select count(*)::int from school_link l
           where l.membership_id = m.id and l.starts_on <= $1 and $1 < l.ends_on) as "schoolsFinanced",
         m.ledger_position::int as "ordersSigned"
    from membership m join organisation o on o.id = m.organisation_id
    cross join lateral (
      select jsonb_agg(jsonb_build_object('itemCode', i.item_code, 'label', i.label,
               'commitment', case when m.starts_on <= $1 and $1 < m.ends_on then commitment_on(m.id, i.item_code, $1) else 0 end,
               'ordered', case when m.starts_on <= $1 and $1 < m.ends_on then coalesce((
                  select d.ordered from ordered_day d
                   where d.membership_id = m.id and d.item_code = i.item_code and d.effective_from <= $1
                   order by d.effective_from desc limit 1), 0) else 0 end) order by i.position) as figures
        from market_item i
       where i.market_code = m.market_code) f
   where m.market_code = $2 and m.status in ('ACCEPTED', 'ACTIVE', 'ENDED')`;
