import { create } from '@bufbuild/protobuf';
import { CertifiedUsageChangedSchema } from '#libs/contracts';
import { BatchContext, type ReceivedEvent } from '#libs/messaging';
import { localDate } from '#libs/time';
import { LateUsageConsumer } from '../src/invoices/corrections/late-usage.consumer.js';
import { MeteringNotComplete } from '../src/invoices/drafts/usage-problems.js';
import { BillingBed, supplier } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/** Late facts of certified days, and what rests on them (MTR-3, BIL-8, BIL-9): one METERED market, metering's answers stated. */
let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market({ basis: 'METERED' });
  await bed.member('m1', 412, undefined, { basis: 'METERED' });
  await bed.day('2022-10-19');
  used(430);
});
afterEach(() => bed.fresh.drop());

const period = { start: localDate('2022-07-19'), end: localDate('2022-10-19') };

/** As metering counts from now on; no certificate says it yet. */
function used(quantity: number): void {
  const openAccounts = [{ from: period.start, quantity }];
  bed.usage.usage = {
    ...{ ...bed.usage.usage, certificate: undefined },
    usage: [{ itemCode: 'ELEVE', openAccounts }],
    schools: [{ uai: '0440290B', accountDays: quantity * 92, openAtEnd: quantity }],
  };
  bed.usage.members = [{ membershipId: 'm1', items: [{ itemCode: 'ELEVE', openAccounts }] }];
}

/** Metering's fact, as billing consumes it. */
async function told(membershipId = 'm1'): Promise<void> {
  const body = create(CertifiedUsageChangedSchema, { membershipId });
  const events = [{ body } as ReceivedEvent<typeof body>];
  await bed.consume((tx) =>
    new LateUsageConsumer(bed.lateUsage).onCertifiedUsageChanged(events, new BatchContext(tx)),
  );
}

const all = async () => (await bed.invoices.list({ marketCode }, 20, '')).rows;
const netOf = async () =>
  (await all()).map(({ status, netCents }) => [status, netCents] as const).sort();
// 430 and 420 accounts on 92 days at 2.3500 € a year; 412 of C are exceeded.
const [of430, of420] = [25470n, 24878n];

test('BIL-9: a late fact redrafts a draft, which had its acceptance; one that changes no line leaves it', async () => {
  await bed.run('2022-10-19');
  const [draft] = await all();
  expect(draft).toMatchObject({ status: 'DRAFT', netCents: of430 });
  await told();
  await bed.reviewDrafts.execute();
  expect(await netOf()).toEqual([['DRAFT', of430]]);
  expect(await bed.reviews.dueCount()).toBe(0);

  used(420);
  await told('somebody-else');
  await bed.reviewDrafts.execute();
  expect(await netOf()).toEqual([['DRAFT', of430]]);
  await told();
  expect(await bed.reviews.dueCount()).toBe(1);
  await bed.reviewDrafts.execute();
  expect(await netOf()).toEqual([
    ['DRAFT', of420],
    ['WITHDRAWN', of430],
  ]);
  expect(await bed.invoices.get(draft!.id)).toMatchObject({
    withdrawalReason:
      'Des faits arrivés depuis changent l’usage compté : un projet à jour remplace celui-ci.',
  });
  const [anew] = (await all()).filter(({ status }) => status === 'DRAFT');
  // On a certificate of its own.
  const { evidence } = await bed.invoices.get(anew!.id);
  expect(evidence).toMatchObject({ certificate: { revision: 1 }, lateFacts: 2 });
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({ violations: [] });
});

test('BIL-9: a late fact that comes while a run drafts is not lost, and nothing is numbered before it is looked at', async () => {
  const { ofPeriod } = bed.usage;
  bed.usage.ofPeriod = async (...asked) => {
    const before = await ofPeriod.apply(bed.usage, asked);
    // Read, and not drafted yet.
    bed.usage.ofPeriod = ofPeriod;
    if (bed.usage.certified > 0) return before;
    await bed.usage.certify(asked[0], asked[1]);
    const certified = await ofPeriod.apply(bed.usage, asked);
    used(420);
    await told();
    return certified;
  };
  await bed.run('2022-10-19');
  expect(await netOf()).toEqual([['DRAFT', of430]]);
  const [draft] = await all();
  const number = (id: string) =>
    bed.fresh.unitOfWork.run(async (tx) => {
      await bed.finaliseInvoices.one(tx, id, await bed.businessDate.today(tx));
    });
  await bed.fresh.unitOfWork.run((tx) => bed.days.advance(tx, localDate('2022-10-29')));
  await expect(number(draft!.id)).rejects.toMatchObject({ code: 'DRAFT_OUTDATED' });
  await bed.reviewDrafts.execute();
  expect(await netOf()).toEqual([
    ['DRAFT', of420],
    ['WITHDRAWN', of430],
  ]);
});

test('BIL-9: metering does not answer: the draft waits with its look, and the day with it', async () => {
  await bed.run('2022-10-19');
  used(420);
  await told();
  const { ofPeriod } = bed.usage;
  bed.usage.ofPeriod = () => Promise.reject(new MeteringNotComplete('m1', period));
  await bed.reviewDrafts.execute();
  expect(await netOf()).toEqual([['DRAFT', of430]]);
  expect(await bed.pendingNumbering.count()).toBe(1);
  bed.usage.ofPeriod = ofPeriod;
  await bed.reviewDrafts.execute();
  expect(await bed.pendingNumbering.count()).toBe(0);
});

test('MTR-3, BIL-8: a late fact lists an issued invoice with its figures, and what mends it rests on a certificate', async () => {
  await bed.run('2022-10-19');
  await bed.day('2022-10-29');
  const [issued] = await all();
  expect(issued).toMatchObject({ status: 'FINALISED', netCents: of430 });
  used(420);
  await told();
  await bed.reviewIssued.execute();
  const { certified } = bed.usage;
  const { found } = await bed.invoicesToMend.execute(marketCode, 10, '');
  expect(found).toMatchObject([
    { invoice: { id: issued!.id }, problem: '', mending: { documents: [{}, { netCents: of420 }] } },
  ]);
  // A look writes nothing: only what is agreed on is certified.
  expect(bed.usage.certified).toBe(certified);
  const reason = 'Un compte avait été fermé.';
  const asked = { invoiceId: issued!.id, reason, caller: supplier, idempotencyKey: '' };
  const { proposalId } = await bed.proposeCorrection.execute(asked);
  const { digest } = await bed.proposals.find(proposalId, 'CORRECTION');
  await bed.decideCorrection().execute({
    ...{ proposalId, outcome: 'APPROVED', digest, reason: '', idempotencyKey: '' },
    caller: { ...supplier, userId: 'supplier-2' },
  });
  expect(bed.usage.certified).toBe(certified + 1);
  expect(await netOf()).toEqual([
    ['DRAFT', of420],
    ['FINALISED', of430],
    ['FINALISED', of430],
  ]);
  await bed.day('2022-11-08');
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({ violations: [] });
});

test('MTR-3: what nobody told is found once a day, however many invoices, and a late fact undone is to be mended no more', async () => {
  await bed.run('2022-10-19');
  await bed.day('2022-10-29');
  used(420);
  await bed.reviewIssued.execute();
  const listed = async () => (await bed.issuedReviews.toMend(marketCode, '', 10)).total;
  expect(await listed()).toBe(0);
  await bed.day('2022-10-30');
  expect(await listed()).toBe(1);
  used(430);
  await bed.day('2022-10-31');
  expect(await listed()).toBe(0);
});

test('MTR-3: for a late fact of one its usage is certified anew, and nobody else’s of its market', async () => {
  await bed.member('m2', 412, undefined, { basis: 'METERED' });
  await bed.run('2022-10-19');
  expect(bed.usage).toMatchObject({ certified: 1, certifiedOf: ['m1', 'm2'] });
  used(420);
  await told('m2');
  await bed.reviewDrafts.execute();
  expect(bed.usage).toMatchObject({ certified: 2, certifiedOf: ['m2'] });
});

test('MTR-3: late facts of many are looked at by asking metering for their market once, drafts and invoices', async () => {
  for (const id of ['m2', 'm3']) await bed.member(id, 412, undefined, { basis: 'METERED' });
  await bed.run('2022-10-19');
  const members = ['m1', 'm2', 'm3'];
  used(420);
  for (const id of members) await told(id);
  const { asked, certified } = bed.usage;
  await bed.reviewDrafts.execute();
  expect((await netOf()).filter(([status]) => status === 'DRAFT')).toEqual(
    members.map(() => ['DRAFT', of420]),
  );
  // Read, certified and read again, for all three.
  expect(bed.usage).toMatchObject({ asked: asked + 2, certified: certified + 1 });
  expect(bed.usage.certifiedOf).toEqual(members);

  await bed.day('2022-10-29');
  used(430);
  for (const id of members) await told(id);
  const before = bed.usage.asked;
  await bed.reviewIssued.execute();
  expect((await bed.issuedReviews.toMend(marketCode, '', 10)).total).toBe(3);
  expect(bed.usage.asked).toBe(before + 1);
});
