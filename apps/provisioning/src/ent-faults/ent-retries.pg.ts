import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import { creationUnheard } from '../ent-work/ent-work.module.js';
import type { RetryFigures } from './domain/retry-portion.js';

export type Retry = {
  readonly retryId: string;
  readonly code: string;
  readonly reason: string;
  readonly askedBy: string;
};
export type RetryView = Pick<Retry, 'retryId' | 'code' | 'reason'> &
  RetryFigures & {
    readonly askedOn: LocalDate;
    readonly state: string;
    readonly accounts: number;
    /** Not refused for that cause any more when its turn came. */
    readonly gone: number;
    /** Left as they were when it stopped. */
    readonly left: number;
  };
export type FaultView = {
  readonly code: string;
  /** Given up. */
  readonly failed: number;
  /** In the ENT, with a change that it refuses. */
  readonly refused: number;
  readonly schools: number;
  /** That a retry has still to try. */
  readonly beingRetried: number;
};

/** One retry has so many accounts at most; who is left is for the next. */
export const retryAccountsMax = 10_000;
const retriesShown = 50;

/** SQL, $1: codes that are no refusal. Everybody whom the ENT has refused, by the code of it. */
const refusals = `(
  select a.account_id, a.uai, a.membership_id, a.failure_code as code, true as is_failed from account a where a.state = 'FAILED'
  union all
  select a.account_id, a.uai, a.membership_id, t.refused_code, false from ent_task t join account a using (account_id)
  where t.refused_code <> '' and t.refused_code <> all($1) and t.gate = 'OPEN' and a.state <> 'FAILED')`;
const noRefusal = [creationUnheard];

/** SQL: of these markets; null: of all. */
const within = (markets: string) =>
  `(${markets}::text[] is null or m.market_code = any(${markets}))`;

/** Retries of all whom the ENT refused for one cause, and who is refused. Figures are of the markets named; undefined: of all. */
@Injectable()
export class EntRetries {
  constructor(private readonly database: Database) {}

  /** The most numerous first. */
  async faults(markets: readonly string[] | undefined): Promise<FaultView[]> {
    const { rows } = await this.database.query<FaultView>(
      `select code, count(*) filter (where is_failed)::int as failed, count(*) filter (where not is_failed)::int as refused,
         count(distinct uai)::int as schools, count(r.account_id)::int as "beingRetried"
       from ${refusals} f left join membership m using (membership_id)
       left join ent_retry_account r on r.account_id = f.account_id and r.state in ('WAITING', 'TAKEN')
       where ${within('$2')} group by code order by count(*) desc, code`,
      [noRefusal, markets ?? null],
    );
    return rows;
  }

  /** Whether one of these markets has accounts here. */
  async isServed(markets: readonly string[] | undefined): Promise<boolean> {
    const { rows } = await this.database.query<{ served: boolean }>(
      'select $1::text[] is null or exists (select from market where market_code = any($1)) as served',
      [markets ?? null],
    );
    return rows[0]?.served ?? false;
  }

  /** Newest first; one alone where it is named. */
  async retries(markets: readonly string[] | undefined, retryId?: string): Promise<RetryView[]> {
    const count = (state: string) => `count(*) filter (where r.state = '${state}')::int`;
    const { rows } = await this.database.query<RetryView>(
      `select e.retry_id as "retryId", e.code, e.reason, e.asked_on as "askedOn", e.state, count(*)::int as accounts,
         ${count('WAITING')} as waiting, ${count('TAKEN')} as "underWay", ${count('THROUGH')} as through,
         ${count('AGAIN')} as again, ${count('GONE')} as gone, ${count('LEFT')} as "left"
       from ent_retry e join ent_retry_account r using (retry_id) join account a using (account_id)
       left join membership m using (membership_id)
       where ${within('$1')} and ($2::uuid is null or e.retry_id = $2)
       group by e.retry_id order by e.asked_on desc, e.retry_id limit $3`,
      [markets ?? null, retryId ?? null, retriesShown],
    );
    return rows;
  }

  /** Of who is in no other retry. Returns how many. */
  async begin(
    tx: Transaction,
    retry: Retry & { readonly askedOn: LocalDate },
    markets: readonly string[] | undefined,
  ): Promise<number> {
    const { retryId, code, reason, askedBy, askedOn } = retry;
    await tx.query(
      'insert into ent_retry (retry_id, code, reason, asked_by, asked_on) values ($1, $2, $3, $4, $5)',
      [retryId, code, reason, askedBy, askedOn],
    );
    const { rowCount } = await tx.query(
      `insert into ent_retry_account (retry_id, account_id)
       select $2, f.account_id from ${refusals} f left join membership m using (membership_id)
       where f.code = $3 and ${within('$4')} and not exists (
         select from ent_retry_account r where r.account_id = f.account_id and r.state in ('WAITING', 'TAKEN'))
       order by f.account_id limit $5 on conflict do nothing`,
      [noRefusal, retryId, code, markets ?? null, retryAccountsMax],
    );
    return rowCount ?? 0;
  }

  /** The oldest that goes on, for the one process that has it until the transaction ends. */
  async running(tx: Transaction): Promise<Retry | undefined> {
    const { rows } = await tx.query<Retry>({
      name: 'running-retry',
      text: `select retry_id as "retryId", code, reason, asked_by as "askedBy" from ent_retry where state = 'RUNNING'
       order by asked_on, retry_id limit 1 for update skip locked`,
    });
    return rows[0];
  }

  /** Of those who were at work, who has its answer by now. What is to be tried again later has one. */
  async settle(tx: Transaction, retryId: string): Promise<void> {
    const isAgain = `(a.state = 'FAILED' or (t.refused_code <> '' and t.refused_code <> all($2) and t.not_before > now()))`;
    const isElsewhere = `(t.gate = 'HELD' or t.refused_code = any($2))`;
    await tx.query(
      `update ent_retry_account r set state = case when ${isAgain} then 'AGAIN' when ${isElsewhere} then 'GONE' else 'THROUGH' end
       from account a left join ent_task t on t.account_id = a.account_id
       where r.retry_id = $1 and r.state = 'TAKEN' and a.account_id = r.account_id
         and (${isAgain} or ${isElsewhere} or (t.account_id is null and a.state <> 'PROVISIONING'))`,
      [retryId, noRefusal],
    );
  }

  async figures(tx: Transaction, retryId: string): Promise<RetryFigures> {
    const count = (state: string) => `count(*) filter (where state = '${state}')::int`;
    const { rows } = await tx.query<RetryFigures>(
      `select ${count('WAITING')} as waiting, ${count('TAKEN')} as "underWay", ${count('THROUGH')} as through,
         ${count('AGAIN')} as again from ent_retry_account where retry_id = $1`,
      [retryId],
    );
    return rows[0]!;
  }

  async waiting(tx: Transaction, retryId: string, limit: number): Promise<string[]> {
    const { rows } = await tx.query<{ account_id: string }>(
      `select account_id from ent_retry_account where retry_id = $1 and state = 'WAITING' order by account_id limit $2`,
      [retryId, limit],
    );
    return rows.map(({ account_id }) => account_id);
  }

  async taken(
    tx: Transaction,
    retryId: string,
    asked: readonly string[],
    taken: readonly string[],
  ): Promise<void> {
    await tx.query(
      `update ent_retry_account set state = case when account_id = any($3::uuid[]) then 'TAKEN' else 'GONE' end
       where retry_id = $1 and account_id = any($2::uuid[])`,
      [retryId, asked, taken],
    );
  }

  async end(tx: Transaction, retryId: string, as: 'DONE' | 'STOPPED'): Promise<void> {
    await tx.query(
      "update ent_retry_account set state = 'LEFT' where retry_id = $1 and state = 'WAITING'",
      [retryId],
    );
    await tx.query('update ent_retry set state = $2 where retry_id = $1', [retryId, as]);
  }

  /** Ended, three months after they were asked for. */
  async forget(tx: Transaction, day: LocalDate): Promise<void> {
    await tx.query(
      "delete from ent_retry where state <> 'RUNNING' and asked_on < $1::date - interval '3 months'",
      [day],
    );
  }
}
