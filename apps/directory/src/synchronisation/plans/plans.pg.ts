import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import { isSeen } from '../imports.pg.js';
import { refusedCodes } from '../domain/remarks.js';
import { ImportUnknown } from '../domain/directory-import.js';
import type { Figures } from '../domain/thresholds.js';

export type PlanReport = {
  readonly planId: string;
  readonly importId: string;
  readonly number: number;
  readonly state: string;
  readonly season: string;
  readonly madeOn: string;
  readonly expiresOn: string;
  readonly digest: string;
  readonly heldWhole: boolean;
  readonly figures: Figures;
  readonly heldSchools: number;
  /** Of the schools that wait for a decision: each person once, also where several schools state it. */
  readonly held: Figures;
};

export type PlannedSchoolReport = {
  readonly uai: string;
  /** Empty where nobody says. */
  readonly name: string;
  readonly commune: string;
  readonly state: string;
  readonly figures: Figures;
  readonly digest: string;
  readonly decidedOn: string;
  readonly reason: string;
  /** Beyond its threshold, or the whole is: support level 2 decides. */
  readonly over: boolean;
  readonly matched: number;
  readonly doubtful: number;
  /** Entries left out; where the delivery is of this school alone, else 0. */
  readonly refused: number;
};

export type PlannedChange = {
  readonly seq: number;
  readonly sourceKey: string;
  readonly personId: string;
  readonly kind: string;
  readonly reason: string;
  readonly uais: string[];
  readonly waits: boolean;
  readonly matchReasons: string[];
  readonly classChanges: {
    readonly uai: string;
    /** Of a class or group; where the source knows no ids, the label. */
    readonly classId: string;
    readonly group: boolean;
    readonly change: 'BEGINS' | 'ENDS';
  }[];
};

const figures = `json_build_object('present', present, 'added', added, 'changed', changed,
  'identities', identities, 'ended', ended, 'returned', returned) as figures`;

const heldPeople = (becomes: string) =>
  `count(distinct c.person_id) filter (where c.becomes = '${becomes}')`;
/** Of a person with several identifiers the plan says the same at each. $1: the plan. */
const held = `
  select (select count(*) from plan_school where plan_id = p.plan_id and state = 'HELD')::int as "heldSchools",
    (select json_build_object('present', p.present, 'added', ${heldPeople('ADDED')}, 'changed', ${heldPeople('CHANGED')},
       'identities', ${heldPeople('IDENTITY')}, 'ended', ${heldPeople('ENDED')}, 'returned', ${heldPeople('RETURNED')})
     from plan_change c where c.plan_id = p.plan_id and c.part is null and exists (
       select from plan_school q where q.plan_id = c.plan_id and q.uai = any(c.uais) and q.state = 'HELD')) as held
  from plan p where plan_id::text = $1`;

const refused = (codes: string) => `coalesce((
  select sum(r.count)::int from plan p join directory_import i using (import_id) join import_remark r using (import_id)
  where p.plan_id = q.plan_id and r.code = any(${codes}::text[])
    and (i.uai = q.uai or not exists (select from plan_school o where o.plan_id = q.plan_id and o.uai <> q.uai))), 0)`;

/** Plans as people read them: figures and identifiers, never a name. */
@Injectable()
export class Plans {
  constructor(private readonly database: Database) {}

  /** `seen`: of what a head delivered for one of these schools; undefined: any. Throws ImportUnknown. */
  async get(planId: string, seen?: readonly string[]): Promise<PlanReport> {
    const { rows } = await this.database.query<Omit<PlanReport, 'heldSchools' | 'held'>>(
      `select plan_id as "planId", import_id as "importId", number, state, season, made_on::text as "madeOn",
         expires_on::text as "expiresOn", changes_digest as digest, held_whole as "heldWhole", ${figures}
       from plan p join (select import_id, own_school, uai from directory_import) i using (import_id)
       where plan_id::text = $1 and ${isSeen('$2')}`,
      [planId, seen ?? null],
    );
    if (!rows[0]) throw new ImportUnknown();
    const waiting = await this.database.query<Pick<PlanReport, 'heldSchools' | 'held'>>(held, [
      planId,
    ]);
    return { ...rows[0], ...waiting.rows[0]! };
  }

  /** By UAI; `limit` + 1 of them where there are more. */
  async schools(
    planId: string,
    page: {
      state: string;
      changingOnly: boolean;
      seen: readonly string[] | undefined;
      limit: number;
      after: string | undefined;
    },
  ): Promise<PlannedSchoolReport[]> {
    const { rows } = await this.database.query<PlannedSchoolReport>(
      `select uai, coalesce(known.name, said.name, '') as name, coalesce(known.commune, said.commune, '') as commune,
         q.state, over, digest, coalesce(decided_on::text, '') as "decidedOn", coalesce(reason, '') as reason,
         matched::int, doubtful::int, ${refused('$7')} as refused, ${figures}
       from (
         select * from plan_school where plan_id = $1::uuid and $2 in ('', state) and ($3::text is null or uai > $3)
           and ($5::text[] is null or uai = any($5))
           and (not $6 or state <> 'RELEASED' or added + changed + identities + ended + returned > 0)
         order by uai limit $4) q
       left join structure known using (uai)
       left join lateral (select d.name, d.commune from plan p join delivered_structure d using (import_id)
         where p.plan_id = q.plan_id and d.uai = q.uai) said on true
       order by uai`,
      [
        ...[planId, page.state, page.after ?? null, page.limit + 1, page.seen ?? null],
        page.changingOnly,
        refusedCodes,
      ],
    );
    return rows;
  }

  /** In their order; `limit` + 1 of them where there are more. */
  async changes(
    planId: string,
    page: { uai: string; kind: string; limit: number; after: number },
  ): Promise<PlannedChange[]> {
    const { rows } = await this.database.query<PlannedChange & { seq: bigint | number }>(
      `select seq, source_key as "sourceKey", person_id as "personId", kind, reason, uais, part is null as waits,
         coalesce(match_reasons, '{}') as "matchReasons",
         coalesce(class_changes, '[]') as "classChanges"
       from plan_change where plan_id = $1::uuid and seq > $2 and $3 in ('', kind) and ($4 = '' or $4 = any(uais))
       order by seq limit $5`,
      [planId, page.after, page.kind, page.uai, page.limit + 1],
    );
    return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
  }
}
