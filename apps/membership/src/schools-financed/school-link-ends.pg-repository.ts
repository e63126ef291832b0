import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { SchoolLinkEnds } from './school-link-ends.repository.js';

@Injectable()
export class PgSchoolLinkEnds extends SchoolLinkEnds {
  async cut(tx: Transaction, membershipId: string, endsOn: LocalDate): Promise<void> {
    await tx.query(
      `update school_link
          set ends_on = greatest(starts_on, $2::date), would_end_on = coalesce(would_end_on, ends_on)
        where membership_id = $1 and ends_on > greatest(starts_on, $2::date)`,
      [membershipId, endsOn],
    );
  }

  async giveBack(tx: Transaction, membershipId: string, endsOn: LocalDate) {
    const { rowCount } = await tx.query(`select 1 from school_link ${taken} limit 1`, [
      membershipId,
      endsOn,
    ]);
    if (rowCount === 0) return [];
    // Rare, and short: nobody takes a school between the look and the update.
    await tx.query('lock table school_link in share row exclusive mode');
    await tx.query(
      `with back as (select id, ${entitled} as ends_on from school_link ${taken})
       update school_link l
          set ends_on = back.ends_on, would_end_on = case when l.would_end_on > back.ends_on then l.would_end_on end
         from back
        where l.id = back.id and not exists (
          select 1 from school_link o
           where o.uai = l.uai and o.id <> l.id
             and daterange(o.starts_on, o.ends_on) && daterange(l.starts_on, back.ends_on))`,
      [membershipId, endsOn],
    );
    const { rows } = await tx.query<{ uai: string; ends_on: LocalDate }>(
      `update school_link set open_ended = false, would_end_on = null ${taken} returning uai, ends_on`,
      [membershipId, endsOn],
    );
    return rows.map((row) => ({ uai: row.uai, endsOn: row.ends_on }));
  }
}

/** The end a link is entitled to when its membership ends on $2. */
const entitled = `case when open_ended then $2::date else least(would_end_on, $2::date) end`;
/** Links of membership $1 that have less than that. */
const taken = `where membership_id = $1 and (open_ended or would_end_on is not null)
                 and starts_on < $2::date and ends_on < (${entitled})`;
