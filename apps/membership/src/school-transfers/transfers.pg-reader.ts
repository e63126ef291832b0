import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { toTransfer, type TransferRow } from './transfers.pg-repository.js';
import { TransferReader, type TransferView } from './transfers.reader.js';

const view = `
  select t.*, f.organisation_id as from_organisation_id, fo.name as from_name,
         r.organisation_id as to_organisation_id, ro.name as to_name
    from school_transfer t
    join membership f on f.id = t.from_membership_id join organisation fo on fo.id = f.organisation_id
    join membership r on r.id = t.to_membership_id join organisation ro on ro.id = r.organisation_id`;

@Injectable()
export class PgTransferReader extends TransferReader {
  constructor(private readonly database: Database) {
    super();
  }

  async find(transferId: string): Promise<TransferView | undefined> {
    const { rows } = await this.database.query<ViewRow>(`${view} where t.id = $1`, [transferId]);
    return rows[0] && toView(rows[0]);
  }

  async list({
    marketCode,
    status,
    organisationId,
    membershipId,
    after,
    limit,
  }: Parameters<TransferReader['list']>[0]) {
    const { rows } = await this.database.query<ViewRow>(
      `${view} where t.market_code = $1 and ($2 = '' or t.status = $2)
          and ($3 = '' or $3 in (f.organisation_id, r.organisation_id))
          and ($4 = '' or $4 in (t.from_membership_id, t.to_membership_id))
          and ($5::date is null or (t.effective_on, t.id) < ($5::date, $6))
        order by t.effective_on desc, t.id desc limit $7`,
      [
        marketCode,
        status,
        organisationId,
        membershipId,
        after?.[0] ?? null,
        after?.[1] ?? '',
        limit,
      ],
    );
    return rows.map(toView);
  }

  async arriving(toMembershipId: string, after: LocalDate) {
    const { rows } = await this.database.query<{ from_membership_id: string; uais: string[] }>(
      `select t.from_membership_id, array_agg(distinct l.uai order by l.uai) as uais
         from school_transfer t join school_link l
           on l.membership_id = t.to_membership_id and l.uai = any(t.uais) and l.starts_on = t.effective_on
        where t.to_membership_id = $1 and t.status = 'CARRIED_OUT' and t.effective_on > $2 and l.starts_on < l.ends_on
        group by t.from_membership_id`,
      [toMembershipId, after],
    );
    return rows.map((row) => ({ fromMembershipId: row.from_membership_id, uais: row.uais }));
  }
}

type ViewRow = TransferRow & {
  from_organisation_id: string;
  from_name: string;
  to_organisation_id: string;
  to_name: string;
};

function toView(row: ViewRow): TransferView {
  return {
    ...toTransfer(row),
    fromOrganisationId: row.from_organisation_id,
    fromName: row.from_name,
    toOrganisationId: row.to_organisation_id,
    toName: row.to_name,
    proposedOn: row.proposed_on,
    decidedOn: row.decided_on ?? '',
    orderId: row.order_id ?? '',
  };
}
