import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { RegisteredLetter } from './domain/withdrawal-notice.js';
import type { DueReminder, WithdrawalTerms } from './domain/withdrawal-window.js';
import { type Recorded, Withdrawals } from './withdrawals.repository.js';

@Injectable()
export class PgWithdrawals extends Withdrawals {
  async standing(tx: Transaction, membershipId: string) {
    const { rows } = await tx.query<{ id: string | null; takes_effect_on: LocalDate }>(
      'select n.id, n.takes_effect_on from standing_notice_of($1) n',
      [membershipId],
    );
    const row = rows[0];
    return row?.id ? { noticeId: row.id, takesEffectOn: row.takes_effect_on } : undefined;
  }

  async firstDayBelowCommitment(tx: Transaction, membershipId: string) {
    const { rows } = await tx.query<{
      item_code: string;
      on_day: LocalDate;
      ordered: bigint;
      commitment: bigint;
    }>(
      `select b.* from membership m, days_below_commitment(m.id, m.starts_on) b
        where m.id = $1 order by b.on_day, b.item_code limit 1`,
      [membershipId],
    );
    const row = rows[0];
    return (
      row && {
        itemCode: row.item_code,
        firstDay: row.on_day,
        wouldBe: Number(row.ordered),
        commitment: Number(row.commitment),
      }
    );
  }

  async lettersOf(tx: Transaction, membershipId: string) {
    const { rows } = await tx.query<{ letter_number: string }>(
      `select letter_number from withdrawal_notice where membership_id = $1
       union
       select r.letter_number from withdrawal_revocation r join withdrawal_notice n on n.id = r.notice_id
        where n.membership_id = $1`,
      [membershipId],
    );
    return new Set(rows.map(({ letter_number }) => letter_number));
  }

  async addNotice(
    tx: Transaction,
    notice: {
      readonly noticeId: string;
      readonly membershipId: string;
      readonly letter: RegisteredLetter;
      readonly takesEffectOn: LocalDate;
    },
    { by, on }: Recorded,
  ): Promise<void> {
    await tx.query(
      `insert into withdrawal_notice (id, membership_id, takes_effect_on, letter_number, sent_on, received_on, document,
                                      recorded_by, recorded_on)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        notice.noticeId,
        notice.membershipId,
        notice.takesEffectOn,
        ...columnsOf(notice.letter),
        by,
        on,
      ],
    );
  }

  async addRevocation(
    tx: Transaction,
    noticeId: string,
    letter: RegisteredLetter,
    { by, on }: Recorded,
  ): Promise<void> {
    await tx.query(
      `insert into withdrawal_revocation (notice_id, letter_number, sent_on, received_on, document, recorded_by, recorded_on)
       values ($1, $2, $3, $4, $5, $6, $7)`,
      [noticeId, ...columnsOf(letter), by, on],
    );
  }

  async terms(tx: Transaction) {
    const { rows } = await tx.query<{ code: string; terms: WithdrawalTerms }>(
      `select code, jsonb_build_object(
                'effectiveOn', coalesce(terms #> '{calendar,effectiveOn,actual}', terms #> '{calendar,effectiveOn,planned}'),
                'endsOn', terms #> '{calendar,endsOn}',
                'lockInMonths', terms #> '{calendar,lockInMonths}',
                'noticeWindowMonths', terms #> '{calendar,noticeWindowMonths}') as terms
         from market order by code`,
    );
    return rows.map(({ code, terms }) => ({ marketCode: code, terms }));
  }

  async remind(
    tx: Transaction,
    marketCode: string,
    reminders: readonly DueReminder[],
    { closesOn, lastDay }: { readonly closesOn: LocalDate; readonly lastDay: LocalDate },
    today: LocalDate,
  ): Promise<void> {
    await tx.query(
      `insert into withdrawal_reminder (membership_id, kind, due_on, last_day, recorded_on)
       select m.id, r.kind, r.due_on, $5, $6
         from membership m join organisation o on o.id = m.organisation_id
         join market k on k.code = m.market_code,
              unnest($2::text[], $3::date[]) as r (kind, due_on)
        where m.market_code = $1 and m.status = 'ACTIVE' and m.starts_on < $4 and m.ends_on > $4
          and o.siren <> k.terms ->> 'coordinatorSiren'
       on conflict do nothing`,
      [
        marketCode,
        reminders.map(({ kind }) => kind),
        reminders.map(({ dueOn }) => dueOn),
        closesOn,
        lastDay,
        today,
      ],
    );
  }
}

const columnsOf = ({ number, sentOn, receivedOn, document }: RegisteredLetter) => [
  number,
  sentOn,
  receivedOn,
  JSON.stringify(document),
];
