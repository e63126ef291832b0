import { jest } from '@jest/globals';
import { pdfWords } from '../../../test/support/pdf-words.js';
import { localDate } from '#libs/time';
import { allCounted } from '../src/invoices/drafts/usage.gateway.js';
import { MeteringNotComplete } from '../src/invoices/drafts/usage-problems.js';
import { BillingBed, supplier } from './billing-bed.test-support.js';
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

test('BIL-6: an older name of a school changes nothing, and what the service’s role writes of schools changes no paper', async () => {
  await bed.nameSchool('0440290B', 'École Albert Camus', 7);
  await bed.nameSchool('0440290B', 'École Jules Verne', 6);
  await bed.nameSchool('0440437L', `École 😀 \u0007 ${'très '.repeat(200)}longue`);
  const ofSchool = (uai: string) => ({ uai, accountDays: 20_640, openAtEnd: 430 });
  const { usage } = bed.usage;
  bed.usage.usage = { ...usage, schools: ['0440290B', '0440437L'].map(ofSchool) };
  await bed.run('2022-10-19');
  const asService = (sql: string) => bed.fresh.unitOfWork.run((tx) => tx.query(sql));
  await asService(`update school set name = 'École de personne', revision = 99`);
  for (const sql of [
    `update school set uai = '0440001A' where uai = '0440290B'`,
    `truncate school`,
    `update invoice set evidence = jsonb_set(evidence, '{schools,0,name}', '"Une autre"')`,
  ]) {
    await expect(asService(sql)).rejects.toMatchObject({ code: '42501' });
  }
  await bed.day('2022-10-29');
  const [row] = (await bed.invoices.list({}, 1, '')).rows;
  const invoice = await bed.invoices.get(row?.id ?? '');
  expect(invoice).toMatchObject({
    status: 'FINALISED',
    evidence: {
      schools: [{ name: 'École Albert Camus' }, { name: expect.stringMatching(/^École 😀/) }],
    },
  });
  const { content } = await bed.view.pdf(supplier, invoice.id);
  const words = pdfWords(content).join(' ');
  expect(words).toMatch(/École Albert Camus \(0440290B\)/);
  expect(words).not.toContain('personne');
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({
    invoices: 1,
    violations: [],
  });
});

test('BIL-6: names the schools of its evidence as the directory does, on the paper too', async () => {
  await bed.nameSchool('0440290B', 'École Jules Verne');
  const ofSchool = (uai: string) => ({ uai, accountDays: 20_640, openAtEnd: 430 });
  const { usage } = bed.usage;
  bed.usage.usage = { ...usage, schools: ['0440290B', '0440437L'].map(ofSchool) };
  await bed.run('2022-10-19');
  await bed.nameSchool('0440290B', 'École Albert Camus');
  const [row] = (await bed.invoices.list({}, 1, '')).rows;
  const { evidence } = await bed.invoices.get(row?.id ?? '');
  // As it was named when the draft was made; who is named by nobody keeps its number.
  expect(evidence.schools).toEqual([
    { ...ofSchool('0440290B'), name: 'École Jules Verne' },
    ofSchool('0440437L'),
  ]);
  const { content } = await bed.view.pdf(supplier, row?.id ?? '');
  expect(pdfWords(content).join(' ')).toMatch(/École Jules Verne \(0440290B\) .* 0440437L/s);
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
  expect(
    await bed.run('2022-10-19', marketCode, bed.workOffRuns(undefined, { usage: 600 })),
  ).toMatchObject({ drafted: 0, failures: [{}, {}, {}] });
  // Three rounds, each asked once for all three, not three waits one after the other; nobody certifies what is not closed.
  expect(bed.usage).toMatchObject({ asked: 3, certified: 0 });
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

/** In the place of its draft another of twice as many accounts, by SQL alone, with the role of the service. */
async function forge(
  member: string,
  {
    evidence = `jsonb_set(evidence, '{usage,0,openAccounts,0,quantity}', '860')`,
    head = '',
    lateFacts = 'late_facts',
  } = {},
): Promise<string> {
  const id = `0d5a2f7e-4a8c-4d0c-9d55-${member.slice(1).padStart(12, '0')}`;
  const [draft] = await bed.rows<{ id: string }>(
    `select invoice_id as id from invoice where membership_id = '${member}' and status = 'DRAFT'`,
  );
  const first = `where invoice_id = '${draft!.id}'`;
  const over = `'invoice_id', '${id}', 'status', 'DRAFT', 'withdrawn_on', null, 'withdrawal_reason', null,
    'net_cents', 50940, 'vat_cents', 10188, 'total_cents', 61128, 'evidence', ${evidence} ${head}`;
  const doubled = `{"invoice_id": "${id}", "account_days": 79120, "net_cents": 50940}`;
  await bed.rows(`
    update invoice set status = 'WITHDRAWN', withdrawn_on = '2022-10-19', withdrawal_reason = 'x' ${first};
    insert into invoice select (jsonb_populate_record(null::invoice, to_jsonb(i) || jsonb_build_object(${over}))).*
      from invoice i ${first};
    insert into invoice_line select (jsonb_populate_record(l, '${doubled}')).* from invoice_line l ${first};
    insert into invoice_vat_total values ('${id}', 2000, 50940, 10188);
    insert into draft_review select '${id}', membership_version, ${lateFacts} from draft_review ${first}`);
  return id;
}

const failures = async () => (await bed.numberingFailures.ofMarket(marketCode, 200)).failures;
const standing = () =>
  bed.rows(`select membership_id as of, status, number, net_cents as net from invoice
             where status <> 'WITHDRAWN' order by membership_id`);

test('BIL-4, BIL-5: a METERED draft that somebody forged as the service gets no number', async () => {
  for (const id of ['m2', 'm3', 'm4']) {
    await bed.member(id, 412, undefined, { basis: 'METERED' });
  }
  bed.usage.usage = {
    ...bed.usage.usage,
    usage: [usageOf([{ from: '2022-07-19', quantity: 430 }])],
  };
  await bed.run('2022-10-19');
  // By a usage that its certificate does not say, by none that its evidence says, by one without any certificate.
  const id = await forge('m1');
  await forge('m2', { evidence: 'evidence', lateFacts: '99' });
  await forge('m3', {
    evidence: `jsonb_set(evidence, '{usage,0,openAccounts,0,quantity}', '860') - 'certificate'`,
  });
  // Neither by another rule than that of its market nor in the name of somebody else.
  for (const head of [
    `, 'basis', 'ORDERED'`,
    `, 'evidence', jsonb_set(evidence, '{floorScope}', '"TOTAL"')`,
    `, 'buyer', jsonb_set(buyer, '{recipientSiret}', '"21350238800019"')`,
    `, 'seller', jsonb_set(seller, '{name}', '"Un autre"')`,
  ])
    await expect(forge('m4', { head })).rejects.toMatchObject({ code: '23000' });
  await bed.day('2022-10-29');
  expect(await standing()).toEqual([
    { of: 'm1', status: 'DRAFT', number: null, net: 50_940n },
    { of: 'm2', status: 'DRAFT', number: null, net: 50_940n },
    { of: 'm3', status: 'DRAFT', number: null, net: 50_940n },
    { of: 'm4', status: 'FINALISED', number: 'EP22-2022-000001', net: 25_470n },
  ]);
  expect(
    (await failures()).map(({ invoice, code, detail }) => [invoice.membershipId, code, detail]),
  ).toEqual(
    ['m1', 'm2', 'm3'].map((one) => [
      one,
      'DRAFT_DIFFERS',
      expect.stringMatching(/l’usage certifié de sa période.*n’est pas numéroté\. Retirez-le/),
    ]),
  );
  const { violations } = await bed.checkInvoices.execute(marketCode);
  expect(violations.map(({ code }) => code).sort()).toEqual([
    ...['RECOUNT_DIFFERS', 'USAGE_NOT_CERTIFIED', 'USAGE_NOT_CERTIFIED'],
  ]);
  // Tried again it is made anew by what metering says.
  await bed.retryNumbering.execute(supplier, id);
  expect((await standing())[0]).toEqual({ of: 'm1', status: 'DRAFT', number: null, net: 25_470n });
});

test('MTR-3, BIL-9: one forged on a certificate that was overtaken is compared with the newest, and made anew', async () => {
  const usage = [usageOf([{ from: '2022-07-19', quantity: 430 }])];
  bed.usage.usage = { ...bed.usage.usage, usage };
  await bed.member('m2', 412, undefined, { basis: 'METERED' });
  await bed.run('2022-10-19');
  await forge('m1', { lateFacts: '99' });
  const period = { start: localDate('2022-07-19'), end: localDate('2022-10-19') };
  await bed.usage.certify(marketCode, period, ['m1', 'm2']);
  // Metering is away: whoever rests on it waits, and nobody is set aside for it.
  const { ofPeriod } = bed.usage;
  bed.usage.ofPeriod = () => Promise.reject(new MeteringNotComplete('m1', period));
  await bed.day('2022-10-29');
  expect((await standing()).map(({ number }) => number)).toEqual([null, null]);
  bed.usage.ofPeriod = ofPeriod;
  expect(await bed.numberDueInvoices.execute()).toBe(1);
  await bed.reviewDrafts.execute();
  expect([await failures(), await standing()]).toEqual([
    [],
    [
      { of: 'm1', status: 'DRAFT', number: null, net: 25_470n },
      { of: 'm2', status: 'FINALISED', number: 'EP22-2022-000001', net: 25_470n },
    ],
  ]);
});
