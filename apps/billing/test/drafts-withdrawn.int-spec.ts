import { jest } from '@jest/globals';
import { rowOf } from '../src/invoices/invoices.mapping.js';
import { allCounted } from '../src/invoices/drafts/usage.gateway.js';
import { supplier } from './billing-bed.test-support.js';
import { supplierOf } from './billing-use-cases.test-support.js';
import { bed, draftedForEachTest, draftOf, told } from './first-quarter.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/**
 * Goal: what is numbered is what the facts say on that day; a draft that a fact changed is made anew, told, and may be
 * contested again (BIL-9). Method: facts as membership tells them, while the drafts of a quarter may be contested.
 */
// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);
draftedForEachTest();

const invoices = async () =>
  (
    await bed.rows<{ said: string }>(
      `select concat_ws(' ', membership_id, status, net_cents, contestable_until, number) as said
         from invoice order by membership_id, drafted_on, status desc`,
    )
  ).map(({ said }) => said);
const withdraw = async (invoiceId: string, over = {}) =>
  bed.withdrawDraft.execute({
    ...{ invoiceId, reason: 'Erreur de prix.', caller: supplier, idempotencyKey: '' },
    ...over,
  });
const meteringSays = (over: object) => {
  bed.usage.usage = { ...bed.usage.usage, ...over };
};

test('BIL-9: a correction signed while the draft may be contested has it made anew, and told; only that is issued', async () => {
  await bed.day('2022-10-21');
  // 38 more accounts from 1 September: 48 of 365 days at 2,3500 €.
  await bed.order('m1', '2022-09-01', 38);
  await bed.day('2022-10-22');
  expect(await invoices()).toEqual([
    'm1 WITHDRAWN 24404 2022-10-29',
    'm1 DRAFT 25578 2022-11-01',
    'm2 DRAFT 24404 2022-10-29',
  ]);
  expect(await told()).toEqual(['InvoiceDrafted', 'DraftWithdrawn', 'InvoiceDrafted']);
  await bed.day('2022-11-01');
  expect(await invoices()).toEqual([
    'm1 WITHDRAWN 24404 2022-10-29',
    'm1 FINALISED 25578 2022-11-01 EP22-2022-000002',
    'm2 FINALISED 24404 2022-10-29 EP22-2022-000001',
  ]);
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({
    ...{ invoices: 2, drafts: 0, netCents: 25578n + 24404n, violations: [] },
  });
});

test('BIL-9: no number is given to a draft that a fact has changed, whoever is faster', async () => {
  await bed.fresh.database.query(`select platform.begin_day('2022-10-29')`);
  await bed.order('m1', '2022-09-01', 38);
  expect(await bed.pendingNumbering.count()).toBe(3);
  expect(await bed.numberDueInvoices.execute()).toBe(1);
  const [one, two] = await Promise.all([
    bed.reviewDraft.execute(await draftOf('m1')),
    bed.reviewDraft.execute(await draftOf('m1')),
  ]);
  expect([one, two].sort()).toEqual(['REDRAFTED', 'STANDS']);
  expect(await invoices()).toEqual([
    'm1 WITHDRAWN 24404 2022-10-29',
    'm1 DRAFT 25578 2022-11-08',
    'm2 FINALISED 24404 2022-10-29 EP22-2022-000001',
  ]);
  expect(await bed.numberingFailures.ofMarket(marketCode, 10)).toMatchObject({ total: 0 });
  expect(await bed.pendingNumbering.count()).toBe(0);
});

test('BIL-9: a fact that changes no line leaves the draft; an end before the period leaves nothing to invoice', async () => {
  await bed.financeSchool('m1', '0440437L');
  await bed.end('m2', '2022-07-19');
  expect(await bed.pendingNumbering.count()).toBe(2);
  await bed.day('2022-10-20');
  expect(await invoices()).toEqual(['m1 DRAFT 24404 2022-10-29', 'm2 WITHDRAWN 24404 2022-10-29']);
  expect(await bed.pendingNumbering.count()).toBe(0);
});

test('BIL-5, BIL-9: what metering cannot tell yet keeps the draft and its number back; what waits for a person is set aside', async () => {
  await bed.fresh
    .asOwner(`set session_replication_role = replica; update invoice set basis = 'METERED';
    update market set terms = jsonb_set(terms, '{basis}', '"METERED"')`);
  meteringSays({ complete: false });
  await bed.moveCommitment('m1', { '2022-07-19': 400 });
  await bed.day('2022-10-29');
  expect(await invoices()).toEqual(['m1 DRAFT 24404 2022-10-29', expect.stringContaining('m2')]);
  expect(await bed.pendingNumbering.count()).toBeGreaterThan(0);
  meteringSays({ uncounted: { ...allCounted, setAside: 1 } });
  await bed.reviewDrafts.execute();
  const { failures } = await bed.numberingFailures.ofMarket(marketCode, 10);
  expect(failures.map(({ code }) => code)).toContain('USAGE_SET_ASIDE');
  meteringSays({ complete: true, uncounted: allCounted });
  await bed.retryNumbering.execute(supplier, await draftOf('m1'));
  // 400 × 92 days, all of it the complement: nobody had an account.
  expect((await invoices()).slice(0, 2)).toEqual([
    'm1 WITHDRAWN 24404 2022-10-29',
    'm1 DRAFT 23693 2022-11-08',
  ]);
});

test('BIL-9: the supplier withdraws a draft with a reason that is told, and another takes its place in one step', async () => {
  const id = await draftOf('m1');
  await expect(withdraw(id, { caller: supplierOf('other') })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await bed.day('2022-10-20');
  await withdraw(id, { idempotencyKey: 'k' });
  await withdraw(id, { idempotencyKey: 'k' });
  await expect(withdraw(id)).rejects.toMatchObject({ code: 'DRAFT_WITHDRAWN' });
  expect(await told()).toEqual(['InvoiceDrafted', 'DraftWithdrawn', 'InvoiceDrafted']);
  expect(rowOf(await bed.invoices.get(id))).toMatchObject({
    ...{ status: 'WITHDRAWN', withdrawnOn: '2022-10-20', withdrawalReason: 'Erreur de prix.' },
    replacedBy: await draftOf('m1'),
  });
  expect(await bed.run('2022-10-19')).toMatchObject({ drafted: 0, alreadyThere: 2 });
  await bed.day('2022-10-29');
  expect(await invoices()).toEqual([
    'm1 WITHDRAWN 24404 2022-10-29',
    'm1 DRAFT 24404 2022-10-30',
    'm2 FINALISED 24404 2022-10-29 EP22-2022-000001',
  ]);
  const [{ invoice_id: issued = '' } = {}] = await bed.rows<{ invoice_id: string }>(
    `select invoice_id from invoice where status = 'FINALISED'`,
  );
  await expect(withdraw(issued)).rejects.toMatchObject({ code: 'INVOICE_ALREADY_FINALISED' });
});

test('BIL-9: what cannot be drafted anew now is withdrawn all the same, and a run drafts it later', async () => {
  const id = await draftOf('m1');
  await bed.fresh
    .asOwner(`set session_replication_role = replica; update invoice set basis = 'METERED';
    update market set terms = jsonb_set(terms, '{basis}', '"METERED"')`);
  meteringSays({ complete: false });
  await withdraw(id);
  expect(await draftOf('m1')).toBe('');
  expect(rowOf(await bed.invoices.get(id))).toMatchObject({ status: 'WITHDRAWN', replacedBy: '' });
  meteringSays({ complete: true, uncounted: allCounted });
  expect(await bed.run('2022-10-19')).toMatchObject({ drafted: 1, alreadyThere: 1 });
  expect(rowOf(await bed.invoices.get(id))).toMatchObject({ replacedBy: await draftOf('m1') });
});

test('BIL-4, BIL-9: whoever writes, a withdrawal is of its day and has its reason, and stays', async () => {
  const id = await draftOf('m1');
  const set = (changes: string) =>
    bed.fresh.database.query(`update invoice set ${changes} where invoice_id = '${id}'`).then(
      () => 'done',
      ({ code }: { code: string }) => code,
    );
  expect(await set(`status = 'WITHDRAWN'`)).toBe('23514');
  expect(
    await set(`status = 'WITHDRAWN', withdrawn_on = '2022-10-19', withdrawal_reason = ''`),
  ).toBe('23514');
  expect(
    await set(`status = 'WITHDRAWN', withdrawn_on = '2022-10-18', withdrawal_reason = 'x'`),
  ).toBe('23000');
  expect(await set(`withdrawn_on = '2022-10-19', withdrawal_reason = 'x'`)).toBe('23514');
  await withdraw(id);
  expect(await set(`status = 'DRAFT', withdrawn_on = null, withdrawal_reason = null`)).toBe(
    '23000',
  );
  expect(await set(`withdrawal_reason = 'autre'`)).toBe('23000');
});
