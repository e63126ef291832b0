import type { FreshDatabase } from '#libs/testing';

/**
 * As many issued invoices as are asked for, made of those that a bench has billed: by SQL and behind the back of the
 * triggers, memberships are written again under other ids with all that was told of them, and their invoices with lines,
 * totals and papers under the same numbers of other suppliers. Those ids differ by spaces without width, which no paper
 * shows: a copy is checked, and found right, as its original is. So each is recalculated from a history, and its paper read
 * and digested from bytes, of its own.
 */
export async function moreInvoices({ asOwner }: FreshDatabase, wanted: number): Promise<number> {
  const { rows } = await asOwner(`select count(*)::int as n from invoice`);
  const times = Math.ceil(wanted / (rows[0] as { n: number }).n) - 1;
  if (times > 0) await asOwner(copied(times));
  const after = await asOwner(`select count(*)::int as n from invoice`);
  await asOwner('analyze');
  return (after.rows[0] as { n: number }).n;
}

const copied = (times: number): string => `
set session_replication_role = replica;
create temp table copy as select n from generate_series(1, ${times}) as n;
create temp table copied as select invoice_id as first, gen_random_uuid() as invoice_id, n from invoice, copy;
${written('membership')}
${['commitment', 'chorus_pro', 'ledger_line', 'membership_bound'].map(written).join('\n')}
insert into invoice select r.* from invoice i join copied c on c.first = i.invoice_id,
  jsonb_populate_record(i, jsonb_build_object('invoice_id', c.invoice_id, 'membership_id', membership_id || repeat(chr(8203), n),
    'supplier_siret', lpad(n::text, 14, '0'))) as r;
${['invoice_line', 'invoice_vat_total', 'invoice_document'].map(ofInvoice).join('\n')}`;

const written = (table: string): string => `
insert into ${table} select r.* from ${table} t, copy,
  jsonb_populate_record(t, jsonb_build_object('membership_id', membership_id || repeat(chr(8203), n))) as r;`;

/** A paper is moved as bytes: as JSON it would be text of twice its length. */
const ofInvoice = (table: string): string =>
  table === 'invoice_document'
    ? `
insert into invoice_document select c.invoice_id, media_type, sha256, content, xml_sha256, xml, chain
  from invoice_document t join copied c on c.first = t.invoice_id;`
    : `
insert into ${table} select r.* from ${table} t join copied c on c.first = t.invoice_id,
  jsonb_populate_record(t, jsonb_build_object('invoice_id', c.invoice_id)) as r;`;
