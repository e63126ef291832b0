import { Injectable } from '@nestjs/common';
import { Database } from '#libs/persistence';
import type { LocalDate } from '#libs/time';
import type { InvoiceViolation } from './domain/invoice-violation.js';

export type InvoiceSums = {
  readonly invoices: number;
  readonly creditNotes: number;
  readonly drafts: number;
  /** Invoices less credit notes, of those issued. */
  readonly netCents: bigint;
  readonly vatCents: bigint;
  readonly totalCents: bigint;
};

/** Issued invoices one after the other, as their numbers put them (BIL-4). */
@Injectable()
export class IssuedInvoices {
  constructor(private readonly database: Database) {}

  async sums(marketCode: string): Promise<InvoiceSums> {
    const { rows } = await this.database.query<InvoiceSums>(
      `select count(*) filter (where status = 'FINALISED' and sign > 0)::int as invoices,
              count(*) filter (where status = 'FINALISED' and sign < 0)::int as "creditNotes",
              count(*) filter (where status = 'DRAFT')::int as drafts,
              coalesce(sum(sign * net_cents) filter (where status = 'FINALISED'), 0)::bigint as "netCents",
              coalesce(sum(sign * vat_cents) filter (where status = 'FINALISED'), 0)::bigint as "vatCents",
              coalesce(sum(sign * total_cents) filter (where status = 'FINALISED'), 0)::bigint as "totalCents"
         from (select *, case when kind in ('CREDIT_NOTE', 'CREDIT_OF_DIFFERENCE') then -1 else 1 end as sign
                 from invoice where $1 = '' or market_code = $1) as signed`,
      [marketCode],
    );
    return rows[0] as InvoiceSums;
  }

  /** Not from 1 upwards without gap in its series, which several markets of a supplier may share, or issued before the one ahead of it. */
  async faults(marketCode: string, limit: number): Promise<InvoiceViolation[]> {
    const { rows } = await this.database.query<FaultRow>(
      `select * from (
         select market_code, number, sequence, issued_on, row_number() over series as position,
                lag(number) over series as previous_number, lag(issued_on) over series as previous_issued_on
           from invoice where status = 'FINALISED'
         window series as (partition by supplier_siret, number_prefix, series_year order by sequence)) as placed
        where ($1 = '' or market_code = $1) and (sequence <> position or previous_issued_on > issued_on)
        order by number limit $2`,
      [marketCode, limit],
    );
    return rows.flatMap(faultsOf);
  }
}

type FaultRow = {
  number: string;
  sequence: number;
  issued_on: LocalDate;
  position: bigint;
  previous_number: string | null;
  previous_issued_on: LocalDate | null;
};

function faultsOf(row: FaultRow): InvoiceViolation[] {
  const { number, sequence, issued_on: issuedOn } = row;
  const { previous_number: previousNumber, previous_issued_on: previousIssuedOn } = row;
  const position = Number(row.position);
  const faults: InvoiceViolation[] = [];
  if (sequence !== position) faults.push({ code: 'NUMBER_MISSING', number, sequence, position });
  if (previousNumber !== null && previousIssuedOn !== null && previousIssuedOn > issuedOn) {
    const days = { issuedOn, previousNumber, previousIssuedOn };
    faults.push({ code: 'ISSUED_BEFORE_PREVIOUS', number, ...days });
  }
  return faults;
}
