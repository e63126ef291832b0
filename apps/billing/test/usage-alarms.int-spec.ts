import { jest } from '@jest/globals';
import { registry } from '#libs/observability';
import { localDate } from '#libs/time';
import { MeteringNotComplete } from '../src/invoices/drafts/usage-problems.js';
import { BillingBed } from './billing-bed.test-support.js';
import { marketCode } from './market-facts.test-support.js';

/**
 * Goal: where the past is corrected, the days on which more accounts were open than ordered are told (MTR-1,
 * ORD-4). Method: orders as membership's events tell them, accounts as metering states them.
 */
jest.setTimeout(90_000);

let bed: BillingBed;
beforeEach(async () => {
  bed = await BillingBed.open();
  await bed.market();
  await bed.member('m', 400);
  await bed.order('m', '2022-09-01', 12);
  bed.usage.members = [
    { membershipId: 'm', items: [open({ '2022-09-01': 380, '2022-10-01': 412 })] },
    { membershipId: 'nobody-open', items: [] },
  ];
}, 60_000);
afterEach(() => bed.fresh.drop());

const open = (steps: Record<string, number>) => ({
  itemCode: 'ELEVE',
  openAccounts: Object.entries(steps).map(([from, quantity]) => ({
    from: localDate(from),
    quantity,
  })),
});
const list = () => bed.usageAboveOrders.execute(marketCode);
const gauge = async () => {
  const { values } = await registry.getSingleMetric('ent_usage_above_orders_account_days')!.get();
  return values.find(({ labels }) => labels['market'] === marketCode)?.value;
};

test('MTR-1: a correction of the past leaves days with more accounts than ordered, and they are told', async () => {
  await bed.day('2022-12-20');
  expect(await list()).toEqual({ until: '2022-12-20', alarms: [] });
  expect(await gauge()).toBe(0);

  await bed.order('m', '2022-11-03', -12);
  expect(await list()).toEqual({
    until: '2022-12-20',
    alarms: [
      {
        membershipId: 'm',
        organisationName: expect.any(String) as unknown,
        itemCode: 'ELEVE',
        label: expect.stringMatching(/./) as unknown,
        period: { start: '2022-11-03', end: '2022-12-20' },
        accountDays: 47 * 12,
        worst: { on: '2022-11-03', used: 412, ordered: 400 },
      },
    ],
  });
  expect(await gauge()).toBe(47 * 12);
});

test('EXC-1: accounts counted after a membership has ended in the past are told, the gravest first', async () => {
  await bed.member('n', 10);
  bed.usage.members.push({ membershipId: 'n', items: [open({ '2022-12-18': 11 })] });
  await bed.day('2022-12-20');
  await bed.end('m', '2022-12-01');
  const { alarms } = await list();
  expect(
    alarms.map(({ membershipId, period, accountDays }) => [membershipId, period, accountDays]),
  ).toEqual([
    ['m', { start: '2022-12-01', end: '2022-12-20' }, 19 * 412],
    ['n', { start: '2022-12-18', end: '2022-12-20' }, 2],
  ]);
});

test('BIL-1: a billing run looks too, and is not stopped where metering does not answer', async () => {
  await bed.day('2022-10-19');
  await bed.order('m', '2022-10-02', -12);
  expect(await bed.run('2022-10-19')).toMatchObject({ drafted: 1, failures: [] });
  expect(await gauge()).toBe(17 * 12);
  const period = { start: localDate('2022-07-19'), end: localDate('2022-10-19') };
  bed.usage.ofMarket = () => Promise.reject(new MeteringNotComplete('m', period));
  expect(await bed.run('2022-10-19')).toMatchObject({ alreadyThere: 1, failures: [] });
  await expect(list()).rejects.toMatchObject({ code: 'METERING_NOT_COMPLETE' });
});
