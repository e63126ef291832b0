import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { Period } from '#libs/time';
import type { PreviewAmounts } from './domain/billing-preview.js';

/** A membership that a run would look at, with what is written of it. */
export type MemberInBooks = {
  readonly membershipId: string;
  readonly organisationName: string;
  /** Drafts and invoices less credit notes; undefined where there is none. */
  readonly inPeriod: PreviewAmounts | undefined;
  readonly before: PreviewAmounts | undefined;
  /** It has its first draft or invoice of the period: a run leaves it alone. */
  readonly isThere: boolean;
};

/** What was drafted and invoiced, for who asks what a run would add. */
@Injectable()
export class PreviewBooks {
  /** By id: whoever a run of the market takes up. `before`: undefined where no period lies before. */
  async page(
    tx: Transaction,
    marketCode: string,
    periods: { readonly period: Period; readonly before: Period | undefined },
    { after, limit }: { readonly after: string; readonly limit: number },
  ): Promise<MemberInBooks[]> {
    const { period, before } = periods;
    const rows = await tx.rows<Row>(sql, [
      ...[marketCode, period.start, period.end, before?.start ?? null, before?.end ?? null],
      ...[after, limit],
    ]);
    return rows.map(fromRow);
  }
}

type Row = {
  membership_id: string;
  name: string;
  is_there: boolean;
  /** Of the period, then of the one before: net, VAT, total; null where there is nothing. */
  now: [string, string, string] | null;
  before: [string, string, string] | null;
};

const fromRow = (row: Row): MemberInBooks => ({
  membershipId: row.membership_id,
  organisationName: row.name,
  inPeriod: amountsFrom(row.now),
  before: amountsFrom(row.before),
  isThere: row.is_there,
});

function amountsFrom(sums: Row['now']): PreviewAmounts | undefined {
  if (sums === null) return undefined;
  const [netCents, vatCents, totalCents] = sums.map(BigInt) as [bigint, bigint, bigint];
  return { netCents, vatCents, totalCents };
}

const sumOf = (start: string, end: string) => `(
  select jsonb_build_array(sum(sign * net_cents)::text, sum(sign * vat_cents)::text, sum(sign * total_cents)::text)
    from (select *, case when kind in ('CREDIT_NOTE', 'CREDIT_OF_DIFFERENCE') then -1 else 1 end as sign from invoice i
           where i.membership_id = m.membership_id and (i.period_start, i.period_end) = (${start}, ${end})
             and i.status <> 'WITHDRAWN') as of_period having count(*) > 0)`;

const sql = `
select m.membership_id, m.buyer ->> 'name' as name,
       exists (select from invoice i where i.membership_id = m.membership_id and i.kind = 'INVOICE' and i.revision = 0
                 and (i.period_start, i.period_end) = ($2::date, $3::date) and i.status <> 'WITHDRAWN') as is_there,
       ${sumOf('$2::date', '$3::date')} as now, ${sumOf('$4::date', '$5::date')} as before
  from membership m
 where m.market_code = $1 and m.starts_on is not null and m.membership_id > $6 order by m.membership_id limit $7`;
