import { Injectable } from '@nestjs/common';
import { topics } from '#libs/contracts';
import { MessagingStatus } from '#libs/messaging';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { DaysTold } from './days-told.pg.js';
import { type MeterPosition, MeterPositions, type UsageScope } from './meter-positions.js';

/** Positions stand in the same database as the figures and move with them; only the lag asks the broker. */
@Injectable()
export class PgMeterPositions extends MeterPositions {
  constructor(
    private readonly database: Database,
    private readonly status: MessagingStatus,
    private readonly daysTold: DaysTold,
  ) {
    super();
  }

  async current({ membershipId, markets }: UsageScope): Promise<MeterPosition> {
    const account = topics.account.name;
    const figures = await this.status.topicFigures();
    const lag = figures.find(({ topic }) => topic === account)?.lag;
    const stopped = figures
      .filter(({ topic }) => topic === account || topic === topics.calendar.name)
      .reduce((sum, figure) => sum + figure.stopped, 0);
    // After the lag: what is set aside between the two looks counts twice, never not at all.
    const { rows: aside } = await this.database.query<SetAsideRow>(setAsideSql, [
      ...[account, membershipId, markets ?? null],
    ]);
    const cutOff = await this.cutOff();
    const { firsts = 0, all = 0, unattributed = 0, memberships = [] } = aside[0] ?? {};
    const waiting = {
      setAside: firsts,
      behind: all - firsts,
      unread: lag === undefined ? undefined : Number(lag),
      memberships,
      ofNoMembership: unattributed,
      stopped,
    };
    return { waiting, cutOff };
  }

  async cutOff(): Promise<string> {
    const rows = await this.database.rows<{ partition: number; next_offset: bigint }>(
      `select partition, next_offset from platform.consumer_position
       where topic = $1 order by partition`,
      [topics.account.name],
    );
    return rows.map(({ partition, next_offset }) => `${partition}:${next_offset}`).join(',');
  }

  toldBefore(): Promise<LocalDate | undefined> {
    return this.daysTold.before();
  }

  async businessDate(): Promise<LocalDate | undefined> {
    const { rows } = await this.database.query<{ day: LocalDate | null }>(
      'select day from platform.business_day',
    );
    return rows[0]?.day ?? undefined;
  }
}

type SetAsideRow = {
  firsts: number;
  all: number;
  unattributed: number;
  memberships: { membershipId: string; facts: number }[];
};

/**
 * A fact set aside concerns the membership that it names, and each for which its account ever counted: leaving one
 * changes its figures too. The key is the account's id, save where what it bears is no fact. Account by account
 * (`offset 0`): the table of facts has millions of rows, and mostly nothing is set aside.
 */
const setAsideSql = `
with aside as (
  select id, partition, key, membership_id,
         case when key ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then key::uuid end as account_id
  from platform.parked_event where topic = $1
), concerned as (
  select id, m.membership_id, m.market_code
  from (select id, membership_id from aside
        union select id, f.membership_id from aside, lateral (
          select membership_id from account_fact where account_fact.account_id = aside.account_id offset 0) as f) as told
  join membership_copy m using (membership_id)
), by_membership as (
  select membership_id, count(*)::int as facts from concerned
  where ($2 = '' or membership_id = $2) and ($3::text[] is null or market_code = any($3))
  group by membership_id order by membership_id limit 200
)
select (select count(*) from (select distinct partition, key, case when key is null then id end from aside) as q)::int as firsts,
       (select count(*) from aside)::int as "all",
       (select count(*) from aside where id not in (select id from concerned))::int as unattributed,
       (select coalesce(jsonb_agg(jsonb_build_object('membershipId', membership_id, 'facts', facts) order by membership_id), '[]')
          from by_membership) as memberships`;
