import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { PersonDetail } from './domain/mask.js';
import { PERSON_STATES, type PersonRow, toDetail } from './person-facts.pg.js';

export type PeopleCounts = {
  readonly people: number;
  readonly schools: number;
  readonly byProfile: readonly { readonly profile: string; readonly count: number }[];
};

@Injectable()
export class People {
  constructor(private readonly database: Database) {}

  async find(personId: string): Promise<PersonDetail | undefined> {
    const { rows } = await this.database.query<PersonRow>(
      `${PERSON_STATES} where p.person_id = $1`,
      [personId],
    );
    return rows[0] && toDetail(rows[0]);
  }

  /** Those of these people who have a place in one of these schools now. */
  async presentIn(
    uais: readonly string[],
    personIds: readonly string[],
  ): Promise<readonly string[]> {
    const { rows } = await this.database.query<{ person_id: string }>(
      `select distinct person_id from enrolment
       where person_id = any($1::uuid[]) and uai = any($2) and ends_on is null`,
      [personIds, uais],
    );
    return rows.map((row) => row.person_id);
  }

  /** Present people: those with a current place. */
  async count(): Promise<PeopleCounts> {
    const total = await this.database.query<{ people: number; schools: number }>(
      `select (select count(*)::int from person where left_on is null) as people, (select count(*)::int from structure) as schools`,
    );
    const { rows } = await this.database.query<{ profile: string; count: number }>(
      `select profile, count(distinct person_id)::int as count from enrolment where ends_on is null group by 1 order by 1`,
    );
    return { ...total.rows[0]!, byProfile: rows };
  }

  /**
   * Removes the people who left so long ago that they fall due on that day (SUP-4); returns their
   * ids, and those of the relatives whose links went with them.
   */
  async eraseLeavers(
    tx: Transaction,
    day: LocalDate,
    afterDays: number,
  ): Promise<{ erasedIds: readonly string[]; relativeIds: readonly string[] }> {
    const due = await tx.query<{ person_id: string }>(
      `select person_id from person
       where left_on is not null and least(left_on + $2::int, (left_on + interval '3 months')::date) <= $1::date
       order by person_id for update`,
      [day, afterDays],
    );
    const erasedIds = due.rows.map((row) => row.person_id);
    if (erasedIds.length === 0) return { erasedIds, relativeIds: [] };
    const links = await tx.query<{ relative_id: string }>(
      `with gone as (delete from guardian_link where child_id = any($1::uuid[]) or guardian_id = any($1::uuid[])
         returning child_id, guardian_id)
       select distinct relative_id from gone, unnest(array[child_id, guardian_id]) as relative_id
       where relative_id <> all($1::uuid[])`,
      [erasedIds],
    );
    await tx.query('delete from person_key where person_id = any($1::uuid[])', [erasedIds]);
    await tx.query('delete from person where person_id = any($1::uuid[])', [erasedIds]);
    const relatives = await tx.query<{ person_id: string }>(
      `update person set revision = revision + 1, import_id = null where person_id = any($1::uuid[]) returning person_id`,
      [links.rows.map((row) => row.relative_id)],
    );
    return { erasedIds, relativeIds: relatives.rows.map((row) => row.person_id) };
  }
}
