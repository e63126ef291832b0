import { Injectable } from '@nestjs/common';
import { decodeCursor, pageOf } from '#libs/http';
import { Database, together, type Transaction } from '#libs/persistence';
import type { LocalDate, Period } from '#libs/time';
import {
  type DraftInvoice,
  type FinalisedInvoice,
  type Invoice,
  InvoiceUnknown,
} from './domain/invoice.js';
import {
  invoiceColumns,
  invoiceFromRecords,
  type InvoiceRecord,
  type InvoiceRow,
  type LineRecord,
  rowFromRecord,
  type VatTotalRecord,
} from './invoices.mapping.js';

/** Empty strings and undefined do not filter. */
export type InvoiceFilter = {
  readonly membershipId?: string;
  readonly marketCode?: string;
  readonly organisationId?: string;
  /** Undefined: every market. */
  readonly markets?: readonly string[];
};

/** Where a page of invoices ended. */
export type InvoicePlace = { readonly periodStart: LocalDate; readonly id: string };

/** Drafts and finalised invoices. What is promised here is also enforced by the database. */
@Injectable()
export class Invoices {
  constructor(private readonly database: Database) {}

  /** Throws InvoiceUnknown. */
  get(invoiceId: string): Promise<Invoice> {
    return load(this.database, invoiceId);
  }

  /** In the order of their ids as given, without a lock; those unknown are left out. */
  some(invoiceIds: readonly string[]): Promise<Invoice[]> {
    return several(this.database, invoiceIds);
  }

  /** Throws InvoiceUnknown. */
  async membershipOf(tx: Transaction, invoiceId: string): Promise<string> {
    if (!isUuid(invoiceId)) throw new InvoiceUnknown();
    const [membershipId] = await tx.column<string>(
      'select membership_id from invoice where invoice_id = $1',
      [invoiceId],
    );
    if (membershipId === undefined) throw new InvoiceUnknown();
    return membershipId;
  }

  /** By invoice. Throws InvoiceUnknown where one is. */
  async membershipsOf(
    tx: Transaction,
    invoiceIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    if (!invoiceIds.every(isUuid)) throw new InvoiceUnknown();
    const rows = await tx.rows<{ invoice_id: string; membership_id: string }>(
      'select invoice_id, membership_id from invoice where invoice_id = any($1::uuid[])',
      [invoiceIds],
    );
    if (rows.length < invoiceIds.length) throw new InvoiceUnknown();
    return new Map(rows.map(({ invoice_id, membership_id }) => [invoice_id, membership_id]));
  }

  /** In a transaction, without a lock. Throws InvoiceUnknown. */
  read(tx: Transaction, invoiceId: string): Promise<Invoice> {
    return load(tx, invoiceId);
  }

  /** The same of several, in the order of their ids as given; those unknown are left out. */
  readSeveral(tx: Transaction, invoiceIds: readonly string[]): Promise<Invoice[]> {
    return invoiceIds.length === 0 ? Promise.resolve([]) : several(tx, invoiceIds);
  }

  /** The run that it was drafted in. */
  async runOf(tx: Transaction, invoiceId: string): Promise<string> {
    const [runId] = await tx.column<string>('select run_id from invoice where invoice_id = $1', [
      invoiceId,
    ]);
    if (runId === undefined) throw new InvoiceUnknown();
    return runId;
  }

  /** Locked until the transaction ends. Throws InvoiceUnknown. */
  async findForFinalising(tx: Transaction, invoiceId: string): Promise<Invoice> {
    if (!isUuid(invoiceId)) throw new InvoiceUnknown();
    // Locked first and read then: what was answered while this one waited is seen.
    await tx.query('select from invoice where invoice_id = $1 for update', [invoiceId]);
    return load(tx, invoiceId);
  }

  /** The same of several, in the order of their ids as given; locked by id, whoever locks. */
  async severalForFinalising(tx: Transaction, invoiceIds: readonly string[]): Promise<Invoice[]> {
    await tx.query(
      'select from invoice where invoice_id = any($1::uuid[]) order by invoice_id for update',
      [invoiceIds],
    );
    return several(tx, invoiceIds);
  }

  /** One after the other in their order: the database wants each number behind the one before. */
  async saveFinalised(tx: Transaction, invoices: readonly FinalisedInvoice[]): Promise<void> {
    await together(
      ...invoices.map(({ id, number, sequence, issuedOn, dueOn }) =>
        tx.query({
          name: 'finalise-invoice',
          text: `update invoice set status = 'FINALISED', number = $2, sequence = $3, issued_on = $4, due_on = $5,
                   series_year = extract(year from $4::date)
                 where invoice_id = $1`,
          values: [id, number, sequence, issuedOn, dueOn],
        }),
      ),
    );
    await tx.query('delete from draft_review where invoice_id = any($1::uuid[])', [
      invoices.map(({ id }) => id),
    ]);
  }

  /** What a membership was and may still be invoiced for a period, those issued first and in their order. */
  async ofPeriod(tx: Transaction, membershipId: string, period: Period): Promise<Invoice[]> {
    const { rows } = await tx.query<InvoiceRecord>(
      `select ${invoiceColumns} from invoice i
        where membership_id = $1 and period_start = $2 and period_end = $3 and status <> 'WITHDRAWN'
        order by issued_on nulls last, series_year, sequence, invoice_id`,
      [membershipId, period.start, period.end],
    );
    return complete(tx, rows);
  }

  /** The same of the periods of several, all of each; one period may be named more than once. */
  async ofPeriods(
    tx: Transaction,
    places: readonly Pick<Invoice, 'membershipId' | 'period'>[],
  ): Promise<Invoice[]> {
    if (places.length === 0) return [];
    const { rows } = await tx.query<InvoiceRecord>(
      `select ${invoiceColumns} from invoice i
        where (membership_id, period_start, period_end) in (select * from unnest($1::text[], $2::date[], $3::date[]))
          and status <> 'WITHDRAWN'
        order by issued_on nulls last, series_year, sequence, invoice_id`,
      [
        places.map(({ membershipId }) => membershipId),
        places.map(({ period }) => period.start),
        places.map(({ period }) => period.end),
      ],
    );
    return complete(tx, rows);
  }

  /** What a draft is judged beside: a complement all of its period, a calculation itself alone. */
  besides(tx: Transaction, { kind, membershipId, period }: Invoice): Promise<Invoice[]> {
    return kind === 'COMPLEMENT' ? this.ofPeriod(tx, membershipId, period) : Promise.resolve([]);
  }

  /** What credits, completes or replaces an invoice, as rows, in the order in which they came. */
  async correcting(invoiceId: string): Promise<InvoiceRow[]> {
    const { rows } = await this.database.query<InvoiceRecord>(
      `select ${invoiceColumns} from invoice i where corrects_id = $1 and status <> 'WITHDRAWN'
        order by issued_on nulls last, series_year, sequence, invoice_id limit 100`,
      [invoiceId],
    );
    return rows.map(rowFromRecord);
  }

  /** The same, with what credits a complement of it. */
  async correctingWithComplements(invoiceId: string): Promise<InvoiceRow[]> {
    const { rows } = await this.database.query<InvoiceRecord>(
      `select ${invoiceColumns} from invoice i
        where i.status <> 'WITHDRAWN' and i.corrects_id in (
          select $1::uuid union all select invoice_id from invoice where corrects_id = $1 and kind = 'COMPLEMENT')
        order by issued_on nulls last, series_year, sequence, invoice_id limit 100`,
      [invoiceId],
    );
    return rows.map(rowFromRecord);
  }

  /** By period, newest first. The cursor is that of the page before. */
  async list(
    filter: InvoiceFilter,
    limit: number,
    cursor: string,
  ): Promise<{ rows: InvoiceRow[]; nextCursor: string }> {
    const [periodStart, invoiceId] = decodeCursor(cursor, 'day', 'uuid') ?? [null, null];
    const { rows } = await this.database.query<InvoiceRecord>(
      `select ${invoiceColumns} from invoice i
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

  /** Whole drafts of a market by id, a page at a time. */
  async drafts(
    tx: Transaction,
    marketCode: string,
    afterId: string,
    limit: number,
  ): Promise<DraftInvoice[]> {
    const { rows } = await tx.query<InvoiceRecord>(
      `select ${invoiceColumns} from invoice i where market_code = $1 and status = 'DRAFT'
         and ($2 = '' or invoice_id > nullif($2, '')::uuid)
       order by invoice_id limit $3`,
      [marketCode, afterId, limit],
    );
    return (await complete(tx, rows)) as DraftInvoice[];
  }

  /** Whole invoices of a market (empty: of all) in the order of their periods, a page at a time, in three statements. */
  async page(
    tx: Transaction,
    marketCode: string,
    after: InvoicePlace | undefined,
    limit: number,
  ): Promise<Invoice[]> {
    const { rows } = await tx.query<InvoiceRecord>(
      `select ${invoiceColumns} from invoice i where ($1 = '' or market_code = $1)
         and ($2::date is null or (period_start, invoice_id) > ($2, $3::uuid))
       order by period_start, invoice_id limit $4`,
      [marketCode, after?.periodStart, after?.id, limit],
    );
    return complete(tx, rows);
  }
}

/** The whole invoice as it is stored. */
async function load(source: Pick<Transaction, 'query'>, invoiceId: string): Promise<Invoice> {
  if (!isUuid(invoiceId)) throw new InvoiceUnknown();
  const header = await source.query<InvoiceRecord>(
    `select ${invoiceColumns} from invoice i where invoice_id = $1`,
    [invoiceId],
  );
  const record = header.rows[0];
  if (record === undefined) throw new InvoiceUnknown();
  return (await complete(source, [record]))[0] as Invoice;
}

async function several(
  source: Pick<Transaction, 'query'>,
  invoiceIds: readonly string[],
): Promise<Invoice[]> {
  const { rows } = await source.query<InvoiceRecord>(
    `select ${invoiceColumns} from invoice i where invoice_id = any($1::uuid[])
      order by array_position($1::uuid[], invoice_id)`,
    [invoiceIds],
  );
  return complete(source, rows);
}

async function complete(
  source: Pick<Transaction, 'query'>,
  records: readonly InvoiceRecord[],
): Promise<Invoice[]> {
  const ids = [records.map((record) => record.invoice_id)];
  const lines = await source.query<LineRecord & Keyed>(
    `select *, period_end - period_start as days from invoice_line where invoice_id = any($1) order by line`,
    ids,
  );
  const totals = await source.query<VatTotalRecord & Keyed>(
    `select * from invoice_vat_total where invoice_id = any($1) order by vat_basis_points desc`,
    ids,
  );
  const [linesOf, totalsOf] = [byInvoice(lines.rows), byInvoice(totals.rows)];
  return records.map((record) =>
    invoiceFromRecords(
      record,
      linesOf.get(record.invoice_id) ?? [],
      totalsOf.get(record.invoice_id) ?? [],
    ),
  );
}

type Keyed = { invoice_id: string };

const byInvoice = <Row extends Keyed>(rows: readonly Row[]): Map<string, Row[]> =>
  Map.groupBy(rows, (row) => row.invoice_id);

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
