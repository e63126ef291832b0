import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Health } from '#libs/observability';
import { Database } from '#libs/persistence';
import { freshDatabase, type FreshDatabase } from '#libs/testing';
import { CalendarAgreement } from './calendar-mode.js';

/** Goal: a service and its database bound days alike (MKT-4). Method: the class on a database migrated for a player. */
let fresh: FreshDatabase;
beforeEach(async () => {
  fresh = await freshDatabase('platform');
});
afterEach(() => fresh.drop());

test('MKT-4: no service starts on a database that was migrated with another CALENDAR', async () => {
  const own = new Database({ url: fresh.url, poolMax: 1 });
  await expect(new CalendarAgreement(own, 'clock', undefined).onModuleInit()).rejects.toThrow(
    'the service has CALENDAR=clock, its database player: run migrate',
  );
  await new CalendarAgreement(fresh.database, 'player', undefined).onModuleInit();
});

test('MKT-4: where the database was away at the start, FLOWING reports the difference, until both agree', async () => {
  const health = new Health();
  const agreement = new CalendarAgreement(fresh.database, 'clock', health);
  const faults = () => health.faults('FLOWING');
  expect(await faults()).toMatchObject({
    'calendar-mode': expect.stringContaining('its database player'),
  });
  await fresh.asOwner(`update platform.calendar_mode set mode = 'clock'`);
  expect(await faults()).toEqual({});
  await agreement.onModuleInit();
  const away = new Database({ url: 'postgresql://nobody@127.0.0.1:1/nothing', poolMax: 1 });
  await new CalendarAgreement(away, 'clock', undefined).onModuleInit();
  await away.end();
});
