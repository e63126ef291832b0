import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { PersonDetail } from './domain/mask.js';
import { classLinksOf, personStates, type PersonRow, toDetail } from './person-facts.pg.js';

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
      `${personStates} where p.person_id = $1`,
      [personId],
    );
    if (!rows[0]) return undefined;
    const links = await classLinksOf(this.database, rows);
    return toDetail(rows[0], links.get(rows[0].person_id) ?? []);
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
      `select profile, count(distinct person_id)::int as count from enrolment
       where ends_on is null and profile <> 'FURTHER_STUDENT' group by 1 order by 1`,
    );
    return { ...total.rows[0]!, byProfile: rows };
  }
}
