import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { LocalDate, Period } from '#libs/time';
import type { IssuedAmounts } from './domain/year-end.js';

export type MemberNamed = { readonly membershipId: string; readonly organisationName: string };

/** What was issued by a day, and to whom: what a year's end is set against. */
@Injectable()
export class YearEndBooks {
  /** By membership, each period once, ascending; credit notes are taken off. */
  async issuedBefore(
    tx: Transaction,
    membershipIds: readonly string[],
    before: LocalDate,
  ): Promise<Map<string, IssuedAmounts[]>> {
    const rows = await tx.rows<
      IssuedAmounts & { membershipId: string; start: LocalDate; end: LocalDate }
    >(
      `select membership_id as "membershipId", period_start as start, period_end as "end",
              sum(sign * net_cents)::bigint as "netCents", sum(sign * vat_cents)::bigint as "vatCents",
              sum(sign * total_cents)::bigint as "totalCents"
         from (select *, case when kind in ('CREDIT_NOTE', 'CREDIT_OF_DIFFERENCE') then -1 else 1 end as sign
                 from invoice where status = 'FINALISED' and issued_on < $2 and membership_id = any($1)) as issued
        group by 1, 2, 3 order by 1, 2`,
      [membershipIds, before],
    );
    const amounts = rows.map(({ membershipId, start, end, netCents, vatCents, totalCents }) => ({
      membershipId,
      period: { start, end } satisfies Period,
      ...{ netCents, vatCents, totalCents },
    }));
    return Map.groupBy(amounts, ({ membershipId }) => membershipId);
  }

  /** Of a market, by id: one that was in force before a day, or is to be. */
  membersOf(
    tx: Transaction,
    marketCode: string,
    { before, after, limit }: { before: LocalDate; after: string; limit: number },
  ): Promise<MemberNamed[]> {
    return tx.rows<MemberNamed>(
      `select membership_id as "membershipId", buyer ->> 'name' as "organisationName" from membership
        where market_code = $1 and starts_on < $2 and membership_id > $3 order by membership_id limit $4`,
      [marketCode, before, after, limit],
    );
  }
}
