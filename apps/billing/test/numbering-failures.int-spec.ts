import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import { queryAt } from '#libs/testing';
import { registry } from '#libs/observability';
import { localDate } from '#libs/time';
import { BillingBed, supplier } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/**
 * Goal: a draft that cannot be numbered stops neither the calendar nor the others (BIL-9, MKT-4), is seen, and gets
 * its number once its cause is mended. Method: the owner spoils a draft behind the back of the triggers.
 */
// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
  for (const member of ['m1', 'm2', 'm3']) await bed.member(member, 50);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
});
afterEach(() => bed.fresh.drop());

const asOwner = (sql: string) =>
  queryAt(bed.fresh.ownerUrl, `set session_replication_role = 'replica'; ${sql}`);
/** A number may have 20 characters. */
const prefixOf = (member: string, prefix: string) =>
  asOwner(`update invoice set number_prefix = '${prefix}' where membership_id = '${member}'`);
const numbered = async () =>
  (
    await bed.rows<{ membership_id: string; number: string }>(
      'select membership_id, number from invoice where number is not null order by membership_id',
    )
  ).map(({ membership_id, number }) => `${membership_id} ${number}`);
const inOrder = ['m1 EP22-2022-000001', 'm2 EP22-2022-000002', 'm3 EP22-2022-000003'];
const failures = async () => (await bed.numberingFailures.ofMarket(marketCode, 200)).failures;
const today = () => bed.businessDate.today();

test('BIL-9, MKT-4: one that fails parks alone; the day has begun and the others have their numbers', async () => {
  await prefixOf('m2', 'FAR-TOO-LONG-A-PREFIX');
  await bed.day('2022-10-29');
  expect(await today()).toBe('2022-10-29');
  expect(await numbered()).toEqual(['m1 EP22-2022-000001', 'm3 EP22-2022-000002']);
  expect(await failures()).toMatchObject([
    {
      invoice: { membershipId: 'm2', status: 'DRAFT' },
      code: 'NUMBERING_FAILED',
      failedOn: '2022-10-29',
      attempts: 1,
    },
  ]);
  // It is left alone, and holds up no day that waits for quiet.
  await bed.day('2022-10-30');
  expect(await failures()).toMatchObject([{ attempts: 1 }]);
  expect(await bed.pendingNumbering.count()).toBe(0);
  expect(await registry.getSingleMetricAsString('ent_invoices_not_numbered')).toContain(
    'ent_invoices_not_numbered{code="NUMBERING_FAILED"} 1',
  );
});

test('BIL-9: tried again it says why not, and once mended it gets the next number of that day', async () => {
  await prefixOf('m2', 'FAR-TOO-LONG-A-PREFIX');
  await bed.day('2022-10-29');
  await bed.day('2022-11-03');
  const [failure] = await failures();
  const retry = () => bed.retryNumbering.execute(supplier, failure?.invoice.id ?? '');
  await expect(retry()).rejects.toMatchObject({ code: 'NUMBERING_FAILED' });
  expect(await failures()).toMatchObject([{ failedOn: '2022-11-03', attempts: 2 }]);
  await prefixOf('m2', 'EP22');
  await retry();
  expect(await failures()).toEqual([]);
  expect(
    await bed.rows("select number, issued_on from invoice where membership_id = 'm2'"),
  ).toEqual([{ number: 'EP22-2022-000003', issued_on: '2022-11-03' }]);
  await expect(retry()).rejects.toMatchObject({ code: 'NUMBERING_NOT_FAILED' });
  expect(
    await bed.rows(
      `select action, on_behalf_of, subject from platform.audit_entry where action like 'invoice.%' and actor <> 'calendar' order by 1`,
    ),
  ).toMatchObject([
    { action: 'invoice.numbered', subject: `invoice:${failure?.invoice.id}` },
    { action: 'invoice.numbered.refused' },
  ]);
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({
    invoices: 3,
    violations: [],
  });
});

test('BIL-4, BIL-9: a refusal of the domain is kept as it is told', async () => {
  await asOwner(`insert into invoice_series (supplier_siret, prefix, year, last_sequence, last_issued_on)
    select supplier_siret, number_prefix, 2022, 0, '2022-12-24' from invoice limit 1`);
  await bed.day('2022-10-29');
  expect(await today()).toBe('2022-10-29');
  expect(await numbered()).toEqual([]);
  expect((await failures()).map(({ code, detail }) => [code, detail])).toEqual(
    Array.from({ length: 3 }, () => [
      'ISSUE_DATE_GOES_BACK',
      expect.stringContaining('postérieure au 29 octobre 2022'),
    ]),
  );
});

test('BIL-9: while drafts are due the day is not quiet; a database that goes away parks none', async () => {
  await bed.fresh.unitOfWork.run((tx) => bed.days.advance(tx, localDate('2022-10-29')));
  expect(await bed.pendingNumbering.count()).toBe(3);
  const execute = jest
    .spyOn(bed.finaliseInvoices, 'execute')
    .mockRejectedValueOnce(Object.assign(new Error('gone'), { code: '57P01' }));
  await expect(bed.numberDueInvoices.execute()).rejects.toThrow('gone');
  execute.mockRestore();
  expect(await failures()).toEqual([]);
  expect(await bed.numberDueInvoices.execute()).toBe(3);
  expect(await bed.pendingNumbering.count()).toBe(0);
});

test('BIL-4: killed as the papers of a block are stored, none of it has a number, and then all have, without gap', async () => {
  await bed.fresh.unitOfWork.run((tx) => bed.days.advance(tx, localDate('2022-10-29')));
  const { store } = bed.documents;
  const dying = jest.spyOn(bed.documents, 'store').mockImplementationOnce(async (...given) => {
    await store.apply(bed.documents, given);
    throw Object.assign(new Error('killed'), { code: '57P01' });
  });
  await expect(bed.numberDueInvoices.execute()).rejects.toThrow('killed');
  dying.mockRestore();
  expect(await numbered()).toEqual([]);
  expect(await bed.numberDueInvoices.execute()).toBe(3);
  expect(await numbered()).toEqual(inOrder);
  expect((await bed.checkInvoices.execute(marketCode)).violations).toEqual([]);
});

test('BIL-9: whose membership is being changed is waited for with nothing else held, and keeps its place', async () => {
  await bed.fresh.unitOfWork.run((tx) => bed.days.advance(tx, localDate('2022-10-29')));
  const beside = await bed.fresh.unitOfWork.run(async (tx) => {
    await tx.query(`select from membership where membership_id = 'm2' for update`);
    const numbering = bed.numberDueInvoices.execute();
    // Who comes before has its number, who comes after has none before m2.
    while ((await numbered()).length < 1) await sleep(20);
    await sleep(200);
    expect(await numbered()).toEqual(inOrder.slice(0, 1));
    return { numbering };
  });
  expect(await beside.numbering).toBe(3);
  expect(await numbered()).toEqual(inOrder);
});

test('BIL-6, BIL-9: with no day to contest, a draft is an invoice on the day it was made; of 45 days to pay a commune has 30', async () => {
  await bed.fresh.drop();
  bed = await BillingBed.open();
  const terms = { contestDays: 0, paymentTermDays: 45 };
  await bed.market(terms);
  await bed.member('m1', 50, undefined, terms);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  await bed.numberDueInvoices.execute();
  expect(await bed.rows('select issued_on, contestable_until, due_on from invoice')).toEqual([
    { issued_on: '2022-10-19', contestable_until: '2022-10-19', due_on: '2022-11-18' },
  ]);
});

test('BIL-4, BIL-9: two processes that number at once give each draft one number, in the one order', async () => {
  await bed.fresh.unitOfWork.run((tx) => bed.days.advance(tx, localDate('2022-10-29')));
  const counts = await Promise.all([
    bed.numberDueInvoices.execute(),
    bed.numberDueInvoices.execute(),
  ]);
  expect(counts[0] + counts[1]).toBe(3);
  expect(await failures()).toEqual([]);
  expect(await numbered()).toEqual(inOrder);
});
