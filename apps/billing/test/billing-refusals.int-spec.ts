import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import {
  BusinessDayStartedSchema,
  event,
  MembershipEndedSchema,
  type NewEvent,
  servicesOf,
  StructureChangedSchema,
} from '#libs/contracts';
import { accessOf } from '#libs/identity';
import { billPeriod } from '../../../deploy/local/demo/bill-period.js';
import { badPriceFiles, refusalOverTheWire } from './bad-price-files.test-support.js';
import { bpu, marketCode } from './market-facts.test-support.js';
import { type RunningBilling, startBilling } from './running-billing.test-support.js';

// A database of its own, and real topics: slow where the machine is busy.
jest.setTimeout(60_000);

/**
 * Goal: who may not do something here does not, whoever asks, with an old login, by a faulty file or past every owner in Kafka
 * (SUP-3, BIL-2, BIL-6, MKT-4). Method: the service as it runs, a quarter of two members billed.
 */
let proposalId = '';
let on: RunningBilling;
beforeAll(async () => {
  on = await startBilling();
  proposalId = await on.begin();
  const { proposal } = await on.proposals.getProposal({ proposalId }, await on.coordinator());
  const approval = { proposalId, digest: proposal?.digest ?? '' };
  await on.proposals.approveProposal(approval, await on.coordinator());
  await on.day('2022-10-19');
  await on.standsAt('2022-10-19');
  await billPeriod(on.billing, { marketCode, periodEndsOn: '2022-10-19' }, on.player);
  await on.day('2022-10-29');
  await on.standsAt('2022-10-29');
  await on.isQuiet();
}, 60_000);
afterAll(() => on?.stop(), 60_000);

test('SUP-3: every door refuses another member, a support agent and nobody; what binds money, a login older than five minutes', async () => {
  const { invoices } = await on.billing.listInvoices({}, await on.player());
  const invoiceId = invoices.find((invoice) => invoice.membershipId === 'm1')?.invoiceId ?? '';
  const other = {
    token: await on.token({
      roles: ['member-finance'],
      organisationId: 'org-m2',
      markets: [marketCode],
    }),
  };
  const support = { token: await on.token({ roles: ['support-2'], markets: [marketCode] }) };
  // Of everybody who may do anything here.
  const old = {
    token: await on.token({
      ...{ roles: ['coordinator', 'supplier', 'member-finance'], markets: [marketCode] },
      ...{ organisationId: 'org-m1', auth_time: Math.floor(Date.now() / 1_000) - 301 },
    }),
  };
  const [{ runId = '' } = {}] = (
    await on.billing.listBillingRuns({ marketCode }, await on.player())
  ).runs;
  const doors = {
    listInvoices: (call: object) => on.billing.listInvoices({ membershipId: 'm1' }, call),
    getInvoice: (call: object) => on.billing.getInvoice({ invoiceId }, call),
    explainInvoice: (call: object) => on.billing.explainInvoice({ invoiceId }, call),
    replayInvoice: (call: object) => on.billing.replayInvoice({ invoiceId }, call),
    listMarketInvoices: (call: object) => on.billing.listMarketInvoices({ marketCode }, call),
    getBilledTotals: (call: object) => on.billing.getBilledTotals({ marketCode }, call),
    getInvoicePdf: (call: object) => on.billing.getInvoicePdf({ invoiceId }, call),
    getInvoiceXml: (call: object) => on.billing.getInvoiceXml({ invoiceId }, call),
    exportSalesJournal: (call: object) =>
      on.billing.exportSalesJournal({ marketCode, year: 2022 }, call),
    getBillingTerms: (call: object) => on.billing.getBillingTerms({ membershipId: 'm1' }, call),
    listBillingTerms: (call: object) => on.billing.listBillingTerms({ marketCode }, call),
    checkInvoices: (call: object) => on.billing.checkInvoices({ marketCode }, call),
    getInvoicedUntil: (call: object) => on.billing.getInvoicedUntil({ marketCode }, call),
    getYearEnd: (call: object) => on.billing.getYearEnd({ membershipId: 'm1', year: 2022 }, call),
    listYearEnds: (call: object) => on.billing.listYearEnds({ marketCode, year: 2022 }, call),
    estimateCost: (call: object) => on.billing.estimateCost({ membershipId: 'm1' }, call),
    listSeatPrices: (call: object) =>
      on.billing.listSeatPrices({ marketCodes: [marketCode] }, call),
    runBilling: (call: object) =>
      on.billing.runBilling({ marketCode, periodEndsOn: '2022-10-19' }, call),
    previewBilling: (call: object) =>
      on.billing.previewBilling({ marketCode, periodEndsOn: '2022-10-19' }, call),
    listBillingRuns: (call: object) => on.billing.listBillingRuns({ marketCode }, call),
    listNumberingFailures: (call: object) => on.billing.listNumberingFailures({ marketCode }, call),
    retryNumbering: (call: object) => on.billing.retryNumbering({ invoiceId }, call),
    getBillingRun: (call: object) => on.billing.getBillingRun({ runId }, call),
    retryBillingRunMember: (call: object) =>
      on.billing.retryBillingRunMember({ runId, membershipId: 'm1' }, call),
    withdrawDraft: (call: object) => on.billing.withdrawDraft({ invoiceId, reason: 'Non.' }, call),
    listUsageAboveOrders: (call: object) => on.billing.listUsageAboveOrders({ marketCode }, call),
    proposePrices: (call: object) =>
      on.proposals.proposePrices({ marketCode, content: Buffer.from(bpu) }, call),
    proposePriceRevision: (call: object) =>
      on.proposals.proposePriceRevision(
        { marketCode, revision: { baseOn: '2022-07-19', effectiveFrom: '2023-07-19' } },
        call,
      ),
    proposeSupplierAccount: (call: object) =>
      on.proposals.proposeSupplierAccount(
        { marketCode, iban: 'x', effectiveFrom: '2022-11-01', documentId: 'rib' },
        call,
      ),
    listProposals: (call: object) => on.proposals.listProposals({ marketCode }, call),
    getProposal: (call: object) => on.proposals.getProposal({ proposalId }, call),
    getAgreements: (call: object) => on.proposals.getAgreements({ marketCode }, call),
    approveProposal: (call: object) =>
      on.proposals.approveProposal({ proposalId, digest: 'x' }, call),
    rejectProposal: (call: object) =>
      on.proposals.rejectProposal({ proposalId, digest: 'x', reason: 'Non.' }, call),
    withdrawProposal: (call: object) => on.proposals.withdrawProposal({ proposalId }, call),
    acceptDraft: (call: object) => on.answers.acceptDraft({ invoiceId }, call),
    contestDraft: (call: object) => on.answers.contestDraft({ invoiceId, reason: 'Non.' }, call),
    maintainDraft: (call: object) => on.answers.maintainDraft({ invoiceId, reason: 'Oui.' }, call),
    listDraftsToSettle: (call: object) => on.answers.listDraftsToSettle({ marketCode }, call),
    settleInvoice: (call: object) =>
      on.corrections.settleInvoice({ invoiceId, state: 'PAID', settledOn: '2022-10-29' }, call),
    listInvoicesToMend: (call: object) => on.corrections.listInvoicesToMend({ marketCode }, call),
    proposeCorrection: (call: object) =>
      on.corrections.proposeCorrection({ invoiceId, reason: 'Oui.' }, call),
    decideCorrection: (call: object) =>
      on.corrections.decideCorrection({ proposalId, outcome: 'APPROVED', digest: 'x' }, call),
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
    on.proposals
      .proposePrices(faulty, await on.supplier())
      .catch((error: { code: string }) => error.code);
  expect([await send(), await send()]).toEqual(['PRICES_INVALID', 'PRICES_INVALID']);
  // What no journal can hold is refused like any faulty file.
  const content = Buffer.from(`${bpu}\nEL\0EVE;2023-07-19;2.35;20`);
  const sent = on.proposals.proposePrices(
    { ...faulty, content, idempotencyKey: 'nul' },
    await on.supplier(),
  );
  await expect(sent).rejects.toMatchObject({
    code: 'PRICES_INVALID',
    message: expect.stringContaining('CSV UTF-8') as unknown,
  });
  const { rows } = await on.fresh.database.query(
    `select subject, business_date, details->>'code' as code from platform.audit_entry where action = 'prices.proposed.refused' order by id`,
  );
  expect(rows).toEqual([
    { subject: `market:${marketCode}`, business_date: '2022-10-29', code: 'PRICES_INVALID' },
    { subject: `market:${marketCode}`, business_date: '2022-10-29', code: 'PRICES_INVALID' },
  ]);
});

test('BIL-2: each kind of file that is no BPU is refused over the wire, with its line and what to do, and changes nothing', async () => {
  const call = { ...(await on.supplier()), deadlineMs: 20_000 };
  const before = await on.fresh.database.column('select count(*) from platform.proposal');
  for (const [what, line, says, content] of badPriceFiles) {
    const asked = { marketCode, content: await content(), documentId: 'bpu', idempotencyKey: what };
    const refused = (await on.proposals
      .proposePrices(asked, call)
      .catch((error: unknown) => error)) as {
      code: string;
      details: object;
    };
    const told = [what, refused.code, refused.details];
    expect(told).toEqual([what, ...refusalOverTheWire([what, line, says, content])]);
  }
  expect(await on.fresh.database.column('select count(*) from platform.proposal')).toEqual(before);
});

test('BIL-6, MKT-4: who may write to Kafka renames no school, ends no membership, begins no day: what no relay numbered is set aside and seen', async () => {
  const [today, uai] = ['2022-10-29', '0440290B'];
  const structure = (name: string, revision: number) =>
    event(StructureChangedSchema, uai, { uai, name, revision, public: true });
  const nameOf = async () =>
    (await on.fresh.database.column<string>(`select name from school where uai = '${uai}'`))[0];
  await on.kafka.emit(today, structure('École du Bourg', 1));
  await on.kafka.until(
    'the school has its name',
    async () => (await nameOf()) === 'École du Bourg',
  );
  const known = () =>
    on.fresh.database.rows(
      `select (select day from platform.business_day)::text as day, membership_id, ends_on::text from membership order by 2`,
    );
  const before = await known();
  expect(before).toMatchObject([{ day: today, membership_id: 'm1' }, { membership_id: 'm2' }]);
  const forge = ({ topic, type, key, value }: NewEvent, dated = today) =>
    on.kafka.send(topic, [
      {
        ...{ key, value: Buffer.from(value ?? []) },
        headers: { id: randomUUID(), type, 'business-date': dated },
      },
    ]);
  const ended = { membershipId: 'm1', membershipVersion: 5, endsOn: '2022-09-01' };
  await forge(structure('École de personne', 99));
  await forge(
    event(MembershipEndedSchema, 'm1', { ...ended, cause: 'WITHDRAWAL', endedBy: 'nobody' }),
  );
  await forge(event(BusinessDayStartedSchema, 'calendar', { date: '2022-12-31' }), '2022-12-31');
  const foreign = async () => on.operations.listForeign({}, await on.player());
  await on.kafka.until('all three are set aside', async () => (await foreign()).total === 3n);
  expect((await foreign()).records.map(({ fault }) => fault)).toEqual(
    Array.from({ length: 3 }, () => 'NO_PROOF'),
  );
  expect((await on.operations.listParked({}, await on.player())).events).toEqual([]);
  // An operator who replays what is set aside applies none of it, and what owners tell goes on.
  expect(await on.operations.releaseParked({}, await on.player())).toMatchObject({ released: 0n });
  await on.kafka.emit(today, structure('École de la Mairie', 2));
  await on.kafka.until('it is renamed', async () => (await nameOf()) === 'École de la Mairie');
  expect(await known()).toEqual(before);
  expect(await on.billing.checkInvoices({ marketCode }, await on.player())).toMatchObject({
    violations: [],
  });
});
