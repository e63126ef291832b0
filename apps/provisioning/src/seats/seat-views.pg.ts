import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import { type SeatViolation, violationsOf } from './domain/seat-violation.js';

export type SchoolSeats = {
  readonly uai: string;
  readonly held: number;
  readonly open: number;
  readonly activated: number;
  readonly waiting: number;
};

export type SeatsView = {
  readonly itemCode: string;
  readonly ordered: number;
  readonly held: number;
  readonly schools: readonly SchoolSeats[];
};

export type SeatsCheck = {
  readonly pools: number;
  readonly held: number;
  /** Empty when all hold. */
  readonly violations: readonly SeatViolation[];
};

/** What is asked about seats: counts, never a person. */
@Injectable()
export class SeatViews {
  constructor(private readonly database: Database) {}

  /** Pools of a membership with their counts by school; schools financed and still empty too. */
  async ofMembership(membershipId: string): Promise<SeatsView[]> {
    const { rows: pools } = await this.database.query<{
      item_code: string;
      ordered: number;
      held: number;
    }>(
      'select item_code, ordered::int, held::int from seat_pool where membership_id = $1 order by item_code',
      [membershipId],
    );
    const { rows } = await this.database.query<SchoolSeats & { item_code: string }>(
      `select item_code, uai, (count(*) filter (where holds_seat))::int as held,
         (count(*) filter (where state in ('PROVISIONED', 'ACTIVATED', 'SUSPENDED')))::int as open,
         (count(*) filter (where state = 'ACTIVATED'))::int as activated,
         (count(*) filter (where state = 'WAITING_SEAT'))::int as waiting
       from account where membership_id = $1 and item_code <> '' and state not in ('DELETED', 'CLOSING')
       group by item_code, uai order by item_code, uai`,
      [membershipId],
    );
    return pools.map(({ item_code: itemCode, ordered, held }) => ({
      itemCode,
      ordered,
      held,
      schools: rows
        .filter((row) => row.item_code === itemCode)
        .map(({ uai, held: heldHere, open, activated, waiting }) => ({
          uai,
          held: heldHere,
          open,
          activated,
          waiting,
        })),
    }));
  }

  /** Seats held against O and what is tolerated beyond it, today, recounted from accounts and order lines. */
  async check(markets?: readonly string[]): Promise<SeatsCheck> {
    const { rows } = await this.database.query<{
      membership_id: string;
      item_code: string;
      ordered: number;
      held: number;
      tolerance: number;
      recounted: number;
      recounted_order: number;
      tolerated: number;
    }>(
      `select c.*, seats_tolerated(c.membership_id, c.recounted_order, c.over_since, c.day)::int as tolerated from (
       select p.membership_id, p.item_code, p.ordered::int, p.held::int, p.tolerance::int, p.over_since, d.day,
         (select count(*)::int from account a where a.membership_id = p.membership_id and a.item_code = p.item_code and a.holds_seat) as recounted,
         (select coalesce(sum(l.delta), 0)::int from order_line l join membership m using (membership_id)
          where l.membership_id = p.membership_id and l.item_code = p.item_code and l.effective_from <= d.day
            and m.starts_on <= d.day and m.ends_on > d.day) as recounted_order
       from seat_pool p cross join platform.business_day d
       where $1::text[] is null
         or p.membership_id in (select membership_id from membership where market_code = any($1))) as c`,
      [markets ?? null],
    );
    return {
      pools: rows.length,
      held: rows.reduce((sum, row) => sum + row.recounted, 0),
      violations: rows.flatMap((row) =>
        violationsOf({
          membershipId: row.membership_id,
          itemCode: row.item_code,
          books: { held: row.held, ordered: row.ordered, tolerated: row.tolerance },
          held: row.recounted,
          ordered: row.recounted_order,
          tolerated: row.tolerated,
        }),
      ),
    };
  }
}
