import { jest } from '@jest/globals';
import { billPeriod } from '../../../deploy/local/demo/bill-period.js';
import { bpu, marketCode } from './market-facts.test-support.js';
import { type RunningBilling, startBilling } from './running-billing.test-support.js';

// A database of its own, and real topics: slow where the machine is busy.
jest.setTimeout(60_000);

/** Goal: billing follows the facts of others day by day, and explains what it bills. Method: the service as it runs, from the first market to an invoice. */
let on: RunningBilling;
beforeAll(async () => {
  on = await startBilling();
}, 60_000);
afterAll(() => on?.stop(), 60_000);

test('the service follows the facts, bills, finalises on the day due and explains itself', async () => {
  const proposalId = await on.begin();
  const read = await on.proposals.getProposal({ proposalId }, await on.coordinator());
  // What whoever verifies it decides on: one of each contract year, while it waits.
  const effects = [{ period: { startsOn: '2022-07-19' } }, { period: { startsOn: '2023-07-19' } }];
  expect(read.proposal).toMatchObject({ state: 'OPEN', isOwn: false, prices: [{}, {}], effects });
  const approval = { proposalId, digest: read.proposal?.digest ?? '' };
  const approved = await on.proposals.approveProposal(approval, await on.coordinator());
  expect(approved.proposal).toMatchObject({
    ...{ state: 'APPROVED', decidedOn: '2022-07-19', effects: [] },
  });

  // What a dry run says in euros, of a file and of a formula: nothing is proposed.
  const dryRun = { marketCode, dryRun: true };
  const revised = `${bpu.split('\n')[0]}\nELEVE;2023-07-19;2.5000;20`;
  const index = { value: '100', on: '2022-04-01', source: 'insee.fr' };
  const revision = {
    ...{ baseOn: '2023-07-19', effectiveFrom: '2024-07-19', constant: '0.15' },
    terms: [{ index: 'Syntec', coefficient: '0.85', base: index, current: index }],
  };
  const secondYear = { period: { startsOn: '2023-07-19' }, members: 2 };
  const thirdYear = { period: { startsOn: '2024-07-19' }, members: 2 };
  expect(
    await on.proposals.proposePrices(
      { ...dryRun, content: Buffer.from(revised) },
      await on.supplier(),
    ),
  ).toMatchObject({ proposalId: '', effects: [secondYear] });
  expect(
    await on.proposals.proposePriceRevision({ ...dryRun, revision }, await on.supplier()),
  ).toMatchObject({ proposalId: '', effects: [thirdYear] });

  await on.day('2022-10-19');
  await on.standsAt('2022-10-19');
  // The day of the campaign that lay between was gone through as well (ADH-1).
  const asked = { membershipId: 'm1', on: '2023-01-01' };
  expect((await on.billing.getBillingTerms(asked, await on.supplier())).terms).toMatchObject({
    missing: ['PURCHASE_ORDER_NUMBER_OF_YEAR'],
    reminders: [{ kind: 'THREE_MONTHS', remindedOn: '2022-10-01' }],
  });
  const run = () => billPeriod(on.billing, { marketCode, periodEndsOn: '2022-10-19' }, on.player);
  const [{ begun: first, done }, second] = await Promise.all([run(), run()]);
  expect(second.begun.runId).toBe(first.runId);
  expect(done).toMatchObject({ memberships: 2, waiting: 0, drafted: 2, parked: 0, failures: [] });
  const { runs } = await on.billing.listBillingRuns({ marketCode }, await on.player());
  expect(await on.billing.getBillingRun({ runId: first.runId }, await on.player())).toEqual(done);
  const period = { startsOn: '2022-07-19', endsOn: '2022-10-19' };
  expect(runs).toMatchObject([{ runId: first.runId, period, invoices: 2 }]);
  await on.day('2022-10-29');
  await on.standsAt('2022-10-29');
  await on.isQuiet();

  const { invoices } = await on.billing.listInvoices({ marketCode }, await on.player());
  expect(invoices.map((invoice) => invoice.number).sort()).toEqual([
    'EP22-2022-000001',
    'EP22-2022-000002',
  ]);
  const mine = invoices.find((invoice) => invoice.membershipId === 'm1');
  expect(mine).toMatchObject({
    status: 'FINALISED',
    netCents: 24404n,
    vatCents: 4881n,
    totalCents: 29285n,
  });

  const invoiceId = mine?.invoiceId ?? '';
  const finance = {
    token: await on.token({
      roles: ['member-finance'],
      organisationId: 'org-m1',
      markets: [marketCode],
    }),
  };
  const explained = await on.billing.explainInvoice({ invoiceId }, finance);
  expect(explained.lines[0]?.orders).toMatchObject([
    { number: 'BC-3', delta: 412, orderedAfter: 412 },
  ]);
  expect((await on.billing.getInvoice({ invoiceId }, finance)).lines).toMatchObject([
    { quantity: 412, days: 92, netCents: 24404n },
  ]);
  const pdf = await on.billing.getInvoicePdf({ invoiceId }, finance);
  expect(pdf.fileName).toBe(`facture-${mine?.number}.pdf`);
  expect(Buffer.from(pdf.content.subarray(0, 5)).toString()).toBe('%PDF-');
  const journal = await on.billing.exportSalesJournal(
    { marketCode, year: 2022 },
    await on.supplier(),
  );
  expect(journal.fileName).toMatch(/^900000001FEC2022\d{4}-ventes-/);
  const [, customer] = Buffer.from(journal.content).toString().split('\r\n');
  expect(customer?.split('\t').slice(4, 13)).toEqual([
    ...['411000', 'Clients', '214401093', 'Commune m1'],
    ...[mine?.number, '20221029', `Facture ${mine?.number} Commune m1`, '292,85', '0,00'],
  ]);
  await expect(
    on.billing.exportSalesJournal({ marketCode, year: 2023 }, await on.supplier()),
  ).rejects.toMatchObject({ code: 'SALES_YEAR_TOO_LATE' });
  const xml = await on.billing.getInvoiceXml({ invoiceId }, finance);
  expect(xml.fileName).toBe(`facture-${mine?.number}.xml`);
  expect(Buffer.from(xml.content).toString()).toContain(`<ram:ID>${mine?.number}</ram:ID>`);

  expect(await on.billing.checkInvoices({ marketCode }, await on.player())).toMatchObject({
    invoices: 2,
    drafts: 0,
    violations: [],
  });
  const count = (by: number) =>
    on.fresh.asOwner(
      `set session_replication_role = replica; update invoice_series set last_sequence = last_sequence + ${by}`,
    );
  await count(1);
  const { violations } = await on.billing.checkInvoices({ marketCode }, await on.player());
  await count(-1);
  expect(violations).toEqual(['Série EP22-2022 : 2 factures, mais le compteur en est au rang 3.']);
});

test('says what it has handled, and that nothing is parked', async () => {
  const status = await on.operations.getStatus(
    {},
    { token: await on.token({ roles: ['player'] }) },
  );
  expect(status).toMatchObject({ service: 'billing', businessDate: '2022-10-29' });
  expect(status.topics.map((topic) => Number(topic.parked))).toEqual(status.topics.map(() => 0));
});
