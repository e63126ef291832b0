import { Injectable } from '@nestjs/common';
import { DayHandler } from '#libs/messaging';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';

/** PRV-7: seats that will be lost are told so many days ahead, where the date allows. */
export const foreseenDays = 30;

/**
 * Writes down whom a day concerns, with that day: planned orders, enrolments and financing that
 * begin or end. The work itself is done right after, by day; grace periods carry their own date.
 */
@Injectable()
export class MarkWhatFallsDue extends DayHandler {
  /** `feedsEndAt`: local time (HH:MM) after which schools that an academy feeds are compared with the ENT (PRV-9). */
  constructor(private readonly feedsEndAt = '00:00') {
    super();
  }

  override async onDay(tx: Transaction, day: LocalDate): Promise<void> {
    await tx.query(
      `insert into person_mark (person_id, due_on, import_id, cause)
       select distinct person_id, $1::date, '', 'DAY' from person_enrolment
       where starts_on = $1 or ends_on = $1
       union
       select person_id, $1::date, '', 'DAY' from person_class where starts_on = $1 or ends_on = $1
       on conflict do nothing`,
      [day],
    );
    await tx.query(
      `insert into person_mark (person_id, due_on, import_id, cause)
       select distinct e.person_id, $1::date, '', 'MEMBERSHIP'
       from school_financing f join membership m using (membership_id) join person_at_school e using (uai)
       where f.starts_on = $1 or f.ends_on = $1 or m.starts_on = $1 or m.ends_on = $1
       on conflict do nothing`,
      [day],
    );
    await tx.query(
      `insert into person_mark (person_id, due_on, import_id, cause)
       select distinct person_id, $1::date, '', 'DAY' from fed_school f join person_at_school e using (uai)
       where f.starts_on = $1 or f.ends_on = $1 on conflict do nothing`,
      [day],
    );
    await tx.query(
      `insert into pool_mark (membership_id, item_code, due_on, cause)
       select distinct membership_id, item_code, $1::date, 'ORDER' from order_line where effective_from = $1
       union
       select distinct l.membership_id, l.item_code, $1::date, 'ORDER' from order_line l join membership m using (membership_id)
       where m.starts_on = $1 or m.ends_on = $1
       on conflict do nothing`,
      [day],
    );
    await this.markWhatIsForeseen(tx, day);
    // What the ENT refused is tried again.
    await tx.query("update ent_task set not_before = now() where refused_code <> ''");
    // Each school of the ENT is looked at once a day, for first uses and for what differs (PRV-5).
    await tx.query(
      `insert into structure_reading (uai, asked_on, not_before)
       select uai, $1, case when f.uai is null then now() else greatest(now(),
         (date_trunc('day', now() at time zone 'Europe/Paris') + $2::time) at time zone 'Europe/Paris') end
       from ent_structure left join fed_school_today f using (uai)
       on conflict (uai) do update set attempts = 0, not_before = excluded.not_before, asked_on = excluded.asked_on, take = null`,
      [day, this.feedsEndAt],
    );
    await tx.query("delete from link_exposure where found_at < $1::date - interval '3 months'", [
      day,
    ]);
    await tx.query("delete from ent_look where day < $1::date - interval '3 months'", [day]);
    // Of a school that no comparison has read for so long, an ENT that is away for good.
    await tx.query('delete from ent_hand_made_user where seen_on < $1::date - 30', [day]);
    await tx.query('delete from letter_request where expires_on <= $1::date - 30', [day]);
  }
  /** Overruns whose days are over (PRV-2), and pools that will lose seats soon, so that it is told (PRV-7). */
  private async markWhatIsForeseen(tx: Transaction, day: LocalDate): Promise<void> {
    await tx.query(
      `insert into pool_mark (membership_id, item_code, due_on, cause)
       select membership_id, item_code, $1::date, 'DAY' from order_line
       where effective_from > $1 and effective_from <= $1::date + $2::integer and delta < 0
       union
       select p.membership_id, p.item_code, $1::date, 'DAY'
       from seat_pool p join membership m using (membership_id) join market k using (market_code)
       where k.over_quota = 'TOLERATE' and p.over_since is not null
         and p.over_since + k.tolerance_days between $1::date and $1::date + $2::integer
       on conflict do nothing`,
      [day, foreseenDays],
    );
  }
}
