import { Injectable } from '@nestjs/common';
import type { Plain, WithdrawalReminder } from '#libs/contracts';
import { Database, insertRow, rowsWithoutNulls, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Recorded } from '#libs/trade';
import { documentOf } from '../../documents/documents.module.js';
import type {
  DueReminder,
  LettersRecorded,
  RegisteredLetter,
  WithdrawalTerms,
} from './domain/withdrawal-notice.js';

export type NoticeView = {
  readonly withdrawalId: string;
  readonly membershipId: string;
  readonly organisationId: string;
  readonly organisationName: string;
  readonly letter: RegisteredLetter;
  readonly takesEffectOn: LocalDate;
  readonly recordedOn: LocalDate;
  readonly status: 'NOTIFIED' | 'IN_EFFECT' | 'REVOKED' | 'SUPERSEDED';
  readonly revocation?: { readonly letter: RegisteredLetter; readonly recordedOn: LocalDate };
};

export type ReminderView = Plain<WithdrawalReminder>;

export type StandingNotice = { readonly noticeId: string; readonly takesEffectOn: LocalDate };

const letterOf = (
  table: string,
) => `jsonb_build_object('number', ${table}.letter_number, 'sentOn', ${table}.sent_on,
           'receivedOn', ${table}.received_on,
           'document', ${documentOf(`${table}.document_id`)})`;
const view = `
  select n.id as "withdrawalId", n.membership_id as "membershipId", o.id as "organisationId", o.name as "organisationName",
         ${letterOf('n')} as letter, n.takes_effect_on as "takesEffectOn", n.recorded_on as "recordedOn",
         case when r.notice_id is not null
              then jsonb_build_object('recordedOn', r.recorded_on, 'letter', ${letterOf('r')}) end as revocation,
         case when r.notice_id is not null then 'REVOKED'
              when m.end_cause is distinct from 'WITHDRAWAL' then 'SUPERSEDED'
              when m.status = 'ENDED' then 'IN_EFFECT' else 'NOTIFIED' end as status
    from withdrawal_notice n join membership m on m.id = n.membership_id
    join organisation o on o.id = m.organisation_id
    left join withdrawal_revocation r on r.notice_id = n.id`;

const reminderView = `
  select w.membership_id as "membershipId", o.name as "organisationName", w.kind, w.due_on as "dueOn", w.last_day as "lastDay"
    from withdrawal_reminder w join membership m on m.id = w.membership_id
    join organisation o on o.id = m.organisation_id`;

/** The letters that were received, of which nothing changes afterwards; and who was told that its window will close (WDR-1). */
@Injectable()
export class Withdrawals {
  constructor(private readonly database: Database) {}

  /** The notice given and not taken back. Needs the membership's lock. */
  standing(tx: Transaction, membershipId: string): Promise<StandingNotice | undefined> {
    return tx.row<StandingNotice>(
      `select n.id as "noticeId", n.takes_effect_on as "takesEffectOn" from standing_notice_of($1) n
        where n.id is not null`,
      [membershipId],
    );
  }

  /** The first item of which less would be ordered than committed, and the day (ORD-2); as written so far. */
  firstDayBelowCommitment(tx: Transaction, membershipId: string) {
    return tx.row<{
      itemCode: string;
      firstDay: LocalDate;
      wouldBe: number;
      commitment: number;
    }>(
      `select b.item_code as "itemCode", b.on_day as "firstDay", b.ordered::integer as "wouldBe",
              b.commitment::integer as commitment
         from membership m, days_below_commitment(m.id, m.starts_on) b
        where m.id = $1 order by b.on_day, b.item_code limit 1`,
      [membershipId],
    );
  }

  /** Numbers of all letters, those of revocations too. Needs the membership's lock. */
  async lettersOf(tx: Transaction, membershipId: string): Promise<LettersRecorded> {
    const numbers = await tx.column<string>(
      `select letter_number from withdrawal_notice where membership_id = $1
       union
       select r.letter_number from withdrawal_revocation r join withdrawal_notice n on n.id = r.notice_id
        where n.membership_id = $1`,
      [membershipId],
    );
    return new Set(numbers);
  }

  async addNotice(
    tx: Transaction,
    { noticeId, takesEffectOn }: StandingNotice,
    membershipId: string,
    letter: RegisteredLetter,
    recorded: Recorded,
  ): Promise<void> {
    const notice = { id: noticeId, membershipId, takesEffectOn };
    await insertRow(tx, 'withdrawal_notice', { ...notice, ...columnsOf(letter, recorded) });
  }

  async addRevocation(
    tx: Transaction,
    noticeId: string,
    letter: RegisteredLetter,
    recorded: Recorded,
  ): Promise<void> {
    const revocation = { noticeId, ...columnsOf(letter, recorded) };
    await insertRow(tx, 'withdrawal_revocation', revocation);
  }

  /** Of one membership: few, and all of them. The newest first. */
  noticesOf(membershipId: string): Promise<NoticeView[]> {
    return rowsWithoutNulls<NoticeView>(
      this.database,
      `${view} where n.membership_id = $1 order by n.recorded_on desc, n.id desc limit 200`,
      [membershipId],
    );
  }

  /** The newest first, after the row last seen. */
  list(marketCode: string, after: readonly [string, string] | undefined, limit: number) {
    return rowsWithoutNulls<NoticeView>(
      this.database,
      `${view} where m.market_code = $1 and ($2::date is null or (n.recorded_on, n.id) < ($2::date, $3))
        order by n.recorded_on desc, n.id desc limit $4`,
      [marketCode, after?.[0], after?.[1] ?? '', limit],
    );
  }

  /** The terms of every market. */
  terms(tx: Transaction) {
    return tx.rows<{
      marketCode: string;
      terms: WithdrawalTerms;
    }>(`select code as "marketCode", jsonb_build_object(
                'effectiveOn', coalesce(terms #> '{calendar,effectiveOn,actual}', terms #> '{calendar,effectiveOn,planned}'),
                'endsOn', terms #> '{calendar,endsOn}',
                'lockInMonths', terms #> '{calendar,lockInMonths}',
                'noticeWindowMonths', terms #> '{calendar,noticeWindowMonths}') as terms
         from market order by code`);
  }

  /** Each once per membership in force that may still withdraw and has not done so. */
  async addReminders(
    tx: Transaction,
    marketCode: string,
    reminders: readonly DueReminder[],
    { closesOn, lastDay }: { readonly closesOn: LocalDate; readonly lastDay: LocalDate },
    today: LocalDate,
  ): Promise<void> {
    const kinds = reminders.map(({ kind }) => kind);
    const days = reminders.map(({ dueOn }) => dueOn);
    await tx.query(
      `insert into withdrawal_reminder (membership_id, kind, due_on, last_day, recorded_on)
       select m.id, r.kind, r.due_on, $5, $6
         from membership m join organisation o on o.id = m.organisation_id
         join market k on k.code = m.market_code,
              unnest($2::text[], $3::date[]) as r (kind, due_on)
        where m.market_code = $1 and m.status = 'ACTIVE' and m.starts_on < $4 and m.ends_on > $4
          and o.siren <> k.terms ->> 'coordinatorSiren'
       on conflict do nothing`,
      [marketCode, kinds, days, closesOn, lastDay, today],
    );
  }

  remindersOf(membershipId: string): Promise<ReminderView[]> {
    return this.database.rows<ReminderView>(
      `${reminderView} where w.membership_id = $1 order by w.due_on`,
      [membershipId],
    );
  }

  /** The latest first, after the row last seen. */
  listReminders(
    marketCode: string,
    after: readonly [string, string, string] | undefined,
    limit: number,
  ): Promise<ReminderView[]> {
    return this.database.rows<ReminderView>(
      `${reminderView} where m.market_code = $1
          and ($2::date is null or w.due_on < $2::date or (w.due_on = $2::date and (o.name, w.membership_id) > ($3, $4)))
        order by w.due_on desc, o.name, w.membership_id limit $5`,
      [marketCode, after?.[0], after?.[1] ?? '', after?.[2] ?? '', limit],
    );
  }
}

const columnsOf = (letter: RegisteredLetter, { by, on }: Recorded) => ({
  letter_number: letter.number,
  sent_on: letter.sentOn,
  received_on: letter.receivedOn,
  document_id: letter.document.documentId,
  recorded_by: by,
  recorded_on: on,
});
