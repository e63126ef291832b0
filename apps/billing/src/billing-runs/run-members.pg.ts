import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { DomainError } from '#libs/problems';
import type { LocalDate } from '#libs/time';

export type RunCounts = {
  readonly memberships: number;
  readonly waiting: number;
  readonly drafted: number;
  readonly withoutLine: number;
  /** Drafted, and withdrawn since without another in its place. */
  readonly withdrawn: number;
  readonly parked: number;
};

export type ParkedMember = {
  readonly membershipId: string;
  readonly organisationName: string;
  readonly code: string;
  /** A French sentence. */
  readonly message: string;
  readonly attempts: number;
};

const hasInvoice = `exists (select from invoice i where i.run_id = r.run_id and i.membership_id = r.membership_id
  and i.kind = 'INVOICE' and i.revision = 0 and i.status <> 'WITHDRAWN')`;

/** A copy that is behind, a period that metering has not closed: the refusals of kind `unavailable`. */
const comesByItself = `m.status = 'PARKED' and m.code in ('COPY_LAGGING', 'METERING_NOT_COMPLETE')`;

/** What became of each membership in a billing run (BIL-5). */
@Injectable()
export class RunMembers {
  constructor(private readonly database: Database) {}

  /** Takes up whoever has no draft or invoice of the period, those parked before too. */
  async takeUp(tx: Transaction, runId: string, marketCode: string): Promise<void> {
    await tx.query(
      `insert into billing_run_member as known (run_id, membership_id, status)
       select r.run_id, r.membership_id, case when ${hasInvoice} then 'DRAFTED' else 'WAITING' end
         from (select $1::uuid as run_id, membership_id from membership
                where market_code = $2 and starts_on is not null order by membership_id) as r
       on conflict (run_id, membership_id) do update
         set status = excluded.status, code = null, detail = null where known.status <> excluded.status`,
      [runId, marketCode],
    );
  }

  /** Those waiting, by SIREN then id: the order of a billing run. */
  async waiting(runId: string): Promise<string[]> {
    const { rows } = await this.database.query<{ membership_id: string }>(
      `select membership_id from billing_run_member join membership using (membership_id)
        where run_id = $1 and status = 'WAITING' order by buyer ->> 'siren', membership_id`,
      [runId],
    );
    return rows.map((row) => row.membership_id);
  }

  async waitingCount(): Promise<number> {
    const { rows } = await this.database.query<{ n: bigint }>(
      `select count(*) as n from billing_run_member where status = 'WAITING'`,
    );
    return Number(rows[0]?.n ?? 0n);
  }

  /** Of these, in their order, who waits still: another process may have been faster. */
  async stillWaiting(runId: string, membershipIds: readonly string[]): Promise<string[]> {
    return this.database.column<string>(
      `select membership_id from billing_run_member
        where run_id = $1 and membership_id = any($2) and status = 'WAITING'
        order by array_position($2, membership_id)`,
      [runId, membershipIds],
    );
  }

  /** In the transaction of the drafts; one that is settled already stays as it is. */
  async settle(
    tx: Transaction,
    runId: string,
    outcomes: ReadonlyMap<string, 'DRAFTED' | 'WITHOUT_LINE'>,
    today: LocalDate,
  ): Promise<void> {
    await tx.query(
      `update billing_run_member m set status = o.status, attempts = m.attempts + 1, settled_on = $4
         from unnest($2::text[], $3::text[]) as o (membership_id, status)
        where m.run_id = $1 and m.membership_id = o.membership_id and m.status = 'WAITING'`,
      [runId, [...outcomes.keys()], [...outcomes.values()], today],
    );
  }

  /** Written alone: what failed took nothing else with it. */
  async park(runId: string, refused: ReadonlyMap<string, DomainError>): Promise<void> {
    if (refused.size === 0) return;
    const problems = [...refused.values()];
    await this.database.query(
      `update billing_run_member m set status = 'PARKED', code = p.code, detail = p.detail, attempts = m.attempts + 1,
              settled_on = (select day from platform.business_day)
         from unnest($2::text[], $3::text[], $4::text[]) as p (membership_id, code, detail)
        where m.run_id = $1 and m.membership_id = p.membership_id and m.status = 'WAITING'`,
      [
        runId,
        [...refused.keys()],
        problems.map(({ code }) => code),
        problems.map(({ message }) => message),
      ],
    );
  }

  /** Of all runs of a market: who was set aside for what waiting mends is looked at again. */
  async takeUpWhatComesByItself(tx: Transaction, marketCode: string): Promise<void> {
    await tx.query(
      `update billing_run_member m set status = 'WAITING', code = null, detail = null
         from billing_run r where r.run_id = m.run_id and r.market_code = $1 and ${comesByItself}`,
      [marketCode],
    );
  }

  async isAnyToComeByItself(tx: Transaction, marketCode: string): Promise<boolean> {
    const [found] = await tx.column<boolean>(
      `select exists (select from billing_run_member m join billing_run r using (run_id)
                       where r.market_code = $1 and ${comesByItself})`,
      [marketCode],
    );
    return found === true;
  }

  /** False where the membership is not parked in this run. */
  async takeUpParked(tx: Transaction, runId: string, membershipId: string): Promise<boolean> {
    const { rowCount } = await tx.query(
      `update billing_run_member set status = 'WAITING', code = null, detail = null
        where run_id::text = $1 and membership_id = $2 and status = 'PARKED'`,
      [runId, membershipId],
    );
    return rowCount === 1;
  }

  async counts(
    runId: string,
    source: Pick<Transaction, 'query'> = this.database,
  ): Promise<RunCounts> {
    const { rows } = await source.query<RunCounts>(
      `select count(*)::int as memberships,
              count(*) filter (where status = 'WAITING')::int as waiting,
              count(*) filter (where status = 'DRAFTED' and has_invoice)::int as drafted,
              count(*) filter (where status = 'WITHOUT_LINE')::int as "withoutLine",
              count(*) filter (where status = 'DRAFTED' and not has_invoice)::int as withdrawn,
              count(*) filter (where status = 'PARKED')::int as parked
         from (select status, ${hasInvoice} as has_invoice from billing_run_member r where run_id = $1) as members`,
      [runId],
    );
    return rows[0] as RunCounts;
  }

  /** By SIREN, then id. */
  async parked(runId: string, limit: number): Promise<ParkedMember[]> {
    const { rows } = await this.database.query<ParkedMember>(
      `select membership_id as "membershipId", m.buyer ->> 'name' as "organisationName", r.code,
              r.detail as message, r.attempts
         from billing_run_member r join membership m using (membership_id)
        where r.run_id = $1 and r.status = 'PARKED' order by m.buyer ->> 'siren', membership_id limit $2`,
      [runId, limit],
    );
    return rows;
  }
}
