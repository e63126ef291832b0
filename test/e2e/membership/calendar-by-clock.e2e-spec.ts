import { jest } from '@jest/globals';
import { addDays, parisDateOf } from '#libs/time';
import { startMembership } from './membership-app.js';

/** Goal: a process of membership that is not the scheduler lets no player begin a day (MKT-4). Method: the service as it runs. */
jest.setTimeout(60_000);
const order = 'Ordre écrit du 27 novembre 2026, n° 12';
const today = () => parisDateOf(new Date());

let service: Awaited<ReturnType<typeof startMembership>>;
beforeAll(async () => {
  service = await startMembership({ CALENDAR: 'clock' });
});
afterAll(() => service?.stop());

test('MKT-4: with the scheduler off and the clock, no player begins a day, an administrator by a written order', async () => {
  const begin = async (role: 'admin' | 'player', date: string, writtenOrder = '') =>
    service.client.startBusinessDay(
      { date, writtenOrder },
      await service.as(role, { markets: ['*'] }),
    );
  const refused = { code: 'DAYS_START_BY_THEMSELVES' };
  await expect(begin('player', today())).rejects.toMatchObject(refused);
  await expect(begin('player', today(), order)).rejects.toMatchObject(refused);
  await expect(begin('admin', today())).rejects.toMatchObject(refused);
  await expect(begin('admin', addDays(today(), 1), order)).rejects.toMatchObject({
    code: 'DAY_NOT_YET_COME',
  });
  expect(await begin('admin', addDays(today(), -9), order)).toMatchObject({ changed: true });
  expect(await begin('admin', today(), order)).toMatchObject({ changed: true });
  const calendar = await service.operations.listPositions(
    {},
    await service.as('admin', { markets: ['*'] }),
  );
  expect(calendar).toMatchObject({ businessDate: today(), calendar: 'clock' });
});
