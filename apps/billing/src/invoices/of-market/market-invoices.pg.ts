import { Injectable } from '@nestjs/common';
import { decodeCursor, pageOf } from '#libs/http';
import { Database } from '#libs/persistence';
import type { LocalDate, Period } from '#libs/time';
import { creditKinds } from '../domain/invoice.js';
import {
  invoiceColumns,
  type InvoiceRecord,
  type InvoiceRow,
  rowFromRecord,
} from '../invoices.mapping.js';

/**
 * DRAFT, CONTESTED and WITHDRAWN were not issued. TO_PAY, or OVERDUE since its day is past; PAID and REJECTED as the
 * supplier's accounts say; CREDITED: a credit note took it back whole; CREDIT: a credit note. Each is just one of these.
 */
export type InvoiceState =
  | 'DRAFT'
  | 'CONTESTED'
  | 'WITHDRAWN'
  | 'TO_PAY'
  | 'OVERDUE'
  | 'PAID'
  | 'REJECTED'
  | 'CREDITED'
  | 'CREDIT';

export type MarketInvoice = {
  readonly invoice: InvoiceRow;
  readonly organisationName: string;
  readonly state: InvoiceState;
};

/** Empty strings do not filter. */
export type MarketInvoiceFilter = {
  readonly marketCode: string;
  readonly membershipId: string;
  readonly state: string;
  readonly periodEndsOn: string;
};

export type BilledSums = {
  readonly drafts: number;
  readonly draftsCents: bigint;
  readonly contested: number;
  readonly invoices: number;
  readonly creditNotes: number;
  /** Invoices less credit notes. */
  readonly netCents: bigint;
  readonly vatCents: bigint;
  readonly totalCents: bigint;
  readonly paidCents: bigint;
  /** What is overdue included. */
  readonly toPayCents: bigint;
  readonly overdueCents: bigint;
  readonly overdue: number;
  readonly rejectedCents: bigint;
  /** Of differences on what was paid: a whole credit takes what it credits out of what is to be paid instead. */
  readonly toGiveBackCents: bigint;
};

const credits = creditKinds.map((kind) => `'${kind}'`).join(', ');
const stateOf = `case i.status
  when 'WITHDRAWN' then 'WITHDRAWN'
  when 'DRAFT' then case (select answer from draft_answer a where a.invoice_id = i.invoice_id order by position desc limit 1)
                      when 'CONTESTED' then 'CONTESTED' else 'DRAFT' end
  else case
    when i.kind in (${credits}) then 'CREDIT'
    when exists (select from invoice c where c.corrects_id = i.invoice_id and c.kind = 'CREDIT_NOTE' and c.status = 'FINALISED')
      then 'CREDITED'
    else coalesce((select s.state from settlement s where s.invoice_id = i.invoice_id order by s.position desc limit 1),
                  case when i.due_on < (select day from platform.business_day) then 'OVERDUE' else 'TO_PAY' end)
  end end`;
const asked = `i.market_code = $1 and ($2 = '' or i.membership_id = $2)
  and ($3 = '' or i.period_end = nullif($3, '')::date) and ($4 = '' or ${stateOf} = $4)`;
const periodsMax = 200;

/** All invoices and drafts of a market, with what became of each. */
@Injectable()
export class MarketInvoices {
  constructor(private readonly database: Database) {}

  /** The latest period first, there by name; `total` counts those of every page. */
  async list(
    filter: MarketInvoiceFilter,
    limit: number,
    cursor: string,
  ): Promise<{ invoices: MarketInvoice[]; nextCursor: string; total: number }> {
    const after = decodeCursor(cursor, 'day', 'text', 'uuid') ?? [null, null, null];
    const { marketCode, membershipId, periodEndsOn, state } = filter;
    const values = [marketCode, membershipId, periodEndsOn, state];
    const [{ rows: found }, [total = 0n]] = await Promise.all([
      this.database.query<InvoiceRecord & { state: InvoiceState }>(
        `select ${invoiceColumns}, ${stateOf} as state from invoice i
          where ${asked} and ($5::date is null or i.period_start < $5
             or (i.period_start = $5 and (i.buyer ->> 'name', i.invoice_id) > ($6, $7::uuid)))
          order by i.period_start desc, i.buyer ->> 'name', i.invoice_id limit $8`,
        [...values, ...after, limit + 1],
      ),
      this.database.column<bigint>(`select count(*) from invoice i where ${asked}`, values),
    ]);
    const { rows, nextCursor } = pageOf(
      found.map((record) => ({
        ...{ invoice: rowFromRecord(record), state: record.state },
        organisationName: record.buyer.name,
      })),
      limit,
      ({ invoice, organisationName }) => [invoice.period.start, organisationName, invoice.id],
    );
    return { invoices: rows, nextCursor, total: Number(total) };
  }

  /** By period, the latest first. */
  async sums(marketCode: string): Promise<(BilledSums & { readonly period: Period })[]> {
    const { rows } = await this.database.query<SumsRow>(
      `select period_start, period_end,
              count(*) filter (where state in ('DRAFT', 'CONTESTED'))::int as drafts,
              ${cents('total_cents', `state in ('DRAFT', 'CONTESTED')`)} as "draftsCents",
              count(*) filter (where state = 'CONTESTED')::int as contested,
              count(*) filter (where status = 'FINALISED' and sign > 0)::int as invoices,
              count(*) filter (where status = 'FINALISED' and sign < 0)::int as "creditNotes",
              ${cents('sign * net_cents', `status = 'FINALISED'`)} as "netCents",
              ${cents('sign * vat_cents', `status = 'FINALISED'`)} as "vatCents",
              ${cents('sign * total_cents', `status = 'FINALISED'`)} as "totalCents",
              ${cents('total_cents', `state = 'PAID'`)} as "paidCents",
              ${cents('total_cents', `state in ('TO_PAY', 'OVERDUE')`)} as "toPayCents",
              ${cents('total_cents', `state = 'OVERDUE'`)} as "overdueCents",
              count(*) filter (where state = 'OVERDUE')::int as overdue,
              ${cents('total_cents', `state = 'REJECTED'`)} as "rejectedCents",
              ${cents('total_cents', `status = 'FINALISED' and kind = 'CREDIT_OF_DIFFERENCE'`)} as "toGiveBackCents"
         from (select i.*, case when i.kind in (${credits}) then -1 else 1 end as sign, ${stateOf} as state
                 from invoice i where i.market_code = $1 and i.status <> 'WITHDRAWN'
               -- The state of each is found once, and not for each of its sums.
               offset 0) as judged
        group by period_start, period_end order by period_start desc, period_end desc limit ${periodsMax}`,
      [marketCode],
    );
    return rows.map(({ period_start: start, period_end: end, ...sums }) => ({
      ...{ period: { start, end }, ...sums },
    }));
  }
}

const cents = (what: string, where: string) =>
  `coalesce(sum(${what}) filter (where ${where}), 0)::bigint`;

type SumsRow = BilledSums & { readonly period_start: LocalDate; readonly period_end: LocalDate };
