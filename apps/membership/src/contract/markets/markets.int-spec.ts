import { fromBinary } from '@bufbuild/protobuf';
import { jest } from '@jest/globals';
import { BusinessDayStartedSchema } from '#libs/contracts';
import { localDate } from '#libs/time';
import {
  ancenis,
  callerWith,
  coordinator,
  marketCode,
  MembershipWorld,
} from '../../../../../test/support/builders/membership-world.js';
import { codeOf } from '../../../../../test/support/builders/refusal.js';

// Real PostgreSQL on a machine that does other things too.
jest.setTimeout(60_000);

let world: MembershipWorld;
beforeEach(async () => {
  world = await MembershipWorld.create();
  await world.day('2022-01-14');
}, 30_000);
afterEach(() => world.fresh.drop());

test('MKT-1: a market is published once, and the same file again changes nothing', async () => {
  expect(await world.publishMarket()).toMatchObject({ changed: true, version: 1 });
  expect(await world.publishMarket()).toMatchObject({ changed: false, version: 1 });
  expect(await world.events(marketCode)).toEqual(['MarketPublished']);
  expect(await world.publishMarket((file) => (file.title = 'Autre titre'))).toMatchObject({
    version: 2,
  });
});

test('MKT-1: two first loads at once publish one version', async () => {
  await Promise.all([world.publishMarket(), world.publishMarket()]);
  expect(await world.events(marketCode)).toEqual(['MarketPublished']);
});

test('MKT-6: once a membership is active, the market changes by amendment only', async () => {
  await world.publishMarket();
  await world.activeMember(ancenis, 412);
  expect(await codeOf(world.publishMarket((file) => (file.title = 'Autre')))).toBe(
    'MARKET_IN_FORCE',
  );
});

test('MKT-1: an item that an annex 2 names stays in the market', async () => {
  await world.publishMarket();
  const { membershipId } = await world.applyAs(ancenis);
  await world.importCsv(membershipId, `UAI;Nombre\n${ancenis.uai};412\n`);
  const renamed = world.publishMarket((file) =>
    Object.assign(file.items[0] ?? {}, { code: 'AUTRE' }),
  );
  expect(await codeOf(renamed)).toBe('ITEM_IN_USE');
});

test('SUP-1: a coordinator loads the markets of its token only, and the journal dates it', async () => {
  const elsewhere = callerWith('coordinator', { markets: ['autre'] });
  expect(await codeOf(world.publishMarket(undefined, elsewhere))).toBe('NOT_FOUND');
  await world.publishMarket(undefined, coordinator);
  expect(
    await world.count(
      "from platform.audit_entry where action = 'market.published' and business_date = '2022-01-14'",
    ),
  ).toBe(1);
});

test('MKT-4: a day begins once and never goes back', async () => {
  expect(await world.day('2022-01-15')).toEqual({ date: '2022-01-15', changed: true });
  expect(await world.day('2022-01-15')).toEqual({ date: '2022-01-15', changed: false });
  expect(await codeOf(world.day('2022-01-14'))).toBe('DAY_ALREADY_PAST');
  expect(await world.events('calendar')).toEqual(['BusinessDayStarted', 'BusinessDayStarted']);
});

test('MKT-4: two processes that begin the same day at once begin it once', async () => {
  const days = await Promise.all([world.day('2022-01-15'), world.day('2022-01-15')]);
  expect(days.map(({ changed }) => changed).sort()).toEqual([false, true]);
  expect(await world.events('calendar')).toEqual(['BusinessDayStarted', 'BusinessDayStarted']);
  expect(await world.count("from platform.audit_entry where action = 'calendar.day-started'")).toBe(
    2,
  );
});

test('MKT-4: a day that an administrator orders bears the order and the days that it names; the database keeps it', async () => {
  const reference = 'Ordre du 2 février 2022, n° 12';
  const date = localDate('2022-02-03');
  const scheduled = { today: date, by: 'ADMINISTRATOR', writtenOrder: reference } as const;
  await world.startBusinessDay.execute({ date, actor: 'ada', scheduled });
  const { rows } = await world.fresh.asOwner(
    'select value from platform.outbox order by id desc limit 1',
  );
  expect(fromBinary(BusinessDayStartedSchema, rows[0]!['value'] as Buffer)).toMatchObject({
    ...{ date, order: { stoodOn: '2022-01-14', untilOn: date, reference } },
  });
  expect(await world.count(`from platform.day_order where reference = '${reference}'`)).toBe(1);
});
