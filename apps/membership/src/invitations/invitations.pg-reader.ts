import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { missingPieces } from '../memberships/applications.reader.js';
import type { Reminder } from './domain/invitation.js';
import type { Invitee } from './domain/invitee.js';
import { InvitationReader, type InvitationRow } from './invitations.reader.js';

const view = `
  select i.id, i.market_code, i.siren, i.name, i.kind, coalesce(i.insee, '') as insee, i.letter_number, i.invited_on,
         i.declined_on, a.id as membership_id, a.status, a.organisation_kind, a.documents, a.has_verified_annexe2,
         (select coalesce(jsonb_agg(jsonb_build_object('remindedOn', r.reminded_on, 'channel', r.channel,
                   'letterNumber', r.letter_number) order by r.reminded_on, r.id), '[]')
            from invitation_reminder r where r.invitation_id = i.id) as reminders
    from invitation i
    left join lateral (
      select m.id, m.status, m.documents, o.kind as organisation_kind,
             exists (select 1 from annexe2 x where x.membership_id = m.id and x.verified_by is not null) as has_verified_annexe2
        from organisation o join membership m on m.organisation_id = o.id and m.market_code = i.market_code
       where o.siren = i.siren
       order by (m.status = 'REFUSED'), m.applied_on desc, m.id desc limit 1) a on true`;

@Injectable()
export class PgInvitationReader extends InvitationReader {
  constructor(private readonly database: Database) {
    super();
  }

  async all(marketCode: string, tx?: Transaction): Promise<InvitationRow[]> {
    const { rows } = await (tx ?? this.database).query<Row>(
      `${view} where i.market_code = $1 order by i.name, i.id`,
      [marketCode],
    );
    return rows.map(fromRow);
  }

  async find(invitationId: string, tx?: Transaction): Promise<InvitationRow | undefined> {
    const { rows } = await (tx ?? this.database).query<Row>(`${view} where i.id = $1`, [
      invitationId,
    ]);
    const row = rows[0];
    return row && fromRow(row);
  }

  async silentAfterDays(marketCode: string): Promise<number> {
    const { rows } = await this.database.query<{ days: number }>(
      `select coalesce((select silent_after_days from invitation_campaign where market_code = $1), 21) as days`,
      [marketCode],
    );
    return rows[0]?.days ?? 21;
  }
}

type Row = {
  id: string;
  market_code: string;
  siren: string;
  name: string;
  kind: Invitee['kind'];
  insee: string;
  letter_number: string;
  invited_on: LocalDate;
  declined_on: LocalDate | null;
  reminders: Reminder[];
  membership_id: string | null;
  status: string;
  organisation_kind: string;
  documents: Parameters<typeof missingPieces>[1];
  has_verified_annexe2: boolean;
};

function fromRow(row: Row): InvitationRow {
  return {
    invitationId: row.id,
    marketCode: row.market_code,
    invitee: {
      siren: row.siren,
      name: row.name,
      kind: row.kind,
      insee: row.insee,
      letterNumber: row.letter_number,
    },
    invitedOn: row.invited_on,
    declinedOn: row.declined_on ?? undefined,
    reminders: row.reminders,
    application:
      row.membership_id === null
        ? undefined
        : {
            membershipId: row.membership_id,
            status: row.status,
            missing: missingPieces(row.organisation_kind, row.documents, row.has_verified_annexe2),
          },
  };
}
