import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DocumentReference } from '#libs/trade';
import type { ReminderKind } from './domain/withdrawal-window.js';
import {
  type NoticeView,
  type ReminderView,
  WithdrawalReader,
  type WithdrawerView,
} from './withdrawals.reader.js';

const notice = `
  select n.id, n.membership_id, o.id as organisation_id, o.name, n.letter_number, n.sent_on, n.received_on, n.document,
         n.takes_effect_on, n.recorded_on, r.letter_number as r_number, r.sent_on as r_sent_on,
         r.received_on as r_received_on, r.document as r_document, r.recorded_on as r_recorded_on,
         case when r.notice_id is not null then 'REVOKED'
              when m.end_cause is distinct from 'WITHDRAWAL' then 'SUPERSEDED'
              when m.status = 'ENDED' then 'IN_EFFECT' else 'NOTIFIED' end as status
    from withdrawal_notice n join membership m on m.id = n.membership_id
    join organisation o on o.id = m.organisation_id
    left join withdrawal_revocation r on r.notice_id = n.id`;
const reminder = `
  select w.membership_id, o.name, w.kind, w.due_on, w.last_day
    from withdrawal_reminder w join membership m on m.id = w.membership_id
    join organisation o on o.id = m.organisation_id`;

@Injectable()
export class PgWithdrawalReader extends WithdrawalReader {
  constructor(private readonly database: Database) {
    super();
  }

  async withdrawer(membershipId: string): Promise<WithdrawerView | undefined> {
    const { rows } = await this.database.query<{
      organisation_id: string;
      siren: string;
      market_code: string;
      status: string;
      ends_on: LocalDate | null;
    }>(
      `select o.id as organisation_id, o.siren, m.market_code, m.status, m.ends_on
         from membership m join organisation o on o.id = m.organisation_id where m.id = $1`,
      [membershipId],
    );
    const row = rows[0];
    return (
      row && {
        organisationId: row.organisation_id,
        siren: row.siren,
        marketCode: row.market_code,
        status: row.status,
        ...(row.ends_on ? { endsOn: row.ends_on } : {}),
      }
    );
  }

  async noticesOf(membershipId: string): Promise<NoticeView[]> {
    const { rows } = await this.database.query<NoticeRow>(
      `${notice} where n.membership_id = $1 order by n.recorded_on desc, n.id desc limit 200`,
      [membershipId],
    );
    return rows.map(toNotice);
  }

  async remindersOf(membershipId: string): Promise<ReminderView[]> {
    const { rows } = await this.database.query<ReminderRow>(
      `${reminder} where w.membership_id = $1 order by w.due_on`,
      [membershipId],
    );
    return rows.map(toReminder);
  }

  async notices(
    marketCode: string,
    after: readonly [string, string] | undefined,
    limit: number,
  ): Promise<NoticeView[]> {
    const { rows } = await this.database.query<NoticeRow>(
      `${notice} where m.market_code = $1 and ($2::date is null or (n.recorded_on, n.id) < ($2::date, $3))
        order by n.recorded_on desc, n.id desc limit $4`,
      [marketCode, after?.[0] ?? null, after?.[1] ?? '', limit],
    );
    return rows.map(toNotice);
  }

  async reminders(
    marketCode: string,
    after: readonly [string, string, string] | undefined,
    limit: number,
  ): Promise<ReminderView[]> {
    const { rows } = await this.database.query<ReminderRow>(
      `${reminder} where m.market_code = $1
          and ($2::date is null or w.due_on < $2::date or (w.due_on = $2::date and (o.name, w.membership_id) > ($3, $4)))
        order by w.due_on desc, o.name, w.membership_id limit $5`,
      [marketCode, after?.[0] ?? null, after?.[1] ?? '', after?.[2] ?? '', limit],
    );
    return rows.map(toReminder);
  }
}

type NoticeRow = {
  id: string;
  membership_id: string;
  organisation_id: string;
  name: string;
  letter_number: string;
  sent_on: LocalDate;
  received_on: LocalDate;
  document: DocumentReference;
  takes_effect_on: LocalDate;
  recorded_on: LocalDate;
  status: NoticeView['status'];
  r_number: string | null;
  r_sent_on: LocalDate;
  r_received_on: LocalDate;
  r_document: DocumentReference;
  r_recorded_on: LocalDate;
};
type ReminderRow = {
  membership_id: string;
  name: string;
  kind: ReminderKind;
  due_on: LocalDate;
  last_day: LocalDate;
};

function toNotice(row: NoticeRow): NoticeView {
  return {
    withdrawalId: row.id,
    membershipId: row.membership_id,
    organisationId: row.organisation_id,
    organisationName: row.name,
    letter: {
      number: row.letter_number,
      sentOn: row.sent_on,
      receivedOn: row.received_on,
      document: row.document,
    },
    takesEffectOn: row.takes_effect_on,
    recordedOn: row.recorded_on,
    status: row.status,
    ...(row.r_number === null
      ? {}
      : {
          revocation: {
            letter: {
              number: row.r_number,
              sentOn: row.r_sent_on,
              receivedOn: row.r_received_on,
              document: row.r_document,
            },
            recordedOn: row.r_recorded_on,
          },
        }),
  };
}

function toReminder(row: ReminderRow): ReminderView {
  return {
    membershipId: row.membership_id,
    organisationName: row.name,
    kind: row.kind,
    dueOn: row.due_on,
    lastDay: row.last_day,
  };
}
