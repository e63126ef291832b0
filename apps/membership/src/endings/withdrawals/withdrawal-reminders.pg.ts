import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { DueReminder, ReminderKind, WithdrawalTerms } from './domain/withdrawal-notice.js';

export type ReminderView = {
  readonly membershipId: string;
  readonly organisationName: string;
  readonly kind: ReminderKind;
  readonly dueOn: LocalDate;
  readonly lastDay: LocalDate;
};

const view = `
  select w.membership_id as "membershipId", o.name as "organisationName", w.kind, w.due_on as "dueOn", w.last_day as "lastDay"
    from withdrawal_reminder w join membership m on m.id = w.membership_id
    join organisation o on o.id = m.organisation_id`;

/** Who was told that its window of withdrawal will close (WDR-1). */
@Injectable()
export class WithdrawalReminders {
  constructor(private readonly database: Database) {}

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
  async add(
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

  of(membershipId: string): Promise<ReminderView[]> {
    return this.database.rows<ReminderView>(
      `${view} where w.membership_id = $1 order by w.due_on`,
      [membershipId],
    );
  }

  /** The latest first, after the row last seen. */
  list(
    marketCode: string,
    after: readonly [string, string, string] | undefined,
    limit: number,
  ): Promise<ReminderView[]> {
    return this.database.rows<ReminderView>(
      `${view} where m.market_code = $1
          and ($2::date is null or w.due_on < $2::date or (w.due_on = $2::date and (o.name, w.membership_id) > ($3, $4)))
        order by w.due_on desc, o.name, w.membership_id limit $5`,
      [marketCode, after?.[0], after?.[1] ?? '', after?.[2] ?? '', limit],
    );
  }
}
