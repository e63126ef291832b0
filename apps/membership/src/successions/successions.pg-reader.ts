import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { SuccessionReader, type SuccessionView } from './successions.reader.js';

const view = `
  select s.*, m.organisation_id as predecessor_organisation_id, p.name as predecessor_name, o.name as successor_name,
         case when s.status = 'CARRIED_OUT' then (
           select coalesce(jsonb_agg(jsonb_build_object('itemCode', i.item_code, 'commitment', f.c, 'ordered', f.o)
                                     order by i.position) filter (where f.c <> 0 or f.o <> 0), '[]')
             from market_item i cross join lateral (
               select coalesce((select c.quantity from commitment c where s.is_successor_created
                                   and c.membership_id = s.successor_membership_id and c.item_code = i.item_code), 0)
                      + coalesce((select sum(x.delta) from commitment_change x
                                   where x.succession_id = s.id and x.membership_id = s.successor_membership_id
                                     and x.item_code = i.item_code and x.effective_from <= s.effective_on), 0) as c,
                      coalesce((select sum(l.delta) from order_line l
                                 where l.order_id = any(s.successor_order_ids) and l.item_code = i.item_code
                                   and l.effective_from <= s.effective_on), 0) as o) f
            where i.market_code = s.market_code) else '[]' end as moved
    from succession s join membership m on m.id = s.predecessor_membership_id
    join organisation p on p.id = m.organisation_id join organisation o on o.id = s.successor_organisation_id`;

@Injectable()
export class PgSuccessionReader extends SuccessionReader {
  constructor(private readonly database: Database) {
    super();
  }

  async find(successionId: string): Promise<SuccessionView | undefined> {
    const { rows } = await this.database.query<Row>(`${view} where s.id = $1`, [successionId]);
    return rows[0] && toView(rows[0]);
  }

  async list({
    marketCode,
    status,
    organisationId,
    membershipId,
    after,
    limit,
  }: Parameters<SuccessionReader['list']>[0]) {
    const { rows } = await this.database.query<Row>(
      `${view} where ($1 = '' or s.market_code = $1) and ($2 = '' or s.status = $2)
          and ($3 = '' or m.organisation_id = $3 or s.successor_organisation_id = $3)
          and ($7 = '' or exists (select from membership own
                where own.id = $7 and own.market_code = s.market_code
                  and own.organisation_id in (m.organisation_id, s.successor_organisation_id)))
          and ($4::date is null or (s.effective_on, s.id) < ($4::date, $5))
        order by s.effective_on desc, s.id desc limit $6`,
      [
        marketCode,
        status,
        organisationId,
        after?.[0] ?? null,
        after?.[1] ?? '',
        limit,
        membershipId,
      ],
    );
    return rows.map(toView);
  }
}

type Row = {
  id: string;
  group_id: string;
  market_code: string;
  kind: SuccessionView['kind'];
  effective_on: LocalDate;
  predecessor_membership_id: string;
  predecessor_organisation_id: string;
  predecessor_name: string;
  successor_organisation_id: string;
  successor_name: string;
  document: SuccessionView['document'];
  moved_lines: SuccessionView['movedLines'];
  schools: string[];
  schools_moved: string[];
  status: SuccessionView['status'];
  planned_on: LocalDate;
  decided_on: LocalDate | null;
  reason_code: string | null;
  reason: string | null;
  successor_membership_id: string | null;
  is_successor_created: boolean;
  predecessor_order_id: string | null;
  successor_order_ids: string[];
  moved: SuccessionView['moved'];
};

function toView(row: Row): SuccessionView {
  return {
    successionId: row.id,
    groupId: row.group_id,
    marketCode: row.market_code,
    kind: row.kind,
    effectiveOn: row.effective_on,
    predecessorMembershipId: row.predecessor_membership_id,
    predecessorOrganisationId: row.predecessor_organisation_id,
    predecessorName: row.predecessor_name,
    successorOrganisationId: row.successor_organisation_id,
    successorName: row.successor_name,
    document: row.document,
    movedLines: row.moved_lines,
    schools: row.status === 'CARRIED_OUT' ? row.schools_moved : row.schools,
    status: row.status,
    plannedOn: row.planned_on,
    decidedOn: row.decided_on ?? '',
    reasonCode: row.reason_code ?? '',
    reason: row.reason ?? '',
    successorMembershipId: row.successor_membership_id ?? '',
    successorCreated: row.is_successor_created,
    predecessorOrderId: row.predecessor_order_id ?? '',
    successorOrderIds: row.successor_order_ids,
    moved: row.moved,
  };
}
