import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { MembershipStatus } from './domain/membership.js';
import { type OrganisationColumns, toOrganisation } from './organisation-columns.pg.js';
import {
  type MembershipPage,
  MembershipReader,
  type MembershipView,
} from './memberships.reader.js';

const view = `
  select m.id, m.market_code, m.status, m.starts_on, m.ends_on, m.version, m.ledger_head,
         o.id as organisation_id, o.siren, o.name, o.kind, o.insee, o.communes, o.address, o.chorus_pro,
         (select coalesce(jsonb_agg(jsonb_build_object('itemCode', i.item_code, 'quantity', c.quantity) order by i.item_code), '[]')
            from market_item i, commitment_on(m.id, i.item_code, greatest($1, m.starts_on)) as c (quantity)
           where i.market_code = m.market_code and c.quantity > 0 and ($1 < m.ends_on) is not false) as commitment,
         (select coalesce(jsonb_agg(jsonb_build_object('itemCode', i.item_code, 'quantity', coalesce((
                   select d.ordered from ordered_day d
                    where d.membership_id = m.id and d.item_code = i.item_code and d.effective_from <= $1
                      and $1 < m.ends_on
                    order by d.effective_from desc limit 1), 0)) order by i.position), '[]')
            from market_item i where i.market_code = m.market_code) as ordered,
         (select jsonb_build_object('sha256', a.sha256, 'datedOn', a.dated_on) from annexe2 a
           where a.membership_id = m.id and a.verified_by is not null order by a.id desc limit 1) as annexe2
    from membership m join organisation o on o.id = m.organisation_id`;

@Injectable()
export class PgMembershipReader extends MembershipReader {
  constructor(private readonly database: Database) {
    super();
  }

  async find(membershipId: string, on: LocalDate): Promise<MembershipView | undefined> {
    const { rows } = await this.database.query<ViewRow>(`${view} where m.id = $2`, [
      on,
      membershipId,
    ]);
    const row = rows[0];
    return row && toView(row);
  }

  async list(page: MembershipPage): Promise<MembershipView[]> {
    const [afterName = '', afterId = ''] = page.after ?? [];
    const { rows } = await this.database.query<ViewRow>(
      `${view}
        where ($2::text[] is null or m.market_code = any($2)) and ($3 = '' or m.organisation_id = $3)
          and (o.name, m.id) > ($4, $5)
        order by o.name, m.id limit $6`,
      [page.on, page.marketCodes ?? null, page.organisationId, afterName, afterId, page.limit],
    );
    return rows.map(toView);
  }
}

type ViewRow = OrganisationColumns & {
  id: string;
  market_code: string;
  status: MembershipStatus;
  starts_on: LocalDate | null;
  ends_on: LocalDate | null;
  version: bigint;
  ledger_head: string;
  commitment: { itemCode: string; quantity: number }[];
  ordered: { itemCode: string; quantity: number }[];
  annexe2: { sha256: string; datedOn: string } | null;
};

function toView(row: ViewRow): MembershipView {
  return {
    membershipId: row.id,
    organisation: toOrganisation(row),
    marketCode: row.market_code,
    status: row.status,
    startsOn: row.starts_on ?? '',
    endsOn: row.ends_on ?? '',
    version: Number(row.version),
    ledgerHead: row.ledger_head,
    commitment: row.commitment,
    ordered: row.ordered,
    ...(row.annexe2 ? { annexe2: row.annexe2 } : {}),
  };
}
