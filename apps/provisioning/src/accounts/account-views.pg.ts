import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { UrgentBlock, WayInGap } from '#libs/trade';
import type { AccountState, Cause, Profile } from './domain/account.js';

export type AccountView = {
  readonly accountId: string;
  readonly personId: string;
  readonly profile: Profile;
  readonly state: AccountState;
  readonly since: LocalDate;
  readonly uai: string;
  readonly membershipId: string;
  readonly marketCode: string;
  readonly itemCode: string;
  readonly login: string;
  readonly failureCode: string;
  readonly wayIn: string;
  readonly wayInGap: WayInGap;
  readonly urgentBlock: UrgentBlock;
  readonly waitingRank: number;
};

export type TransitionView = {
  readonly sequence: number;
  readonly from: AccountState | '';
  readonly to: AccountState;
  readonly effectiveOn: LocalDate;
  readonly cause: Cause;
  readonly uai: string;
  readonly membershipId: string;
  readonly recordedAt: Date;
  readonly decidedBy: string;
  readonly reason: string;
};

export type StateCount = {
  readonly profile: Profile;
  readonly state: AccountState;
  readonly count: number;
};

export type LostDaysView = {
  readonly membershipId: string;
  readonly organisationName: string;
  readonly itemCode: string;
  readonly accounts: number;
  readonly accountDays: number;
  readonly firstOn: LocalDate;
  readonly lastOn: LocalDate;
};

type Asker = Pick<Transaction, 'query'>;

/** What is asked about accounts. */
@Injectable()
export class AccountViews {
  constructor(private readonly database: Database) {}

  async one(accountId: string, tx: Asker = this.database): Promise<AccountView | undefined> {
    const { rows } = await tx.query<ViewRow>(`${view} where a.account_id = $1`, [accountId]);
    return rows[0] && toView(rows[0]);
  }

  /** Keyset order: account id. One row more than asked, for the cursor. */
  async list(
    of: { uai: string } | { personId: string },
    state: AccountState | undefined,
    after: string | undefined,
    limit: number,
  ): Promise<AccountView[]> {
    const bySchool = 'uai' in of;
    const { rows } = await this.database.query<ViewRow>(
      `${view} where ${bySchool ? 'a.uai = $1' : 'a.person_id = $1'}
         and ($2::text is null or a.state = $2) and ($3::uuid is null or a.account_id > $3)
       order by a.account_id limit $4`,
      [bySchool ? of.uai : of.personId, state ?? null, after ?? null, limit + 1],
    );
    return rows.map(toView);
  }

  /** Within the markets and schools named; undefined: everywhere. */
  async byLogin(
    prefix: string,
    limit: number,
    within: { markets: readonly string[] | undefined; uais: readonly string[] | undefined },
  ): Promise<AccountView[]> {
    const { rows } = await this.database.query<ViewRow>(
      `${view} where a.login like $1 and ($3::text[] is null or m.market_code = any($3))
         and ($4::text[] is null or a.uai = any($4))
       order by a.login limit $2`,
      [`${prefix.replace(/[\\%_]/g, '\\$&')}%`, limit, within.markets ?? null, within.uais ?? null],
    );
    return rows.map(toView);
  }

  async history(accountId: string): Promise<TransitionView[]> {
    const { rows } = await this.database.query<{
      sequence: bigint;
      from_state: AccountState | '';
      to_state: AccountState;
      effective_on: LocalDate;
      cause: Cause;
      uai: string;
      membership_id: string;
      recorded_at: Date;
      decided_by: string;
      reason: string;
    }>('select * from account_transition where account_id = $1 order by sequence limit 1000', [
      accountId,
    ]);
    return rows.map((row) => ({
      sequence: Number(row.sequence),
      from: row.from_state,
      to: row.to_state,
      effectiveOn: row.effective_on,
      cause: row.cause,
      uai: row.uai,
      membershipId: row.membership_id,
      recordedAt: row.recorded_at,
      decidedBy: row.decided_by,
      reason: row.reason,
    }));
  }

  async membership(
    membershipId: string,
  ): Promise<{ organisationId: string; marketCode: string } | undefined> {
    const { rows } = await this.database.query<{ organisation_id: string; market_code: string }>(
      'select organisation_id, market_code from membership where membership_id = $1',
      [membershipId],
    );
    return rows[0] && { organisationId: rows[0].organisation_id, marketCode: rows[0].market_code };
  }

  /** By profile and state, in the markets named; undefined: everywhere. */
  async count(markets?: readonly string[]): Promise<StateCount[]> {
    const { rows } = await this.database.query<StateCount>(
      `select profile, state, count(*)::int as count from account
       where $1::text[] is null
         or membership_id in (select membership_id from membership where market_code = any($1))
       group by profile, state order by profile, state`,
      [markets ?? null],
    );
    return rows;
  }

  /** At most 1,000. */
  async lostDays(marketCode: string): Promise<LostDaysView[]> {
    const { rows } = await this.database.query<LostDaysView>(
      `select membership_id as "membershipId", organisation_name as "organisationName", item_code as "itemCode",
              count(distinct lost_account)::int as accounts, sum(to_on - from_on)::int as "accountDays",
              min(from_on) as "firstOn", max(to_on) - 1 as "lastOn"
         from lost_day join membership using (membership_id) where market_code = $1
        group by membership_id, organisation_name, item_code order by organisation_name, item_code limit 1000`,
      [marketCode],
    );
    return rows;
  }
}

type ViewRow = {
  account_id: string;
  person_id: string;
  profile: Profile;
  state: AccountState;
  since: LocalDate;
  uai: string;
  membership_id: string;
  market_code: string;
  item_code: string;
  login: string;
  failure_code: string;
  way_in: string;
  way_in_gap: WayInGap;
  urgent_block: UrgentBlock;
  waiting_rank: number;
};

const view = `
  select a.account_id, a.person_id, a.profile, a.state, a.since, a.uai, a.membership_id, a.item_code,
    -- A block that was refused and is wanted no more is nobody's trouble, though its work is still there.
    coalesce(nullif(a.failure_code, ''), case when t.refused_code <> 'ENT_BLOCK_REFUSED'
      or a.ent_blocked <> (a.state in ('WAITING_SEAT', 'SUSPENDED', 'CLOSING')) then t.refused_code end, '') as failure_code,
    coalesce(a.login, '') as login, coalesce(m.market_code, '') as market_code, coalesce(w.way, 'LOCAL') as way_in,
    ent_way_in_gap(a, w.way) as way_in_gap,
    coalesce((select case u.cause when 'DECISION' then 'DECIDED' else u.cause end from ent_urgent_block u
        where u.account_id = a.account_id and u.wanted),
      case when a.state in ('CLOSING', 'WAITING_SEAT') and a.ent_id is not null and not a.ent_removed and not a.ent_blocked
        then 'POSSIBLE' else '' end) as urgent_block,
    case when a.state = 'WAITING_SEAT' and a.item_code <> '' then 1 + (
      select count(*) from account o where o.membership_id = a.membership_id and o.item_code = a.item_code
        and o.state = 'WAITING_SEAT'
        and (o.entry_on, o.source_key, o.account_id) < (a.entry_on, a.source_key, a.account_id))::int else 0 end as waiting_rank
  from account a left join membership m using (membership_id) left join ent_task t on t.account_id = a.account_id
  left join market_way_in w on w.market_code = m.market_code and w.profile = a.profile`;

function toView(row: ViewRow): AccountView {
  return {
    accountId: row.account_id,
    personId: row.person_id,
    profile: row.profile,
    state: row.state,
    since: row.since,
    uai: row.uai,
    membershipId: row.membership_id,
    marketCode: row.market_code,
    itemCode: row.item_code,
    login: row.login,
    failureCode: row.failure_code,
    wayIn: row.way_in,
    wayInGap: row.way_in_gap,
    urgentBlock: row.urgent_block,
    waitingRank: row.waiting_rank,
  };
}
