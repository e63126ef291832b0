import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import {
  type ApplicationPage,
  ApplicationReader,
  type ApplicationRow,
} from './applications.reader.js';
import type { MembershipStatus } from './domain/membership.js';
import { type OrganisationColumns, toOrganisation } from './organisation-columns.pg.js';

// A member by succession applied for nothing and has its former member's signature: it is no new adhesion (ADH-5).
const bySuccession =
  'exists (select 1 from succession c where c.successor_membership_id = m.id and c.is_successor_created)';

const view = `
  select m.id, m.market_code, m.status, m.refusal_reasons, m.letter_number, m.sent_on, m.received_on, m.documents,
         m.applied_on, m.accepted_on, s.signed_on,
         exists (select 1 from annexe2 a where a.membership_id = m.id and a.verified_by is not null) as has_verified_annexe2,
         (select coalesce(jsonb_agg(jsonb_build_object('decision', d.decision, 'reasonCode', d.reason_code, 'note', d.note,
                   'documentId', d.document_id, 'decidedBy', d.decided_by, 'decidedOn', d.decided_on) order by d.decision), '[]')
            from application_decision d where d.membership_id = m.id) as decisions,
         o.id as organisation_id, o.siren, o.name, o.kind, o.insee, o.communes, o.address, o.chorus_pro
    from membership m join organisation o on o.id = m.organisation_id
    left join convention_signature s on s.membership_id = m.id`;

@Injectable()
export class PgApplicationReader extends ApplicationReader {
  constructor(private readonly database: Database) {
    super();
  }

  async find(membershipId: string): Promise<ApplicationRow | undefined> {
    const { rows } = await this.database.query<Row>(
      `${view} where m.id = $1 and not ${bySuccession}`,
      [membershipId],
    );
    const row = rows[0];
    return row && fromRow(row);
  }

  async list(page: ApplicationPage): Promise<ApplicationRow[]> {
    const [afterName = '', afterId = ''] = page.after ?? [];
    const { rows } = await this.database.query<Row>(
      `${view}
        where m.market_code = $1 and not ${bySuccession} and ($2::text is null or m.status = $2)
          and ($3::date is null or (m.status = 'APPLIED' and m.sent_on <= $3 and m.received_on > $3
               and not exists (select 1 from application_decision d where d.membership_id = m.id)))
          and (o.name, m.id) > ($4, $5)
        order by o.name, m.id limit $6`,
      [
        page.marketCode,
        page.status ?? null,
        page.awaitingSince ?? null,
        afterName,
        afterId,
        page.limit,
      ],
    );
    return rows.map(fromRow);
  }

  async unsignedMembers(marketCode: string, on: LocalDate, tx?: Transaction) {
    const { rows } = await (tx ?? this.database).query<{ id: string; name: string }>(
      `select m.id, o.name from membership m join organisation o on o.id = m.organisation_id
        where m.market_code = $1 and m.status in ('ACCEPTED', 'ACTIVE')
          and not exists (select 1 from convention_signature s where s.membership_id = m.id and s.signed_on <= $2)
          and not ${bySuccession}
        order by o.name, m.id`,
      [marketCode, on],
    );
    return rows.map(({ id, name }) => ({ membershipId: id, name }));
  }
}

type Row = OrganisationColumns & {
  id: string;
  market_code: string;
  status: MembershipStatus;
  refusal_reasons: string[];
  letter_number: string;
  sent_on: LocalDate;
  received_on: LocalDate;
  documents: DocumentReference[];
  applied_on: LocalDate;
  accepted_on: LocalDate | null;
  signed_on: LocalDate | null;
  has_verified_annexe2: boolean;
  decisions: (Omit<ApplicationRow['decisions'][number], 'documentId'> & {
    documentId: string | null;
  })[];
};

function fromRow(row: Row): ApplicationRow {
  return {
    membershipId: row.id,
    organisation: toOrganisation(row),
    marketCode: row.market_code,
    status: row.status,
    refusalReasons: row.refusal_reasons,
    letter: { number: row.letter_number, sentOn: row.sent_on, receivedOn: row.received_on },
    documents: row.documents,
    appliedOn: row.applied_on,
    acceptedOn: row.accepted_on ?? undefined,
    hasVerifiedAnnexe2: row.has_verified_annexe2,
    decisions: row.decisions.map((decision) => ({
      ...decision,
      documentId: decision.documentId ?? undefined,
    })),
    signedOn: row.signed_on ?? undefined,
  };
}
