import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Reminder } from './domain/invitation.js';
import type { Invitee } from './domain/invitee.js';
import { Invitations } from './invitations.repository.js';

type Recorded = { readonly by: string; readonly on: LocalDate };

@Injectable()
export class PgInvitations extends Invitations {
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
    const { rows } = await tx.query<{ n: bigint }>(
      'select count(*) as n from invitation where market_code = $1',
      [marketCode],
    );
    return Number(rows[0]?.n);
  }

  async lettersTaken(
    tx: Transaction,
    marketCode: string,
    invitees: readonly Invitee[],
  ): Promise<string[]> {
    const { rows } = await tx.query<{ letter_number: string }>(
      `select i.letter_number from invitation i
         join unnest($2::text[], $3::text[]) as n (siren, letter_number)
           on n.letter_number = i.letter_number and n.siren <> i.siren
        where i.market_code = $1 and i.letter_number <> ''`,
      [
        marketCode,
        invitees.map(({ siren }) => siren),
        invitees.map(({ letterNumber }) => letterNumber),
      ],
    );
    return rows.map((row) => row.letter_number);
  }

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
        invitees.map(({ siren }) => siren),
        invitees.map(({ name }) => name),
        invitees.map(({ kind }) => kind),
        invitees.map(({ insee }) => insee),
        invitees.map(({ letterNumber }) => letterNumber),
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
}
