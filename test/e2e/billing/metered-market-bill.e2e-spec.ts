import { jest } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { AccountState, BusinessDayStartedSchema, event } from '#libs/contracts';
import { ServiceTokens } from '#libs/identity';
import { createLogger } from '#libs/observability';
import { localDate } from '#libs/time';
import {
  BillingAddress,
  BillingSeatPrices,
} from '../../../apps/provisioning/src/seat-prices/seat-prices.grpc-gateway.js';
import { bpu, marketCode } from '../../../apps/billing/test/market-facts.test-support.js';
import { pdfWords } from '../../support/pdf-words.js';
import { billPeriod } from '../../../deploy/local/demo/bill-period.js';
import { BillingWithMetering } from './billing-with-metering.js';
import {
  addressed,
  becomes,
  daysToldEvents,
  heads,
  itemCode,
  joined,
  membershipId,
  period,
} from './metered-facts.js';

/**
 * Goal: a market that bills what was metered, from the facts of accounts to the invoice. Method: the
 * real billing asks the real metering over gRPC; expected figures are worked out by hand below.
 */
jest.setTimeout(90_000);

let world: BillingWithMetering;
beforeAll(async () => {
  world = await BillingWithMetering.start();
}, 90_000);
afterAll(() => world?.stop(), 90_000);

async function day(date: string): Promise<void> {
  await world.kafka.emit(date, event(BusinessDayStartedSchema, 'calendar', { date }));
  await world.kafka.until(`both stand at ${date}`, async () =>
    (await world.days()).every((reached) => reached === date),
  );
}

const run = async () => {
  const { begun, done } = await billPeriod(
    world.billing,
    { marketCode, periodEndsOn: period.endsOn },
    () => world.as('billing'),
  );
  return { drafted: done.drafted - begun.alreadyThere, failures: done.failures };
};
const usage = async () =>
  world.metering.getUsage({ membershipId, itemCode, period }, await world.as('metering'));
/** The one that was not withdrawn. */
const draft = async () => {
  const call = await world.as('billing');
  const { invoices } = await world.billing.listInvoices({ marketCode }, call);
  const standing = invoices.find(({ status }) => status !== 'WITHDRAWN');
  return world.billing.getInvoice({ invoiceId: standing?.invoiceId ?? '' }, call);
};
const certificates = async () =>
  (await world.metering.listCertificates({ membershipId }, await world.as('metering')))
    .certificates;
const forgedSql = `
  with last as (select * from cut_off_certificate where membership_id = $1 order by rank desc limit 1), forged as (
    select gen_random_uuid() as certificate_id, membership_id, rank + 1 as rank, starts_on, ends_on, revision + 1 as revision,
           certified_on, intake + 1 as intake, positions, told_before, accounts, 9999::bigint as account_days,
           $2::text as usage_sha256, sha256 as previous, ''::text as sha256 from last)
  insert into cut_off_certificate
  select (jsonb_populate_record(null::cut_off_certificate, to_jsonb(f) || jsonb_build_object('sha256',
           certificate_hash(jsonb_populate_record(null::cut_off_certificate, to_jsonb(f)))))).* from forged f`;
const accounts = Array.from({ length: 5 }, () => randomUUID());

test('BIL-1, BIL-5, ADH-1: nothing is billed before metering has closed the period; then what was metered, and the complement', async () => {
  await day(period.startsOn);
  await world.kafka.emit(period.startsOn, ...joined());
  world.heads = heads;
  await world.kafka.until('the prices are in', () =>
    world.prices(marketCode, bpu).then(
      () => true,
      // The market may come after the day. A refusal is kept under its key, hence a new one each time.
      (error: { code?: unknown }) => {
        if (error.code === 'MARKET_UNKNOWN') return false;
        throw error;
      },
    ),
  );
  await day('2022-09-01');
  await world.kafka.emit('2022-09-01', addressed());
  world.heads = heads.map((head) => ({ ...head, membershipVersion: 4 }));
  await world.kafka.emit(
    '2022-09-01',
    ...accounts.map((id) => becomes(id, 1, AccountState.PROVISIONED, '2022-09-01')),
  );
  await day('2022-10-09');
  await world.kafka.emit(
    '2022-10-09',
    becomes(accounts[0] ?? '', 2, AccountState.CLOSING, '2022-10-09'),
  );
  await day(period.endsOn);

  await world.kafka.emit(period.endsOn, ...daysToldEvents(localDate('2022-10-18')));
  expect(await run()).toMatchObject({ drafted: 0, failures: [{ code: 'METERING_NOT_COMPLETE' }] });

  await world.kafka.emit(period.endsOn, ...daysToldEvents(localDate(period.endsOn)));
  await world.kafka.until('the period is closed', async () => (await usage()).complete);
  expect(await run()).toMatchObject({ drafted: 1, failures: [] });
  const { summary, lines, evidence, recipient } = await draft();
  // ADH-1: recorded after it joined, it stands on the next invoice.
  expect(recipient).toMatchObject({
    siret: '21440109300015',
    serviceCode: 'SCOLAIRE',
    purchaseOrderNumber: 'EJ-2022-0042',
    marketNumber: '2022-44-ENT',
  });
  const { invoiceId = '' } = summary ?? {};
  const { content } = await world.billing.getInvoicePdf({ invoiceId }, await world.as('billing'));
  expect(pdfWords(content)).toEqual(
    expect.arrayContaining(['SCOLAIRE', 'EJ-2022-0042', '2022-44-ENT']),
  );
  // Five accounts on 48 days, less ten of one; before them nobody on 44 days: 3 × 44.
  expect(lines.map((line) => [line.accountDays, line.netCents])).toEqual([
    [230, 148n],
    [132, 85n],
  ]);
  expect(summary).toMatchObject({ netCents: 233n, vatCents: 47n, totalCents: 280n });
  expect(evidence?.meteringCutOff).toBe((await usage()).cutOff);
  // Closed on a certificate, given as it was billed.
  const [certificate, ...more] = await certificates();
  expect(certificate).toMatchObject({ revision: 0, accountDays: 230n, changes: [] });
  expect(more).toEqual([]);
  // The digest may begin a line.
  const words = pdfWords(content).join(' ').replaceAll(/\s+/g, ' ');
  expect(words).toContain(`empreinte ${certificate!.sha256}.`);
});

test('BIL-9, MTR-3: a late fact redrafts the draft on the next certificate; a forged one is not believed', async () => {
  const before = await draft();
  await world.kafka.emit(
    period.endsOn,
    becomes(accounts[1] ?? '', 2, AccountState.CLOSING, '2022-09-11'),
  );
  await world.kafka.until('the meter has moved', async () => {
    const { accountDays, complete } = await usage();
    return complete && accountDays === 230 - 38;
  });
  await world.kafka.until('the draft is made anew', async () => {
    const { invoices } = await world.billing.listInvoices(
      { marketCode },
      await world.as('billing'),
    );
    return invoices.length === 2;
  });
  const { summary, lines } = await draft();
  expect(summary?.invoiceId).not.toBe(before.summary?.invoiceId);
  // One account 38 days less; where four are left, C = 3 is still exceeded, where three are, no complement comes.
  expect(lines.map((line) => line.accountDays)).toEqual([192, 132]);
  expect(await certificates()).toMatchObject([
    { revision: 1, accountDays: 192n },
    { revision: 0, accountDays: 230n },
  ]);
  expect(await run()).toMatchObject({ drafted: 0, failures: [] });

  // As the service's own role may: a certificate that follows from what stands, and says what nobody counted.
  await world.meteringRows(forgedSql, [membershipId, 'ab'.repeat(32)]);
  const withdrawn = { invoiceId: summary!.invoiceId, reason: 'À refaire.', idempotencyKey: '' };
  await world.billing.withdrawDraft(withdrawn, await world.as('billing', ['supplier']));
  expect((await draft()).lines.map((line) => line.accountDays)).toEqual([192, 132]);
  expect(await certificates()).toMatchObject([
    { revision: 3, accountDays: 192n },
    { revision: 2, accountDays: 9999n },
    {},
    {},
  ]);
  const asked = { marketCode };
  const found = await world.metering.verifyCertificatesOfMarket(asked, await world.as('metering'));
  // Itself, the one before it, whose late facts do not lead to it, and what its own late facts would have to be.
  expect(found.violations).toEqual([
    expect.stringMatching(/révision 2\) : il dit 9999 jours-comptes/),
    expect.stringMatching(/révision 1\) : .* en fait 192 jours-comptes, .* donnent 9999\.$/),
    expect.stringMatching(/révision 2\) : .* en fait 9999 jours-comptes, .* donnent 192\.$/),
  ]);
  await day('2022-10-29');
  await world.kafka.until(
    'the draft has its number',
    async () => (await draft()).summary?.status === 'FINALISED',
  );
  expect(
    await world.billing.checkInvoices({ marketCode }, await world.as('billing')),
  ).toMatchObject({ invoices: 1, drafts: 0, violations: [] });
});

test('PRV-8: provisioning asks what seats cost, by its own client and name; nobody else is told', async () => {
  const pricesFor = async (clientId: string) => {
    const tokens = new ServiceTokens({ issuer: world.issuerUrl, clientId, clientSecret: 'any' });
    const address = new BillingAddress(world.billingAddress);
    const client = new BillingSeatPrices(address, tokens, createLogger('test', 'silent'));
    const prices = await client.ofMarkets([marketCode, 'inconnu']);
    client.onApplicationShutdown();
    return prices;
  };
  expect(await pricesFor('provisioning')).toEqual([{ marketCode, itemCode, unitPrice: 23_500n }]);
  expect(await pricesFor('metering')).toEqual([]);
});
