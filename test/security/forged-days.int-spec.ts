import { jest } from '@jest/globals';
import { BusinessDayStartedSchema, event, StructureChangedSchema, topics } from '#libs/contracts';
import {
  pupilCount,
  RunningProvisioning,
} from '../../apps/provisioning/test/running-provisioning.test-support.js';

/**
 * Goal: a forged start of a day closes no account where days begin by the clock (MKT-4). Method: the
 * service of accounts on real Kafka, PostgreSQL and Redis, with an ENT; starts from a relay, so that their numbers
 * are right: the attack of 2 December by a writer that has all rights of the calendar's owner.
 */
jest.setTimeout(120_000);

let service: RunningProvisioning;
beforeAll(async () => {
  service = await RunningProvisioning.start('clock');
}, 120_000);
afterAll(() => service?.stop(), 60_000);

const rows = async (sql: string) => (await service.fresh.asOwner(sql)).rows;
const states = () =>
  rows('select state, count(*)::int as accounts from account group by state order by state');
const day = async () =>
  (await rows('select day::text from platform.business_day'))[0]?.['day'] as string;
const start = (date: string, order?: { stoodOn: string; untilOn: string; reference: string }) =>
  service.others.tell(
    date,
    event(BusinessDayStartedSchema, 'calendar', order ? { date, order } : { date }),
  );
/** A fact of the day on another topic, sent after all earlier ones: it is applied. */
async function flowsOn(uai: string): Promise<void> {
  const school = event(StructureChangedSchema, uai, { uai, name: 'École ouverte', revision: 1 });
  await service.others.emit('2022-09-05', school);
  await service.others.until(
    `the school ${uai} is known`,
    async () => (await rows(`select from school where uai = '${uai}'`)).length === 1,
  );
}

test('MKT-4: one start of 2027-01-01 with the right next number stops the calendar, DAY_JUMPS; every account stays, and the facts of the day flow on', async () => {
  const before = await states();
  expect(before.reduce((sum, { accounts }) => sum + accounts, 0)).toBe(pupilCount);
  await start('2027-01-01');
  await service.others.until(
    'the calendar stops',
    () => service.fault()?.startsWith('DAY_JUMPS 2027-01-01') ?? false,
  );
  expect(service.fault()).toContain(`(${topics.calendar.name}/0)`);
  await flowsOn('0440002N');
  expect(await day()).toBe('2022-09-05');
  expect(await states()).toEqual(before);
  expect(await rows(`select cause from platform.parked_event`)).toEqual([{ cause: 'DAY_JUMPS' }]);
  expect(await rows('select reference from platform.day_order')).toEqual([
    { reference: 'Ordre n° 1' },
  ]);
  // Behind it nothing of the calendar is read: neither the day that follows, nor an order copied from another record.
  await start('2022-09-06');
  await start('2026-12-01', {
    stoodOn: '2022-07-19',
    untilOn: '2022-09-05',
    reference: 'Ordre n° 1',
  });
  await flowsOn('0440003P');
  expect(await day()).toBe('2022-09-05');
  expect(await states()).toEqual(before);
});

test('MKT-4: the role of the service moves its day neither after today in Paris nor by more than seven days', async () => {
  const asService = (sql: string) => service.fresh.database.query(sql);
  const before = await states();
  await expect(
    asService(`update platform.business_day set day = '2027-01-01'`),
  ).rejects.toMatchObject({ code: '42501' });
  for (const hostile of ['2027-01-01', 'infinity', '2022-09-13'])
    await expect(asService(`select platform.begin_day('${hostile}')`)).rejects.toMatchObject({
      code: 'EN002',
    });
  await expect(
    asService(`do $$ begin for n in 1..4000 loop
      perform platform.begin_day((select day + 7 from platform.business_day)); end loop; end $$`),
  ).rejects.toMatchObject({ code: 'EN002' });
  expect(await day()).toBe('2022-09-05');
  expect(await states()).toEqual(before);
});
