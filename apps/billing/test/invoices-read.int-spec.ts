import { jest } from '@jest/globals';
import type { Role } from '#libs/identity';
import { callerOf } from '#libs/testing';
import { BillingBed } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
});
afterEach(() => bed.fresh.drop());

test('BIL-7: each line explains itself down to the annex 2', async () => {
  await bed.member('m1', 412);
  await bed.order('m1', '2022-09-01', 38);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  const [row] = (await bed.invoices.list({}, 1, '')).rows;
  const invoice = await bed.invoices.get(row?.id ?? '');
  const last = invoice.lines.at(-1)?.explanation;
  expect(last?.orders.map((order) => [order.number, order.delta, order.orderedAfter])).toEqual([
    ['BC-4', 412, 412],
    ['BC-5', 38, 450],
  ]);
  expect(last?.signed).toEqual([
    expect.objectContaining({
      ...{ annexe2: expect.objectContaining({ sha256: 'ab'.repeat(32) }) as unknown },
      ...{ signedBy: '', quantity: 412 },
    }),
  ]);
  expect(last?.sentences[0]).toContain('jours-comptes');
  expect(invoice.lines.map((line) => line.explanation.orders.length)).toEqual([1, 2]);
});

test('SUP-3: a member sees its own invoices, another’s do not exist, the coordinator sees all', async () => {
  await bed.member('m1', 10);
  await bed.member('m2', 10);
  await bed.day('2022-10-19');
  await bed.run('2022-10-19');
  const caller = (roles: Role[], organisationId?: string, markets = [marketCode]) =>
    callerOf({ roles, markets, ...(organisationId === undefined ? {} : { organisationId }) });
  const everything = { membershipId: '', marketCode: '', limit: 10, cursor: '' };
  const m1 = caller(['member-finance'], 'org-m1');
  const own = await bed.view.list(m1, everything);
  expect(own.rows.map((row) => row.membershipId)).toEqual(['m1']);
  const coordinator = caller(['coordinator'], 'rectorat');
  const all = await bed.view.list(coordinator, everything);
  expect(all.rows).toHaveLength(2);
  const other = all.rows.find((row) => row.membershipId === 'm2');
  await expect(bed.view.get(m1, other?.id ?? '')).rejects.toMatchObject({ kind: 'not-found' });
  await expect(bed.view.list(m1, { ...everything, membershipId: 'm2' })).rejects.toMatchObject({
    kind: 'not-found',
  });
  await expect(bed.view.list(caller(['member-finance']), everything)).rejects.toMatchObject({
    kind: 'not-found',
  });
  await expect(
    bed.view.get(caller(['coordinator'], 'rectorat', []), other?.id ?? ''),
  ).rejects.toMatchObject({ kind: 'not-found' });
  expect(await bed.view.list(caller(['coordinator'], 'rectorat', []), everything)).toMatchObject({
    rows: [],
  });
});

test('lists pages by key, each invoice once', async () => {
  for (const member of ['m1', 'm2', 'm3']) await bed.member(member, 10);
  for (const end of ['2022-10-19', '2023-01-19']) {
    await bed.day(end);
    await bed.run(end);
  }
  const seen: string[] = [];
  let cursor = '';
  do {
    const page = await bed.invoices.list({ marketCode }, 2, cursor);
    seen.push(...page.rows.map((row) => `${row.period.start} ${row.membershipId}`));
    cursor = page.nextCursor;
  } while (cursor !== '');
  expect(new Set(seen).size).toBe(6);
  expect(seen.slice(0, 3).every((row) => row.startsWith('2022-10-19'))).toBe(true);
  await expect(bed.invoices.list({}, 2, 'nonsense')).rejects.toMatchObject({
    code: 'CURSOR_INVALID',
  });
  const forged = Buffer.from('["x","y"]').toString('base64url');
  await expect(bed.invoices.list({}, 2, forged)).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
});
