import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GetInvoiceResponse } from '#libs/contracts';
import { localDate } from '#libs/time';
import { removeStack, startStack, type Stack } from '../../deploy/local/stack.mjs';
import { BillingStruck } from '../support/market/billing-struck.js';
import { ManyMembers } from '../support/market/many-members.js';

/**
 * Goal: BIL-4 and BIL-5 where it is hardest, two runs of one period at once in a process that is
 * killed. Method: the real billing among the services that it asks. The process is struck by SIGKILL
 * when some memberships have their draft and others not, and goes on by itself; then the numbering
 * is struck when some drafts have their number and others not. A kill that found nothing under way
 * fails the test. The next quarter has as many days with the same quantities, and is billed
 * calmly by one run: both must come to the same cent, which is also computed here. Last, the process is killed while a
 * correction is being issued.
 */
const memberCount = 40;
const shaken = { startsOn: '2022-07-19', endsOn: '2022-10-19', finalOn: '2022-10-30', year: 2022 };
const calm = { startsOn: '2022-10-19', endsOn: '2023-01-19', finalOn: '2023-01-30', year: 2023 };
// Each quarter has 92 days, the last 48 of which with more accounts than annex 2 says.
const more = 5;
const orderedMore = [
  { effectiveFrom: localDate('2022-09-01'), delta: more },
  { effectiveFrom: localDate('2022-10-19'), delta: -more },
  { effectiveFrom: localDate('2022-12-02'), delta: more },
];

let dir: string;
let stack: Stack;
let market: ManyMembers;
let billing: BillingStruck;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ent-billing-killed-'));
  stack = await startStack({
    dir,
    throwAway: true,
    environment: {},
    // So that a strike finds some drafted, and others not.
    env: { billing: { DRAFTED_TOGETHER: '4' } },
    processes: ['issuer', 'membership', 'metering', 'billing'],
  });
  market = new ManyMembers(stack.env, memberCount, ['membership', 'metering', 'billing']);
  await market.join();
  await market.order(orderedMore);
  billing = await BillingStruck.of(stack, market.marketCode);
}, 240_000);

afterAll(async () => {
  await billing?.end();
  market?.close();
  await stack?.stop();
  removeStack(dir);
}, 60_000);

test('BIL-4, BIL-5: two runs at once and their numbering, killed in the middle, give each invoice once', async () => {
  await market.beginDay(shaken.endsOn);
  const struck = await billing.strikeRuns(shaken.endsOn);
  expect(struck).toBeGreaterThan(0);
  expect(struck).toBeLessThan(memberCount);

  // The process that came back goes on by itself; asked again twice at once it is the same run.
  const [one, other] = await Promise.all([billing.run(shaken.endsOn), billing.run(shaken.endsOn)]);
  expect(other.begun.runId).toBe(one.begun.runId);
  for (const { done } of [one, other]) {
    expect(done).toMatchObject({ drafted: memberCount, parked: 0, waiting: 0 });
  }

  await market.announceDay(shaken.finalOn);
  const numbered = await billing.strikeNumbering(memberCount * 0.2);
  expect(numbered).toBeGreaterThan(0);
  expect(numbered).toBeLessThan(memberCount);
  await market.untilAllStandAt(shaken.finalOn);

  await market.beginDay(calm.endsOn);
  expect(await billing.run(calm.endsOn)).toMatchObject({
    // And the rectorat, which has nothing to be invoiced.
    begun: { alreadyThere: 0, waiting: memberCount + 1 },
    done: { drafted: memberCount, withoutLine: 1, parked: 0 },
  });
  await market.beginDay(calm.finalOn);

  const invoices = await everyInvoice();
  const ofQuarter = ({ startsOn }: { startsOn: string }) =>
    invoices.filter(({ summary }) => summary?.period?.startsOn === startsOn);
  expect(invoices).toHaveLength(2 * memberCount);
  expect(invoices.filter(({ summary }) => summary?.revision !== 0)).toEqual([]);
  expect(numbersOf(ofQuarter(shaken))).toEqual(withoutGap(shaken.year));
  expect(numbersOf(ofQuarter(calm))).toEqual(withoutGap(calm.year));
  const expected = await expectedAmounts();
  expect(amountsOf(ofQuarter(shaken))).toEqual(expected);
  expect(amountsOf(ofQuarter(calm))).toEqual(expected);
  const { violations } = await billing.supplier.checkInvoices({ marketCode: market.marketCode });
  expect(violations).toEqual([]);
}, 240_000);

test('BIL-8, BIL-4: a correction killed while its credit note waits for a number is not begun; asked again it is done, once', async () => {
  const membershipId = await market.correctFirst(calm.finalOn, [
    { effectiveFrom: localDate('2022-09-01'), delta: -more },
    { effectiveFrom: localDate('2022-09-15'), delta: more },
  ]);
  await market.untilAllStandAt(calm.finalOn);
  const { marketCode } = market;
  const { invoices } = await billing.supplier.listInvoices({ membershipId, limit: 200 });
  const { invoiceId = '' } = invoices.find(({ period }) => period?.endsOn === shaken.endsOn) ?? {};
  await billing.proposer.proposeCorrection({ invoiceId, reason: 'Accord du 30 janvier.' });
  const toMend = await billing.approver.listInvoicesToMend({ marketCode, limit: 200 });
  expect(toMend.invoices.map(({ invoice }) => invoice?.invoiceId)).toEqual([invoiceId]);
  const { proposalId = '', digest = '' } = toMend.invoices[0]?.proposal ?? {};
  const approve = () =>
    billing.approver.decideCorrection({
      ...{ proposalId, digest, outcome: 'APPROVED', idempotencyKey: 'approved-once' },
    });
  expect(await billing.strikeIssue(approve)).toBe('died');
  const after = await billing.supplier.listInvoices({ membershipId, limit: 200 });
  expect(after.invoices).toEqual(invoices);

  const { documents } = await approve();
  expect(documents.map(({ kind, number }) => [kind, number])).toEqual([
    ['CREDIT_NOTE', `EP22-${calm.year}-${String(memberCount + 1).padStart(6, '0')}`],
    ['INVOICE', ''],
  ]);
  expect((await approve()).documents).toEqual(documents);
  const checked = await billing.supplier.checkInvoices({ marketCode });
  expect(checked).toMatchObject({ violations: [], creditNotes: 1, drafts: 1 });
}, 240_000);

// `npm run prove -- billing`: a restart of PostgreSQL is the same to a process as the lost connections of `kills/`.
if (process.env['PROVE'] === '1')
  test('BIL-5: PostgreSQL killed and Redis wiped under a run: it goes on by itself, and gives each invoice once', async () => {
    const next = { endsOn: '2023-04-19', finalOn: '2023-04-30' };
    await market.beginDay(next.endsOn);
    const struck = await billing.strikeBacking(next.endsOn);
    expect(struck).toBeGreaterThan(0);
    expect(struck).toBeLessThan(memberCount);
    expect((await billing.run(next.endsOn)).done).toMatchObject({
      ...{ drafted: memberCount, withoutLine: 1, parked: 0, waiting: 0 },
    });
    await market.beginDay(next.finalOn);
    const { marketCode } = market;
    const { invoices } = await billing.supplier.listInvoices({ marketCode, limit: 200 });
    const ofQuarter = invoices.filter(({ period }) => period?.endsOn === next.endsOn);
    expect(new Set(ofQuarter.map(({ membershipId }) => membershipId)).size).toBe(memberCount);
    expect(ofQuarter.map(({ number }) => number !== '')).toEqual(Array(memberCount).fill(true));
    const { violations } = await billing.supplier.checkInvoices({ marketCode });
    expect(violations).toEqual([]);
  }, 240_000);

async function everyInvoice(): Promise<GetInvoiceResponse[]> {
  const { invoices, nextCursor } = await billing.supplier.listInvoices({
    marketCode: market.marketCode,
    limit: 200,
  });
  expect(nextCursor).toBe('');
  return Promise.all(invoices.map(({ invoiceId }) => billing.supplier.getInvoice({ invoiceId })));
}

const numbersOf = (invoices: readonly GetInvoiceResponse[]) =>
  invoices.map(({ summary }) => summary?.number).sort();

const withoutGap = (year: number) =>
  Array.from({ length: memberCount }, (_, i) => `EP22-${year}-${String(i + 1).padStart(6, '0')}`);

/** One text per invoice, so that a membership invoiced twice cannot hide behind a key. */
function amountsOf(invoices: readonly GetInvoiceResponse[]): string[] {
  return invoices
    .map(({ summary, lines }) => {
      const told = lines.map(
        ({ days, quantity, netCents }) => `${days} × ${quantity} = ${netCents}`,
      );
      const { membershipId, netCents, vatCents, totalCents } = summary!;
      return `${membershipId}: ${told.join(' + ')}: ${netCents} + ${vatCents} = ${totalCents}`;
    })
    .sort();
}

/** BIL-3 by hand: 2.3500 € per account and year of 365 days, VAT 20 %, each line rounded. */
async function expectedAmounts(): Promise<string[]> {
  const ids = await market.membershipIds();
  return market.members
    .map(({ siren, schools }) => {
      const committed = schools[0]!.committed;
      const pieces = [
        { days: 44n, quantity: BigInt(committed) },
        { days: 48n, quantity: BigInt(committed + more) },
      ];
      const nets = pieces.map(({ days, quantity }) => rounded(quantity * days * 235n, 365n));
      const told = pieces.map((piece, i) => `${piece.days} × ${piece.quantity} = ${nets[i]}`);
      const net = nets.reduce((sum, one) => sum + one, 0n);
      const vat = rounded(net * 20n, 100n);
      return `${ids.get(siren)}: ${told.join(' + ')}: ${net} + ${vat} = ${net + vat}`;
    })
    .sort();
}

/** Half away from zero; all is positive here. */
const rounded = (numerator: bigint, denominator: bigint) =>
  (2n * numerator + denominator) / (2n * denominator);
