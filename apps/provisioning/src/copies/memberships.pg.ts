import { Injectable } from '@nestjs/common';
import { type Market, Profile as ProfileNumber } from '#libs/contracts';
import type { Transaction } from '#libs/persistence';
import { foreseenDays } from './mark-what-falls-due.pg.js';
import { takeTurns } from './turns.js';

/**
 * Copies of markets, memberships, orders and schools financed; what they change on a day is marked.
 * Measured by the day the service itself stands at: it may be ahead of the event, and has then
 * already passed the day on which a planned effect would have been marked (MKT-4).
 */
@Injectable()
export class Memberships {
  async recordMarket(tx: Transaction, market: Market): Promise<void> {
    await inTurn(tx);
    const { overQuota, toleranceDays = 0, tolerancePercent = 0 } = market.accounts ?? {};
    const terms = [overQuota || 'WAIT', toleranceDays, tolerancePercent];
    const { rows: changed } = await tx.query(
      `select from market where market_code = $1 and version <= $5
         and (over_quota, tolerance_days, tolerance_percent) <> ($2, $3, $4)`,
      [market.code, ...terms, market.version],
    );
    const { rowCount } = await tx.query(
      `insert into market (market_code, version, grace_days, over_quota, tolerance_days, tolerance_percent)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (market_code) do update set (version, grace_days, over_quota, tolerance_days, tolerance_percent) =
         (excluded.version, excluded.grace_days, excluded.over_quota, excluded.tolerance_days, excluded.tolerance_percent)
       where market.version <= excluded.version`,
      [market.code, market.version, market.accounts?.graceDays ?? 60, ...terms],
    );
    if (rowCount === 0) return;
    if (changed.length > 0) await this.markMarket(tx, market.code);
    await tx.query('delete from market_item where market_code = $1', [market.code]);
    await tx.query(
      'insert into market_item (market_code, item_code, profile) select $1, * from unnest($2::text[], $3::text[])',
      [
        market.code,
        market.items.map(({ code }) => code),
        market.items.map(({ profile }) => ProfileNumber[profile]),
      ],
    );
    await tx.query('delete from market_way_in where market_code = $1', [market.code]);
    await tx.query(
      'insert into market_way_in (market_code, profile, way) select $1, * from unnest($2::text[], $3::text[])',
      [
        market.code,
        (market.accounts?.waysIn ?? []).map(({ profile }) => ProfileNumber[profile]),
        (market.accounts?.waysIn ?? []).map(({ way }) => way),
      ],
    );
  }

  async activate(
    tx: Transaction,
    membership: {
      membershipId: string;
      organisationId: string;
      organisationName: string;
      marketCode: string;
      startsOn: string;
      endsOn: string;
    },
  ): Promise<void> {
    const { membershipId, organisationId, organisationName, marketCode, startsOn, endsOn } =
      membership;
    await inTurn(tx);
    await tx.query(
      `insert into membership (membership_id, organisation_id, organisation_name, market_code, starts_on, ends_on)
       values ($1, $2, $3, $4, $5, $6)
       on conflict (membership_id) do update set (organisation_id, organisation_name, starts_on, ends_on) =
         (excluded.organisation_id, excluded.organisation_name, excluded.starts_on, excluded.ends_on)`,
      [membershipId, organisationId, organisationName, marketCode, startsOn, endsOn],
    );
    await this.markMembership(tx, membershipId, await ownDay(tx));
  }

  /** `endedBy`: the user who ended it, where one did. */
  async end(tx: Transaction, membershipId: string, endsOn: string, endedBy = ''): Promise<void> {
    await inTurn(tx);
    await tx.query('update membership set ends_on = $2, ended_by = $3 where membership_id = $1', [
      ...[membershipId, endsOn, endedBy],
    ]);
    const today = await ownDay(tx);
    if (endsOn <= today) await this.markMembership(tx, membershipId, today);
  }

  /** Schools that were financed up to the old end are so up to the new one. */
  async prolong(tx: Transaction, membershipId: string, endsOn: string): Promise<void> {
    await inTurn(tx);
    // A school that came by succession was told with its end (ADH-5). One that another took is told after this.
    await tx.query(
      `update school_financing set ends_on = null from membership
        where membership.membership_id = $1 and school_financing.membership_id = $1
          and school_financing.ends_on = membership.ends_on`,
      [membershipId],
    );
    await tx.query('update membership set ends_on = $2 where membership_id = $1', [
      membershipId,
      endsOn,
    ]);
  }

  async addOrder(
    tx: Transaction,
    order: {
      orderId: string;
      membershipId: string;
      lines: readonly { itemCode: string; effectiveFrom: string; delta: number }[];
    },
  ): Promise<void> {
    const { orderId, membershipId, lines } = order;
    await inTurn(tx);
    const itemCodes = lines.map(({ itemCode }) => itemCode);
    const days = lines.map(({ effectiveFrom }) => effectiveFrom);
    await tx.query(
      `insert into order_line (order_id, line, membership_id, item_code, effective_from, delta)
       select $1, row_number() over (), $2, * from unnest($3::text[], $4::date[], $5::bigint[])
       on conflict do nothing`,
      [orderId, membershipId, itemCodes, days, lines.map(({ delta }) => delta.toString())],
    );
    await tx.query(
      `insert into pool_mark (membership_id, item_code, due_on, cause)
       select distinct $1, item_code, $2::date, 'ORDER'
       from unnest($3::text[], $4::date[]) as x(item_code, effective_from) where effective_from <= $2::date + $5::integer
       on conflict do nothing`,
      // What takes effect soon changes no seat today, but what is foreseen (PRV-7).
      [membershipId, await ownDay(tx), itemCodes, days, foreseenDays],
    );
  }

  async finance(
    tx: Transaction,
    school: { uai: string; membershipId: string; startsOn: string; endsOn: string | null },
  ): Promise<void> {
    await inTurn(tx);
    await tx.query(
      `insert into school_financing (uai, membership_id, starts_on, ends_on) values ($1, $2, $3, $4)
       on conflict (uai, membership_id, starts_on) do update set ends_on = excluded.ends_on`,
      [school.uai, school.membershipId, school.startsOn, school.endsOn],
    );
    const today = await ownDay(tx);
    await this.endWait(tx, school, today);
    if (school.startsOn <= today) await this.markSchool(tx, school.uai, today);
  }

  /** What was to take seats of the one that gives comes after its people have left, a day later too. */
  private async endWait(
    tx: Transaction,
    { uai, startsOn }: { readonly uai: string; readonly startsOn: string },
    today: string,
  ): Promise<void> {
    const { rows } = await tx.query<{ membership_id: string }>(
      `update school_financing set awaits_transfer = false
       where uai = $1 and ends_on = $2 and awaits_transfer returning membership_id`,
      [uai, startsOn],
    );
    if (rows.length === 0) return;
    await tx.query(
      `with late as (
         delete from pool_mark where membership_id = any($1) and due_on < $2 returning membership_id, item_code, cause)
       insert into pool_mark (membership_id, item_code, due_on, cause)
       select distinct on (membership_id, item_code) membership_id, item_code, $2::date, cause from late
       on conflict do nothing`,
      [rows.map((row) => row.membership_id), today],
    );
  }

  /**
   * The other half of a transfer marks the school once it is here: in between nobody finances it,
   * which no account must feel, and no seat of the one that gives is taken away (ADH-5).
   */
  async endFinancing(
    tx: Transaction,
    school: {
      readonly uai: string;
      readonly membershipId: string;
      readonly endedOn: string;
      readonly isTransfer: boolean;
      /** The user who ended it, where one did. */
      readonly endedBy?: string;
    },
  ): Promise<void> {
    const { uai, membershipId, endedOn, endedBy = '' } = school;
    await inTurn(tx);
    await tx.query(
      // A later link of the same membership is another one, and stays.
      `update school_financing set ends_on = $3, ended_by = $4
       where uai = $1 and membership_id = $2 and starts_on <= $3 and (ends_on is null or ends_on > $3)`,
      [uai, membershipId, endedOn, endedBy],
    );
    const { rows } = await tx.query(
      'select from school_financing where uai = $1 and membership_id <> $2 and starts_on = $3',
      [uai, membershipId, endedOn],
    );
    const isWhole = !school.isTransfer || rows.length > 0;
    if (!isWhole) {
      await tx.query(
        `update school_financing set awaits_transfer = true
         where uai = $1 and membership_id = $2 and ends_on = $3`,
        [uai, membershipId, endedOn],
      );
    }
    const today = await ownDay(tx);
    if (endedOn <= today && isWhole) await this.markSchool(tx, uai, today);
  }

  /** What the market says of who finds no seat has changed: every pool is looked at again. */
  private async markMarket(tx: Transaction, marketCode: string): Promise<void> {
    await tx.query(
      `insert into pool_mark (membership_id, item_code, due_on, cause)
       select membership_id, item_code, platform.business_date(), 'MEMBERSHIP'
       from seat_pool join membership using (membership_id) where market_code = $1
       on conflict do nothing`,
      [marketCode],
    );
  }

  private async markSchool(tx: Transaction, uai: string, on: string): Promise<void> {
    await tx.query(
      `insert into person_mark (person_id, due_on, import_id, cause)
       select distinct person_id, $2::date, '', 'MEMBERSHIP' from person_at_school where uai = $1
       on conflict do nothing`,
      [uai, on],
    );
  }

  private async markMembership(tx: Transaction, membershipId: string, on: string): Promise<void> {
    await tx.query(
      `insert into person_mark (person_id, due_on, import_id, cause)
       select distinct person_id, $2::date, '', 'MEMBERSHIP'
       from school_financing join person_at_school using (uai) where membership_id = $1 and not awaits_transfer
       on conflict do nothing`,
      [membershipId, on],
    );
    await tx.query(
      `insert into pool_mark (membership_id, item_code, due_on, cause)
       select distinct membership_id, item_code, $2::date, 'MEMBERSHIP' from order_line where membership_id = $1
       on conflict do nothing`,
      [membershipId, on],
    );
  }
}

/** The day the service stands at, held until the transaction ends: no day start slips in between. */
async function ownDay(tx: Transaction): Promise<string> {
  const { rows } = await tx.query<{ day: string }>('select platform.business_date() as day');
  const [row] = rows;
  if (!row) throw new RangeError('no business day');
  return row.day;
}

/**
 * One fact at a time, and nobody assessed or given a seat beside it. The halves of a transfer come on two
 * partitions: the second must see the first, or the one that gives waits for ever (SCH-2, ADH-5). A person
 * who comes while its school is being financed is assessed after that, or is here to be marked by it; and a
 * mark that stands already is not taken away before what it stands for is committed.
 */
function inTurn(tx: Transaction): Promise<void> {
  return takeTurns(tx, 'assessment', 'allotment');
}
