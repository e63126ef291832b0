import { setTimeout as sleep } from 'node:timers/promises';
import { create } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { ItemSchema, MarketSchema } from '#libs/contracts';
import { BatchContext } from '#libs/messaging';
import { defineProblem } from '#libs/problems';
import { BillingRunsRpc } from '../src/billing-runs/billing-runs.rpc.js';
import { PendingRuns } from '../src/billing-runs/pending-runs.js';
import { Drafts } from '../src/invoices/drafts/drafts.pg.js';
import { BillingBed, coordinator, supplier } from './billing-bed.test-support.js';
import { aMarket, marketCode } from './market-facts.test-support.js';

class Away extends defineProblem('SERVICE_UNAVAILABLE', 'unavailable') {
  constructor() {
    super('Les adhésions ne répondent pas.');
  }
}

// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
});
afterEach(() => bed.fresh.drop());

const invoiceRows = () =>
  bed.rows<{ membership_id: string; period_start: string; status: string; net_cents: bigint }>(
    `select membership_id, period_start, status, net_cents from invoice order by period_start, membership_id`,
  );

test('BIL-5: a run again drafts nothing twice, and is the same run', async () => {
  for (const member of ['m1', 'm2', 'm3']) await bed.member(member, 100);
  await bed.day('2022-10-19');
  const first = await bed.run('2022-10-19');
  const again = await bed.run('2022-10-19');
  expect(again).toEqual({ ...first, drafted: 0, alreadyThere: 3 });
  expect(await bed.runs.ofMarket(marketCode)).toHaveLength(1);
  expect(await bed.invoiceEvents()).toEqual([['ent.billing.v1.InvoiceDrafted', 3]]);
});

test('BIL-5: whoever reads a run while it is drafted sees as many invoices as it says were drafted', async () => {
  for (const member of ['m1', 'm2']) await bed.member(member, 100);
  await bed.day('2022-10-19');
  const { runId } = await bed.begin('2022-10-19');
  const { runs } = bed;
  const find = runs.find.bind(runs);
  // The worker is done between the first look and the next.
  runs.find = async (id) => {
    const found = await find(id);
    await bed.workOffRuns().execute();
    return found;
  };
  const rpc = new BillingRunsRpc(
    ...([bed.runBilling, bed.previewBilling, bed.retryRunMember, runs, bed.runMembers] as const),
  );
  const read = await rpc.get({ runId } as Parameters<typeof rpc.get>[0], coordinator);
  expect(read).toMatchObject({ run: { invoices: 2 }, waiting: 0, drafted: 2 });
});

test('BIL-5: ten runs at once leave one invoice per membership and period', async () => {
  const members = Array.from({ length: 12 }, (_, n) => `m${String(n).padStart(2, '0')}`);
  for (const member of members) await bed.member(member, 50);
  await bed.day('2022-10-19');
  const results = await Promise.all(
    Array.from({ length: 10 }, () =>
      bed.run('2022-10-19', marketCode, bed.workOffRuns(undefined, {}, 5)),
    ),
  );
  expect(new Set(results.map(({ runId }) => runId)).size).toBe(1);
  expect(results.flatMap((result) => result.failures)).toEqual([]);
  expect((await invoiceRows()).map((row) => row.membership_id)).toEqual(members);
  expect(await bed.invoiceEvents()).toEqual([['ent.billing.v1.InvoiceDrafted', 12]]);
});

test('BIL-5, MKT-4: a run answers at once, and the day is not quiet before each membership has its outcome', async () => {
  await bed.member('m1', 100);
  await bed.member('m2', 0);
  await bed.member('m3', 100);
  await bed.day('2022-10-19');
  const begun = await bed.begin('2022-10-19', marketCode, 'key');
  expect(begun).toMatchObject({ memberships: 3, alreadyThere: 0, waiting: 3 });
  expect(await invoiceRows()).toEqual([]);
  const pending = new PendingRuns(bed.runMembers);
  expect(await pending.count()).toBe(3);
  bed.state('m3', 'another-head');
  await bed.workOffRuns().execute();
  expect(await pending.count()).toBe(0);
  const counts = () => bed.runMembers.counts(begun.runId);
  expect(await counts()).toEqual({
    ...{ memberships: 3, waiting: 0, drafted: 1, withoutLine: 1, withdrawn: 0, parked: 1 },
  });
  expect(await bed.runMembers.parked(begun.runId, 10)).toEqual([
    {
      ...{ membershipId: 'm3', organisationName: 'Commune m3', code: 'LEDGER_DIVERGED' },
      ...{ message: expect.stringContaining('ne facturez pas') as unknown, attempts: 1 },
    },
  ]);
  // The same key is the same answer, and takes nobody up; another one does.
  expect(await bed.begin('2022-10-19', marketCode, 'key')).toEqual(begun);
  expect(await counts()).toMatchObject({ waiting: 0, parked: 1 });
  expect(await bed.begin('2022-10-19', marketCode, 'other')).toMatchObject({
    ...{ runId: begun.runId, alreadyThere: 1, waiting: 2 },
  });
});

test('BIL-5: one that is parked is retried alone; who is not parked is refused', async () => {
  for (const member of ['m1', 'm2', 'm3']) await bed.member(member, 100);
  await bed.day('2022-10-19');
  bed.state('m1', 'another-head');
  bed.state('m2', 'another-head');
  const { runId } = await bed.run('2022-10-19');
  bed.state('m1', 'head-4');
  bed.state('m2', 'head-4');
  const retry = (membershipId: string, id = runId) =>
    bed.retryRunMember.execute({
      ...{ runId: id, membershipId, caller: supplier, idempotencyKey: '' },
    });
  await retry('m1');
  await bed.workOffRuns().execute();
  expect((await invoiceRows()).map((row) => row.membership_id)).toEqual(['m1', 'm3']);
  expect(await bed.runMembers.counts(runId)).toMatchObject({ drafted: 2, parked: 1 });
  for (const [member, id] of [['m1'], ['m3'], ['m9'], ['m\0'], ['m2', 'no-such-run']]) {
    await expect(retry(member ?? '', id)).rejects.toMatchObject({ code: 'BILLING_NOT_PARKED' });
  }
});

test('BIL-5: while membership does not answer the run is held up, says so, and goes on by itself', async () => {
  await bed.member('m1', 100);
  await bed.day('2022-10-19');
  const { runId } = await bed.begin('2022-10-19');
  const away = jest.spyOn(bed.heads, 'ofMarket').mockRejectedValueOnce(new Away());
  await bed.workOffRuns().execute();
  away.mockRestore();
  expect(await bed.runs.find(runId)).toMatchObject({ heldUp: 'Les adhésions ne répondent pas.' });
  expect(await bed.runMembers.counts(runId)).toMatchObject({ waiting: 1, parked: 0 });
  await bed.workOffRuns().execute();
  expect(await bed.runs.find(runId)).toMatchObject({ heldUp: '', invoices: 1 });
});

/** Does something beside while the n-th block is drafted, before or after its rows are written. */
class Beside extends Drafts {
  private blocks = 0;
  constructor(
    private readonly what: () => unknown,
    private readonly at = 1,
    private readonly moment: 'before' | 'after' = 'before',
  ) {
    super();
  }
  override async insert(...args: Parameters<Drafts['insert']>): Promise<ReadonlySet<string>> {
    this.blocks += 1;
    if (this.blocks === this.at && this.moment === 'before') this.what();
    const inserted = await super.insert(...args);
    if (this.blocks === this.at && this.moment === 'after') this.what();
    return inserted;
  }
}

describe('BIL-5: a run killed anywhere and run again', () => {
  // As the database says it when the process is gone.
  const die = () => {
    throw Object.assign(new Error('killed'), { code: '57P01' });
  };
  const steps = [1, 2, 3].flatMap((at) => [
    { at, moment: 'before' as const },
    { at, moment: 'after' as const },
  ]);

  test.each(steps)(
    'ends as if nothing had happened: block $at of three, $moment its rows',
    async ({ at, moment }) => {
      for (const member of ['m1', 'm2', 'm3', 'm4', 'm5']) await bed.member(member, 100);
      await bed.day('2022-10-19');
      await bed.begin('2022-10-19');
      const dying = bed.workOffRuns(new Beside(die, at, moment), {}, 2);
      await expect(dying.execute()).rejects.toThrow('killed');
      expect(await invoiceRows()).toHaveLength(2 * (at - 1));
      // Nobody asks again: those that are left wait for the next process.
      await bed.workOffRuns(undefined, {}, 2).execute();
      expect((await invoiceRows()).map((row) => row.net_cents)).toEqual(Array(5).fill(5923n));
      await bed.day('2022-10-29');
      expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({
        invoices: 5,
        violations: [],
      });
      expect(await bed.invoiceEvents()).toEqual([
        ['ent.billing.v1.InvoiceDrafted', 5],
        ['ent.billing.v1.InvoiceFinalised', 5],
      ]);
    },
  );
});

test('BIL-5: in the middle of a block, what cannot be read, calculated or kept parks alone, and is drafted alone once mended', async () => {
  const members = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7'];
  // No integer holds so many.
  for (const member of members) await bed.member(member, member === 'm2' ? 3_000_000_000 : 100);
  await bed.order('m4', '2022-07-19', 5, 'PERSONNEL');
  const { unitOfWork } = bed.fresh;
  await bed.fresh.asOwner(
    `create function refuse_m6() returns trigger language plpgsql as $$
       begin if new.membership_id = 'm6' then raise exception 'not kept'; end if; return null; end $$;
     create constraint trigger refuse_m6 after insert on invoice deferrable initially deferred
       for each row execute function refuse_m6()`,
  );
  const market = create(MarketSchema, { ...aMarket({}), version: 2 });
  market.items.push(create(ItemSchema, { code: 'PERSONNEL', label: 'Compte personnel' }));
  await bed.publish(market);
  await bed.day('2022-10-19');
  const run = jest.spyOn(unitOfWork, 'run');
  const { runId, drafted, failures } = await bed.run('2022-10-19');
  expect(failures).toMatchObject([
    { membershipId: 'm2', code: 'DRAFTING_FAILED', attempts: 1 },
    { membershipId: 'm4', code: 'PRICE_MISSING', attempts: 1 },
    { membershipId: 'm6', code: 'DRAFTING_FAILED', attempts: 1 },
  ]);
  expect(drafted).toBe(4);
  // In halves, not each alone and not the whole again and again.
  expect(run.mock.calls.length).toBeLessThan(20);
  expect((await invoiceRows()).map((row) => row.membership_id)).toEqual(['m1', 'm3', 'm5', 'm7']);
  expect(await bed.invoiceEvents()).toEqual([['ent.billing.v1.InvoiceDrafted', 4]]);
  await bed.fresh.asOwner('drop function refuse_m6 cascade');
  await bed.retryRunMember.execute({
    ...{ runId, membershipId: 'm6', caller: supplier, idempotencyKey: '' },
  });
  await bed.workOffRuns().execute();
  expect(await bed.runMembers.counts(runId)).toMatchObject({ drafted: 5, parked: 2, waiting: 0 });
});

test('BIL-5: who is being changed is left out of its block, which waits for nobody, and is drafted by what was changed', async () => {
  for (const member of ['m1', 'm2', 'm3']) await bed.member(member, 100);
  await bed.day('2022-10-19');
  await bed.begin('2022-10-19');
  const beside = await bed.fresh.unitOfWork.run(async (tx) => {
    await tx.query(`select from membership where membership_id = 'm2' for update`);
    const working = bed.workOffRuns().execute();
    // With m2 locked the others are drafted, and kept.
    while ((await invoiceRows()).length < 2) await sleep(20);
    await bed.consumer.onOrderSigned(
      [bed.signed({ membershipId: 'm2', effectiveFrom: '2022-10-18', delta: 10 })],
      new BatchContext(tx),
    );
    return { working };
  });
  await beside.working;
  expect(
    (await invoiceRows()).map(({ membership_id, net_cents }) => [membership_id, net_cents]),
  ).toEqual([
    ['m1', 5923n],
    ['m2', 5930n],
    ['m3', 5923n],
  ]);
});

test('BIL-5, BIL-9: a correction that comes while its block is drafted is not lost', async () => {
  for (const member of ['m1', 'm2', 'm3']) await bed.member(member, 100);
  await bed.day('2022-10-19');
  let told: Promise<void> = Promise.resolve();
  const drafts = new Beside(() => (told = bed.order('m2', '2022-10-18', 10)));
  await bed.run('2022-10-19', marketCode, bed.workOffRuns(drafts));
  await told;
  const ofM2 = async () =>
    (await invoiceRows()).filter((row) => row.membership_id === 'm2').map((row) => row.net_cents);
  // It was read before, and the order waited for its draft.
  expect(await ofM2()).toEqual([5923n]);
  await bed.reviewDrafts.execute();
  expect((await ofM2()).sort()).toEqual([5923n, 5930n]);
  await bed.day('2022-10-29');
  expect(await bed.checkInvoices.execute(marketCode)).toMatchObject({
    invoices: 3,
    violations: [],
  });
});

test('BIL-5: another ledger at the same version is a failure of that membership alone', async () => {
  await bed.member('m1', 100);
  await bed.member('m2', 100);
  await bed.day('2022-10-19');
  bed.state('m1', 'another-head');
  const result = await bed.run('2022-10-19');
  expect(result.drafted).toBe(1);
  expect(result.failures).toMatchObject([{ membershipId: 'm1', code: 'LEDGER_DIVERGED' }]);
});

test('BIL-5: facts that billing has no use for still count as seen', async () => {
  await bed.member('m1', 100);
  await bed.financeSchool('m1', '0440290B');
  await bed.day('2022-10-19');
  expect(await bed.run('2022-10-19')).toMatchObject({ drafted: 1 });
});

test('BILLING_PERIOD_NOT_OVER: bills in arrears only', async () => {
  await bed.member('m1', 100);
  await bed.day('2022-10-18');
  await expect(bed.run('2022-10-19')).rejects.toMatchObject({ code: 'BILLING_PERIOD_NOT_OVER' });
  await expect(bed.run('2022-12-31')).rejects.toMatchObject({ code: 'BILLING_PERIOD_UNKNOWN' });
});
