import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encodeCursor } from '#libs/http';
import { addDays, localDate } from '#libs/time';
import { BillingBed, supplier } from '../../apps/billing/test/billing-bed.test-support.js';
import { marketCode } from '../../apps/billing/test/market-facts.test-support.js';
import { invoicePdf } from '../../apps/billing/src/invoices/document/invoice-pdf.js';
import { PriceEffects } from '../../apps/billing/src/proposals/price-effects.js';
import { toEntries } from '../../apps/billing/src/proposals/proposals.dto.js';
import { type Cpu, cpuOf } from './orders/cpu.js';
import { moreInvoices } from './bill/more-invoices.js';
import { drawBare, recordPaper } from './bill/recorded-paper.js';

/**
 * A supplier's billing day: what other prices would come to (a dry run), then a run over all members of a METERED market, then all their drafts numbered and stored as
 * Factur-X, by the service's own use cases on a real database; then all of it checked, and compared with the usage of
 * the day after. Beside it, in the same run and on as many processes as there are cores, pdfkit alone drawing the same
 * pages with the same fonts, tags and attachments, call by call as the service asked it. What metering and membership
 * answer is stated. On a busy machine the CPU says more than the clock. Last, the whole check of as many invoices as
 * --checked says, most of them copied by SQL (bill/more-invoices.ts): each is recalculated and digested all the same; and
 * the lists and totals of so many, half of them paid.
 */
const { values } = parseArgs({
  options: {
    size: { type: 'string' },
    // The same by its name.
    members: { type: 'string' },
    // 0: only those that were billed.
    checked: { type: 'string', default: '20000' },
    json: { type: 'boolean', default: false },
  },
});
const size = Number(values.size ?? values.members ?? '1229');
if (!Number.isSafeInteger(size) || size < 1) throw new RangeError('--size is a number of members');
const checked = Number(values.checked);
if (!Number.isSafeInteger(checked)) throw new RangeError('--checked is a number of invoices');
const cores = 2;
const pageSize = 50;
const periodEnd = localDate('2022-10-19');
const info = { Title: 'Facture', Author: 'Banc', Producer: 'Banc', Creator: 'Banc' };

if (process.send) await drawAsChild();
else await bench();

async function bench(): Promise<void> {
  const bed = await BillingBed.open(cores - 1);
  try {
    await bed.market({ basis: 'METERED' });
    for (let n = 0; n < size; n += 1) await member(bed, n);
    await bed.day(periodEnd);
    state(bed);

    // The second contract year, priced by the quarter for each member, as it is and as it would be.
    const prices = await measured(bed, () => priceEffects(bed));
    if (prices.result !== size) throw new Error(`prices move ${prices.result} of ${size}`);
    const run = await measured(bed, () => bed.run(periodEnd));
    if (run.result.drafted !== size) throw new Error(`drafted ${run.result.drafted} of ${size}`);
    await bed.fresh.unitOfWork.run((tx) => bed.days.advance(tx, addDays(periodEnd, 10)));
    const numbering = await measured(bed, () => bed.numberDueInvoices.execute());
    if (numbering.result !== size) throw new Error(`numbered ${numbering.result} of ${size}`);
    const check = await measured(bed, () => bed.checkInvoices.execute(marketCode));
    if (check.result.violations.length > 0) throw new Error('the check finds violations');
    await bed.fresh.unitOfWork.run((tx) => bed.days.advance(tx, addDays(periodEnd, 11)));
    const review = await measured(bed, () => bed.reviewIssued.execute());
    const peakMb = peak();
    const bare = await bareDrawn(bed);
    const many = await moreInvoices(bed.fresh, checked);
    // What is stated of a member is stated of its copies.
    for (const [id, head] of [...bed.heads.heads])
      for (let n = 1; n < many / size; n += 1)
        bed.heads.heads.set(`${id}${'\u200b'.repeat(n)}`, head);
    const whole = await measured(bed, () => bed.checkInvoices.execute(marketCode));
    const { invoices, violations } = whole.result;
    if (violations.length > 0 || invoices !== many)
      throw new Error(`the whole check finds ${JSON.stringify(violations.slice(0, 3))}`);
    const lists = await listsOf(bed, many);
    report({ prices, run, numbering, check, review, whole, ...lists }, bare, peakMb, many);
  } finally {
    await bed.fresh.drop();
  }
}

/** Two pieces of a quarter: an order after its beginning. */
async function member(bed: BillingBed, n: number): Promise<void> {
  const id = `m${String(n).padStart(5, '0')}`;
  await bed.member(id, 100 + (n % 300), undefined, { basis: 'METERED' });
  await bed.order(id, '2022-09-01', 12);
}

/** A third of the schools use less than what was committed to: their invoices bear the complement. */
function state(bed: BillingBed): void {
  const from = localDate('2022-07-19');
  const openAccounts = [
    { from, quantity: 90 },
    { from: localDate('2022-09-01'), quantity: 205 },
  ];
  const items = [{ itemCode: 'ELEVE', openAccounts }];
  const schools = ['0440290B', '0440437L'].map((uai) => ({
    uai,
    accountDays: 6_900,
    openAtEnd: 102,
  }));
  bed.usage.usage = { ...bed.usage.usage, usage: items, schools };
  bed.usage.members = [...bed.heads.heads.keys()].map((membershipId) => ({ membershipId, items }));
}

/** How many members a dry run of other prices speaks of. */
async function priceEffects(bed: BillingBed): Promise<number> {
  const content = 'item;contract_year_from;unit_price;vat_percent\nELEVE;2023-07-19;2.5000;20';
  const { changes } = await bed.propose(content, { dryRun: true });
  const effects = new PriceEffects(bed.fresh.unitOfWork, bed.members, bed.prices);
  const [effect] = await effects.of(marketCode, toEntries(changes));
  return effect?.members ?? 0;
}

/** What a page of the market asks: the first of all, one in their middle, of those that are paid, every second, and the totals. */
async function listsOf(bed: BillingBed, many: number) {
  await bed.fresh.asOwner(`set session_replication_role = replica;
    insert into settlement (invoice_id, position, state, settled_on, recorded_on, reason)
    select invoice_id, 1, 'PAID', issued_on, issued_on, ''
      from (select *, row_number() over (order by invoice_id) as n from invoice) as i where n % 2 = 0;
    analyze settlement`);
  const all = { marketCode, membershipId: '', state: '', periodEndsOn: '' };
  const page = async (filter: { state: string } | undefined, cursor = '') => {
    const asked = { ...all, ...filter };
    const found = await bed.viewMarketInvoices.list(supplier, asked, pageSize, cursor);
    if (found.invoices.length !== pageSize || found.total !== Math.floor(many / (filter ? 2 : 1)))
      throw new Error(`${found.invoices.length} of ${found.total} invoices on a page`);
  };
  const [half] = await bed.rows<{ start: string; name: string; id: string }>(
    `select period_start as start, buyer ->> 'name' as name, invoice_id as id from invoice
      order by period_start desc, buyer ->> 'name', invoice_id offset ${Math.floor(many / 2)} limit 1`,
  );
  const cursor = encodeCursor([half!.start, half!.name, half!.id]);
  const firstPage = await measured(bed, () => page(undefined));
  const middlePage = await measured(bed, () => page(undefined, cursor));
  const ofState = await measured(bed, () => page({ state: 'PAID' }));
  const totals = await measured(bed, () => bed.viewMarketInvoices.totals(supplier, marketCode));
  if (totals.result.all.invoices !== many)
    throw new Error(`${totals.result.all.invoices} in the totals`);
  return { firstPage, middlePage, ofState, totals };
}

type Measured<T> = { readonly result: T; readonly ms: number; readonly cpu: Cpu };

async function measured<T>(bed: BillingBed, work: () => Promise<T>): Promise<Measured<T>> {
  const { database } = bed.fresh;
  const [before, begun] = [await cpuOf(database), performance.now()];
  const result = await work();
  const ms = performance.now() - begun;
  const after = await cpuOf(database);
  const cpu = { node: after.node - before.node, postgres: after.postgres - before.postgres };
  return { result, ms, cpu };
}

type Bare = { readonly ms: number; readonly cpuMs: number };

/** One of the papers, recorded, is drawn as often as there are members: half of them by each process. */
async function bareDrawn(bed: BillingBed): Promise<Bare> {
  const [row] = (await bed.invoices.list({ marketCode }, 1, '')).rows;
  const invoice = await bed.invoices.get(row!.id);
  const xml = (await bed.documents.xmlOf(row!.id))!;
  const stored = await bed.documents.pdfOf(row!.id);
  const ours = await invoicePdf(invoice, xml);
  if (!stored!.equals(ours)) throw new Error('a paper drawn ahead is another one');
  const recorded = await recordPaper(() => invoicePdf(invoice, xml));
  const sample = await drawBare(recorded, info);
  console.log(
    `  a paper: ${stored!.length} bytes, bare ${sample.length}, drawn again ${ours.length}`,
  );
  const children = Array.from({ length: cores }, () =>
    fork(fileURLToPath(import.meta.url), [], { serialization: 'advanced' }),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  const begun = performance.now();
  const answers = children.map(async (child, at) => {
    child.send({ recorded, times: Math.floor((size + at) / cores) });
    const [cpuMs] = (await once(child, 'message')) as [number];
    return cpuMs;
  });
  const cpuMs = (await Promise.all(answers)).reduce((sum, one) => sum + one, 0);
  const ms = performance.now() - begun;
  return { ms, cpuMs };
}

async function drawAsChild(): Promise<void> {
  process.send!('ready');
  type Asked = { recorded: Parameters<typeof drawBare>[0]; times: number };
  const [{ recorded, times }] = (await once(process, 'message')) as [Asked];
  const before = process.cpuUsage();
  for (let n = 0; n < times; n += 1) await drawBare(recorded, info);
  const { user, system } = process.cpuUsage(before);
  process.send!((user + system) / 1_000);
  process.disconnect();
}

type Steps = Record<
  | 'prices'
  | 'run'
  | 'numbering'
  | 'check'
  | 'review'
  | 'whole'
  | 'firstPage'
  | 'middlePage'
  | 'ofState'
  | 'totals',
  Measured<unknown>
>;

/** Of this process, its threads in it, by now. */
function peak(): number {
  return Math.round(process.resourceUsage().maxRSS / 1_024);
}

function report(steps: Steps, bare: Bare, peakMb: number, many: number): void {
  const { run, numbering } = steps;
  const ratio = (ours: number, theirs: number) => Number((ours / theirs).toFixed(3));
  const overBarePdfkit = ratio(run.ms + numbering.ms, bare.ms);
  const cpuOverBare = ratio(run.cpu.node + numbering.cpu.node, bare.cpuMs);
  const line = (name: string, { ms, cpu }: Measured<unknown>) =>
    console.log(
      `  ${name.padEnd(26)}${(ms / 1_000).toFixed(2)} s (CPU: node ${(cpu.node / 1_000).toFixed(2)} s, PostgreSQL ${(cpu.postgres / 1_000).toFixed(2)} s)`,
    );
  console.log(`bill, ${size} members, METERED`);
  line('prices, dry run', steps.prices);
  line('run, without documents', steps.run);
  line('numbered and stored', steps.numbering);
  line('checked', steps.check);
  line('compared with usage', steps.review);
  console.log(
    `  bare pdfkit, same pages   ${(bare.ms / 1_000).toFixed(2)} s on ${cores} processes (CPU ${(bare.cpuMs / 1_000).toFixed(2)} s)`,
  );
  console.log(
    `  ours ÷ bare               ${overBarePdfkit} by the clock, ${cpuOverBare} by node's CPU`,
  );
  line(`check of ${many}`, steps.whole);
  line(`a page of ${pageSize} of them`, steps.firstPage);
  line('a page in their middle', steps.middlePage);
  line('a page of those paid', steps.ofState);
  line('their totals', steps.totals);
  console.log(`  peak memory               ${peakMb} MB; with that check ${peak()} MB`);
  if (!values.json) return;
  const seconds = Object.fromEntries(
    Object.entries(steps).map(([name, { ms }]) => [name, Number((ms / 1_000).toFixed(3))]),
  );
  const rate = Number(((size * 1_000) / (run.ms + numbering.ms)).toFixed(1));
  console.log(
    JSON.stringify({
      ...{ name: 'bill', size, rate, unit: 'invoices/s', seconds },
      baselines: { barePdfkit: Number((bare.ms / 1_000).toFixed(3)) },
      ratios: { overBarePdfkit, cpuOverBarePdfkit: cpuOverBare },
      peakRssMb: { billing: peakMb, check: peak() },
    }),
  );
}
