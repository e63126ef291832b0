import pg from 'pg';
import type { FreshDatabase } from '#libs/testing';

const without = (alias: string, ...columns: string[]) =>
  `to_jsonb(${alias}) - '{${columns.join(',')}}'::text[]`;

/** Identifiers that are drawn, and how often something was tried, are no part of what was written. */
const ofBilling = {
  invoices: `select ${without('i', 'invoice_id', 'run_id', 'corrects_id', 'proposal_id')} || jsonb_build_object(
      'corrects', (select number from invoice c where c.invoice_id = i.corrects_id),
      'lines', (select jsonb_agg(${without('l', 'invoice_id')} order by line) from invoice_line l where l.invoice_id = i.invoice_id),
      'vat', (select jsonb_agg(${without('v', 'invoice_id')} order by vat_basis_points) from invoice_vat_total v where v.invoice_id = i.invoice_id),
      'paper', (select jsonb_build_array(sha256, xml_sha256, chain) from invoice_document d where d.invoice_id = i.invoice_id),
      'draftReview', (select ${without('d', 'invoice_id')} from draft_review d where d.invoice_id = i.invoice_id),
      'review', (select ${without('r', 'invoice_id')} from invoice_review r where r.invoice_id = i.invoice_id),
      'failure', (select ${without('f', 'invoice_id')} from numbering_failure f where f.invoice_id = i.invoice_id)) as row
    from invoice i`,
  series: 'select to_jsonb(s) as row from invoice_series s',
  runs: `select ${without('r', 'run_id', 'requested_by')} as row from billing_run r`,
  runMembers: `select ${without('m', 'run_id')} as row from billing_run_member m`,
  lateUsage: 'select to_jsonb(u) as row from late_usage u',
  told: 'select jsonb_build_array(topic, type, count(*)) as row from platform.outbox group by topic, type',
  // A run is asked for again under another key, and journalled again.
  journal: `select jsonb_build_array(action, case when action = 'billing-run.requested' then 1 else count(*) end) as row
    from platform.audit_entry group by action`,
  refused: 'select to_jsonb(operation) as row from platform.idempotent_answer where answer is null',
};
const ofMetering = {
  facts: 'select to_jsonb(f) as row from account_fact f',
  intervals: 'select to_jsonb(i) as row from account_interval i',
  changes: 'select to_jsonb(c) as row from usage_change c where delta <> 0',
  certificates: `select ${without('c', 'certificate_id')} as row from cut_off_certificate c`,
  late: `select ${without('c', 'certificate_id', 'change_id')} as row from certificate_change c`,
  told: ofBilling.told,
  journal: ofBilling.journal,
};

export type Ledger = Readonly<Record<string, readonly unknown[]>>;

/** All that both services have written, in an order of its own: two that are equal came to the same, to the byte of each paper. */
export async function ledgerOf(metering: FreshDatabase, billing: FreshDatabase): Promise<Ledger> {
  return {
    ...(await read('billing', billing.ownerUrl, ofBilling)),
    ...(await read('metering', metering.ownerUrl, ofMetering)),
  };
}

async function read(
  of: string,
  connectionString: string,
  queries: Readonly<Record<string, string>>,
): Promise<Ledger> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const ledger: Record<string, readonly unknown[]> = {};
    for (const [name, query] of Object.entries(queries)) {
      const { rows } = await client.query<{ row: unknown }>(query);
      ledger[`${of} ${name}`] = rows.map(({ row }) => row).sort(byText);
    }
    return ledger;
  } finally {
    await client.end();
  }
}

const byText = (a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
