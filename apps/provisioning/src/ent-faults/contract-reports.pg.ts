import { Injectable } from '@nestjs/common';
import { Database, type Transaction } from '#libs/persistence';
import type { LocalDate } from '#libs/time';

/** One behaviour that the ENT was not found to have, by what was made of its answer. */
export type ContractCase = {
  readonly id: string;
  readonly verdict: string;
  readonly source: string;
  readonly certainty: string;
  readonly expected: string;
  readonly came: string;
  readonly why: string;
};
export type ContractReport = {
  readonly address: string;
  readonly level: string;
  readonly ranAt: string;
  readonly confirmed: number;
  readonly left: number;
  readonly cases: readonly ContractCase[];
};
export type KeptReport = ContractReport & { readonly recordedOn: LocalDate };

/** The last report of the contract of Open ENT-NG (`test/contract/open-ent-ng`). */
@Injectable()
export class ContractReports {
  constructor(private readonly database: Database) {}

  async last(tx: Pick<Transaction, 'query'> = this.database): Promise<KeptReport | undefined> {
    const { rows } = await tx.query<Omit<KeptReport, 'ranAt'> & { ranAt: Date }>(
      `select address, level, ran_at as "ranAt", recorded_on as "recordedOn", confirmed, left_there as "left", cases
       from ent_contract`,
    );
    return rows[0] && { ...rows[0], ranAt: rows[0].ranAt.toISOString() };
  }

  /** Takes the place of an older one. False: a newer is there, or this one is of a time to come. */
  async keep(
    tx: Transaction,
    { address, level, ranAt, confirmed, left, cases }: ContractReport,
    by: { readonly userId: string; readonly on: LocalDate },
  ): Promise<boolean> {
    const { rowCount } = await tx.query(
      `insert into ent_contract as kept (address, level, ran_at, recorded_on, recorded_by, confirmed, left_there, cases)
       select $1, $2, $3::timestamptz, $4, $5, $6, $7, $8 where $3::timestamptz < clock_timestamp() + interval '1 hour'
       on conflict (is_the_one) do update set address = excluded.address, level = excluded.level, ran_at = excluded.ran_at,
         recorded_on = excluded.recorded_on, recorded_by = excluded.recorded_by, confirmed = excluded.confirmed,
         left_there = excluded.left_there, cases = excluded.cases
       where kept.ran_at <= excluded.ran_at`,
      [address, level, ranAt, by.on, by.userId, confirmed, left, JSON.stringify(cases)],
    );
    return rowCount === 1;
  }
}
