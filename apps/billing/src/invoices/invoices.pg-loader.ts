import { type Transaction } from '#libs/persistence';
import { type Invoice } from './domain/invoice.js';
import {
  invoiceFromRecords,
  type InvoiceRecord,
  type LineRecord,
  type VatTotalRecord,
} from './invoices.mapping.js';

/** The whole invoice as it is stored; undefined where there is none. */
export async function loadInvoice(
  source: Pick<Transaction, 'query'>,
  invoiceId: string,
  lock: '' | 'for update' = '',
): Promise<Invoice | undefined> {
  if (!isUuid(invoiceId)) return undefined;
  const header = await source.query<InvoiceRecord>(
    `select * from invoice where invoice_id = $1 ${lock}`,
    [invoiceId],
  );
  const record = header.rows[0];
  if (record === undefined) return undefined;
  const lines = await source.query<LineRecord>(
    `select *, period_end - period_start as days from invoice_line where invoice_id = $1 order by line`,
    [invoiceId],
  );
  const totals = await source.query<VatTotalRecord>(
    `select * from invoice_vat_total where invoice_id = $1 order by vat_basis_points desc`,
    [invoiceId],
  );
  return invoiceFromRecords(record, lines.rows, totals.rows);
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
