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
const atWork = `e.profile in ('TEACHER', 'PERSONNEL') and e.ends_on is null`;

/** Nobody's. */
const beforeAll = '00000000-0000-0000-0000-000000000000';

/** The staff of schools now, with nothing of a person but its name and its places in them. */
@Injectable()
export class Staff {
  constructor(private readonly database: Database) {}

  /**
   * By person id, after the one last seen; of `personIds` alone where some are named, and of who works in one of `atUais`
   * where some are. Told are the places in all of `uais`, so that a person is the same whichever school is asked for.
   */
  async page(asked: {
    readonly uais: readonly string[];
    readonly atUais: readonly string[];
    readonly after: string;
    readonly limit: number;
    readonly personIds: readonly string[];
  }): Promise<StaffMember[]> {
    const { uais, atUais, after, limit, personIds } = asked;
    // In the order of an index of staff alone (`enrolment_at_work`), which all pages together read once.
    const { rows } = await this.database.query<StaffMember>(
      `with page as materialized (
         select distinct e.person_id from enrolment e
          where ${atWork} and e.uai = any($4) and e.person_id > $2 ${personIds.length > 0 ? 'and e.person_id = any($5)' : ''}
          order by e.person_id limit $3)
       select person_id::text as "personId", p.last_name as "lastName", p.first_name as "firstName",
         (select json_agg(json_build_object('uai', e.uai, 'profile', e.profile, 'head', e.is_head) order by e.uai, e.profile)
            from enrolment e where e.person_id = page.person_id and ${atWork} and e.uai = any($1)) as places
         from page join person p using (person_id) order by person_id`,
      [
        uais,
        after === '' ? beforeAll : after,
        limit,
        atUais.length > 0 ? uais.filter((uai) => atUais.includes(uai)) : uais,
        ...(personIds.length > 0 ? [personIds] : []),
      ],
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
