import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { arraysOf, Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference, Recorded } from '#libs/trade';
import { missingPieces } from '../memberships/domain/application.js';
import type { Invitation, Invitee, Reminder } from './domain/invitation.js';

export type InvitationRow = Invitation & {
  readonly marketCode: string;
  readonly invitee: Invitee;
};

/** A campaign is read whole, some thousand rows at most: where each stands is the domain's to say. */
@Injectable()
export class Invitations {
  constructor(private readonly database: Database) {}

  /** Opens the campaign of a market where it is not yet open, and locks it. */
  async openCampaign(tx: Transaction, marketCode: string): Promise<void> {
    await tx.query(
      'insert into invitation_campaign (market_code) values ($1) on conflict do nothing',
      [marketCode],
    );
    await tx.query('select 1 from invitation_campaign where market_code = $1 for no key update', [
      marketCode,
    ]);
  }

  async count(tx: Transaction, marketCode: string): Promise<number> {
    const counted = 'select count(*) from invitation where market_code = $1';
    return Number(await tx.value<bigint>(counted, [marketCode]));
  }

  /** Those of these letters that another organisation's invitation carries. */
  lettersTaken(tx: Transaction, marketCode: string, invitees: readonly Invitee[]) {
    return tx.column<string>(
      `select i.letter_number from invitation i
         join unnest($2::text[], $3::text[]) as n (siren, letter_number)
           on n.letter_number = i.letter_number and n.siren <> i.siren
        where i.market_code = $1 and i.letter_number <> ''`,
      [marketCode, ...arraysOf(invitees, 'siren', 'letterNumber')],
    );
  }

  /** Adds who is not invited yet; gives how many. */
  async add(
    tx: Transaction,
    marketCode: string,
    invitees: readonly Invitee[],
    invited: Recorded,
  ): Promise<number> {
    const { rowCount } = await tx.query(
      `insert into invitation (id, market_code, siren, name, kind, insee, letter_number, invited_on, invited_by)
       select n.id, $1, n.siren, n.name, n.kind, nullif(n.insee, ''), n.letter_number, $2, $3
         from unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[])
              as n (id, siren, name, kind, insee, letter_number)
       on conflict (market_code, siren) do nothing`,
      [
        marketCode,
        invited.on,
        invited.by,
        invitees.map(() => randomUUID()),
        ...arraysOf(invitees, 'siren', 'name', 'kind', 'insee', 'letterNumber'),
      ],
    );
    return rowCount ?? 0;
  }

  async addReminders(
    tx: Transaction,
    invitationIds: readonly string[],
    { remindedOn, channel, letterNumber }: Reminder,
    recorded: Recorded,
  ): Promise<void> {
    await tx.query(
      `insert into invitation_reminder (invitation_id, reminded_on, channel, letter_number, recorded_by, recorded_on)
       select id, $2, $3, $4, $5, $6 from unnest($1::text[]) as id`,
      [invitationIds, remindedOn, channel, letterNumber, recorded.by, recorded.on],
    );
  }

  /** Nothing changes where it is declined already. */
  async decline(
    tx: Transaction,
    invitationId: string,
    declinedOn: LocalDate,
    note: string,
  ): Promise<void> {
    await tx.query(
      'update invitation set declined_on = $2, declined_note = $3 where id = $1 and declined_on is null',
      [invitationId, declinedOn, note],
    );
  }

  /** By name. Of a market without a campaign: none. */
  async all(marketCode: string, tx?: Transaction): Promise<InvitationRow[]> {
    const all = `${view} where i.market_code = $1 order by i.name, i.id`;
    return (await (tx ?? this.database).rows<Row>(all, [marketCode])).map(fromRow);
  }

  async find(invitationId: string, tx?: Transaction): Promise<InvitationRow | undefined> {
    const found = `${view} where i.id = $1`;
    const row = await (tx ?? this.database).row<Row>(found, [invitationId]);
    return row && fromRow(row);
  }

  async silentAfterDays(marketCode: string): Promise<number> {
    const asked = 'select silent_after_days from invitation_campaign where market_code = $1';
    return (await this.database.value<number>(asked, [marketCode])) ?? 21;
  }
}

const view = `
  select i.id as "invitationId", i.market_code as "marketCode", i.invited_on as "invitedOn", i.declined_on as "declinedOn",
         jsonb_build_object('siren', i.siren, 'name', i.name, 'kind', i.kind, 'insee', coalesce(i.insee, ''),
                            'letterNumber', i.letter_number) as invitee,
         (select coalesce(jsonb_agg(jsonb_build_object('remindedOn', r.reminded_on, 'channel', r.channel,
                   'letterNumber', r.letter_number) order by r.reminded_on, r.id), '[]')
            from invitation_reminder r where r.invitation_id = i.id) as reminders,
         a.application
    from invitation i
    left join lateral (
      select jsonb_build_object('membershipId', m.id, 'status', m.status, 'organisationKind', o.kind, 'documents', m.documents,
               'hasVerifiedAnnexe2', exists (select 1 from annexe2 x where x.membership_id = m.id and x.verified_by is not null))
               as application
        from organisation o join membership m on m.organisation_id = o.id and m.market_code = i.market_code
       where o.siren = i.siren
       order by (m.status = 'REFUSED'), m.applied_on desc, m.id desc limit 1) a on true`;

type Row = Omit<InvitationRow, 'declinedOn' | 'application'> & {
  readonly declinedOn: LocalDate | null;
  readonly application: {
    readonly membershipId: string;
    readonly status: string;
    readonly organisationKind: string;
    readonly documents: readonly DocumentReference[];
    readonly hasVerifiedAnnexe2: boolean;
  } | null;
};

function fromRow({ declinedOn, application, ...row }: Row): InvitationRow {
  if (!application) return { ...row, declinedOn: declinedOn ?? undefined, application: undefined };
  const { membershipId, status, organisationKind, documents, hasVerifiedAnnexe2 } = application;
  const missing = missingPieces(organisationKind, documents, hasVerifiedAnnexe2);
  return {
    ...row,
    declinedOn: declinedOn ?? undefined,
    application: { membershipId, status, missing },
  };
}
