import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';

export type StaffPlace = {
  readonly uai: string;
  readonly profile: 'TEACHER' | 'PERSONNEL';
  readonly head: boolean;
};
export type StaffMember = {
  readonly personId: string;
  readonly lastName: string;
  readonly firstName: string;
  readonly places: readonly StaffPlace[];
};
export type NamedSchool = {
  readonly uai: string;
  readonly name: string;
  readonly commune: string;
  readonly postalCode: string;
};

/** Who works in a school: no pupil, no guardian, no guest, whatever else the same person is. */
const atWork = `e.uai = any($1) and e.profile in ('TEACHER', 'PERSONNEL') and e.ends_on is null`;

/** The staff of schools now, with nothing of a person but its name and its places in them. */
@Injectable()
export class Staff {
  constructor(private readonly database: Database) {}

  /** By person id, after the one last seen; of `personIds` alone where some are named. */
  async page(asked: {
    readonly uais: readonly string[];
    readonly after: string;
    readonly limit: number;
    readonly personIds: readonly string[];
  }): Promise<StaffMember[]> {
    const { uais, after, limit, personIds } = asked;
    const { rows } = await this.database.query<StaffMember>(
      `with page as materialized (
         select e.person_id, json_agg(json_build_object('uai', e.uai, 'profile', e.profile, 'head', e.is_head)
                                      order by e.uai, e.profile) as places
           from enrolment e
          where ${atWork} and ($2 = '' or e.person_id > nullif($2, '')::uuid)
            and (cardinality($4::uuid[]) = 0 or e.person_id = any($4))
          group by e.person_id order by e.person_id limit $3)
       select person_id::text as "personId", p.last_name as "lastName", p.first_name as "firstName", page.places
         from page join person p using (person_id) order by person_id`,
      [uais, after, limit, personIds],
    );
    return rows;
  }

  async schools(uais: readonly string[]): Promise<NamedSchool[]> {
    const { rows } = await this.database.query<NamedSchool>(
      `select uai, name, commune, postal_code as "postalCode" from structure where uai = any($1) order by uai`,
      [uais],
    );
    return rows;
  }
}
