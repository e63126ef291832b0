import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';

/** Accounts of one school and profile at the end of a day. */
export type OpenAccounts = {
  readonly uai: string;
  /** As the contract numbers it; 0: told before profiles were kept. */
  readonly profile: number;
  readonly open: number;
  readonly activated: number;
  readonly billable: number;
};

/** Who is open, in use and paid for on a day, from the facts themselves. */
@Injectable()
export class OpenAccountsOfDay {
  constructor(private readonly database: Database) {}

  /** By school, then profile. On a day the fact of the highest sequence counts among those in effect. */
  of(membershipId: string, on: LocalDate, limit: number): Promise<OpenAccounts[]> {
    return this.database.rows<OpenAccounts>(
      `select uai, profile::int as profile, count(*)::int as open,
              (count(*) filter (where is_activated))::int as activated,
              (count(*) filter (where item_code <> ''))::int as billable
         from (select distinct on (account_id) * from account_fact
                where effective_on <= $2
                  and account_id in (select account_id from account_fact where membership_id = $1)
                order by account_id, sequence desc) as at_day
        where membership_id = $1 and is_open group by uai, profile order by uai, profile limit $3`,
      [membershipId, on, limit],
    );
  }
}
