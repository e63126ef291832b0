import { setTimeout as sleep } from 'node:timers/promises';
import { jest } from '@jest/globals';
import pg from 'pg';
import { addDays, localDate, parisDateOf } from '#libs/time';
import { startMembership } from './membership-app.js';

/**
 * Goal: with the scheduler on, nobody moves the calendar by gRPC, where a day begun by mistake would end memberships
 * and lose seats for ever (MKT-4). Method: the service as it runs in production, which begins today by itself.
 */
jest.setTimeout(60_000);
const order = 'Ordre écrit du 27 novembre 2026, n° 12';

let service: Awaited<ReturnType<typeof startMembership>>;
beforeAll(async () => {
  service = await startMembership({ SCHEDULER: 'on', CALENDAR: 'clock' });
});
afterAll(() => service?.stop());

const today = () => parisDateOf(new Date());
const start = async (
  role: 'admin' | 'player' | 'coordinator',
  date: string,
  writtenOrder = '',
  markets = ['*'],
) => service.client.startBusinessDay({ date, writtenOrder }, await service.as(role, { markets }));
const standing = async () =>
  (await service.operations.getStatus({}, await service.as('player'))).businessDate;

async function asOwner<T>(work: (owner: pg.Client) => Promise<T>): Promise<T> {
  const owner = new pg.Client({ connectionString: service.ownerUrl });
  await owner.connect();
  try {
    return await work(owner);
  } finally {
    await owner.end();
  }
}

/** As if the service had stood still since then: its calendar is at that day, which only the owner could write. */
const standStillSince = (day: string) =>
  asOwner(async (owner) => {
    await owner.query(
      'alter table platform.business_day disable trigger business_day_never_goes_back',
    );
    await owner.query('update platform.business_day set day = $1', [day]);
    await owner.query(
      'alter table platform.business_day enable trigger business_day_never_goes_back',
    );
  });

test('MKT-4: the service begins today by itself, and no other day', async () => {
  // It looks at the clock as soon as it is up, beside what answers.
  while ((await standing()) === '') await sleep(20);
  expect(await standing()).toBe(today());
  const tomorrow = addDays(today(), 1);
  await expect(start('admin', tomorrow, order)).rejects.toMatchObject({ code: 'DAY_NOT_YET_COME' });
  await expect(start('player', tomorrow)).rejects.toMatchObject({ code: 'DAY_NOT_YET_COME' });
  const ofOne = ['e-primo-2022'];
  const coordinates = start('coordinator', today(), '', ofOne);
  await expect(coordinates).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  expect(await standing()).toBe(today());
});

test('an administrator of one market begins no day, whatever he holds in hand: it is the day of all markets', async () => {
  await standStillSince(addDays(today(), -20));
  const lastWeek = localDate(addDays(today(), -7));
  const ofOne = start('admin', lastWeek, order, ['e-primo-2022']);
  await expect(ofOne).rejects.toMatchObject({ code: 'NOT_ALLOWED' });
  expect(await standing()).toBe(addDays(today(), -20));
});

test('after a long standstill an administrator begins the days, with a written order that the journal keeps', async () => {
  await standStillSince(addDays(today(), -20));
  const lastWeek = localDate(addDays(today(), -7));
  await expect(start('player', lastWeek, order)).rejects.toMatchObject({
    code: 'DAYS_START_BY_THEMSELVES',
  });
  await expect(start('admin', lastWeek)).rejects.toMatchObject({
    code: 'DAYS_START_BY_THEMSELVES',
  });
  expect(await start('admin', lastWeek, order)).toMatchObject({ date: lastWeek, changed: true });
  const { rows } = await asOwner((owner) =>
    owner.query(
      `select rests_on, business_date::text as on from platform.audit_entry
        where action = 'calendar.day-started' order by id desc limit 1`,
    ),
  );
  expect(rows).toEqual([{ rests_on: order, on: lastWeek }]);
});
