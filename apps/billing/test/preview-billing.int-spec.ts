import { jest } from '@jest/globals';
import { localDate } from '#libs/time';
import { BillingBed } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/** What a run would draft, told before and beside the run itself. */

// A database of its own per test: slow where the machine is busy.
jest.setTimeout(60_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
});
afterEach(() => bed.fresh.drop());

const preview = (periodEndsOn: string, limit = 50) =>
  bed.previewBilling.execute({ marketCode, periodEndsOn: localDate(periodEndsOn), limit });
/** Of every table that a run writes. */
const written = () =>
  bed.rows(
    `select (select count(*) from invoice) as invoices, (select count(*) from billing_run) as runs,
            (select count(*) from billing_run_member) as members, (select count(*) from platform.outbox) as told,
            (select count(*) from platform.audit_entry) as journal, (select count(*) from late_usage) as late`,
  );

test('BIL-5: says to the cent what the run then drafts and whom it sets aside, and writes nothing', async () => {
  await bed.market();
  for (const id of ['m1', 'm2', 'm3']) await bed.member(id, 100);
  await bed.day('2022-10-19');
  expect(await preview('2022-10-19')).toMatchObject({ before: undefined, warned: 0 });
  await bed.run('2022-10-19');
  await bed.day('2022-10-29');
  await bed.order('m1', '2022-11-03', 60);
  await bed.member('none', 0);
  await bed.day('2023-01-19');
  bed.state('m3', 'another-head');

  const before = await written();
  const told = await preview('2023-01-19');
  expect(await written()).toEqual(before);
  expect(told).toMatchObject({
    before: { start: '2022-07-19', end: '2022-10-19' },
    ...{ toDraft: { members: 2 }, alreadyThere: { members: 0 }, withoutLine: { members: 1 } },
    ...{ refused: { members: 1 }, warned: 1 },
  });
  expect(
    told.members.map(({ membershipId, outcome, warnings, refusal }) => [
      ...[membershipId, outcome, warnings.length, refusal?.code],
    ]),
  ).toEqual([
    ['m3', 'REFUSED', 0, 'LEDGER_DIVERGED'],
    ['m1', 'TO_DRAFT', 1, undefined],
    ['m2', 'TO_DRAFT', 0, undefined],
    ['none', 'WITHOUT_LINE', 0, undefined],
  ]);

  const { failures } = await bed.run('2023-01-19');
  const parked = failures.map(({ membershipId, code }) => [membershipId, code]);
  expect(parked).toEqual([['m3', 'LEDGER_DIVERGED']]);
  const drafted = (await bed.invoices.list({ marketCode }, 10, '')).rows.filter(
    ({ status }) => status === 'DRAFT',
  );
  const amountsOf = (id: string) =>
    told.members.find(({ membershipId }) => membershipId === id)!.amounts;
  for (const { membershipId, netCents, vatCents, totalCents } of drafted) {
    expect([membershipId, amountsOf(membershipId)]).toEqual([
      ...[membershipId, { netCents, vatCents, totalCents }],
    ]);
  }
  expect(drafted).toHaveLength(2);
  const sum = drafted.reduce((total, { totalCents }) => total + totalCents, 0n);
  expect(told.toDraft.amounts.totalCents).toBe(sum);

  // Beside the run: those drafted are there with what their drafts say, and nobody else would be.
  const after = await preview('2023-01-19', 1);
  expect(after).toMatchObject({ toDraft: { members: 0 }, alreadyThere: { members: 2 } });
  expect(after.alreadyThere.amounts.totalCents).toBe(sum);
  expect(after.members).toHaveLength(1);
});

test('BIL-5: is refused as a run is; says who is not priced, and what would be refused where it is sent', async () => {
  await bed.market();
  await bed.member('m1', 100);
  await bed.recordChorusPro('m1', '2022-07-19', 'EJ', '21440109300016');
  await expect(preview('2022-10-19')).rejects.toMatchObject({ code: 'BILLING_PERIOD_NOT_OVER' });
  await expect(preview('2022-10-20')).rejects.toMatchObject({ code: 'BILLING_PERIOD_UNKNOWN' });
  await bed.day('2022-10-19');
  const { members } = await preview('2022-10-19');
  expect(members).toMatchObject([
    { warnings: [expect.stringMatching(/^Serait refusée à l’envoi : .*SIRET/)] },
  ]);
  await bed.day('2024-10-19');
  expect((await preview('2024-10-19')).members).toMatchObject([
    { outcome: 'REFUSED', refusal: { code: 'PRICE_MISSING' } },
  ]);
});

test('BIL-5: with METERED it counts what metering counts now, and has nothing certified', async () => {
  await bed.market({ basis: 'METERED' });
  await bed.member('m1', 412, undefined, { basis: 'METERED' });
  await bed.day('2022-10-19');
  const openAccounts = [{ from: localDate('2022-07-19'), quantity: 430 }];
  bed.usage.usage = { ...bed.usage.usage, usage: [{ itemCode: 'ELEVE', openAccounts }] };
  const { toDraft } = await preview('2022-10-19');
  expect(bed.usage.certified).toBe(0);
  await bed.run('2022-10-19');
  const [draft] = (await bed.invoices.list({ marketCode }, 10, '')).rows;
  expect(toDraft.amounts.totalCents).toBe(draft!.totalCents);
  expect(toDraft.amounts.totalCents).toBeGreaterThan(0n);
  bed.usage.usage = { ...bed.usage.usage, complete: false };
  await bed.day('2023-01-19');
  expect((await preview('2023-01-19')).members).toMatchObject([
    { outcome: 'REFUSED', refusal: { code: 'METERING_NOT_COMPLETE' } },
  ]);
});
