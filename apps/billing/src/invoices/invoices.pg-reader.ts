import { Injectable } from '@nestjs/common';
import { CursorInvalid, decodeCursor, pageOf } from '#libs/http';
import { Database, type Transaction } from '#libs/persistence';
import { isLocalDate, type LocalDate, type Period } from '#libs/time';
import { type Invoice } from './domain/invoice.js';
import { type InvoiceRecord, rowFromRecord } from './invoices.mapping.js';
import { isUuid, loadInvoice } from './invoices.pg-loader.js';
import {
  type InvoiceFilter,
  InvoiceReader,
  type InvoiceRow,
  InvoiceUnknown,
  type SeriesState,
} from './invoices.reader.js';

@Injectable()
export class PgInvoiceReader extends InvoiceReader {
  constructor(private readonly database: Database) {
    super();
  }

  async get(invoiceId: string): Promise<Invoice> {
    const invoice = await loadInvoice(this.database, invoiceId);
    if (invoice === undefined) throw new InvoiceUnknown();
    return invoice;
  }

  async list(
    filter: InvoiceFilter,
    limit: number,
    cursor: string,
  ): Promise<{ rows: InvoiceRow[]; nextCursor: string }> {
    const [periodStart, invoiceId] = keyOf(cursor);
    const { rows } = await this.database.query<InvoiceRecord>(
      `select * from invoice
       where ($1::text is null or membership_id = $1)
         and ($2::text is null or market_code = $2)
         and ($3::text is null or organisation_id = $3)
         and ($4::text[] is null or market_code = any($4))
         and ($5::date is null or (period_start, invoice_id) < ($5::date, $6::uuid))
       order by period_start desc, invoice_id desc
       limit $7`,
      [
        filter.membershipId || null,
        filter.marketCode || null,
        filter.organisationId || null,
        filter.markets ?? null,
        periodStart,
        invoiceId,
        limit + 1,
      ],
    );
    return pageOf(rows.map(rowFromRecord), limit, (row) => [row.period.start, row.id]);
  }

  async invoicedMemberships(marketCode: string, period: Period): Promise<Set<string>> {
    const { rows } = await this.database.query<{ membership_id: string }>(
      `select membership_id from invoice
       where market_code = $1 and period_start = $2 and period_end = $3 and revision = 0`,
      [marketCode, period.start, period.end],
    );
    return new Set(rows.map((row) => row.membership_id));
  }

  async invoicedDays(
    marketCode: string,
    tx: Transaction,
  ): Promise<{ itemCode: string; period: Period }[]> {
    const { rows } = await tx.query<{ item_code: string; start: LocalDate; end: LocalDate }>(
      `select item_code, lower(days) as start, upper(days) as end
       from (select l.item_code, unnest(range_agg(daterange(l.period_start, l.period_end))) as days
             from invoice_line l join invoice i using (invoice_id)
             where i.market_code = $1 group by l.item_code) as invoiced
       order by 1, 2`,
      [marketCode],
    );
    return rows.map(({ item_code, start, end }) => ({
      itemCode: item_code,
      period: { start, end },
    }));
  }

  async invoicedUntil(marketCode: string): Promise<LocalDate | null> {
    const { rows } = await this.database.query<{ until: LocalDate | null }>(
      `select max(period_end) as until from invoice where market_code = $1`,
      [marketCode],
    );
    return rows[0]?.until ?? null;
  }

  async invoicedUntilOf(membershipId: string, tx: Transaction): Promise<LocalDate | null> {
    const { rows } = await tx.query<{ until: LocalDate | null }>(
      `select max(period_end) as until from invoice where membership_id = $1`,
      [membershipId],
    );
    return rows[0]?.until ?? null;
  }

  async idsOf(marketCode: string, afterId: string, limit: number): Promise<string[]> {
    const { rows } = await this.database.query<{ invoice_id: string }>(
      `select invoice_id from invoice where ($1 = '' or market_code = $1)
         and ($2 = '' or invoice_id > nullif($2, '')::uuid)
       order by invoice_id limit $3`,
      [marketCode, afterId, limit],
    );
    return rows.map((row) => row.invoice_id);
  }

  async seriesOf(marketCode: string): Promise<SeriesState[]> {
    const { rows } = await this.database.query<{
      supplier_siret: string;
      prefix: string;
      year: number;
      last_sequence: number;
    }>(
      `select * from invoice_series s where $1 = '' or exists (
         select 1 from market m where m.market_code = $1
           and m.terms -> 'supplier' ->> 'siret' = s.supplier_siret and m.terms ->> 'numberPrefix' = s.prefix)
       order by supplier_siret, prefix, year`,
      [marketCode],
    );
    return rows.map((row) => ({
      supplierSiret: row.supplier_siret,
      prefix: row.prefix,
      year: row.year,
      lastSequence: row.last_sequence,
    }));
  }
}

function keyOf(cursor: string): [string, string] | [null, null] {
  const key = decodeCursor(cursor, 2);
  if (key === undefined) return [null, null];
  const [periodStart, invoiceId] = key.map(String) as [string, string];
  if (isLocalDate(periodStart) && isUuid(invoiceId)) return [periodStart, invoiceId];
  throw new CursorInvalid(
    'Ce repère de page n’est pas valable : reprenez la liste depuis le début.',
  );
}
