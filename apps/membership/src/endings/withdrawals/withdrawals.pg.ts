import { Injectable } from '@nestjs/common';
import { Database, insertRow, type Transaction, withoutNulls } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { Recorded } from '#libs/trade';
import { documentOf } from '../../documents/documents.module.js';
import type { LettersRecorded, RegisteredLetter } from './domain/withdrawal-notice.js';

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

/** The letters that were received: nothing of them changes afterwards. */
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
    const { rows } = await tx.query<{ number: string }>(
      `select letter_number as number from withdrawal_notice where membership_id = $1
       union
       select r.letter_number from withdrawal_revocation r join withdrawal_notice n on n.id = r.notice_id
        where n.membership_id = $1`,
      [membershipId],
    );
    return new Set(rows.map(({ number }) => number));
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
  async noticesOf(membershipId: string): Promise<NoticeView[]> {
    const { rows } = await this.database.query(
      `${view} where n.membership_id = $1 order by n.recorded_on desc, n.id desc limit 200`,
      [membershipId],
    );
    return rows.map(withoutNulls<NoticeView>);
  }

  /** The newest first, after the row last seen. */
  async list(marketCode: string, after: readonly [string, string] | undefined, limit: number) {
    const { rows } = await this.database.query(
      `${view} where m.market_code = $1 and ($2::date is null or (n.recorded_on, n.id) < ($2::date, $3))
        order by n.recorded_on desc, n.id desc limit $4`,
      [marketCode, after?.[0], after?.[1] ?? '', limit],
    );
    return rows.map(withoutNulls<NoticeView>);
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
