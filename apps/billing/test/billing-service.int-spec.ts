import { jest } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  allTopics,
  BillingProposalService,
  BillingService,
  BusinessDayStartedSchema,
  DocumentService,
  DraftAnswerService,
  event,
  InvoiceCorrectionService,
  MarketPublishedSchema,
  MembershipAcceptedSchema,
  MembershipActivatedSchema,
  MembershipEndedSchema,
  MembershipService,
  type NewEvent,
  OperationsService,
  OrderSignedSchema,
  servicesOf,
  StructureChangedSchema,
} from '#libs/contracts';
import { accessOf } from '#libs/identity';
import { createRpcClient, type RpcClient } from '#libs/rpc';
import { bootstrapService } from '#libs/service';
import {
  type FreshDatabase,
  freePort,
  freshDatabase,
  MessagingBed,
  StandInIssuer,
  StandInService,
} from '#libs/testing';
import { BillingModule } from '../src/billing.module.js';
import { billingSettings } from '../src/config.js';
import { billPeriod } from '../../../deploy/local/demo/bill-period.js';
import { badPriceFiles, refusalOverTheWire } from './bad-price-files.test-support.js';
import { aMarket, bpu, marketCode } from './market-facts.test-support.js';

// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);

let issuer: StandInIssuer;
let membership: StandInService;
let fresh: FreshDatabase;
let kafka: MessagingBed;
let app: INestApplication;
let billing: RpcClient<typeof BillingService>;
let proposals: RpcClient<typeof BillingProposalService>;
let answers: RpcClient<typeof DraftAnswerService>;
let corrections: RpcClient<typeof InvoiceCorrectionService>;
let operations: RpcClient<typeof OperationsService>;
let proposalId = '';
/** What membership says of a document. */
let paper = { kind: 'BPU', marketCode, organisationId: '', sha256: 'ab'.repeat(32) };
const supplier = () => as('supplier');
const coordinator = () => as('coordinator');
const as = async (role: string) => ({
  token: await token({ roles: [role], markets: [marketCode] }, `${role}-1`),
  deadlineMs: 20_000,
});
let heads: { membershipId: string; membershipVersion: number; ledgerHead: string }[] = [];

const token = (claims: Record<string, unknown>, subject?: string) =>
  issuer.token('billing', claims, subject);
const player = async () => ({ token: await token({ roles: ['player'] }), deadlineMs: 20_000 });

beforeAll(async () => {
  issuer = await StandInIssuer.start();
  membership = await StandInService.start(
    MembershipService,
    { ListLedgerHeads: () => ({ heads }) },
    [DocumentService, { GetDocument: () => ({ document: paper }) }],
  );
  fresh = await freshDatabase('billing');
  kafka = await MessagingBed.start(allTopics);
  kafka.relay();
  process.env['KAFKA_NAMESPACE'] = kafka.namespace;
  const settings = billingSettings.parse({
    DATABASE_URL: fresh.url,
    ANCHOR_FOLDER: fresh.anchorFolder,
    KAFKA_BROKERS: kafka.brokers.join(),
    GRPC_PORT: await freePort(),
    HTTP_PORT: await freePort(),
    ISSUER_URL: issuer.url,
    CLIENT_SECRET: 'not-a-secret',
    LOG_LEVEL: 'error',
    DRAIN_SECONDS: 0,
    MEMBERSHIP_RPC: membership.address,
    // Nobody listens: with basis ORDERED an invoice does without the counts by school.
    METERING_RPC: '127.0.0.1:1',
    COPY_WAIT_MS: 8_000,
  });
  app = await bootstrapService({
    name: 'billing',
    module: BillingModule.with(settings),
    settings,
  });
  const address = `127.0.0.1:${settings.GRPC_PORT}`;
  billing = createRpcClient(BillingService, { address });
  proposals = createRpcClient(BillingProposalService, { address });
  answers = createRpcClient(DraftAnswerService, { address });
  corrections = createRpcClient(InvoiceCorrectionService, { address });
  operations = createRpcClient(OperationsService, { address });
}, 60_000);

afterAll(async () => {
  billing?.close();
  proposals?.close();
  answers?.close();
  corrections?.close();
  operations?.close();
  await app?.close();
  await kafka?.stop();
  membership?.stop();
  issuer?.stop();
  await fresh?.drop();
  delete process.env['KAFKA_NAMESPACE'];
}, 60_000);

const organisation = (id: string) => ({
  organisationId: `org-${id}`,
  name: `Commune ${id}`,
  siren: '214401093',
  address: '1 place de la Mairie\n44000 Saint-Exemple',
  chorusPro: { recipientSiret: '21440109300015', purchaseOrderNumber: 'EJ-2022' },
});

async function join(membershipId: string, commitment: number): Promise<void> {
  const market = aMarket({});
  await kafka.emit(
    '2022-07-19',
    event(MembershipAcceptedSchema, membershipId, {
      membershipId,
      membershipVersion: 1,
      organisation: organisation(membershipId),
      marketCode,
    }),
    event(MembershipActivatedSchema, membershipId, {
      membershipId,
      membershipVersion: 2,
      organisation: organisation(membershipId),
      market,
      period: { startsOn: '2022-07-19', endsOn: '2026-07-19' },
      commitment: [{ itemCode: 'ELEVE', quantity: commitment }],
    }),
  );
  await order(membershipId, 3, '2022-07-19', commitment, '2022-07-19');
}

async function order(
  membershipId: string,
  version: number,
  effectiveFrom: string,
  delta: number,
  day: string,
): Promise<void> {
  const ledgerHead = `head-${version}`;
  await kafka.emit(
    day,
    event(OrderSignedSchema, membershipId, {
      membershipId,
      membershipVersion: version,
      ledgerHead,
      order: {
        orderId: `${membershipId}-${version}`,
        number: `BC-${version}`,
        signedOn: day,
        ledgerPosition: version - 2,
        lines: [{ itemCode: 'ELEVE', effectiveFrom, delta }],
      },
    }),
  );
  heads = [
    ...heads.filter((head) => head.membershipId !== membershipId),
    { membershipId, membershipVersion: version, ledgerHead },
  ];
}

const day = (date: string) =>
  kafka.emit(date, event(BusinessDayStartedSchema, 'calendar', { date }));

/** Until the service stands at a day: what a player waits for before it acts. */
async function standsAt(date: string): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    const { rows } = await fresh.database.query<{ day: string | null }>(
      'select day from platform.business_day',
    );
    if (rows[0]?.day === date) return;
    await sleep(50);
  }
  throw new Error(`the service does not reach ${date}`);
}

/** Until nothing is pending: drafts that are due get their numbers after the day has begun. */
async function isQuiet(): Promise<void> {
  const call = { token: await token({ roles: ['player'] }) };
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if ((await operations.getStatus({}, call)).workPending === 0n) return;
    await sleep(50);
  }
  throw new Error('the service does not come to rest');
}

test('the service follows the facts, bills, finalises on the day due and explains itself', async () => {
  await day('2022-07-19');
  await kafka.emit('2022-07-19', event(MarketPublishedSchema, marketCode, { market: aMarket({}) }));
  await join('m1', 412);
  await join('m2', 30);
  await standsAt('2022-07-19');
  // The market travels on another topic than the day's first fact.
  for (let attempt = 0; proposalId === '' && attempt < 100; attempt += 1) {
    ({ proposalId } = await proposals
      .proposePrices(
        { marketCode, content: Buffer.from(bpu), documentId: 'bpu', idempotencyKey: 'bpu' },
        await supplier(),
      )
      .catch((error: { code?: unknown }) => {
        if (error.code !== 'MARKET_UNKNOWN') throw error;
        return sleep(50).then(() => ({ proposalId: '' }));
      }));
  }
  const read = await proposals.getProposal({ proposalId }, await coordinator());
  // What whoever verifies it decides on: one of each contract year, while it waits.
  const effects = [{ period: { startsOn: '2022-07-19' } }, { period: { startsOn: '2023-07-19' } }];
  expect(read.proposal).toMatchObject({ state: 'OPEN', isOwn: false, prices: [{}, {}], effects });
  const approval = { proposalId, digest: read.proposal?.digest ?? '' };
  const approved = await proposals.approveProposal(approval, await coordinator());
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
    await proposals.proposePrices({ ...dryRun, content: Buffer.from(revised) }, await supplier()),
  ).toMatchObject({ proposalId: '', effects: [secondYear] });
  expect(
    await proposals.proposePriceRevision({ ...dryRun, revision }, await supplier()),
  ).toMatchObject({ proposalId: '', effects: [thirdYear] });

  await day('2022-10-19');
  await standsAt('2022-10-19');
  // The day of the campaign that lay between was gone through as well (ADH-1).
  const asked = { membershipId: 'm1', on: '2023-01-01' };
  expect((await billing.getBillingTerms(asked, await supplier())).terms).toMatchObject({
    missing: ['PURCHASE_ORDER_NUMBER_OF_YEAR'],
    reminders: [{ kind: 'THREE_MONTHS', remindedOn: '2022-10-01' }],
  });
  const run = () => billPeriod(billing, { marketCode, periodEndsOn: '2022-10-19' }, player);
  const [{ begun: first, done }, second] = await Promise.all([run(), run()]);
  expect(second.begun.runId).toBe(first.runId);
  expect(done).toMatchObject({ memberships: 2, waiting: 0, drafted: 2, parked: 0, failures: [] });
  const { runs } = await billing.listBillingRuns({ marketCode }, await player());
  expect(await billing.getBillingRun({ runId: first.runId }, await player())).toEqual(done);
  const period = { startsOn: '2022-07-19', endsOn: '2022-10-19' };
  expect(runs).toMatchObject([{ runId: first.runId, period, invoices: 2 }]);
  await day('2022-10-29');
  await standsAt('2022-10-29');
  await isQuiet();

  const { invoices } = await billing.listInvoices({ marketCode }, await player());
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
    token: await token({
      roles: ['member-finance'],
      organisationId: 'org-m1',
      markets: [marketCode],
    }),
  };
  const explained = await billing.explainInvoice({ invoiceId }, finance);
  expect(explained.lines[0]?.orders).toMatchObject([
    { number: 'BC-3', delta: 412, orderedAfter: 412 },
  ]);
  expect((await billing.getInvoice({ invoiceId }, finance)).lines).toMatchObject([
    { quantity: 412, days: 92, netCents: 24404n },
  ]);
  const pdf = await billing.getInvoicePdf({ invoiceId }, finance);
  expect(pdf.fileName).toBe(`facture-${mine?.number}.pdf`);
  expect(Buffer.from(pdf.content.subarray(0, 5)).toString()).toBe('%PDF-');
  const journal = await billing.exportSalesJournal({ marketCode, year: 2022 }, await supplier());
  expect(journal.fileName).toMatch(/^900000001FEC2022\d{4}-ventes-/);
  const [, customer] = Buffer.from(journal.content).toString().split('\r\n');
  expect(customer?.split('\t').slice(4, 13)).toEqual([
    ...['411000', 'Clients', '214401093', 'Commune m1'],
    ...[mine?.number, '20221029', `Facture ${mine?.number} Commune m1`, '292,85', '0,00'],
  ]);
  await expect(
    billing.exportSalesJournal({ marketCode, year: 2023 }, await supplier()),
  ).rejects.toMatchObject({ code: 'SALES_YEAR_TOO_LATE' });
  const xml = await billing.getInvoiceXml({ invoiceId }, finance);
  expect(xml.fileName).toBe(`facture-${mine?.number}.xml`);
  expect(Buffer.from(xml.content).toString()).toContain(`<ram:ID>${mine?.number}</ram:ID>`);

  expect(await billing.checkInvoices({ marketCode }, await player())).toMatchObject({
    invoices: 2,
    drafts: 0,
    violations: [],
  });
  const count = (by: number) =>
    fresh.asOwner(
      `set session_replication_role = replica; update invoice_series set last_sequence = last_sequence + ${by}`,
    );
  await count(1);
  const { violations } = await billing.checkInvoices({ marketCode }, await player());
  await count(-1);
  expect(violations).toEqual(['Série EP22-2022 : 2 factures, mais le compteur en est au rang 3.']);
});

test('SUP-3: every door refuses another member, a support agent and nobody; what binds money, a login older than five minutes', async () => {
  const { invoices } = await billing.listInvoices({}, await player());
  const invoiceId = invoices.find((invoice) => invoice.membershipId === 'm1')?.invoiceId ?? '';
  const other = {
    token: await token({
      roles: ['member-finance'],
      organisationId: 'org-m2',
      markets: [marketCode],
    }),
  };
  const support = { token: await token({ roles: ['support-2'], markets: [marketCode] }) };
  // Of everybody who may do anything here.
  const old = {
    token: await token({
      ...{ roles: ['coordinator', 'supplier', 'member-finance'], markets: [marketCode] },
      ...{ organisationId: 'org-m1', auth_time: Math.floor(Date.now() / 1_000) - 301 },
    }),
  };
  const [{ runId = '' } = {}] = (await billing.listBillingRuns({ marketCode }, await player()))
    .runs;
  const doors = {
    listInvoices: (call: object) => billing.listInvoices({ membershipId: 'm1' }, call),
    getInvoice: (call: object) => billing.getInvoice({ invoiceId }, call),
    explainInvoice: (call: object) => billing.explainInvoice({ invoiceId }, call),
    replayInvoice: (call: object) => billing.replayInvoice({ invoiceId }, call),
    listMarketInvoices: (call: object) => billing.listMarketInvoices({ marketCode }, call),
    getBilledTotals: (call: object) => billing.getBilledTotals({ marketCode }, call),
    getInvoicePdf: (call: object) => billing.getInvoicePdf({ invoiceId }, call),
    getInvoiceXml: (call: object) => billing.getInvoiceXml({ invoiceId }, call),
    exportSalesJournal: (call: object) =>
      billing.exportSalesJournal({ marketCode, year: 2022 }, call),
    getBillingTerms: (call: object) => billing.getBillingTerms({ membershipId: 'm1' }, call),
    listBillingTerms: (call: object) => billing.listBillingTerms({ marketCode }, call),
    checkInvoices: (call: object) => billing.checkInvoices({ marketCode }, call),
    getInvoicedUntil: (call: object) => billing.getInvoicedUntil({ marketCode }, call),
    getYearEnd: (call: object) => billing.getYearEnd({ membershipId: 'm1', year: 2022 }, call),
    listYearEnds: (call: object) => billing.listYearEnds({ marketCode, year: 2022 }, call),
    estimateCost: (call: object) => billing.estimateCost({ membershipId: 'm1' }, call),
    listSeatPrices: (call: object) => billing.listSeatPrices({ marketCodes: [marketCode] }, call),
    runBilling: (call: object) =>
      billing.runBilling({ marketCode, periodEndsOn: '2022-10-19' }, call),
    previewBilling: (call: object) =>
      billing.previewBilling({ marketCode, periodEndsOn: '2022-10-19' }, call),
    listBillingRuns: (call: object) => billing.listBillingRuns({ marketCode }, call),
    listNumberingFailures: (call: object) => billing.listNumberingFailures({ marketCode }, call),
    retryNumbering: (call: object) => billing.retryNumbering({ invoiceId }, call),
    getBillingRun: (call: object) => billing.getBillingRun({ runId }, call),
    retryBillingRunMember: (call: object) =>
      billing.retryBillingRunMember({ runId, membershipId: 'm1' }, call),
    withdrawDraft: (call: object) => billing.withdrawDraft({ invoiceId, reason: 'Non.' }, call),
    listUsageAboveOrders: (call: object) => billing.listUsageAboveOrders({ marketCode }, call),
    proposePrices: (call: object) =>
      proposals.proposePrices({ marketCode, content: Buffer.from(bpu) }, call),
    proposePriceRevision: (call: object) =>
      proposals.proposePriceRevision(
        { marketCode, revision: { baseOn: '2022-07-19', effectiveFrom: '2023-07-19' } },
        call,
      ),
    proposeSupplierAccount: (call: object) =>
      proposals.proposeSupplierAccount(
        { marketCode, iban: 'x', effectiveFrom: '2022-11-01', documentId: 'rib' },
        call,
      ),
    listProposals: (call: object) => proposals.listProposals({ marketCode }, call),
    getProposal: (call: object) => proposals.getProposal({ proposalId }, call),
    getAgreements: (call: object) => proposals.getAgreements({ marketCode }, call),
    approveProposal: (call: object) => proposals.approveProposal({ proposalId, digest: 'x' }, call),
    rejectProposal: (call: object) =>
      proposals.rejectProposal({ proposalId, digest: 'x', reason: 'Non.' }, call),
    withdrawProposal: (call: object) => proposals.withdrawProposal({ proposalId }, call),
    acceptDraft: (call: object) => answers.acceptDraft({ invoiceId }, call),
    contestDraft: (call: object) => answers.contestDraft({ invoiceId, reason: 'Non.' }, call),
    maintainDraft: (call: object) => answers.maintainDraft({ invoiceId, reason: 'Oui.' }, call),
    listDraftsToSettle: (call: object) => answers.listDraftsToSettle({ marketCode }, call),
    settleInvoice: (call: object) =>
      corrections.settleInvoice({ invoiceId, state: 'PAID', settledOn: '2022-10-29' }, call),
    listInvoicesToMend: (call: object) => corrections.listInvoicesToMend({ marketCode }, call),
    proposeCorrection: (call: object) =>
      corrections.proposeCorrection({ invoiceId, reason: 'Oui.' }, call),
    decideCorrection: (call: object) =>
      corrections.decideCorrection({ proposalId, outcome: 'APPROVED', digest: 'x' }, call),
  };
  const rpcs = new Map(
    servicesOf('billing').flatMap(({ methods }) => methods.map((rpc) => [rpc.localName, rpc])),
  );
  expect(Object.keys(doors).sort()).toEqual([...rpcs.keys()].sort());
  for (const [name, door] of Object.entries(doors)) {
    const { freshLoginMs } = accessOf(rpcs.get(name)!)!;
    const told = (await door(old).catch((error: unknown) => error)) as { code?: string };
    expect([name, told.code === 'LOGIN_TOO_OLD']).toEqual([name, freshLoginMs > 0]);
    // Prices and account are agreed on with the whole market (BIL-2).
    if (name === 'getAgreements') expect(await door(other)).toMatchObject({ prices: [{}, {}] });
    else {
      const refused = (await door(other).catch((error: unknown) => error)) as { kind?: string };
      expect(['not-found', 'forbidden']).toContain(refused.kind);
    }
    await expect(door(support)).rejects.toMatchObject({ kind: 'forbidden' });
    await expect(door({})).rejects.toMatchObject({ code: 16 });
  }
});

test('BIL-2: a price list that is refused leaves its answer and one entry of who sent it', async () => {
  const faulty = {
    ...{ marketCode, content: Buffer.from('item;price\n'), documentId: 'bpu' },
    idempotencyKey: 'faulty',
  };
  const send = async () =>
    proposals
      .proposePrices(faulty, await supplier())
      .catch((error: { code: string }) => error.code);
  expect([await send(), await send()]).toEqual(['PRICES_INVALID', 'PRICES_INVALID']);
  // What no journal can hold is refused like any faulty file.
  const content = Buffer.from(`${bpu}\nEL\0EVE;2023-07-19;2.35;20`);
  const sent = proposals.proposePrices(
    { ...faulty, content, idempotencyKey: 'nul' },
    await supplier(),
  );
  await expect(sent).rejects.toMatchObject({
    code: 'PRICES_INVALID',
    message: expect.stringContaining('CSV UTF-8') as unknown,
  });
  const { rows } = await fresh.database.query(
    `select subject, business_date, details->>'code' as code from platform.audit_entry where action = 'prices.proposed.refused' order by id`,
  );
  expect(rows).toEqual([
    { subject: `market:${marketCode}`, business_date: '2022-10-29', code: 'PRICES_INVALID' },
    { subject: `market:${marketCode}`, business_date: '2022-10-29', code: 'PRICES_INVALID' },
  ]);
});

test('BIL-2: each kind of file that is no BPU is refused over the wire, with its line and what to do, and changes nothing', async () => {
  const call = { ...(await supplier()), deadlineMs: 20_000 };
  const before = await fresh.database.column('select count(*) from platform.proposal');
  for (const [what, line, says, content] of badPriceFiles) {
    const asked = { marketCode, content: await content(), documentId: 'bpu', idempotencyKey: what };
    const refused = (await proposals
      .proposePrices(asked, call)
      .catch((error: unknown) => error)) as {
      code: string;
      details: object;
    };
    const told = [what, refused.code, refused.details];
    expect(told).toEqual([what, ...refusalOverTheWire([what, line, says, content])]);
  }
  expect(await fresh.database.column('select count(*) from platform.proposal')).toEqual(before);
});

test('says what it has handled, and that nothing is parked', async () => {
  const status = await operations.getStatus({}, { token: await token({ roles: ['player'] }) });
  expect(status).toMatchObject({ service: 'billing', businessDate: '2022-10-29' });
  expect(status.topics.map((topic) => Number(topic.parked))).toEqual(status.topics.map(() => 0));
});

test('BIL-6, MKT-4: who may write to Kafka renames no school, ends no membership, begins no day: what no relay numbered is set aside and seen', async () => {
  const [today, uai] = ['2022-10-29', '0440290B'];
  const structure = (name: string, revision: number) =>
    event(StructureChangedSchema, uai, { uai, name, revision, public: true });
  const nameOf = async () =>
    (await fresh.database.column<string>(`select name from school where uai = '${uai}'`))[0];
  await kafka.emit(today, structure('École du Bourg', 1));
  await kafka.until('the school has its name', async () => (await nameOf()) === 'École du Bourg');
  const known = () =>
    fresh.database.rows(
      `select (select day from platform.business_day)::text as day, membership_id, ends_on::text from membership order by 2`,
    );
  const before = await known();
  expect(before).toMatchObject([{ day: today, membership_id: 'm1' }, { membership_id: 'm2' }]);
  const forge = ({ topic, type, key, value }: NewEvent, on = today) =>
    kafka.send(topic, [
      {
        ...{ key, value: Buffer.from(value ?? []) },
        headers: { id: randomUUID(), type, 'business-date': on },
      },
    ]);
  const ended = { membershipId: 'm1', membershipVersion: 5, endsOn: '2022-09-01' };
  await forge(structure('École de personne', 99));
  await forge(
    event(MembershipEndedSchema, 'm1', { ...ended, cause: 'WITHDRAWAL', endedBy: 'nobody' }),
  );
  await forge(event(BusinessDayStartedSchema, 'calendar', { date: '2022-12-31' }), '2022-12-31');
  const parked = async () => (await operations.listParked({}, await player())).events;
  await kafka.until('all three are set aside', async () => (await parked()).length === 3);
  expect((await parked()).map(({ cause }) => cause)).toEqual(
    Array.from({ length: 3 }, () => 'FOREIGN_NUMBER'),
  );
  // An operator who replays what is set aside applies none of it, and what owners tell goes on.
  expect(await operations.releaseParked({}, await player())).toMatchObject({ released: 0n });
  await kafka.emit(today, structure('École de la Mairie', 2));
  await kafka.until('it is renamed', async () => (await nameOf()) === 'École de la Mairie');
  expect(await known()).toEqual(before);
  expect(await billing.checkInvoices({ marketCode }, await player())).toMatchObject({
    violations: [],
  });
});
