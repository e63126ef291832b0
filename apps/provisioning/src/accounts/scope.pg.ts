import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { classLabelOf, tryTurn } from '../copies/copies.module.js';
import type { Cause, Profile } from './domain/account.js';
import type { Place } from './domain/step.js';

export type Marks = { readonly on: LocalDate; readonly causeOf: ReadonlyMap<string, Cause> };

/** Who should have an account where, out of the copies; and the marks that say whom to look at. */
@Injectable()
export class Scope {
  /**
   * Takes marks of the oldest day that has any. One taker at a time; a person who waits for the rest
   * of an import is left alone until it is settled (PRV-2).
   */
  async takeMarks(tx: Transaction, limit: number): Promise<Marks | undefined> {
    if (!(await tryTurn(tx, 'assessment'))) return undefined;
    const { rows } = await tx.query<{ person_id: string; due_on: LocalDate; cause: Cause }>(
      // Each part is computed once: marks come by thousands on one day, before any statistics know of them.
      `with held as materialized (select distinct person_id from person_mark where import_id <> ''),
         taken as materialized (
           select person_id, due_on from person_mark where import_id = ''
             and due_on = (select min(due_on) from person_mark where import_id = ''
               and person_id not in (select person_id from held))
             and person_id not in (select person_id from held)
           order by person_id limit $1)
       delete from person_mark m using taken where m.import_id = ''
         and m.person_id = taken.person_id and m.due_on = taken.due_on
       returning m.person_id, m.due_on, m.cause`,
      [limit],
    );
    const on = rows[0]?.due_on;
    if (on === undefined) return undefined;
    return { on, causeOf: new Map(rows.map((row) => [row.person_id, row.cause])) };
  }

  /**
   * The place each person should have on a day, by `person profile`. A pupil: its home school, the
   * latest enrolment (DIR-4), if it is financed. Others: the earliest current link to a financed
   * school (PRV-1).
   */
  async wanted(
    tx: Transaction,
    personIds: readonly string[],
    on: LocalDate,
  ): Promise<Map<string, Place>> {
    const { rows } = await tx.query<WantedRow>(
      `with current as (
         select e.person_id, e.profile, e.uai, e.starts_on, e.class_label, e.level, p.source_key,
                s.membership_id, s.market_code
         from person_enrolment e
         join person p using (person_id)
         left join lateral (
           select m.membership_id, m.market_code from school_financing f join membership m using (membership_id)
           where f.uai = e.uai and f.starts_on <= $2 and (f.ends_on is null or f.ends_on > $2)
             and m.starts_on <= $2 and m.ends_on > $2
           order by f.starts_on desc limit 1) s on true
         where e.person_id = any($1::uuid[]) and e.starts_on <= $2 and (e.ends_on is null or e.ends_on > $2)
       ), chosen as (
         select distinct on (person_id, profile) * from current
         where profile = 'STUDENT' or membership_id is not null
         order by person_id, profile,
           case when profile = 'STUDENT' then date '1900-01-01' - starts_on else starts_on - date '1900-01-01' end, uai
       )
       select c.*, coalesce(i.item_code, '') as item_code
       from chosen c left join lateral (
         select item_code from market_item i where i.market_code = c.market_code and i.profile = c.profile
         order by item_code limit 1) i on true
       where c.membership_id is not null`,
      [personIds, on],
    );
    return new Map(rows.map((row) => [`${row.person_id} ${row.profile}`, toPlace(row)]));
  }

  async graceDays(tx: Transaction, membershipIds: readonly string[]): Promise<Map<string, number>> {
    const { rows } = await tx.query<{ membership_id: string; grace_days: number }>(
      `select membership_id, grace_days from membership join market using (market_code)
       where membership_id = any($1)`,
      [[...new Set(membershipIds)]],
    );
    return new Map(rows.map((row) => [row.membership_id, row.grace_days]));
  }

  async markPools(
    tx: Transaction,
    marks: readonly { membershipId: string; itemCode: string; on: LocalDate; cause: Cause }[],
  ): Promise<void> {
    const distinct = new Map(
      marks.map((mark) => [`${mark.membershipId} ${mark.itemCode} ${mark.on}`, mark]),
    );
    if (distinct.size === 0) return;
    const each = [...distinct.values()];
    await tx.query(
      `insert into pool_mark (membership_id, item_code, due_on, cause)
       select * from unnest($1::text[], $2::text[], $3::date[], $4::text[])
       on conflict (membership_id, item_code, due_on) do update set cause = excluded.cause`,
      [
        each.map(({ membershipId }) => membershipId),
        each.map(({ itemCode }) => itemCode),
        each.map(({ on }) => on),
        each.map(({ cause }) => cause),
      ],
    );
  }
}

type WantedRow = {
  person_id: string;
  profile: Profile;
  uai: string;
  starts_on: LocalDate;
  class_label: string;
  level: string;
  source_key: string;
  membership_id: string;
  item_code: string;
};

function toPlace(row: WantedRow): Place {
  const hasClass = row.profile !== 'RELATIVE' && row.class_label !== '';
  return {
    uai: row.uai,
    membershipId: row.membership_id,
    itemCode: row.item_code,
    entryOn: row.starts_on,
    sourceKey: row.source_key,
    classLabel: classLabelOf(row.profile, row.class_label),
    classLevel: hasClass ? row.level : '',
  };
}
