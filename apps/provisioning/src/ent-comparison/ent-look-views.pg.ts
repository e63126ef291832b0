import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { KeptDifference } from './domain/differences.js';
import { type SeatsOfItem, seatItemsOf } from '../seat-prices/seat-prices.module.js';
import type { LookStatus } from './ent-looks.pg.js';

type Counted = { readonly kind: string; readonly count: number };
export type EntNightView = {
  readonly day: LocalDate;
  readonly schools: number;
  readonly held: number;
  readonly rejected: number;
  readonly incidents: number;
  readonly compared: number;
  readonly differences: readonly Counted[];
  readonly seats: number;
  readonly seatItems: readonly SeatsOfItem[];
};
export type EntLookView = {
  readonly uai: string;
  readonly schoolName: string;
  readonly day: LocalDate;
  readonly status: LookStatus;
  readonly incidentCode: string;
  readonly compared: number;
  readonly differences: readonly KeptDifference[];
  /** Of who is concerned and holds a seat. */
  readonly seatItems: readonly SeatsOfItem[];
};

/** The nights as people see them: of their markets; undefined: of all. Schools that nobody pays for are nobody's market's. */
@Injectable()
export class EntLookViews {
  constructor(private readonly database: Database) {}

  /** Newest first; no more than are kept. */
  async nights(markets: readonly string[] | undefined): Promise<EntNightView[]> {
    const { rows } = await this.database.query<EntNightView>(
      `with seen as (select * from ent_look l where ${isVisible('$1')}),
         counted as (select day, jsonb_agg(jsonb_build_object('kind', kind, 'count', count) order by kind) as differences
           from (select day, d->>'kind' as kind, count(*)::int as count
             from seen cross join jsonb_array_elements(differences) d group by 1, 2) as x group by day),
         priced as (select day, count(distinct d->>'accountId')::int as seats
           from seen cross join jsonb_array_elements(differences) d where (d->>'holdsSeat')::boolean group by day)
       select s.day, count(*)::int as schools, (count(*) filter (where status = 'HELD'))::int as held,
         (count(*) filter (where status = 'REJECTED'))::int as rejected,
         (count(*) filter (where status = 'INCIDENT'))::int as incidents, sum(compared)::int as compared,
         coalesce(c.differences, '[]') as differences, coalesce(p.seats, 0) as seats,
         ${seatsOf('select o.differences from seen o where o.day = s.day')} as "seatItems"
       from seen s left join counted c using (day) left join priced p using (day)
       group by s.day, c.differences, p.seats order by s.day desc limit 100`,
      [markets ?? null],
    );
    return rows;
  }

  /** Of one day, those that say something; one more than asked, for the cursor. */
  async schools(
    day: LocalDate,
    after: string,
    limit: number,
    markets: readonly string[] | undefined,
  ): Promise<EntLookView[]> {
    const { rows } = await this.database.query<EntLookView>(
      `select ${columns} from ent_look l where day = $2 and uai > $3 and status <> 'MATCHED' and ${isVisible('$1')}
       order by uai limit $4`,
      [markets ?? null, day, after, limit + 1],
    );
    return rows;
  }

  /** The last one of a school. */
  async last(
    uai: string,
    markets: readonly string[] | undefined,
  ): Promise<EntLookView | undefined> {
    const { rows } = await this.database.query<EntLookView>(
      `select ${columns} from ent_look l where uai = $2 and ${isVisible('$1')} order by day desc limit 1`,
      [markets ?? null, uai],
    );
    return rows[0];
  }

  async school(
    uai: string,
    day: LocalDate,
    markets: readonly string[] | undefined,
  ): Promise<EntLookView | undefined> {
    const { rows } = await this.database.query<EntLookView>(
      `select ${columns} from ent_look l where day = $2 and uai = $3 and ${isVisible('$1')}`,
      [markets ?? null, day, uai],
    );
    return rows[0];
  }
}

/** SQL: of what the accounts in these differences hold a seat now. */
const seatsOf = (looks: string) =>
  seatItemsOf(`select m.market_code, a.item_code, count(distinct a.account_id)::int as seats
    from (${looks}) as looks cross join jsonb_array_elements(looks.differences) as d
    join account a on a.account_id = nullif(d ->> 'accountId', '')::uuid join membership m using (membership_id)
    where (d ->> 'holdsSeat')::boolean group by 1, 2`);

const columns = `uai, coalesce((select s.name from school s where s.uai = l.uai), '') as "schoolName", day, status, incident_code as "incidentCode", compared, differences,
  ${seatsOf('select l.differences')} as "seatItems"`;

const isVisible = (markets: string) => `(${markets}::text[] is null or exists (
  select from membership m where m.membership_id = l.membership_id and m.market_code = any(${markets})))`;
