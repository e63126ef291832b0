import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import { allCounted } from '../src/invoices/usage.gateway.js';
import { BillingBed } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/** Runs that bill what was metered: basis METERED. */

// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market({ basis: 'METERED' });
  await bed.member('m1', 412, undefined, { basis: 'METERED' });
  await bed.day('2022-10-19');
});
afterEach(() => bed.fresh.drop());

const usageOf = (openAccounts: { from: string; quantity: number }[]) => ({
  itemCode: 'ELEVE',
  openAccounts: openAccounts.map((step) => ({ ...step, from: localDate(step.from) })),
});

test('BIL-3: bills what was metered and the complement, and keeps the cut-off as evidence', async () => {
  bed.usage.usage = {
    complete: true,
    uncounted: allCounted,
    cutOff: '0:42',
    certificate: undefined,
    usage: [
      usageOf([
        { from: '2022-07-19', quantity: 0 },
        { from: '2022-09-01', quantity: 430 },
      ]),
    ],
    schools: [{ uai: '0440290B', accountDays: 20_640, openAtEnd: 430 }],
  };
  await bed.run('2022-10-19');
  const [row] = (await bed.invoices.list({}, 1, '')).rows;
  const invoice = await bed.invoices.get(row?.id ?? '');
  // 430 × 48 d = 20,640; nobody on the 44 days before: 412 × 44 = 18,128.
  expect(invoice.lines.map((line) => [line.kind, line.accountDays, line.netCents])).toEqual([
    ['METERED', 20_640n, 13289n],
    ['MINIMUM_COMPLEMENT', 18_128n, 11671n],
  ]);
  expect(invoice.evidence).toMatchObject({
    meteringCutOff: '0:42',
    schools: [{ openAtEnd: 430 }],
    certificate: { revision: 0, certifiedOn: '2022-10-19', sha256: '01'.repeat(32) },
  });
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({ violations: [] });
});

test('BIL-5: does not price a period that metering has not closed', async () => {
  bed.usage.usage = { ...bed.usage.usage, complete: false };
  expect(await bed.run('2022-10-19')).toMatchObject({
    drafted: 0,
    failures: [{ code: 'METERING_NOT_COMPLETE' }],
  });
});

test('BIL-5: waits for metering once for all, and parks who is not closed then', async () => {
  for (const member of ['m2', 'm3']) {
    await bed.member(member, 412, undefined, { basis: 'METERED' });
  }
  const { usage } = bed.usage;
  bed.usage.usage = { ...usage, complete: false };
  const begun = Date.now();
  expect(
    await bed.run('2022-10-19', marketCode, bed.workOffRuns(undefined, { usage: 600 })),
  ).toMatchObject({ drafted: 0, failures: [{}, {}, {}] });
  // Three rounds, each asked once for all three, not three waits one after the other; nobody certifies what is not closed.
  expect(bed.usage).toMatchObject({ asked: 3, certified: 0 });
  expect(Date.now() - begun).toBeLessThan(1_800);
  const closing = bed.run('2022-10-19', marketCode, bed.workOffRuns(undefined, { usage: 20_000 }));
  setTimeout(() => (bed.usage.usage = usage), 300);
  expect(await closing).toMatchObject({ drafted: 3, failures: [] });
  // Certified once for all, whoever they are.
  expect(bed.usage.certified).toBe(1);
});

test.each([
  [
    { setAside: 3, ofMembership: 2, ofNoMembership: 1 },
    /mis de côté 3 faits, dont 2 de cette adhésion et 1 sans adhésion connue\..*\(ent parked list metering\)/,
  ],
  [{ setAside: 1 }, /mis de côté 1 fait, tous d’autres adhésions\..*/],
  [
    { setAsideAtSource: 2 },
    /La gestion des comptes a mis de côté 2 événements\..*\(ent parked list provisioning\)/,
  ],
])('BIL-5: says of facts set aside that no waiting helps: %j', async (uncounted, message) => {
  bed.usage.usage = {
    ...{ ...bed.usage.usage, complete: false },
    uncounted: { ...allCounted, ...uncounted },
  };
  expect(await bed.run('2022-10-19')).toMatchObject({
    drafted: 0,
    failures: [{ code: 'USAGE_SET_ASIDE', message: expect.stringMatching(message) as unknown }],
  });
});

test.each([
  [
    { stopped: 2, setAside: 1 },
    /^La mesure des comptes a cessé de lire .* relancer la facturation n’y changera rien\..*\(ent positions list metering\)\.$/,
  ],
  [
    { stoppedAtSource: 1, unread: 12 },
    /^La gestion des comptes a cessé de lire .*\(ent positions list provisioning\)\.$/,
  ],
])('BIL-5: says of a reading that stopped who makes it go on: %j', async (uncounted, message) => {
  bed.usage.usage = {
    ...{ ...bed.usage.usage, complete: false },
    uncounted: { ...allCounted, ...uncounted },
  };
  expect(await bed.run('2022-10-19')).toMatchObject({
    drafted: 0,
    failures: [{ code: 'USAGE_NOT_READ', message: expect.stringMatching(message) as unknown }],
  });
});

test('BIL-5: a METERED draft that somebody forged as the service is numbered, and the check names it', async () => {
  bed.usage.usage = {
    ...bed.usage.usage,
    usage: [usageOf([{ from: '2022-07-19', quantity: 430 }])],
  };
  await bed.run('2022-10-19');
  // Twice as many accounts under the same certificate, by SQL alone, in the place of the draft that was made.
  const id = '0d5a2f7e-4a8c-4d0c-9d55-0f7b54a4b0ff';
  const asDraft = (over: string) =>
    `(jsonb_populate_record(null::invoice, to_jsonb(i) || jsonb_build_object('invoice_id', '${id}', ${over}))).*`;
  const amounts = `'net_cents', 50940, 'vat_cents', 10188, 'total_cents', 61128`;
  await bed.rows(`
    update invoice set status = 'WITHDRAWN', withdrawn_on = '2022-10-19', withdrawal_reason = 'x';
    insert into invoice select ${asDraft(`'status', 'DRAFT', 'withdrawn_on', null, 'withdrawal_reason', null, ${amounts},
      'evidence', jsonb_set(evidence, '{usage,0,openAccounts,0,quantity}', '860')`)} from invoice i;
    insert into invoice_line select (jsonb_populate_record(l, '{"invoice_id": "${id}", "account_days": 79120, "net_cents": 50940}')).*
      from invoice_line l;
    insert into invoice_vat_total values ('${id}', 2000, 50940, 10188);
    insert into draft_review select '${id}', membership_version, late_facts from draft_review`);
  await bed.day('2022-10-29');
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({
    ...{ invoices: 1, totalCents: 61_128n },
    violations: [{ code: 'USAGE_NOT_CERTIFIED', invoice: { number: 'EP22-2022-000001' } }],
  });
});
