import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';

export type SchoolRow = {
  readonly uai: string;
  readonly name: string;
  readonly insee: string;
  readonly commune: string;
  readonly classes: readonly {
    readonly classId: string;
    readonly label: string;
    readonly levels: readonly string[];
  }[];
  readonly groups: readonly { readonly groupId: string; readonly label: string }[];
  /** As its source names it, or empty. */
  readonly circonscription: string;
  /** Present people by profile. */
  readonly counts: readonly { readonly profile: string; readonly count: number }[];
};

type Row = Omit<SchoolRow, 'counts'> & { counts: { profile: string; count: number }[] | null };

const school = `select s.uai, s.name, s.insee, s.commune, s.classes, s.groups, s.circonscription,
  (select json_agg(json_build_object('profile', c.profile, 'count', c.count) order by c.profile) from
    (select e.profile, count(*) as count from enrolment e where e.uai = s.uai and e.ends_on is null
      and e.profile <> 'FURTHER_STUDENT' group by 1) as c) as counts
  from structure s`;

@Injectable()
export class Schools {
  constructor(private readonly database: Database) {}

  /** By UAI; `limit` + 1 rows where there are more. `only` narrows to these schools. */
  async list(
    limit: number,
    afterUai: string,
    only: readonly string[] | undefined,
  ): Promise<SchoolRow[]> {
    const { rows } = await this.database.query<Row>(
      `${school} where s.uai > $2 and ($3::text[] is null or s.uai = any($3)) order by s.uai limit $1`,
      [limit + 1, afterUai, only ?? null],
    );
    return rows.map(fromRow);
  }

  async find(uai: string): Promise<SchoolRow | undefined> {
    const { rows } = await this.database.query<Row>(`${school} where s.uai = $1`, [uai]);
    return rows[0] && fromRow(rows[0]);
  }
}

function fromRow(row: Row): SchoolRow {
  return { ...row, counts: row.counts ?? [] };
}
