import { Injectable } from '@nestjs/common';
import type { Transaction } from '#libs/persistence';
import type { Period } from '#libs/time';
import type { NamedMember } from '../members/members.module.js';
import type { PreviewAmounts } from './domain/billing-preview.js';

/** A membership that a run would look at, with what is written of it. */
export type MemberInBooks = NamedMember & {
  /** Drafts and invoices less credit notes; undefined where there is none. */
  readonly inPeriod: PreviewAmounts | undefined;
  readonly before: PreviewAmounts | undefined;
  /** It has its first draft or invoice of the period: a run leaves it alone. */
  readonly isThere: boolean;
};

/** What was drafted and invoiced, for who asks what a run would add. */
@Injectable()
export class PreviewBooks {
  /** Of these, in their order. Who has nothing due has nothing there; `before`: undefined where no like period lies before. */
  async of(
    tx: Transaction,
    named: readonly NamedMember[],
    due: ReadonlyMap<
      string,
      { readonly period: Period; readonly before: Period | undefined } | undefined
    >,
  ): Promise<MemberInBooks[]> {
    const asked = named.map(({ membershipId }) => due.get(membershipId));
    const rows = await tx.rows<Row>(sql, [
      named.map(({ membershipId }) => membershipId),
      asked.map((one) => one?.period.start ?? null),
      asked.map((one) => one?.period.end ?? null),
      asked.map((one) => one?.before?.start ?? null),
      asked.map((one) => one?.before?.end ?? null),
    ]);
    return rows.map((row, at) => fromRow(row, named[at]!));
  }
}

type Row = {
  is_there: boolean;
  /** Of the period, then of the one before: net, VAT, total; null where there is nothing. */
  now: [string, string, string] | null;
  before: [string, string, string] | null;
};

const fromRow = (row: Row, named: NamedMember): MemberInBooks => ({
  ...named,
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
select exists (select from invoice i where i.membership_id = m.membership_id and i.kind = 'INVOICE' and i.revision = 0
                 and (i.period_start, i.period_end) = (m.starts, m.ends) and i.status <> 'WITHDRAWN') as is_there,
       ${sumOf('m.starts', 'm.ends')} as now, ${sumOf('m.starts_before', 'm.ends_before')} as before
  from unnest($1::text[], $2::date[], $3::date[], $4::date[], $5::date[])
         with ordinality as m (membership_id, starts, ends, starts_before, ends_before, position)
 order by m.position`;
