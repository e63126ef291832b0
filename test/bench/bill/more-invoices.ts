import type { FreshDatabase } from '#libs/testing';

/**
 * As many issued invoices as are asked for, made of those that a bench has billed: by SQL and behind the back of the
 * triggers, memberships are written again under other ids with all that was told of them, and their invoices with lines,
 * totals and papers under the next numbers, chained anew. So each is recalculated from a history, and its paper's digests
 * from bytes, of its own, and its XML bears its own number; what is printed on a copied paper is the number of the first.
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
create temp table copied as
  select invoice_id as first, gen_random_uuid() as invoice_id, n, sequence + n * max(sequence) over () as sequence
    from invoice, copy;
${written('membership')}
${['commitment', 'chorus_pro', 'ledger_line', 'membership_bound'].map(written).join('\n')}
insert into invoice select r.* from invoice i join copied c on c.first = i.invoice_id,
  jsonb_populate_record(i, jsonb_build_object('invoice_id', c.invoice_id, 'sequence', c.sequence, 'membership_id',
    membership_id || '-' || n, 'number', concat_ws('-', number_prefix, series_year, lpad(c.sequence::text, 6, '0')))) as r;
${['invoice_line', 'invoice_vat_total', 'invoice_document'].map(ofInvoice).join('\n')}
update invoice_series set last_sequence = (select max(sequence) from invoice);
do $$
declare
  paper record;
  before text := repeat('0', 64);
begin
  for paper in select invoice_id, number, sha256, xml_sha256 from invoice join invoice_document using (invoice_id) order by sequence loop
    before := chain_of(before, paper.number, paper.sha256, paper.xml_sha256);
    update invoice_document set chain = before where invoice_id = paper.invoice_id;
  end loop;
end $$;`;

const written = (table: string): string => `
insert into ${table} select r.* from ${table} t, copy,
  jsonb_populate_record(t, jsonb_build_object('membership_id', membership_id || '-' || n)) as r;`;

/** A paper is moved as bytes: as JSON it would be text of twice its length. */
const ofInvoice = (table: string): string =>
  table === 'invoice_document'
    ? `
insert into invoice_document (invoice_id, media_type, sha256, content, xml_sha256, xml, chain)
select invoice_id, media_type, sha256, content, encode(sha256(xml), 'hex'), xml, chain from (
  select c.invoice_id, media_type, sha256, content, chain,
         convert_to(replace(convert_from(xml, 'UTF8'), own.number, again.number), 'UTF8') as xml
    from invoice_document t join copied c on c.first = t.invoice_id
    join invoice own on own.invoice_id = c.first join invoice again on again.invoice_id = c.invoice_id) as moved;`
    : `
insert into ${table} select r.* from ${table} t join copied c on c.first = t.invoice_id,
  jsonb_populate_record(t, jsonb_build_object('invoice_id', c.invoice_id)) as r;`;
